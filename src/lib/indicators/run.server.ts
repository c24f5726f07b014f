import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { refreshPlaces } from '#lib/enterprises/places.server.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { applyEvaluations, liveSeries } from '#lib/warnings/machine.server.ts';
import { levelRules } from '#lib/warnings/settings.server.ts';
import { activeIndicators, type ActiveIndicator } from './active.server.ts';
import { recordBulk, recordChanges } from '#lib/indicators/coverage/notices.server.ts';
import { loadEntity, type EntityRun } from './entities.server.ts';
import type { Fact } from './entity.ts';
import { evaluate, kindOf } from './evaluate.server.ts';
import { judgeAgain } from '#lib/indicators/late/judge-again.server.ts';
import { eveningOf, loadKind, type KindEvening, type KindRun } from './kind-evening.server.ts';
import { loadSources } from './sources.server.ts';

export type RunOptions = {
	/** Last evening, `YYYY-MM-DD`. */
	readonly asOf: string;
	/** First evening; default: only the last. */
	readonly from?: string;
	readonly progress?: (done: number, days: number) => void;
	readonly signal?: AbortSignal;
};

export type RunResult = {
	readonly days: number;
	readonly series: number;
	readonly evaluated: number;
	readonly raised: number;
	readonly held: number;
	readonly seconds: number;
};

/** Evenings whose events are kept in memory at once. */
const chunkDays = 31;

/**
 * Runs every indicator for each evening from `from` to `asOf` as the clock would have: what happened or was received later is not
 * looked at. One transaction an evening; an evening that was run before is left alone, so an interrupted run is simply repeated.
 */
export async function runMonitors(db: Kysely<DB>, options: RunOptions): Promise<RunResult> {
	const started = performance.now();
	const from = options.from ?? options.asOf;
	const days = daysBetween(from, options.asOf) + 1;
	// Counts lag behind the merges by notes; a run on stale counts would call the newest days zero.
	await recomputeTouched(db);
	const indicatorsOf = await activeIndicators(db);
	const total = { days: 0, series: 0, evaluated: 0, raised: 0, held: 0 };
	const loaded: Loaded = { kinds: new Map(), entities: new Map() };
	for (let at = 0; at < days; at++) {
		if (options.signal?.aborted) break;
		const day = addDays(from, at);
		if (at % chunkDays === 0) loaded.entities.clear();
		const last = addDays(from, Math.min(days, at - (at % chunkDays) + chunkDays) - 1);
		const open = await withoutRun(db, day, indicatorsOf(day));
		if (open.length > 0) {
			await loadMissing(db, loaded, open, { from, to: options.asOf, day, last });
			// In a transaction of its own, and first: what it raises goes on this evening.
			const again = await judgeAgain(db, day, open, loaded.kinds);
			total.raised += again.raised;
			const done = await db.transaction().execute((trx) => runEvening(trx, day, open, loaded));
			total.series = Math.max(total.series, done.series);
			total.evaluated += done.evaluated;
			total.raised += done.raised;
			total.held += done.held;
		}
		total.days++;
		options.progress?.(at + 1, days);
	}
	return { ...total, seconds: Math.round((performance.now() - started) / 10) / 100 };
}

/** Keeps which cities could not be judged: they are once their data has come. */
async function keepHeld(trx: Kysely<DB>, kind: string, { asOf, cities }: KindEvening): Promise<void> {
	const held = cities.flatMap(({ code, held }) => (held === null ? [] : [{
		region_code: code, kind, as_of: asOf, reason: held.reason, source_id: held.source ?? null, since: held.since ?? null
	}]));
	if (held.length > 0) await trx.insertInto('held_evening').values(held).onConflict((conflict) => conflict.doNothing()).execute();
}

/** What evenings are judged from, filled as it is needed. */
export type Loaded = { readonly kinds: Map<string, KindRun>; readonly entities: Map<string, EntityRun> };

/**
 * Loads what the indicators need and `loaded` does not hold yet: counts for all evenings of the run (`from` … `to`), events of entities
 * for the next stretch (`day` … `last`).
 */
export async function loadMissing(
	db: Kysely<DB>,
	loaded: Loaded,
	indicators: readonly ActiveIndicator[],
	days: { readonly from: string; readonly to: string; readonly day: string; readonly last: string }
): Promise<void> {
	const key = ({ id, version }: ActiveIndicator) => `${id}|${version}`;
	const kinds = [...kindsOf(indicators)].filter((kind) => !loaded.kinds.has(kind));
	const entities = indicators.filter((indicator) => indicator.definition.monitor !== 'cell-surge' && !loaded.entities.has(key(indicator)));
	if (kinds.length === 0 && entities.length === 0) return;
	if (entities.length > 0) await refreshPlaces(db);
	const state = await loadSources(db);
	const corrected = await correctedKinds(db);
	for (const kind of kinds) loaded.kinds.set(kind, await loadKind(db, kind, days.from, days.to, state, corrected.has(kind)));
	const once = {};
	for (const indicator of entities) loaded.entities.set(key(indicator), await loadEntity(db, indicator, days.day, days.last, corrected, once));
}

const kindsOf = (indicators: readonly ActiveIndicator[]) => new Set(indicators.map(kindOf));

async function withoutRun(db: Kysely<DB>, day: string, indicators: readonly ActiveIndicator[]): Promise<ActiveIndicator[]> {
	const done = await db.selectFrom('monitor_run').select('indicator_id').where('as_of', '=', day).execute();
	const ids = new Set(done.map((row) => row.indicator_id));
	return indicators.filter((indicator) => !ids.has(indicator.id));
}

type Totals = { series: number; evaluated: number; raised: number; held: number };

/** Judges one evening and then writes what it found, all at the end; the transaction is the caller's. */
export async function runEvening(
	trx: Transaction<DB>,
	day: string,
	indicators: readonly ActiveIndicator[],
	{ kinds, entities }: Loaded
): Promise<Totals> {
	const rules = await levelRules(trx);
	const live = Map.groupBy(await liveSeries(trx, indicators.map((i) => i.id)), (series) => series.indicatorId);
	let state = await loadSources(trx);
	const evenings = new Map<string, KindEvening>();
	for (const kind of kindsOf(indicators)) {
		const evening = eveningOf(kinds.get(kind)!, day, state);
		evenings.set(kind, evening);
		await keepHeld(trx, kind, evening);
		await recordBulk(trx, kind, evening);
		if (evening.found.length > 0) {
			await recordChanges(trx, kind, evening);
			state = await loadSources(trx);
		}
	}
	// Entities first: what a cluster accounts for is not a surge of its county as well (E5).
	const explained: Fact[] = [];
	// What one shared thing accounts for is no group besides, and what either accounts for no surge of its county.
	const turn = ({ definition: { monitor } }: ActiveIndicator) => (monitor === 'cell-surge' ? 2 : monitor === 'linked-group' ? 1 : 0);
	const evaluations: Evaluation[] = [];
	const runs = [];
	for (const indicator of [...indicators].sort((a, b) => turn(a) - turn(b))) {
		const begun = performance.now();
		const said = await evaluate(
			trx, indicator,
			{
				kind: evenings.get(kindOf(indicator))!, live: live.get(indicator.id) ?? [], rules, explained,
				explain: true
			},
			entities.get(`${indicator.id}|${indicator.version}`)
		);
		explained.push(...said.explains);
		evaluations.push(...said.evaluations);
		runs.push({
			indicator_id: indicator.id, as_of: day, version: indicator.version, series: said.series, evaluated: said.judged, held: said.held,
			milliseconds: Math.round(performance.now() - begun)
		});
	}
	const applied = await applyEvaluations(trx, day, evaluations);
	const rows = runs.map((run) => ({
		...run,
		...(applied.byIndicator.get(run.indicator_id) ?? { raised: 0, cleared: 0 }),
		finished_at: sql<Date>`clock_timestamp()`
	}));
	if (rows.length > 0) await trx.insertInto('monitor_run').values(rows).execute();
	const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
	return { series: sum((r) => r.series), evaluated: sum((r) => r.evaluated), raised: sum((r) => r.raised), held: sum((r) => r.held) };
}
