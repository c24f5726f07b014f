import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween, weekday } from '#lib/calendar/days.ts';
import { asKnownOn, industryChain } from '#lib/detection/daily/cells.ts';
import { bulkDays, type BulkDay } from '#lib/detection/sources/bulk-day.ts';
import type { CommonChange } from '#lib/detection/sources/common-change.ts';
import { calendarDaysOf } from '#lib/detection/daily/calendar-days.ts';
import type { CalendarDays } from '#lib/detection/daily/calendar-effects.ts';
import { completeness } from '#lib/detection/daily/delay.ts';
import { knownCounts } from '#lib/detection/daily/known-counts.ts';
import { learn, learnedFor, type Learned } from '#lib/detection/daily/learn.ts';
import { cellWindows, type CellQuestion } from '#lib/detection/daily/portfolio.ts';
import type { Held } from '#lib/warnings/evaluation.ts';
import type { SourceSeries } from '#lib/detection/sources/source-noise.ts';
import { loadCounts, type KindCounts } from './counts.server.ts';
import { heldByHabit, heldByMarks, overlaps } from './held.ts';
import {
	cityCounts, coverageOn, knownOn, sharesOf, sourceSeries, viewOf,
	type CityCounts, type CityState, type DayView
} from './evening.ts';
import { countsOfSource, type SourceState } from './sources.server.ts';

/** Days of counts that the detectors look back on: five years, the half window before them, and the guard. */
const historyDays = 1_862;

/** One kind of event, loaded for a run of evenings. */
export type KindRun = {
	readonly data: KindCounts;
	readonly city: CityCounts & { readonly cityOfLeaf: Uint16Array };
	readonly leafAt: ReadonlyMap<string, number>;
	/** Kind of each day for `dayWeights`, 1 for days on which nobody works, and the calendar; a week further than the counts. */
	readonly dayKinds: Uint8Array;
	readonly off: Uint8Array;
	readonly calendar: CalendarDays;
	/** What was learned of the calendar, by the day it was learned on: filled as evenings ask. */
	readonly learned: Map<number, Learned>;
	/** Sources that deliver this kind, with their own city counts where there are several. */
	readonly sources: readonly { readonly id: string; readonly regionCode: string; readonly own: Float64Array | null }[];
};

/** A change of coverage of one source that an evening found. */
export type FoundChange = { readonly sourceId: string; readonly cities: readonly string[]; readonly change: CommonChange };

/** A day that a source entered in bulk, found on an evening. */
export type FoundBulk = { readonly sourceId: string; readonly cities: readonly string[]; readonly bulk: BulkDay };

/** One kind of event as it stood on one evening. */
export type KindEvening = {
	readonly asOf: string;
	/** What came until the end of this day is known: the evening itself, or later when it is judged again. */
	readonly knownOn: string;
	readonly question: Omit<CellQuestion, 'watched' | 'learned' | 'slow'>;
	/** Calendar effects and spread: learned on Sundays, when first asked for. */
	readonly learned: () => Learned;
	/** Whether slow rises are looked for: on Sundays. */
	readonly slow: boolean;
	readonly found: readonly FoundChange[];
	readonly bulk: readonly FoundBulk[];
	/** Why cells of a region cannot be judged; null when they can. */
	readonly heldWhy: (regionCode: string) => Held | null;
	/** The same of every city that has counts. */
	readonly cities: readonly { readonly code: string; readonly held: Held | null }[];
	readonly day: (index: number) => string;
	/** The cell and day index of an event; undefined when its cell has no counts. */
	readonly place: (region: string, industry: string, day: string) => { readonly leaf: number; readonly day: number } | undefined;
	readonly run: KindRun;
};

export async function loadKind(
	db: Kysely<DB>, kind: string, from: string, to: string, state: SourceState, corrected: boolean, load: typeof loadCounts = loadCounts
): Promise<KindRun> {
	const first = await firstCountedDay(db, kind, from);
	// What was received since the Sunday before the first evening must be told apart: that is when the calendar was learned. And what came
	// on the first evening itself, as far as it came late.
	const told = addDays(from, -Math.max(1, weekday(from) % 7));
	const data = await load(db, kind, first, to, told < first ? first : told, corrected);
	const city = cityCounts(data.layout.leaves.map((leaf) => leaf.region), data.counts, data.days);
	const delivering = state.sources.filter((source) => source.kinds.includes(kind));
	const sources = [];
	for (const source of delivering) {
		const own = delivering.length > 1 ? await ownCounts(db, source.id, kind, first, to, city) : null;
		sources.push({ id: source.id, regionCode: source.regionCode, own });
	}
	const leafAt = new Map(data.layout.leaves.map((leaf, i) => [`${leaf.region}|${leaf.industry}`, i]));
	return { data, city, leafAt, ...(await loadCalendar(db, first, addDays(to, learnedFor))), learned: new Map(), sources };
}

/** First day that has counts within the history; the first judged day when there are none before it. */
async function firstCountedDay(db: Kysely<DB>, kind: string, judgedFrom: string): Promise<string> {
	const row = await db
		.selectFrom('count_day')
		.select((eb) => eb.fn.min('day').as('day'))
		.where('kind', '=', kind)
		.where('day', '>=', addDays(judgedFrom, -historyDays))
		.where('day', '<', judgedFrom)
		.executeTakeFirst();
	return row?.day ?? judgedFrom;
}

async function loadCalendar(db: Kysely<DB>, from: string, to: string): Promise<Pick<KindRun, 'dayKinds' | 'off' | 'calendar'>> {
	const { rows } = await sql<{ day: string; holiday: boolean; makeup: boolean; off: boolean }>`
		select d::date::text as day, coalesce(c.holiday is not null, false) as holiday, coalesce(c.makeup, false) as makeup,
			coalesce(c.off, extract(isodow from d) > 5) as off
		from generate_series(${from}::date, ${to}::date, interval '1 day') d
		left join calendar_day c on c.day = d::date
		order by d
	`.execute(db);
	const newYears = await sql<{ day: string }>`
		select day::text from calendar_day
		where lunar_month = 1 and lunar_day = 1 and not lunar_leap and day between ${from}::date - 60 and ${to}::date + 60
	`.execute(db);
	const calendar = calendarDaysOf(rows, newYears.rows.map((row) => row.day));
	return {
		calendar,
		off: Uint8Array.from(rows, (row) => (row.off ? 1 : 0)),
		// 0 … 6 Sunday … Saturday, 7 a statutory day off in the week, 8 a make-up working day.
		dayKinds: Uint8Array.from(rows, (row, t) => {
			const weekday = calendar.weekday[t]!;
			return row.makeup ? 8 : row.off && weekday >= 1 && weekday <= 5 ? 7 : weekday;
		})
	};
}

async function ownCounts(db: Kysely<DB>, sourceId: string, kind: string, from: string, to: string, city: CityCounts): Promise<Float64Array> {
	const counts = new Float64Array(city.counts.length);
	const at = new Map(city.cities.map((code, i) => [code, i]));
	for (const row of await countsOfSource(db, sourceId, kind, from, to)) {
		const index = at.get(row.city);
		if (index !== undefined) counts[index * city.days + row.day] = row.n;
	}
	return counts;
}

/**
 * Puts together what an evening may know.
 *
 * @param known until when what came is known: the evening itself, or a later day when it is judged again.
 */
export function eveningOf(run: KindRun, asOf: string, state: SourceState, known = asOf): KindEvening {
	const { data, city } = run;
	const [index, knownIndex] = [daysBetween(data.firstDay, asOf), daysBetween(data.firstDay, known)];
	const day = (i: number) => addDays(data.firstDay, i);
	const counts = known === asOf ? data.counts : asKnownOn(data.counts, knownIndex);
	const share = completeness(data.delays, run.off, knownIndex).subarray(0, index + 1);
	const view = viewOf(city.cities.length, city.days, knownOn(city, counts, index), run.dayKinds, index, share);
	const found: FoundChange[] = [];
	const changing = new Map<string, string>();
	const bulk: FoundBulk[] = [];
	for (const source of run.sources) {
		const result = sourceChange(run, source, view, share, index, asOf, known, state);
		for (const day of result?.bulk ?? []) bulk.push({ sourceId: source.id, cities: result!.cities, bulk: day });
		if (result?.change) found.push({ sourceId: source.id, cities: result.cities, change: result.change });
		if (result?.suspected) changing.set(source.id, day(result.suspected.day));
	}
	const hide = (cities: readonly string[], d: number) => {
		for (const code of cities) view.delivered[city.cities.indexOf(code) * (index + 1) + d] = 0;
	};
	for (const { cities, bulk: { day: d } } of bulk) hide(cities, d);
	// Of a partial day nobody knows what is missing: it says as little as one that was not delivered.
	for (const partial of state.partialDays) {
		if (partial.kind !== data.kind || partial.day > asOf || partial.foundOn > known || (partial.settledOn !== null && partial.settledOn <= known)) continue;
		const [code, d] = [partial.regionCode.slice(0, 4), daysBetween(data.firstDay, partial.day)];
		if (city.cities.includes(code) && d >= 0) hide([code], d);
	}
	const states = city.cities.map((code, c) => cityState(code, c, run, view, index, asOf, known, state, changing, day));
	const { shares, classOfCity } = sharesOf(view, states, share, index);
	const heldCity = states.map((s) => s.held !== null);
	const { layout } = data;
	const cityAt = new Map(city.cities.map((code, c) => [code, c]));
	const cityOfRegion = layout.regionCodes.slice(0, layout.space.regions).map((code) => cityAt.get(code.slice(0, 4))!);
	const classOfRegion = Uint16Array.from(cityOfRegion, (c) => classOfCity[c]!);
	const question = {
		layout, counts, asOf: index, shares, classOfRegion,
		held: Uint8Array.from(cityOfRegion, (c) => (heldCity[c] ? 1 : 0))
	};
	return {
		asOf, knownOn: known, found, bulk, day, run,
		cities: city.cities.map((code, c) => ({ code: `${code}00`, held: states[c]!.held })),
		place: (region, industry, on) => {
			const leaf = run.leafAt.get(`${region}|${industryChain(industry)[0]}`);
			return leaf === undefined ? undefined : { leaf, day: daysBetween(data.firstDay, on) };
		},
		question, slow: run.calendar.weekday[index] === 0,
		learned: () => {
			// The same for all evenings of a week, whichever of them asks first.
			const sunday = Math.max(0, knownIndex - run.calendar.weekday[knownIndex]!);
			let learned = run.learned.get(sunday);
			if (learned === undefined) {
				learned = learnFrom(run, sunday === index && known === asOf ? question : eveningOf(run, day(sunday), state).question);
				run.learned.set(sunday, learned);
			}
			return learned;
		},
		heldWhy: (regionCode) => {
			const c = city.cities.findIndex((code, i) => heldCity[i] && overlaps(`${code}00`, regionCode));
			if (c >= 0) return states[c]!.held;
			// Nothing was counted there for years: calm, or nobody delivers any more.
			const counted = city.cities.some((code) => overlaps(`${code}00`, regionCode));
			return counted ? null : heldByMarks(state, data.kind, regionCode, asOf).held;
		}
	};
}

/** Learns the calendar from what an evening knew; it serves for `ahead` days. */
export function learnFrom(
	run: Pick<KindRun, 'calendar'>, { layout: { space, cellOfLeaf }, counts, asOf, shares, classOfRegion }: KindEvening['question'], ahead = learnedFor
): Learned {
	const known = knownCounts(counts, cellOfLeaf, space.regions * space.industries, asOf);
	return learn({ space, counts: known, classOfRegion, shares, calendar: run.calendar, asOf, past: [], windows: cellWindows, ahead });
}

function sourceChange(
	run: KindRun,
	source: KindRun['sources'][number],
	view: DayView,
	share: Float64Array,
	index: number,
	asOf: string,
	known: string,
	state: SourceState
) {
	const { city, data } = run;
	const members = city.cities.flatMap((code, c) => (overlaps(`${code}00`, source.regionCode) ? [c] : []));
	if (members.length === 0) return null;
	const own = source.own === null ? view : viewOf(city.cities.length, city.days, source.own, run.dayKinds, index, share);
	const notices = state.notices.filter((n) => n.sourceId === source.id && n.kind === data.kind && n.changeOn <= asOf && n.detectedOn <= known);
	const earlier = notices.filter(({ what }) => what === 'level');
	const last = earlier.at(-1);
	const starts = earlier.map((notice) => daysBetween(data.firstDay, notice.changeOn)).filter((start) => start > 0);
	const direction = last ? Math.sign(Math.log(last.factor)) : 0;
	const series = sourceSeries(own, members, city.days, index);
	// What a person said has happened counts like any other day.
	const happened = new Set(notices.flatMap(({ what, state, changeOn }) => (what === 'bulk' && state === 'dismissed' ? [changeOn] : [])));
	const days = bulkDays(series, index);
	const bulk = days.filter(({ day }) => !happened.has(addDays(data.firstDay, day)));
	// One day is no level, whether it happened or was entered.
	const weights = Float64Array.from(series.weights);
	for (const { day } of days) weights[day] = 0;
	// Since its last row a source that promised no day says nothing of its level: it may only pause.
	const promised = state.watermarks.some((mark) => mark.sourceId === source.id && mark.promised);
	if (!promised) weights.fill(0, lastCounted(series) + 1);
	const { change, suspected } = coverageOn({ ...series, weights }, starts, direction, index);
	return { change, suspected, bulk, cities: members.map((c) => city.cities[c]!) };
}

function lastCounted({ counts, days, regions }: SourceSeries): number {
	let last = days - 1;
	const isEmpty = (day: number) => !Array.from({ length: regions }, (_, r) => counts[r * days + day]!).some((n) => n > 0);
	while (last >= 0 && isEmpty(last)) last--;
	return last;
}

function cityState(
	code: string,
	c: number,
	run: KindRun,
	view: DayView,
	index: number,
	asOf: string,
	known: string,
	state: SourceState,
	changing: ReadonlyMap<string, string>,
	day: (i: number) => string
): CityState {
	const { kind, firstDay } = run.data;
	const here = <T extends { readonly kind: string; readonly regionCode: string }>(rows: readonly T[]) =>
		rows.filter((row) => row.kind === kind && overlaps(`${code}00`, row.regionCode));
	let anchor = 0;
	for (const a of here(state.anchors)) if (a.anchorOn <= asOf) anchor = Math.max(anchor, daysBetween(firstDay, a.anchorOn));
	const marked = heldByMarks(state, kind, `${code}00`, asOf);
	const delivered = marked.onDemand && marked.completeUpTo < asOf ? heldByHabit(marked, view, c, run.city.days, asOf) : marked;
	const completeUpTo = daysBetween(firstDay, delivered.completeUpTo);
	let held = delivered.held;
	// What a source on time has not delivered yet is not due; nothing where it says that all has come is silence.
	const silentSince = view.silentSince[c]!;
	if (held === null && silentSince >= 0 && silentSince <= completeUpTo) held = { reason: 'missing', since: day(silentSince) };
	for (const notice of here(state.notices)) {
		if (notice.what === 'level' && notice.state === 'open' && notice.detectedOn <= known && notice.changeOn <= asOf) held = { reason: 'changed-coverage', source: notice.sourceId, since: notice.changeOn };
	}
	for (const source of run.sources) {
		const since = changing.get(source.id);
		if (held === null && since !== undefined && overlaps(`${code}00`, source.regionCode)) {
			held = { reason: 'changed-coverage', source: source.id, since };
		}
	}
	return { anchor, completeUpTo, held };
}
