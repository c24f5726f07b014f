import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { regionInside } from '#lib/detection/daily/cells.ts';
import { pauseOf, pauseState } from '#lib/detection/sources/pauses.ts';
import { bindingMarks } from '#lib/sources/watermark.ts';
import type { Held } from '#lib/warnings/evaluation.ts';
import type { DayView } from './evening.ts';
import type { SourceState } from './sources.server.ts';

/** Whether one of two regions holds the other. */
export const overlaps = (a: string, b: string) => regionInside(a, b) || regionInside(b, a);

/** Days of the longest window that cells are judged by. */
const longestWindow = 14;
const undelivered = ['late', 'missing', 'stopped'];

/** Until when a place's data has come by the evening, and whether what is missing keeps it from being judged. */
export function heldByMarks(
	state: SourceState, kind: string, regionCode: string, asOf: string
): { readonly completeUpTo: string; readonly held: Held | null; /** Nobody promised a day: only its own habit says what is missing. */ readonly onDemand: boolean } {
	let completeUpTo = asOf;
	let held: Held | null = null;
	const marks = bindingMarks(state.watermarks.filter((row) => row.kind === kind && overlaps(regionCode, row.regionCode)));
	for (const mark of marks) {
		if (mark.completeUpTo >= asOf) continue;
		if (mark.completeUpTo < completeUpTo) completeUpTo = mark.completeUpTo;
		// Undelivered days in the window are no zeros; with none delivered, or the source known to be late, nothing can be said.
		if (undelivered.includes(mark.state) || daysBetween(mark.completeUpTo, asOf) >= longestWindow) {
			held = { reason: mark.state === 'missing' ? 'missing' : 'late', source: mark.sourceId, since: addDays(mark.completeUpTo, 1) };
		}
	}
	return { completeUpTo, held, onDemand: marks.length > 0 && marks.every(({ promised, state }) => !promised && !undelivered.includes(state)) };
}

/**
 * The same of a city whose sources promised no day: a pause such as it has made before says that nothing came, a longer one holds. As long
 * as nobody knows its habit, as of any other.
 */
export function heldByHabit(delivered: ReturnType<typeof heldByMarks>, view: DayView, c: number, days: number, asOf: string): Pick<typeof delivered, 'completeUpTo' | 'held'> {
	const n = view.due.length;
	const of = (row: Float64Array, observed: Uint8Array) => {
		const pause = pauseOf(row, observed, view.due);
		return pause === null ? null : pauseState(pause);
	};
	const own = of(view.counts.subarray(c * days, c * days + n), view.delivered.subarray(c * n, (c + 1) * n));
	const all = of(view.totals, view.observed);
	if (own === 'silent' || all === 'silent') {
		return { completeUpTo: delivered.completeUpTo, held: { reason: 'missing', since: addDays(delivered.completeUpTo, 1) } };
	}
	// A city of a few rows ever has no habit of its own.
	return own !== 'long' && all === 'ordinary' ? { completeUpTo: asOf, held: null } : delivered;
}
