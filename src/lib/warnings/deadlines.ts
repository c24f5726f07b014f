import type { Level } from './levels.ts';
import type { Work } from './lifecycle.ts';

/** Working days to acknowledge and to dispose, by level, counted from the day the warning was raised. */
export type DeadlineRules = Readonly<Record<Level, { readonly acknowledge: number; readonly dispose: number }>>;

/** Our own defaults: no notice prescribes days. An office changes them on /warnings/rules. */
export const defaultDeadlines: DeadlineRules = {
	red: { acknowledge: 0, dispose: 3 },
	orange: { acknowledge: 1, dispose: 5 },
	yellow: { acknowledge: 3, dispose: 10 },
	blue: { acknowledge: 5, dispose: 20 }
};

/** The n-th working day after `day`; n = 0: the day itself, or the next working day when it is off. */
export type AddWorkingDays = (day: string, n: number) => string;

export type Deadlines = { readonly acknowledgeDue: string; readonly disposeDue: string };

export function deadlinesFrom(rules: DeadlineRules, level: Level, from: string, addWorkingDays: AddWorkingDays): Deadlines {
	return {
		acknowledgeDue: addWorkingDays(from, rules[level].acknowledge),
		disposeDue: addWorkingDays(from, rules[level].dispose)
	};
}

/** Deadlines after the level worsened: never later than they were. */
export function tightened(
	before: { readonly acknowledgeDue: string | null; readonly disposeDue: string | null },
	now: Deadlines
): Deadlines {
	const earlier = (a: string | null, b: string) => (a !== null && a < b ? a : b);
	return {
		acknowledgeDue: earlier(before.acknowledgeDue, now.acknowledgeDue),
		disposeDue: earlier(before.disposeDue, now.disposeDue)
	};
}

/** The day the next obligation falls due; null when nothing with a deadline is owed. */
export function dueOf(w: { readonly work: Work; readonly acknowledgeDue: string | null; readonly disposeDue: string | null }): string | null {
	if (w.work === 'new' || w.work === 'reopened') return w.acknowledgeDue;
	if (w.work === 'acknowledged' || w.work === 'investigating') return w.disposeDue;
	return null;
}
