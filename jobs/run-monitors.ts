import { dayOf, isDay } from '#lib/calendar/days.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import type { Job } from './job.ts';

/**
 * The evening run of all indicators. The day is judged after office hours; what comes in later that night is seen the next evening.
 * A request may name other evenings: `{ from, asOf }`.
 */
export const runMonitorsJob: Job = {
	name: 'run-monitors',
	schedule: { every: 'day', at: '20:30' },
	// Each missed evening is made up for, as the clock would have run it (D6).
	catchUp: { hours: 24 * 31, missed: 'each' },
	async run({ db, dueAt, payload, signal, progress }) {
		const wanted = (name: string) => (typeof payload?.[name] === 'string' && isDay(payload[name]) ? payload[name] : undefined);
		const asOf = wanted('asOf') ?? dayOf(dueAt);
		return runMonitors(db, { asOf, from: wanted('from'), signal, progress: (done, days) => progress(done / days) });
	}
};
