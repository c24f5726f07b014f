import { addDays } from '#lib/calendar/days.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { loadMissing, runEvening, type Loaded } from '#lib/indicators/run.server.ts';
import type { BenchContext } from './context.ts';

const repeats = 3;

class RolledBack extends Error {}

/** One full evening run of all indicators over the demo jurisdiction; rolled back, so that it can be repeated. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.demo();
	const { db } = database;
	const newest = await db.selectFrom('monitor_run').select((eb) => eb.fn.max('as_of').as('day')).executeTakeFirstOrThrow();
	const day = newest.day ?? addDays(new Date().toISOString().slice(0, 10), -1);
	const indicators = (await activeIndicators(db))(day);
	const best = { load: Infinity, evening: Infinity, series: 0, raised: 0 };
	for (let i = 0; i < repeats; i++) {
		context.log(`evening of ${day}, ${i + 1} of ${repeats}`);
		const loaded: Loaded = { kinds: new Map(), entities: new Map() };
		const begun = performance.now();
		await loadMissing(db, loaded, indicators, { from: day, to: day, day, last: day });
		const read = performance.now();
		await db
			.transaction()
			.execute(async (trx) => {
				await trx.deleteFrom('monitor_run').where('as_of', '=', day).execute();
				const totals = await runEvening(trx, day, indicators, loaded);
				best.series = totals.series;
				best.raised = totals.raised;
				throw new RolledBack();
			})
			.catch((error: unknown) => {
				if (!(error instanceof RolledBack)) throw error;
			});
		best.load = Math.min(best.load, read - begun);
		best.evening = Math.min(best.evening, performance.now() - begun);
	}
	const seconds = (ms: number) => Math.round(ms) / 1000;
	context.report('evening', seconds(best.evening), 's');
	context.report('evening, of which loading', seconds(best.load), 's');
	context.report('series', best.series, 'series');
	context.report('peak memory', Math.round(process.resourceUsage().maxRSS / 1024), 'MB');
}
