import { daysBetween } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';

export type Remaining = {
	readonly text: string;
	/** How pressing: for the colour role, never the only sign. */
	readonly state: 'over' | 'soon' | 'later' | 'none';
};

/** The time left until a day, in words. */
export function remaining(due: string | null, today: string): Remaining {
	if (due === null) return { text: m.warnings_due_none(), state: 'none' };
	const n = daysBetween(today, due);
	if (n < 0) return { text: m.warnings_due_over({ n: -n }), state: 'over' };
	if (n === 0) return { text: m.warnings_due_today(), state: 'soon' };
	return { text: n === 1 ? m.warnings_due_tomorrow() : m.warnings_due_days({ n }), state: n === 1 ? 'soon' : 'later' };
}
