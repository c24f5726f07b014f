import { addDays, isDay } from '#lib/calendar/days.ts';

export const dateFaults = ['date-format', 'date-impossible', 'date-too-old'] as const;
export type DateFault = (typeof dateFaults)[number];

/** An instant as PostgreSQL takes it (`2019-02-28 09:30:00+08`) with its day; a plain day stands at its beginning. */
export type ParsedDate = { readonly ok: true; readonly day: string; readonly instant: string } | { readonly ok: false; readonly fault: DateFault };

/** Nothing that is registered, inspected or complained about now happened before. */
const oldestDay = '1900-01-01';

const dayForm = /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))/;
const timeForm = /^(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a day or an instant. Year first only: `03/04/2019` would be a guess. Times without a zone are Asia/Shanghai's.
 *
 * @example parseDate('2019年2月28日'); // { ok: true, day: '2019-02-28', instant: '2019-02-28 00:00:00+08' }
 */
export function parseDate(text: string): ParsedDate {
	const plain = text.normalize('NFKC').trim();
	const match = dayForm.exec(plain);
	if (match === null) return { ok: false, fault: 'date-format' };
	const numbers = match.slice(2).filter((part) => part !== undefined);
	const day = `${match[1]}-${numbers[0]!.padStart(2, '0')}-${numbers[1]!.padStart(2, '0')}`;
	const time = timeForm.exec(plain.slice(match[0].length));
	if (time === null) return { ok: false, fault: 'date-format' };
	if (!isDay(day)) return { ok: false, fault: 'date-impossible' };
	if (day < oldestDay) return { ok: false, fault: 'date-too-old' };
	const [, hours = '00', minutes = '00', seconds = '00', zone] = time;
	// A leap second or 24:00 is the next day's business.
	if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return { ok: false, fault: 'date-impossible' };
	const clock = `${hours.padStart(2, '0')}:${minutes}:${seconds}`;
	if (zone === undefined) return { ok: true, day, instant: `${day} ${clock}+08` };
	return shifted(day, clock, zone);
}

function shifted(day: string, clock: string, zone: string): ParsedDate {
	const offset = zone === 'Z' ? '+00:00' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
	const at = Date.parse(`${day}T${clock}${offset}`);
	if (Number.isNaN(at)) return { ok: false, fault: 'date-impossible' };
	const local = new Date(at + 8 * 3_600_000).toISOString();
	return { ok: true, day: local.slice(0, 10), instant: `${local.slice(0, 10)} ${local.slice(11, 19)}+08` };
}

/** The first day of a month: `2026-10`, `202610`, `2026年10月`, or any day of it. Null for anything else. */
export function parseMonth(text: string): string | null {
	const plain = text.normalize('NFKC').trim();
	const match = /^(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月|(\d{2}))$/.exec(plain);
	if (match !== null) {
		const day = `${match[1]}-${(match[2] ?? match[3] ?? match[4])!.padStart(2, '0')}-01`;
		return isDay(day) && day >= oldestDay ? day : null;
	}
	const date = parseDate(plain);
	return date.ok ? `${date.day.slice(0, 7)}-01` : null;
}

/** Excel's day 1 is 1900-01-01, but it believes in 1900-02-29: counted from 1899-12-30 all later days are right. */
const excelEpoch = '1899-12-30';
const macEpoch = '1904-01-01';

/** A sheet's serial number as text that `parseDate` reads; null when it is no day. */
export function excelDate(serial: number, from1904: boolean): string | null {
	if (!Number.isFinite(serial) || serial < 1 || serial > 2_958_465) return null;
	const seconds = Math.round((serial % 1) * 86_400);
	const whole = Math.floor(serial) + (seconds === 86_400 ? 1 : 0);
	const day = addDays(from1904 ? macEpoch : excelEpoch, whole);
	const rest = seconds % 86_400;
	if (rest === 0) return day;
	const pad = (n: number) => String(n).padStart(2, '0');
	return `${day} ${pad(Math.floor(rest / 3600))}:${pad(Math.floor((rest % 3600) / 60))}:${pad(rest % 60)}`;
}
