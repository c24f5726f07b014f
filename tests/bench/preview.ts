import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { activeIndicators, type ActiveIndicator } from '#lib/indicators/active.server.ts';
import { evaluateCellSurge } from '#lib/indicators/cell-surge.server.ts';
import type { DefinitionOf } from '#lib/indicators/definition.ts';
import { eveningOf, loadKind } from '#lib/indicators/kind-evening.server.ts';
import { loadCountsFast } from '#lib/indicators/preview/counts.server.ts';
import type { PreviewMonths } from '#lib/indicators/preview/evenings.ts';
import type { PreviewResult } from '#lib/indicators/preview/result.ts';
import { inThread } from '#lib/indicators/preview/threads.server.ts';
import { previewIndicator } from '#lib/indicators/preview/preview.server.ts';
import { loadSources } from '#lib/indicators/sources.server.ts';
import { sameRise } from '#lib/warnings/machine.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import { levelRules } from '#lib/warnings/settings.server.ts';
import type { BenchContext } from './context.ts';

/** Every shipped indicator over a year, surges of complaints over two; and how a preview compares with judging every evening in full. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.demo();
	const { db } = database;
	const newest = await db.selectFrom('monitor_run').select((eb) => eb.fn.max('as_of').as('day')).executeTakeFirstOrThrow();
	const indicators = (await activeIndicators(db))(newest.day!);
	const seconds = (ms: number) => Math.round(ms / 10) / 100;
	const preview = async ({ id, version }: ActiveIndicator, months: PreviewMonths): Promise<PreviewResult> => {
		context.log(`${id}, ${months} months`);
		const begun = performance.now();
		let read = 0;
		const progress = () => void (read ||= performance.now() - begun);
		const result = await previewIndicator(db, { indicatorId: id, version, months }, { progress, runPart: inThread });
		const whole = performance.now() - begun;
		context.report(`${id}, ${months} months`, seconds(whole), 's');
		context.report(`${id}, ${months} months, of which reading`, seconds(read), 's');
		return result!;
	};
	const complaints = indicators.find(({ id }) => id === 'complaint-surge')!;
	const year = await preview(complaints, 12);
	await preview(complaints, 24);
	for (const indicator of indicators) if (indicator !== complaints) await preview(indicator, 12);

	context.log('every evening of half a year judged in full');
	const from = addDays(year.to, 1 - 7 * 26);
	const full = await everyEvening(db, complaints as ActiveIndicator & { readonly definition: DefinitionOf<'cell-surge'> }, from, year.to);
	const previewed = year.rows.filter((row) => row.on >= from).map((row) => ({ on: row.on, key: `${row.regions.join('+')}|${row.industries.join('+')}` }));
	const matched = full.filter((one) => previewed.some((other) => other.key === one.key && Math.abs(daysBetween(one.on, other.on)) <= 7));
	context.report('raised by every evening in full, half a year', full.length, 'warnings');
	context.report('raised by the preview, the same half-year', previewed.length, 'warnings');
	context.report('of the former, found by the preview in the same place within a week', matched.length, 'warnings');
	context.report('peak memory', Math.round(process.resourceUsage().maxRSS / 1024), 'MB');
}

/** As the evening run would have raised, day by day, if nobody had closed anything. */
async function everyEvening(db: Kysely<DB>, indicator: ActiveIndicator & { readonly definition: DefinitionOf<'cell-surge'> }, from: string, to: string) {
	const state = await loadSources(db);
	const rules = await levelRules(db);
	const run = await loadKind(db, indicator.definition.eventKind, from, to, state, false, loadCountsFast);
	let live = new Map<string, LiveSeries>();
	const cleared = new Map<string, string>();
	const raised: { on: string; key: string }[] = [];
	for (let day = from; day <= to; day = addDays(day, 1)) {
		const evening = { kind: { ...eveningOf(run, day, state), slow: false }, live: [...live.values()], rules, explained: [], explain: false };
		const { evaluations } = await evaluateCellSurge(db, indicator, evening, []);
		const next = new Map<string, LiveSeries>();
		for (const said of evaluations) {
			const before = live.get(said.seriesKey);
			if (said.verdict === 'cleared') {
				cleared.set(said.seriesKey, day);
				continue;
			}
			if (said.verdict !== 'breaching' && before === undefined) continue;
			const earlier = cleared.get(said.seriesKey);
			if (before === undefined && (earlier === undefined || !sameRise(earlier, day))) raised.push({ on: day, key: said.seriesKey.split('|').slice(2).join('|') });
			next.set(said.seriesKey, {
				seriesKey: said.seriesKey, indicatorId: said.indicatorId, scopeKind: said.scopeKind, regionCode: said.regionCode, industryKey: said.industryKey,
				uscc: null, firstBreachOn: before?.firstBreachOn ?? day, lastBreachOn: said.verdict === 'breaching' ? day : before!.lastBreachOn, evaluatedOn: day
			});
		}
		live = next;
	}
	return raised;
}
