import { addDays, dayOf, isDay, offsetOf } from '#lib/calendar/days.ts';

export const dateFaults = ['date-format', 'date-impossible', 'date-too-old', 'date-lunar', 'date-epoch', 'date-serial'] as const;
export type DateFault = (typeof dateFaults)[number];

/**
 * An instant as PostgreSQL takes it with its day; a plain day stands at its beginning. The offset is `+08`; before 1992, when Shanghai had
 * summer times and earlier a clock of its own, the zone itself stands there (`1986-06-01 00:00:00 Asia/Shanghai`).
 */
export type ParsedDate = { readonly ok: true; readonly day: string; readonly instant: string } | { readonly ok: false; readonly fault: DateFault };

/** Nothing that is registered, inspected or complained about now happened before. */
const oldestDay = '1900-01-01';

const dayForm = /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))/;
const timeForm = /^(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a day or an instant. Year first only: `03/04/2019` would be a guess, and so would be a bare number that counts days, seconds
 * or milliseconds from somewhere. Times without a zone are Asia/Shanghai's.
 *
 * @example parseDate('2019年2月28日'); // { ok: true, day: '2019-02-28', instant: '2019-02-28 00:00:00+08' }
 */
export function parseDate(text: string): ParsedDate {
	return usualDate(text) ?? anyDate(text);
}

function anyDate(text: string): ParsedDate {
	const plain = inDigits(text.normalize('NFKC').trim());
	const match = dayForm.exec(plain);
	if (match === null) return { ok: false, fault: unreadFault(plain) };
	const numbers = match.slice(2).filter((part) => part !== undefined);
	const day = `${match[1]}-${numbers[0]!.padStart(2, '0')}-${numbers[1]!.padStart(2, '0')}`;
	const time = timeForm.exec(inColons(plain.slice(match[0].length)));
	if (time === null) return { ok: false, fault: unreadFault(plain) };
	if (!isDay(day)) return { ok: false, fault: 'date-impossible' };
	if (day < oldestDay) return { ok: false, fault: 'date-too-old' };
	const [, hours = '00', minutes = '00', seconds = '00', zone] = time;
	// A leap second or 24:00 is the next day's business.
	if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return { ok: false, fault: 'date-impossible' };
	const clock = `${hours.padStart(2, '0')}:${minutes}:${seconds}`;
	if (zone === undefined) return { ok: true, day, instant: inShanghai(day, clock) };
	return shifted(day, clock, zone);
}

/** 9时30分15秒, and the six digits behind the eight of a day, as clocks write them. */
function inColons(rest: string): string {
	if (/^\d{6}$/.test(rest)) return rest.replace(/(..)(..)(..)/, ' $1:$2:$3');
	if (!rest.includes('分')) return rest;
	return rest.replace(/^\s*(\d{1,2})[时点](\d{1,2})分(?:(\d{1,2})秒)?/, (_, hours: string, minutes: string, seconds = '0') =>
		` ${hours}:${minutes.padStart(2, '0')}:${String(seconds).padStart(2, '0')}`);
}

/** `2019-02-28` and `2019-02-28 09:30:00`, as nearly all systems write; null for anything else, wrong or right. Ten times as fast. */
function usualDate(text: string): ParsedDate | null {
	if (text.length !== 10 && text.length !== 19) return null;
	if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return null;
	const [year, month, date] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
	// Longer months are looked at by the calendar.
	if (year < 1900 || month < 1 || month > 12 || date < 1 || date > 28) return null;
	if (text.length === 10) return { ok: true, day: text, instant: year < 1992 ? inShanghai(text, '00:00:00') : `${text} 00:00:00+08` };
	const between = text.charCodeAt(10);
	if ((between !== 32 && between !== 84) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null;
	const [hours, minutes, seconds] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return null;
	const day = text.slice(0, 10);
	return { ok: true, day, instant: between === 32 && year >= 1992 ? `${text}+08` : inShanghai(day, text.slice(11)) };
}

/** The number that stands there in ASCII digits; negative when something else does. */
function digits(text: string, from: number, to: number): number {
	let number = 0;
	for (let i = from; i < to; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return -1;
		number = number * 10 + digit;
	}
	return number;
}

/** 干支 years, named months and 初一: a day of the farmers' calendar, which is another one each year. */
const lunar = /[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年|[农農阴陰旧舊][历曆]|正月|腊月|臘月|冬月|闰.{1,2}月|閏.{1,2}月|初[一二三四五六七八九十]|廿/;

/** Why something is no date, as far as its form tells. Numbers are named, not guessed: a work order's number looks the same. */
function unreadFault(plain: string): DateFault {
	if (lunar.test(plain)) return 'date-lunar';
	// Ten digits count seconds, thirteen milliseconds, since 2001.
	if (/^1[0-9]\d{8}(\d{3})?(\.0+)?$/.test(plain)) return 'date-epoch';
	return /^[1-6]\d{4}(\.\d+)?$/.test(plain) ? 'date-serial' : 'date-format';
}

const numeral = '[0-9〇○零一二三四五六七八九十百元壹贰貳叁參肆伍陆陸柒捌玖拾佰]';
const written = new RegExp(`^((?:中华|中華)?民[国國]?)?\\s*(${numeral}{1,5})(?:年(${numeral}{1,4})月(${numeral}{1,4})日|([-/.])(\\d{1,2})\\5(\\d{1,2}))`);

/** 民国108年2月28日 and 二〇一九年二月二十八日 in the digits of our years; anything else as it is. */
function inDigits(plain: string): string {
	// Most texts begin with a digit of this or the last century.
	if (/^(19|20)\d\d/.test(plain) || lunar.test(plain)) return plain;
	const match = written.exec(plain);
	if (match === null) return plain;
	const [whole, minguo, yearText, monthText, dateText, , monthDigits, dateDigits] = match;
	const [year, month, date] = [yearText!, monthText ?? monthDigits!, dateText ?? dateDigits!].map(numberOf) as [number, number, number];
	if (Number.isNaN(year + month + date)) return plain;
	// The era begins with 元年: there is no year before it.
	if (minguo !== undefined && year === 0) return `0000-${month}-${date}${plain.slice(whole.length)}`;
	// Without its era a year of three digits could be anybody's.
	if (minguo === undefined && !/^.{4}$/.test(yearText!)) return plain;
	return `${String(minguo === undefined ? year : year + 1911).padStart(4, '0')}-${month}-${date}${plain.slice(whole.length)}`;
}

const values: Readonly<Record<string, string>> = {
	'〇': '0', '○': '0', 零: '0', 一: '1', 二: '2', 三: '3', 四: '4', 五: '5', 六: '6', 七: '7', 八: '8', 九: '9', 元: '1',
	壹: '1', 贰: '2', 貳: '2', 叁: '3', 參: '3', 肆: '4', 伍: '5', 陆: '6', 陸: '6', 柒: '7', 捌: '8', 玖: '9', 拾: '十', 佰: '百'
};

/** 二〇一九 → 2019, 二十八 → 28, 一百零八 → 108; NaN for what is none. */
function numberOf(text: string): number {
	const plain = [...text].map((c) => values[c] ?? c).join('');
	if (!/[十百]/.test(plain)) return Number(plain);
	const match = /^(?:(\d)百)?0?(?:(\d?)十)?(\d?)$/.exec(plain);
	if (match === null) return Number.NaN;
	const tens = plain.includes('十') ? Number(match[2] || 1) : 0;
	return Number(match[1] ?? 0) * 100 + tens * 10 + Number(match[3] || 0);
}

function shifted(day: string, clock: string, zone: string): ParsedDate {
	const offset = zone === 'Z' ? '+00:00' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
	const at = Date.parse(`${day}T${clock}${offset}`);
	if (Number.isNaN(at)) return { ok: false, fault: 'date-impossible' };
	const local = new Date(at + offsetOf(at)).toISOString();
	const here = dayOf(new Date(at));
	// The hour that a clock shows twice is told apart by the zone that was given.
	return { ok: true, day: here, instant: here < fixedOffset ? `${day} ${clock}${offset}` : `${here} ${local.slice(11, 19)}+08` };
}

/** From here on Shanghai is eight hours ahead all year. */
const fixedOffset = '1992-01-01';

function inShanghai(day: string, clock: string): string {
	return `${day} ${clock}${day < fixedOffset ? ' Asia/Shanghai' : '+08'}`;
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

/** Excel's day 1 is 1900-01-01, but it believes in 1900-02-29, its day 60: counted from 1899-12-30 all later days are right. */
const excelEpoch = '1899-12-30';
const excelLeapDay = 60;
const macEpoch = '1904-01-01';

/** A sheet's serial number as text that `parseDate` reads; null when it is no day. */
export function excelDate(serial: number, from1904: boolean): string | null {
	if (!Number.isFinite(serial) || serial < 1 || serial > 2_958_465) return null;
	const seconds = Math.round((serial % 1) * 86_400);
	const whole = Math.floor(serial) + (seconds === 86_400 ? 1 : 0);
	if (!from1904 && whole === excelLeapDay) return null;
	const day = addDays(from1904 ? macEpoch : excelEpoch, !from1904 && whole < excelLeapDay ? whole + 1 : whole);
	const rest = seconds % 86_400;
	if (rest === 0) return day;
	const pad = (n: number) => String(n).padStart(2, '0');
	return `${day} ${pad(Math.floor(rest / 3600))}:${pad(Math.floor((rest % 3600) / 60))}:${pad(rest % 60)}`;
}
