import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import type { Level } from '#lib/warnings/levels.ts';
import { sameRise } from '#lib/warnings/machine.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import { territoryOf } from './active.server.ts';
import { parseDefinition } from './definition.ts';
import { evaluateOn, loadIndicator } from './evaluate.server.ts';

/** What a definition would have raised, week by week, as known then. */
export type PreviewResult = {
	readonly version: number;
	readonly from: string;
	readonly to: string;
	readonly weeks: readonly { readonly from: string; readonly raised: number; readonly held: boolean }[];
	readonly levels: Readonly<Record<Level, number>>;
};

const previewWeeks = 26;

/**
 * Runs one version over the last half-year without writing anything: each evening as it was known then, episodes followed from one
 * evening to the next as the real run would, as long as nobody closes one.
 */
export async function previewIndicator(
	db: Kysely<DB>,
	wanted: { readonly indicatorId: string; readonly version: number },
	progress: (fraction: number) => void,
	signal?: AbortSignal
): Promise<PreviewResult | null> {
	const row = await db
		.selectFrom('indicator_version as v')
		.innerJoin('indicator as i', 'i.id', 'v.indicator_id')
		.innerJoin('department as d', 'd.id', 'i.owner_department_id')
		.select(['i.id', 'i.item', 'i.created_by', 'd.region_code', 'd.industries', 'v.version', 'v.definition'])
		.where('v.indicator_id', '=', wanted.indicatorId)
		.where('v.version', '=', wanted.version)
		.executeTakeFirst();
	const parsed = row === undefined ? null : parseDefinition(row.definition);
	if (row === undefined || !parsed?.ok) return null;
	const to = await lastEvening(db);
	const from = addDays(to, 1 - 7 * previewWeeks);
	const loaded = await loadIndicator(db, { ...row, definition: parsed.definition, territory: territoryOf(row) }, from, to);
	let live = new Map<string, LiveSeries>();
	const clearedOn = new Map<string, string>();
	const weeks: { from: string; raised: number; held: boolean }[] = [];
	const levels = { red: 0, orange: 0, yellow: 0, blue: 0 };
	for (let at = 0; at < 7 * previewWeeks; at++) {
		if (signal?.aborted) return null;
		const day = addDays(from, at);
		if (at % 7 === 0) weeks.push({ from: day, raised: 0, held: false });
		const said = await evaluateOn(db, loaded, day, [...live.values()]);
		const week = weeks[weeks.length - 1]!;
		week.held ||= said.held > 0 && said.judged === 0;
		const next = new Map<string, LiveSeries>();
		for (const evaluation of said.evaluations) {
			const before = live.get(evaluation.seriesKey);
			if (evaluation.verdict === 'cleared') {
				clearedOn.set(evaluation.seriesKey, day);
				continue;
			}
			const cleared = clearedOn.get(evaluation.seriesKey);
			if (evaluation.verdict === 'breaching' && before === undefined && (cleared === undefined || !sameRise(cleared, day))) {
				week.raised++;
				levels[evaluation.level!]++;
			}
			if (evaluation.verdict === 'breaching' || before) next.set(evaluation.seriesKey, followed(evaluation, before, day));
		}
		live = next;
		progress((at + 1) / (7 * previewWeeks));
	}
	return { version: row.version, from, to, weeks, levels };
}

function followed(evaluation: Evaluation, before: LiveSeries | undefined, day: string): LiveSeries {
	return {
		seriesKey: evaluation.seriesKey, indicatorId: evaluation.indicatorId, scopeKind: evaluation.scopeKind,
		regionCode: evaluation.regionCode, industryKey: evaluation.industryKey, uscc: evaluation.uscc,
		firstBreachOn: before?.firstBreachOn ?? day,
		lastBreachOn: evaluation.verdict === 'breaching' ? day : before!.lastBreachOn,
		evaluatedOn: day
	};
}

/** The newest evening that any indicator was run for; yesterday before the first run. */
async function lastEvening(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ day: string }>`select coalesce(max(as_of), current_date - 1)::text as day from monitor_run`.execute(db);
	return rows[0]!.day;
}
