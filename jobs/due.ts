import { addDays, dayOf, instantOf } from '#lib/calendar/days.ts';

/** When a job is due. Times are Asia/Shanghai. */
export type Schedule =
	/** `at: '02:30'`, every day. */
	| { readonly every: 'day'; readonly at: string }
	/** At every multiple of so many minutes since 1970. */
	| { readonly every: 'minutes'; readonly minutes: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The instants in `(now - hours, now]` at which the job was due, oldest first. */
export function dueTimes(schedule: Schedule, now: Date, hours: number): Date[] {
	const after = now.getTime() - hours * hourMs;
	const times: Date[] = [];
	if (schedule.every === 'minutes') {
		const step = schedule.minutes * minuteMs;
		for (let time = (Math.floor(after / step) + 1) * step; time <= now.getTime(); time += step) times.push(new Date(time));
		return times;
	}
	for (let day = dayOf(new Date(after)); day <= dayOf(now); day = addDays(day, 1)) {
		const time = instantOf(day, schedule.at);
		if (time.getTime() > after && time <= now) times.push(time);
	}
	return times;
}
