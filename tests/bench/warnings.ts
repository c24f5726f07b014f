import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { levels } from '#lib/warnings/levels.ts';
import { applyEvaluations } from '#lib/warnings/machine.server.ts';

/** What one series is about. */
export type BenchCell = { readonly indicatorId: string; readonly item: string; readonly regionCode: string; readonly industryKey: string };
type BenchIndicator = { readonly id: string; readonly item: string };

/** The first `wanted` cells: of each industry all regions, of each region all indicators. */
export function cellsOf(indicators: readonly BenchIndicator[], regions: readonly string[], industries: readonly string[], wanted: number): BenchCell[] {
	const all = industries.flatMap((industryKey) => regions.flatMap((regionCode) => indicators.map(({ id, item }) => ({ indicatorId: id, item, regionCode, industryKey }))));
	if (all.length < wanted) throw new Error(`${wanted} cells were asked for, there are ${all.length}`);
	return all.slice(0, wanted);
}

/** A rise as an indicator says it, with as much to show as a real one; `nth` makes levels and figures differ. */
export function riseOf(cell: BenchCell, nth: number, day: string): Evaluation {
	const { indicatorId, regionCode, industryKey } = cell;
	const series = Array.from({ length: 90 }, (_, at) => ({ at: addDays(day, at - 95), observed: (nth + at) % 17, expected: 8.4, lower: 2, upper: 15 }));
	const enterprises = Array.from({ length: 10 }, (_, k) => ({ key: `91320000${String(nth * 10 + k).padStart(9, '0')}X`, observed: 9 - k, share: 0.1 }));
	const window = { from: addDays(day, -7), to: addDays(day, -1) };
	return {
		...cell, seriesKey: `${indicatorId}|cell|${regionCode}|${industryKey}`, indicatorVersion: 1, scopeKind: 'cell', uscc: null,
		subjectLabel: null, verdict: 'breaching', level: levels[nth % levels.length]!, observed: 20 + (nth % 50), expected: 8.4, upper: 15, q: 0.001,
		firstBreachOn: null, lastBreachOn: null, occurredOn: null, subjects: [],
		explanation: {
			window, grain: 'day', coverage: 0.99, limit: null, method: 'calendar-nb', series,
			contributors: { regions: [], industries: [], addresses: [], enterprises },
			evidence: { kinds: ['complaint'], ...window, regionCode, industryKey }
		}
	};
}

const pastWarnings = 20_000;
const pastWeeks = 130;
/** An episode clears so many weeks after it began. */
const weeksOpen = 4;

/**
 * Episodes of two and a half years up to `today`, by the machine's own verb: as many are raised each week, each clears four weeks later, and
 * nobody has worked on any. For a demo whose own evenings take hours.
 */
export async function raisePast(db: Kysely<DB>, province: string, today: string): Promise<void> {
	const indicators = (await activeIndicators(db))(today).filter(({ definition }) => definition.monitor === 'cell-surge');
	const regions = await db.selectFrom('region').select('code').where('code', 'like', `${province}%`).where('level', '=', 'county').orderBy('code').execute();
	const industries = await db.selectFrom('industry').select('key').where('level', '=', 2).orderBy('key').execute();
	const cells = cellsOf(indicators, regions.map(({ code }) => code), industries.map(({ key }) => key), pastWarnings);
	const ofWeek = (week: number) => cells.flatMap((cell, i) => (i % pastWeeks === week ? [{ cell, i }] : []));
	for (let week = 0; week < pastWeeks; week++) {
		const asOf = addDays(today, 7 * (week - pastWeeks) + 6);
		const raised = ofWeek(week).map(({ cell, i }) => riseOf(cell, i, asOf));
		const cleared = ofWeek(week - weeksOpen).map(({ cell, i }) => ({ ...riseOf(cell, i, asOf), verdict: 'cleared' as const, level: null, observed: 6 }));
		await db.transaction().execute((trx) => applyEvaluations(trx, asOf, [...raised, ...cleared]));
	}
}
