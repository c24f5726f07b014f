import { personKey } from '#lib/enterprises/person.ts';
import { reportDays } from './annual-reports.ts';
import type { Attributes } from './attributes.ts';
import { classAt } from './classes.ts';
import { content, itemOf, type ContentInput } from './contents.ts';
import type { DayFacts, Frame } from './frame.ts';
import type { Intensity } from './intensity.ts';
import { sharedKeys } from './keys.ts';
import type { PlannedEvent, Plot } from './plot.ts';
import { below, labelSeed, mix, negativeBinomial, pickCumulative, poisson, type Random } from './random.ts';
import { sourceOf } from './sources.ts';
import type { Population } from './population.ts';

/** One simulated event; the loader turns it into a row. */
export type DemoEvent = {
	readonly kind: string;
	readonly item: string | null;
	/** Index of the enterprise; −1 for nobody registered. */
	readonly enterprise: number;
	readonly county: number;
	/** Class key of the enterprise, else the division a complaint about nobody names. */
	readonly industry: string;
	readonly day: number;
	/** Minute of the day, Asia/Shanghai. */
	readonly minute: number;
	readonly receivedDay: number;
	readonly receivedMinute: number;
	readonly class: string | null;
	readonly personKey: string | null;
	readonly content: Readonly<Record<string, unknown>>;
	readonly serial: number;
};

/** A link that a change of person or address ended. */
export type PastLink = { kind: 'address' | 'person'; id: number; enterprise: number; since: number; until: number };

/** Everything the simulation reads and what it leaves behind. */
export type Simulation = {
	readonly frame: Frame;
	readonly population: Population;
	readonly attributes: Attributes;
	readonly intensities: readonly Intensity[];
	readonly plot: Plot;
	/** Filled while running. */
	readonly pastLinks: PastLink[];
	/** Day the present person or address was taken on, where it is not the establishment; filled while running. */
	readonly linkSince: { readonly person: Map<number, number>; readonly address: Map<number, number> };
};

/** How many rows one occasion makes: a change application names several items, a bad afternoon brings several complaints. */
function clump(random: Random, kind: string): number {
	const u = random();
	if (kind === 'change') return u < 0.74 ? 1 : u < 0.95 ? 2 : 3;
	if (kind === 'complaint') return u < 0.95 ? 1 : u < 0.985 ? 2 : 3;
	return 1;
}

/** Days between what happened and when the source delivered it. */
export function delay(random: Random, kind: string): number {
	const u = random();
	if (kind === 'complaint') return u < 0.74 ? 0 : u < 0.89 ? 1 : u < 0.96 ? 2 + below(random, 2) : 4 + below(random, 6);
	if (kind === 'penalty' || kind === 'compulsory-measure') return 1 + below(random, 9);
	if (kind === 'inspection') return u < 0.5 ? 0 : below(random, 6);
	return u < 0.88 ? 0 : u < 0.97 ? 1 : 2 + below(random, 3);
}

/** All events, day by day in order of occurrence. What was received after yesterday is not known yet and does not come. */
export function* simulate(simulation: Simulation): Generator<DemoEvent> {
	const { frame, population, plot } = simulation;
	let serial = 0;
	const random = frame.stream('events');
	const make = maker(simulation, random, () => serial++);
	openOld(frame, population);
	let nextBorn = population.firstNew;
	let reports = reportDays(frame, population, 0);
	for (const facts of frame.days) {
		const d = facts.number;
		if (d < frame.firstEventDay || d >= frame.todayNumber) continue;
		const year = Number(facts.day.slice(0, 4));
		if (reports.year !== year) reports = reportDays(frame, population, year);
		while (nextBorn < population.regular && population.established[nextBorn] === d) {
			open(frame, population, nextBorn);
			yield* make('registration', nextBorn, facts, {});
			nextBorn++;
		}
		for (const planned of plot.events.get(d) ?? []) yield* make(planned.kind, planned.enterprise, facts, planned);
		for (const intensity of simulation.intensities) {
			if (intensity.process.kind !== 'registration') yield* ordinary(simulation, intensity, facts, random, make);
		}
		for (const i of reports.filed(d)) {
			if (alive(population, i, d)) yield* make('annual-report', i, facts, {});
		}
		for (const i of reports.missing(d)) {
			if (alive(population, i, d)) yield* make('abnormal-list', i, facts, { item: '未按规定公示年度报告' });
		}
	}
}

type Make = (kind: string, enterprise: number, facts: DayFacts, planned: Partial<PlannedEvent>) => Iterable<DemoEvent>;

function* ordinary(simulation: Simulation, intensity: Intensity, facts: DayFacts, random: Random, make: Make): Generator<DemoEvent> {
	const { frame, population, plot } = simulation;
	const { kind, phi } = intensity.process;
	const width = frame.divisions.length;
	const cumulative = intensity.cumulative(facts);
	for (let c = 0; c < frame.counties.length; c++) {
		let n = negativeBinomial(random, intensity.mean(c, facts), phi);
		while (n > 0) {
			const v = pickCumulative(random, cumulative, c * width, width);
			n -= yield* occasion(c * width + v, clump(random, kind), n);
		}
		for (const wave of plot.waves) {
			if (wave.kind !== kind || facts.number < wave.from || facts.number > wave.to || !wave.counties.has(c)) continue;
			const extra = poisson(random, intensity.cellMean(c, wave.division, facts) * (wave.factor - 1));
			for (let k = 0; k < extra; k++) yield* occasion(c * width + wave.division, 1, 1, wave.item);
		}
	}

	function* occasion(cell: number, wanted: number, most: number, item?: string): Generator<DemoEvent, number> {
		const rows = Math.min(wanted, most);
		if (kind === 'complaint' && item === undefined && random() < 0.02) {
			yield* make(kind, -1 - cell, facts, {});
			return 1;
		}
		const i = choose(population, cell, facts.number, intensity.process.weights, kind, random);
		if (i < 0) return 1;
		if (kind === 'change') {
			const first = itemOf(kind, frame, population, i, random) as string;
			yield* make(kind, i, facts, { item: first });
			// A new representative usually holds the shares as well; the rest of an application is scope or capital.
			const companions = first === 'legal-representative' ? ['shareholders', 'scope'] : ['scope', 'capital'];
			for (let k = 1; k < rows; k++) {
				const item = companions[k - 1] as string;
				if (item !== first) yield* make(kind, i, facts, { item });
			}
			return rows;
		}
		for (let k = 0; k < rows; k++) yield* make(kind, i, facts, item === undefined ? {} : { item });
		return rows;
	}
}

function maker(simulation: Simulation, random: Random, nextSerial: () => number): Make {
	const { frame, population, attributes, plot } = simulation;
	const people = labelSeed(frame.seed, 'complainants');
	// Who complains, and whose company is registered.
	const personOf = (kind: string, enterprise: number, complainant: string) =>
		kind === 'complaint'
			? personKey(`demo complainant ${complainant}`, null, '320000')
			: kind === 'registration'
				? sharedKeys(frame, 0, population.person[enterprise] as number, '', '').person
				: null;
	return function* (kind, enterprise, facts, planned) {
		const nobody = enterprise < 0;
		const cell = -1 - enterprise;
		const county = nobody ? Math.floor(cell / frame.divisions.length) : (population.county[enterprise] as number);
		const late = planned.delay ?? delay(random, kind);
		const office = sourceOf(kind).office;
		const minute = planned.minute ?? (office ? 520 + below(random, 510) : 440 + below(random, 900));
		const receivedDay = facts.number + late;
		const receivedMinute = late > 0 ? 380 + below(random, 160) : Math.min(1436, minute + 3 + below(random, 90));
		const item = planned.item ?? itemOf(kind, frame, population, enterprise, random);
		const serial = nextSerial();
		// Most people complain once; a few hundred do it often.
		const person = random() < 0.9 ? 1_000_000 + serial : mix(people, below(random, Math.round(900 * frame.factor))) % 1_000_000;
		const input: ContentInput = {
			kind, item, enterprise, county, facts, frame, population, attributes, random, plannedContent: planned.content,
			newPerson: planned.person, newAddress: planned.address
		};
		const body = content(input);
		if (!nobody) applyEffect(simulation, kind, item, enterprise, facts.number, planned);
		if (receivedDay >= frame.todayNumber) return;
		if (plot.silent.some((gap) => gap.kind === kind && gap.counties.has(county) && receivedDay >= gap.from)) return;
		yield {
			kind, item, enterprise, county,
			industry: nobody ? (frame.divisions[cell % frame.divisions.length] as string) : attributes.industry(enterprise),
			day: facts.number, minute, receivedDay, receivedMinute,
			class: nobody ? null : classAt(frame, population, enterprise, facts.day),
			personKey: personOf(kind, enterprise, planned.complainant ?? String(person)),
			content: body,
			serial
		};
	};
}

/** What an event does to the register. */
function applyEffect(simulation: Simulation, kind: string, item: string | null, i: number, day: number, planned: Partial<PlannedEvent>): void {
	const { population, pastLinks, linkSince } = simulation;
	if (kind === 'cancellation') population.ended[i] = day;
	if (kind !== 'change') return;
	const step = item === 'capital' ? population.capitalStep : item === 'name' ? population.nameStep : item === 'scope' ? population.scopeStep : null;
	if (step !== null) step[i] = Math.min(4, (step[i] as number) + 1);
	if (item !== 'legal-representative' && item !== 'address') return;
	const link = item === 'address' ? 'address' : 'person';
	const column = population[link];
	const next = (item === 'address' ? planned.address : planned.person) ?? population.nextId;
	if (column[i] === next) return;
	pastLinks.push({ kind: link, id: column[i] as number, enterprise: i, since: linkSince[link].get(i) ?? (population.established[i] as number), until: day });
	column[i] = next;
	linkSince[link].set(i, day);
	if (next === population.nextId) population.nextId++;
}

function openOld(frame: Frame, population: Population): void {
	population.cellOpen.fill(0);
	for (let i = 0; i < population.firstNew; i++) open(frame, population, i);
}

function open(frame: Frame, population: Population, i: number): void {
	const cell = (population.county[i] as number) * frame.divisions.length + (population.division[i] as number);
	population.cellOpen[cell] = (population.cellOpen[cell] as number) + 1;
}

/** Whether an enterprise is in the market on a day. */
export function alive(population: Population, i: number, day: number): boolean {
	return (population.established[i] as number) <= day && (population.ended[i] === 0 || (population.ended[i] as number) > day);
}

/** A living member of the cell, the risky ones more often; −1 when there is none. */
function choose(population: Population, cell: number, day: number, weights: string, kind: string, random: Random): number {
	const start = population.cellStart[cell] as number;
	const count = population.cellOpen[cell] as number;
	if (count === 0) return -1;
	const lean = weights === 'complaint' ? 0.5 : weights === 'supervision' ? 0.4 : 0;
	let fallback = -1;
	for (let attempt = 0; attempt < 12; attempt++) {
		const i = population.cellMembers[start + below(random, count)] as number;
		if (!alive(population, i, day)) continue;
		if (kind === 'cancellation' && day - (population.established[i] as number) < 120) continue;
		fallback = i;
		if (lean === 0 || random() < Math.exp(lean * ((population.risk[i] as number) - 1.5))) return i;
	}
	return fallback;
}
