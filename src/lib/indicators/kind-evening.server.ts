import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { industryChain, regionInside } from '#lib/detection/daily/cells.ts';
import type { CommonChange } from '#lib/detection/sources/common-change.ts';
import type { CellQuestion } from '#lib/detection/daily/portfolio.ts';
import type { Held } from '#lib/warnings/evaluation.ts';
import { bindingMarks } from '#lib/intake/watermark.ts';
import { loadCounts, type KindCounts } from './counts.server.ts';
import {
	cityCounts, completenessOn, coverageOn, exposureOf, knownOn, sourceSeries, viewOf,
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
	readonly dayKinds: Uint8Array;
	/** Sources that deliver this kind, with their own city counts where there are several. */
	readonly sources: readonly { readonly id: string; readonly regionCode: string; readonly own: Float64Array | null }[];
};

/** A change of coverage of one source that an evening found. */
export type FoundChange = { readonly sourceId: string; readonly cities: readonly string[]; readonly change: CommonChange };

/** One kind of event as it stood on one evening. */
export type KindEvening = {
	readonly asOf: string;
	readonly question: Omit<CellQuestion, 'watched'>;
	readonly found: readonly FoundChange[];
	/** Why cells of a region cannot be judged; null when they can. */
	readonly heldWhy: (regionCode: string) => Held | null;
	readonly day: (index: number) => string;
	/** The cell and day index of an event; undefined when its cell has no counts. */
	readonly place: (region: string, industry: string, day: string) => { readonly leaf: number; readonly day: number } | undefined;
	readonly run: KindRun;
};

export async function loadKind(
	db: Kysely<DB>, kind: string, from: string, to: string, state: SourceState, corrected: boolean
): Promise<KindRun> {
	const first = await firstCountedDay(db, kind, from);
	const data = await loadCounts(db, kind, first, to, from, corrected);
	const city = cityCounts(data.layout.leaves.map((leaf) => leaf.region), data.counts, data.days);
	const delivering = state.sources.filter((source) => source.kinds.includes(kind));
	const sources = [];
	for (const source of delivering) {
		const own = delivering.length > 1 ? await ownCounts(db, source.id, kind, first, to, city) : null;
		sources.push({ id: source.id, regionCode: source.regionCode, own });
	}
	const leafAt = new Map(data.layout.leaves.map((leaf, i) => [`${leaf.region}|${leaf.industry}`, i]));
	return { data, city, leafAt, dayKinds: await loadDayKinds(db, first, to), sources };
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

/** 0 … 6 Sunday … Saturday, 7 a statutory day off in the week, 8 a make-up working day. */
async function loadDayKinds(db: Kysely<DB>, from: string, to: string): Promise<Uint8Array> {
	const { rows } = await sql<{ kind: number }>`
		select case
			when c.makeup then 8
			when c.off and extract(dow from d) between 1 and 5 then 7
			else extract(dow from d)::int
		end as kind
		from generate_series(${from}::date, ${to}::date, interval '1 day') d
		left join calendar_day c on c.day = d::date
		order by d
	`.execute(db);
	return Uint8Array.from(rows, (row) => row.kind);
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

/** Puts together what an evening may know. */
export function eveningOf(run: KindRun, asOf: string, state: SourceState): KindEvening {
	const { data, city } = run;
	const index = daysBetween(data.firstDay, asOf);
	const day = (i: number) => addDays(data.firstDay, i);
	const share = completenessOn(data.delays, index);
	const view = viewOf(city.cities.length, city.days, knownOn(city, data.counts, index), run.dayKinds, index, share);
	const found: FoundChange[] = [];
	const changing = new Map<string, string>();
	for (const source of run.sources) {
		const result = sourceChange(run, source, view, share, index, asOf, state);
		if (result?.change) found.push({ sourceId: source.id, cities: result.cities, change: result.change });
		if (result?.suspected) changing.set(source.id, day(result.suspected.day));
	}
	const states = city.cities.map((code, c) => cityState(code, c, run, view, index, asOf, state, changing, day));
	const { classes, classOfCity } = exposureOf(view, states, index);
	const heldCity = states.map((s) => s.held !== null);
	return {
		asOf, found, day, run,
		place: (region, industry, on) => {
			const leaf = run.leafAt.get(`${region}|${industryChain(industry)[0]}`);
			return leaf === undefined ? undefined : { leaf, day: daysBetween(data.firstDay, on) };
		},
		question: {
			layout: data.layout, counts: data.counts, asOf: index, classes,
			classOfLeaf: Uint16Array.from(city.cityOfLeaf, (c) => classOfCity[c]!),
			held: Uint8Array.from(city.cityOfLeaf, (c) => (heldCity[c] ? 1 : 0))
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

const overlaps = (a: string, b: string) => regionInside(a, b) || regionInside(b, a);

function sourceChange(
	run: KindRun,
	source: KindRun['sources'][number],
	view: DayView,
	share: Float64Array,
	index: number,
	asOf: string,
	state: SourceState
) {
	const { city, data } = run;
	const members = city.cities.flatMap((code, c) => (overlaps(`${code}00`, source.regionCode) ? [c] : []));
	if (members.length === 0) return null;
	const own = source.own === null ? view : viewOf(city.cities.length, city.days, source.own, run.dayKinds, index, share);
	const earlier = state.notices.filter((n) => n.sourceId === source.id && n.kind === data.kind && n.changeOn <= asOf && n.detectedOn <= asOf);
	const last = earlier.at(-1);
	const starts = earlier.map((notice) => daysBetween(data.firstDay, notice.changeOn)).filter((start) => start > 0);
	const direction = last ? Math.sign(Math.log(last.factor)) : 0;
	const { change, suspected } = coverageOn(sourceSeries(own, members, city.days, index), starts, direction, index);
	return { change, suspected, cities: members.map((c) => city.cities[c]!) };
}

/** Days of the longest window that cells are judged by. */
const longestWindow = 14;
const undelivered = ['late', 'missing', 'stopped'];

/** Until when a place's data has come by the evening, and whether what is missing keeps it from being judged. */
function heldByMarks(
	state: SourceState, kind: string, regionCode: string, asOf: string
): { readonly completeUpTo: string; readonly held: Held | null } {
	let completeUpTo = asOf;
	let held: Held | null = null;
	for (const mark of bindingMarks(state.watermarks.filter((row) => row.kind === kind && overlaps(regionCode, row.regionCode)))) {
		if (mark.completeUpTo >= asOf) continue;
		if (mark.completeUpTo < completeUpTo) completeUpTo = mark.completeUpTo;
		// Undelivered days in the window are no zeros; with none delivered, or the source known to be late, nothing can be said.
		if (undelivered.includes(mark.state) || daysBetween(mark.completeUpTo, asOf) >= longestWindow) {
			held = { reason: mark.state === 'missing' ? 'missing' : 'late', source: mark.sourceId, since: addDays(mark.completeUpTo, 1) };
		}
	}
	return { completeUpTo, held };
}

function cityState(
	code: string,
	c: number,
	run: KindRun,
	view: DayView,
	index: number,
	asOf: string,
	state: SourceState,
	changing: ReadonlyMap<string, string>,
	day: (i: number) => string
): CityState {
	const { kind, firstDay } = run.data;
	const here = <T extends { readonly kind: string; readonly regionCode: string }>(rows: readonly T[]) =>
		rows.filter((row) => row.kind === kind && overlaps(`${code}00`, row.regionCode));
	let anchor = 0;
	for (const a of here(state.anchors)) if (a.anchorOn <= asOf) anchor = Math.max(anchor, daysBetween(firstDay, a.anchorOn));
	const delivered = heldByMarks(state, kind, `${code}00`, asOf);
	const completeUpTo = daysBetween(firstDay, delivered.completeUpTo);
	let held = delivered.held;
	// What a source on time has not delivered yet is not due; nothing where it says that all has come is silence.
	const silentSince = view.silentSince[c]!;
	if (held === null && silentSince >= 0 && silentSince <= completeUpTo) held = { reason: 'missing', since: day(silentSince) };
	for (const notice of here(state.notices)) {
		if (notice.state === 'open' && notice.detectedOn <= asOf) held = { reason: 'changed-coverage', source: notice.sourceId, since: notice.changeOn };
	}
	for (const source of run.sources) {
		const since = changing.get(source.id);
		if (held === null && since !== undefined && overlaps(`${code}00`, source.regionCode)) {
			held = { reason: 'changed-coverage', source: source.id, since };
		}
	}
	return { anchor, completeUpTo, held };
}
