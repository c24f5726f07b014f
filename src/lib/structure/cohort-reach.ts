import { addDays, addMonths, monthEnd, monthOf } from '#lib/calendar/days.ts';
import type { Reach } from './cohorts.ts';
import { fewest } from './moves.ts';

/** So many days at the beginning of a month may be empty by themselves; as on the map. */
const quietDays = 6;

/** The first month that is known from its beginning, of something known since a day. */
export function firstWholeMonth(since: string): string {
	return since <= addDays(monthOf(since), quietDays) ? monthOf(since) : addMonths(monthOf(since), 1);
}

/** Registrations that were counted in a month, and enterprises of the register that were established in it. */
export type Registered = { readonly month: string; readonly counted: number; readonly founded: number };

/** A month is held by the register when it has this part of what was registered. The rest moved, or was registered on other days. Ours. */
const heldShare = 0.9;
/** So many such months in a row are no chance. Ours. */
const inARow = 3;

/** The first month from which the register holds who was registered; null: from none. Months with too few to judge break no row. */
export function heldFrom(months: readonly Registered[]): string | null {
	const sorted = [...months].sort((a, b) => (a.month < b.month ? -1 : 1));
	const isHeld = sorted.map(({ counted, founded }) => counted < fewest || founded >= counted * heldShare);
	const first = sorted.findIndex((_, i) => isHeld.slice(i, i + inARow).every(Boolean));
	return first === -1 ? null : sorted[first]!.month;
}

/**
 * Which cohorts can be followed: those established since cancellations are delivered and the register holds everybody who was registered
 * (one that was taken in once may hold survivors only), up to the last month that is complete. Null where cancellations are not known:
 * nobody would ever end.
 *
 * @param since the first day on which registrations and cancellations are known; null: never delivered.
 * @param held the first month whose registrations are in the register; null: registrations are not delivered, or never were.
 * @param upTo the last day on which cancellations are complete.
 * @param kept the first cohort that is counted at all.
 */
export function cohortReach(
	since: { readonly registrations: string | null; readonly cancellations: string | null }, held: string | null, upTo: string | null, kept: string
): Reach | null {
	if (since.cancellations === null || upTo === null || (since.registrations !== null && held === null)) return null;
	const starts = [firstWholeMonth(since.cancellations), kept, ...(since.registrations === null ? [] : [firstWholeMonth(since.registrations), held!])];
	const first = starts.sort().pop()!;
	const last = monthEnd(upTo) === upTo ? monthOf(upTo) : addMonths(monthOf(upTo), -1);
	return first > last ? null : { first, last };
}
