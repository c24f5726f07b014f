import { daysBetween } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';

export type Remaining = {
	readonly text: string;
	/** How pressing: for the colour role, never the only sign. */
	readonly state: 'over' | 'soon' | 'later' | 'none';
};

/** The time left until a day, in words; `left`: working days left by due day, as `workingDaysLeft` counts them. */
export function remaining(due: string | null, today: string, left: Readonly<Record<string, number>>): Remaining {
	if (due === null) return { text: m.warnings_due_none(), state: 'none' };
	const days = daysBetween(today, due);
	const n = left[due]!;
	// A deadline that ran out on Friday is late on Saturday, by no working day yet.
	if (days < 0) return { text: n === 0 ? m.warnings_due_passed() : m.warnings_due_over({ n: -n }), state: 'over' };
	if (days === 0) return { text: m.warnings_due_today(), state: 'soon' };
	return { text: days === 1 ? m.warnings_due_tomorrow() : m.warnings_due_days({ n }), state: n <= 1 ? 'soon' : 'later' };
}
