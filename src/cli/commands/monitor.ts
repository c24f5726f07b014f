import { parseArgs } from 'node:util';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { dayOf, isDay } from '#lib/calendar/days.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { seedIndicators } from '#lib/indicators/seed.server.ts';
import { wrongUse, type Command } from '../command.ts';

export const command: Command = {
	name: 'monitor',
	summary: 'Runs every indicator as the clock would have, day by day',
	usage: `monitor --as-of DATE [--from DATE]

  --as-of DATE   the last evening, YYYY-MM-DD
  --from DATE    the first evening (default: only the last)

What happened or was received after an evening is not looked at. Evenings that were run before are left alone,
so an interrupted run is simply repeated.`,
	async run(context, args) {
		const { values } = parseArgs({ args: [...args], options: { 'as-of': { type: 'string' }, from: { type: 'string' } } });
		const asOf = values['as-of'];
		if (asOf === undefined) return wrongUse('--as-of is missing: the last evening to run, YYYY-MM-DD');
		const from = values.from ?? asOf;
		for (const day of [asOf, from]) if (!isDay(day)) return wrongUse(`"${day}" is no day: write YYYY-MM-DD`);
		if (from > asOf) return wrongUse(`--from ${from} lies after --as-of ${asOf}`);
		const db = await context.database();
		const today = dayOf(await databaseClock(db)());
		if (asOf > today) return wrongUse(`--as-of ${asOf} lies in the future; today is ${today}`);
		const department = await db.selectFrom('department').select('id').limit(1).executeTakeFirst();
		if (department === undefined) {
			return { ok: false, reason: 'There is no department yet, and every warning needs an owner: make the first administrator with  user add NAME --role sysadmin --region CODE  (this makes the department of that region), then import.' };
		}
		// An instance made by imports alone has no indicators yet.
		await seedIndicators(db);
		const result = await runMonitors(db, {
			from, asOf, signal: context.signal, progress: (done, days) => context.progress(`evening ${done} of ${days}`)
		});
		if (context.signal.aborted) return { ok: false, reason: 'Interrupted; the evenings that were finished are kept.', summary: result };
		return { ok: true, summary: result };
	}
};
