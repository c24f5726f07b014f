import { dayNumber } from '#lib/calendar/days.ts';
import { sharedKeys } from './keys.ts';
import { classOf, monthsWithClasses } from './classes.ts';
import { copyLine } from './copy.ts';
import { dayText } from './frame.ts';
import { historyCounts } from './history.ts';
import { labelSeed, mix } from './random.ts';
import { alive, simulate, type DemoEvent } from './simulation.ts';
import { demoSources, sourceOf } from './sources.ts';
import type { World } from './world.ts';

export const eventColumns =
	'event (uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, class, person_key, content, known_from)';
export const enterpriseColumns =
	'enterprise (uscc, name, region_code, region_basis, region_given, industry_key, enterprise_type, legal_rep, legal_rep_key, address, address_key, phone, phone_key, capital_wan, capital_currency, capital_raw, established_on, status, cancelled_on, key_class, source_id, stated_at, in_register, stated_status, stated_cancelled_on)';
export const linkColumns = 'enterprise_link (kind, key, uscc, since, until)';
export const classColumns = 'enterprise_class (uscc, month, class, source_id, batch_id, received_at)';
export const historyColumns = 'count_history (region_code, day, kind, industry_key, n, source_id)';

/** Deliveries of the last days are batches of their own; older ones are gathered by month. */
const dailyBatches = 30;

/** What a batch of deliveries held. */
export type BatchFacts = { readonly kind: string; readonly source: string; rows: number; firstDay: number; lastDay: number; receivedDay: number };

/** Lines of all events, in order of time; `batches` is filled on the way. */
export function* eventLines(world: World, batches: Map<string, BatchFacts>): Generator<string> {
	const seed = labelSeed(world.frame.seed, 'event id');
	for (const event of simulate(world)) {
		const batch = batchOf(world, event, batches);
		const source = sourceOf(event.kind);
		const county = world.frame.counties[event.county] as string;
		const received = stamp(event.receivedDay, event.receivedMinute);
		yield copyLine([
			event.enterprise < 0 ? `~${county}:${event.industry}` : world.attributes.uscc(event.enterprise),
			stamp(event.day, event.minute),
			eventId(seed, event.serial),
			event.kind,
			event.item,
			source.id,
			`${source.prefix}${dayText(event.day).replaceAll('-', '')}${String(event.serial).padStart(8, '0')}`,
			batch,
			received,
			county,
			'given',
			event.industry,
			event.class,
			event.personKey,
			JSON.stringify(event.content),
			received
		]);
	}
}

function batchOf(world: World, event: DemoEvent, batches: Map<string, BatchFacts>): string {
	const day = dayText(event.receivedDay);
	const daily = event.receivedDay >= world.frame.todayNumber - dailyBatches;
	const id = `demo-${event.kind}-${daily ? day : day.slice(0, 7)}`;
	const facts = batches.get(id);
	if (facts === undefined) {
		batches.set(id, { kind: event.kind, source: sourceOf(event.kind).id, rows: 1, firstDay: event.day, lastDay: event.day, receivedDay: event.receivedDay });
	} else {
		facts.rows++;
		if (event.day < facts.firstDay) facts.firstDay = event.day;
		if (event.day > facts.lastDay) facts.lastDay = event.day;
		if (event.receivedDay > facts.receivedDay) facts.receivedDay = event.receivedDay;
	}
	return id;
}

/** Time of day as `HH:MM:00+08` for each minute. */
const clock = Array.from({ length: 1440 }, (_, minute) => ` ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00+08`);

function stamp(day: number, minute: number): string {
	return dayText(day) + (clock[minute] as string);
}

function hex(value: number): string {
	return value.toString(16).padStart(8, '0');
}

/** A version-8 UUID (RFC 9562: contents of our own) from the seed and the serial number. */
function eventId(seed: number, serial: number): string {
	const [a, b, c, d] = [mix(seed, serial), mix(seed + 1, serial), mix(seed + 2, serial), hex(serial)];
	const [bText, cText] = [hex(b), hex(c)];
	return `${hex(a)}-${bText.slice(0, 4)}-8${bText.slice(5)}-a${cText.slice(1, 4)}-${cText.slice(4)}${d}`;
}

/** 重点类: food and drug makers, chemicals, hospitals; special equipment makers in part. */
const keyDivisions = new Set(['C14', 'C27', 'Q84', 'D45']);

/** Lines of the register as it stands after all events. Run the events first. */
export function* enterpriseLines(world: World): Generator<string> {
	const { frame, population, attributes } = world;
	const stated = `${dayText(frame.todayNumber - 1)} 23:50:00+08`;
	const registry = (demoSources[0] as (typeof demoSources)[number]).id;
	for (let i = 0; i < population.size; i++) {
		const c = population.county[i] as number;
		const county = frame.counties[c] as string;
		const person = attributes.personName(population.person[i] as number);
		const address = attributes.addressText(c, population.address[i] as number, i);
		const phone = attributes.phoneText(c, population.phone[i] as number);
		const ended = population.ended[i] as number;
		const capital = attributes.capital(i);
		const industry = attributes.industry(i);
		const status = ended === 0 ? 'active' : population.revoked[i] === 1 ? 'revoked' : 'cancelled';
		const cancelledOn = ended === 0 ? null : dayText(ended);
		const keys = sharedKeys(frame, c, population.person[i] as number, address, phone);
		yield copyLine([
			attributes.uscc(i), attributes.name(i), county, 'given', county, industry, attributes.enterpriseType(i),
			person, keys.person, address, keys.address, phone, keys.phone,
			capital, '人民币', `${capital}万元人民币`,
			dayText(population.established[i] as number),
			status, cancelledOn, keyDivisions.has(industry.slice(0, 3)), registry, stated, true, status, cancelledOn
		]);
	}
}

/** Lines of what enterprises share or shared. Run the events first. */
export function* linkLines(world: World): Generator<string> {
	const { frame, population, attributes } = world;
	const since = (kind: 'person' | 'address', i: number) => dayText(world.linkSince[kind].get(i) ?? (population.established[i] as number));
	for (let i = 0; i < population.size; i++) {
		const uscc = attributes.uscc(i);
		const c = population.county[i] as number;
		const keys = sharedKeys(
			frame, c, population.person[i] as number,
			attributes.addressText(c, population.address[i] as number, i), attributes.phoneText(c, population.phone[i] as number)
		);
		if (keys.person !== null) yield copyLine(['person', keys.person, uscc, since('person', i), null]);
		if (keys.address !== null) yield copyLine(['address', keys.address, uscc, since('address', i), null]);
		if (keys.phone !== null) yield copyLine(['phone', keys.phone, uscc, dayText(population.established[i] as number), null]);
	}
	const seen = new Set<string>();
	for (const past of world.pastLinks) {
		const c = population.county[past.enterprise] as number;
		const person = past.kind === 'person' ? past.id : (population.person[past.enterprise] as number);
		const keys = sharedKeys(frame, c, person, attributes.addressText(c, past.kind === 'address' ? past.id : (population.address[past.enterprise] as number)), '');
		const key = keys[past.kind];
		const once = `${past.kind} ${key} ${past.enterprise}`;
		if (key === null || past.id === population[past.kind][past.enterprise] || seen.has(once)) continue;
		seen.add(once);
		yield copyLine([past.kind, key, attributes.uscc(past.enterprise), dayText(past.since), dayText(past.until)]);
	}
}

/** Lines of the monthly classes: every enterprise that was alive when the month began. */
export function* classLines(world: World, batches: Map<string, BatchFacts>): Generator<string> {
	const { frame, population, attributes } = world;
	for (const month of monthsWithClasses(frame)) {
		const first = dayNumber(month);
		// Delivered on the second of the month; this month's are there from the first day on, so that there always is a newest month.
		const receivedDay = first + 1 < frame.todayNumber ? first + 1 : first;
		const received = stamp(receivedDay, 450);
		const batch = `demo-class-${month.slice(0, 7)}`;
		const facts = { kind: 'class', source: sourceOf('class').id, rows: 0, firstDay: first, lastDay: first, receivedDay };
		batches.set(batch, facts);
		for (let i = 0; i < population.size; i++) {
			if (!alive(population, i, first)) continue;
			facts.rows++;
			yield copyLine([attributes.uscc(i), month, classOf(frame, population, i, month), facts.source, batch, received]);
		}
	}
}

/** Lines of the seven years of counts before the events. */
export function* historyLines(world: World): Generator<string> {
	const { counties, divisions } = world.frame;
	for (const count of historyCounts(world.frame, world.intensities)) {
		yield copyLine([counties[count.county], dayText(count.day), count.kind, divisions[count.division], count.n, sourceOf(count.kind).id]);
	}
}
