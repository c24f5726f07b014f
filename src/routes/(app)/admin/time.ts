import { dayOf, timeOf } from '#lib/calendar/days.ts';

/** `2025-06-10 09:30` in Asia/Shanghai; with seconds for trails. */
export function timeText(at: Date, seconds = false): string {
	const text = `${dayOf(at)} ${timeOf(at)}`;
	return seconds ? `${text}:${String(at.getUTCSeconds()).padStart(2, '0')}` : text;
}
