import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { workingDaysFrom } from './deadlines.server.ts';
import type { Applied, Evaluation, Explanation, ScopeKind } from './evaluation.ts';
import { tellOfRun } from './machine-notices.server.ts';
import { feed, type FeedEntry } from './feed.server.ts';
import type { EvaluationState } from './lifecycle.ts';
import { judge, raised, standingAfter, type Judgement, type Standing } from './machine.ts';
import { lockMachine } from './machine-lock.server.ts';
import {
	insertWarnings, updateWarnings, writeHistory, writeSeries, writeSubjects,
	type Changed, type Judged, type Known, type When, type Written
} from './machine-writes.server.ts';
import { currentColumns, fromRow, toRow } from './rows.ts';
import { settleParents } from './parents.server.ts';
import { router } from './routing.server.ts';
import { deadlineRules } from './settings.server.ts';

const chunkSize = 1_000;

/** A series whose episode has not cleared: each run has to say something about it. */
export type LiveSeries = {
	readonly seriesKey: string;
	readonly indicatorId: string;
	readonly scopeKind: ScopeKind;
	readonly regionCode: string;
	readonly industryKey: string;
	readonly uscc: string | null;
	readonly firstBreachOn: string;
	readonly lastBreachOn: string;
	readonly evaluatedOn: string;
};

/** A series with its newest episode, cleared or not. */
export type Episode = LiveSeries & { readonly clearedOn: string | null; readonly evaluation: EvaluationState };

export async function liveSeries(db: Kysely<DB>, indicatorIds: readonly string[]): Promise<LiveSeries[]> {
	return (await episodes(db, indicatorIds).where('w.evaluation', '<>', 'cleared').execute()) as LiveSeries[];
}

/** The newest episodes that had not cleared before a day. */
export async function episodesSince(db: Kysely<DB>, indicatorIds: readonly string[], day: string): Promise<Episode[]> {
	const query = episodes(db, indicatorIds).select(['w.cleared_on as clearedOn', 'w.evaluation']);
	return (await query.where((eb) => eb.or([eb('w.cleared_on', 'is', null), eb('w.cleared_on', '>=', day)])).execute()) as Episode[];
}

function episodes(db: Kysely<DB>, indicatorIds: readonly string[]) {
	return db
		.selectFrom('warning_series as s')
		.innerJoin('warning as w', 'w.id', 's.warning_id')
		.select([
			's.series_key as seriesKey', 's.indicator_id as indicatorId', 'w.scope_kind as scopeKind', 'w.region_code as regionCode',
			'w.industry_key as industryKey', 'w.uscc', 'w.first_breach_on as firstBreachOn', 's.evaluated_on as evaluatedOn'
		])
		// Of a closed episode the row tells no more of what goes on.
		.select(sql<string>`greatest(w.last_breach_on, s.last_breach_on)`.as('lastBreachOn'))
		.where('s.indicator_id', 'in', indicatorIds.length > 0 ? [...indicatorIds] : ['']);
}

/**
 * Writes what a run found on `asOf` (a day): opens, refreshes, clears and holds episodes. Applying the same again changes nothing;
 * a day older than what a series was last judged on is left alone. Never touches the steps of work.
 *
 * Call it once, last in the run's transaction: it locks what people act on, and at the very end takes the feed's lock, which their
 * actions wait for while they hold their row.
 */
export async function applyEvaluations(
	trx: Transaction<DB>,
	asOf: string,
	evaluations: readonly Evaluation[]
): Promise<Applied> {
	const byIndicator = new Map<string, { raised: number; cleared: number }>();
	const done = { raised: 0, refreshed: 0, worsened: 0, eased: 0, cleared: 0, held: 0, quiet: 0, stale: 0, byIndicator };
	if (evaluations.length === 0) return { evaluated: 0, ...done };
	const keys = new Set<string>();
	for (const { seriesKey } of evaluations) {
		if (keys.has(seriesKey)) throw new Error(`Two evaluations of one series in a run: ${seriesKey}`);
		keys.add(seriesKey);
	}
	await lockMachine(trx);
	const context = {
		asOf,
		at: await instantOf(trx, asOf),
		route: await router(trx),
		rules: { deadlines: await deadlineRules(trx), addWorkingDays: await workingDaysFrom(trx, asOf) }
	};
	const news: FeedEntry[] = [];
	for (let at = 0; at < evaluations.length; at += chunkSize) {
		await applyChunk(trx, context, evaluations.slice(at, at + chunkSize), done, news);
	}
	news.push(...(await settleParents(trx, context)));
	await feed(trx, news);
	await tellOfRun(trx, asOf, news);
	return { evaluated: evaluations.length, ...done };
}

type Context = When & {
	readonly route: Awaited<ReturnType<typeof router>>;
	readonly rules: Parameters<typeof judge>[3];
};
type Counters = { -readonly [K in keyof Omit<Applied, 'evaluated' | 'byIndicator'>]: number } & {
	readonly byIndicator: Map<string, { raised: number; cleared: number }>;
};

/** When the run of a day would have spoken: at the end of that day, and never in the future. */
async function instantOf(trx: Transaction<DB>, asOf: string): Promise<string> {
	const { rows } = await sql<{ at: Date }>`
		select least(now(), ((${asOf}::date + 1)::timestamp at time zone 'Asia/Shanghai') - interval '1 second') as at
	`.execute(trx);
	return rows[0]!.at.toISOString();
}

/** A series that was never judged. */
const unknown: Standing = { latest: null, closedFor: null, lastBreachOn: null, levelOn: null };

async function applyChunk(
	trx: Transaction<DB>,
	context: Context,
	evaluations: readonly Evaluation[],
	done: Counters,
	news: FeedEntry[]
): Promise<void> {
	const known = await lockSeries(trx, evaluations);
	const judged: Judged[] = [];
	const opened: Written[] = [];
	const changed: Changed[] = [];
	for (const evaluation of evaluations) {
		const series = known.get(evaluation.seriesKey);
		if (series && series.evaluatedOn > context.asOf) {
			done.stale++;
			continue;
		}
		const standing = series ?? unknown;
		const judgement = judge(standing, evaluation, context.asOf, context.rules);
		if (series || judgement.kind === 'raise') judged.push({ evaluation, standing: standingAfter(standing, evaluation, judgement, context.asOf) });
		count(done, evaluation.indicatorId, judgement);
		if (judgement.kind === 'raise') {
			const warningId = randomUUID();
			const event = raised(evaluation, context.asOf, context.route(evaluation), context.rules);
			const previous = judgement.after === null ? undefined : { id: series!.warningId!, after: judgement.after };
			opened.push({ evaluation, warningId, event, previous });
			known.set(evaluation.seriesKey, { ...unknown, evaluatedOn: context.asOf, warningId, place: null });
			news.push({ ...evaluation, warningId, departmentId: event.set.departmentId!, what: 'raise' });
		} else if (judgement.kind === 'change') {
			const { latest, warningId, place } = series!;
			const event = { seq: latest!.version + 1, axis: 'evaluation', action: judgement.action, set: judgement.set } as const;
			changed.push({
				evaluation, warningId: warningId!, event, row: toRow({ ...latest!, ...event.set, version: event.seq }),
				...(latest!.clearedOn !== null ? { hadCleared: latest!.clearedOn } : {})
			});
			if (judgement.action !== 'refresh') {
				news.push({ ...place!, warningId: warningId!, departmentId: latest!.departmentId, what: judgement.action });
			}
		}
	}
	await writeSeries(trx, context.asOf, judged, known);
	await insertWarnings(trx, context, opened);
	await updateWarnings(trx, context, changed);
	await writeHistory(trx, context, [...opened, ...changed]);
	await writeSubjects(trx, [...opened, ...changed]);
}

function count(done: Counters, indicatorId: string, judgement: Judgement): void {
	if (judgement.kind === 'nothing') return;
	const counters = {
		raise: 'raised', refresh: 'refreshed', resume: 'refreshed', worsen: 'worsened', ease: 'eased', clear: 'cleared', hold: 'held', quiet: 'quiet'
	} as const;
	const counter = counters[judgement.kind === 'change' ? judgement.action : judgement.kind];
	done[counter]++;
	if (counter !== 'raised' && counter !== 'cleared') return;
	const own = done.byIndicator.get(indicatorId) ?? { raised: 0, cleared: 0 };
	own[counter]++;
	done.byIndicator.set(indicatorId, own);
}

async function lockSeries(trx: Transaction<DB>, evaluations: readonly Evaluation[]): Promise<Map<string, Known>> {
	const keys = evaluations.map((evaluation) => evaluation.seriesKey);
	const series = await trx
		.selectFrom('warning_series')
		.select(['series_key', 'evaluated_on', 'warning_id', 'last_breach_on', 'level_on'])
		.where(sql<boolean>`series_key = any(${keys})`)
		.orderBy('series_key')
		.forUpdate()
		.execute();
	const ids = series.flatMap((row) => row.warning_id ?? []);
	const warnings = await trx
		.selectFrom('warning')
		.select(['id', 'region_code', 'industry_key', ...currentColumns])
		// Only of closed ones: the rest are big and not asked for.
		.select(sql<Explanation['contributors'] | null>`case when work = 'closed' then explanation -> 'contributors' end`.as('closed_for'))
		.where(sql<boolean>`id = any(${ids})`)
		.orderBy('id')
		.forUpdate()
		.execute();
	const byId = new Map(warnings.map((row) => [row.id, row]));
	return new Map(
		series.map((row) => {
			const warning = byId.get(row.warning_id ?? '');
			const place = warning ? { regionCode: warning.region_code, industryKey: warning.industry_key } : null;
			const latest = warning ? fromRow(warning) : null;
			return [row.series_key, {
				evaluatedOn: row.evaluated_on, warningId: row.warning_id, latest, place, closedFor: warning?.closed_for ?? null,
				lastBreachOn: row.last_breach_on, levelOn: row.level_on
			}];
		})
	);
}
