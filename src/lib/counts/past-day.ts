import { isDay } from '#lib/calendar/days.ts';

/**
 * The past day that an address asks about. Today, like no day at all, is now.
 *
 * @returns `refused`: what was written and is no day up to today.
 */
export function pastDay(text: string | null, today: string): { readonly day: string | null; readonly refused: string | null } {
	if (text === null || text === '' || text === today) return { day: null, refused: null };
	return isDay(text) && text < today ? { day: text, refused: null } : { day: null, refused: text.slice(0, 40) };
}
