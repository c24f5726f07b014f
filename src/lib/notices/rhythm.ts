import { addDays, dayOf, instantOf, timeOf } from '#lib/calendar/days.ts';
import type { WorkCalendar } from '#lib/calendar/working-days.ts';
import { forInformation, isNoticeKind, noticeKinds, urgentKinds, type NoticeKind } from './kinds.ts';

export const choices = ['none', 'digest', 'at-once'] as const;
export type Choice = (typeof choices)[number];

/** Which kinds leave the application, when, and when not. Times are `HH:MM` in Asia/Shanghai. */
export type Rhythm = {
	/** What differs from the default. */
	readonly kinds: Readonly<Partial<Record<NoticeKind, Choice>>>;
	/** Of working days, ascending. */
	readonly digestTimes: readonly string[];
	/** `from` later than `to` lasts over midnight; null: none. */
	readonly quiet: { readonly from: string; readonly to: string } | null;
	/** Days off are quiet as a whole. */
	readonly quietDaysOff: boolean;
	/** Urgent kinds may come in quiet hours if they come at once. */
	readonly urgentThrough: boolean;
};

/** For people: what needs them is told twice a working day, and nothing in the evening. */
export const defaultRhythm: Rhythm = {
	kinds: {}, digestTimes: ['09:00', '14:30'], quiet: { from: '20:00', to: '08:00' }, quietDaysOff: true, urgentThrough: false
};

/** For systems, which do not sleep: at once. */
export const systemRhythm: Rhythm = {
	kinds: Object.fromEntries(noticeKinds.map((kind) => [kind, 'at-once'])), digestTimes: ['09:00', '14:30'], quiet: null, quietDaysOff: false, urgentThrough: true
};

export function choiceOf(rhythm: Rhythm, kind: NoticeKind): Choice {
	return rhythm.kinds[kind] ?? (forInformation.includes(kind) ? 'none' : 'digest');
}

/** More digests than this are no digests. */
const mostDigests = 6;
/** A calendar that is closed longer is broken. */
const longestClosure = 40;

const isTime = (text: unknown): text is string => typeof text === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

export type RhythmFault = 'digest-times' | 'digest-in-quiet' | 'quiet-hours';

/** What a form says, checked. */
export function checkRhythm(rhythm: Rhythm): RhythmFault | null {
	const { digestTimes, quiet } = rhythm;
	if (quiet !== null && !(isTime(quiet.from) && isTime(quiet.to) && quiet.from !== quiet.to)) return 'quiet-hours';
	if (digestTimes.length < 1 || digestTimes.length > mostDigests || !digestTimes.every(isTime)) return 'digest-times';
	return digestTimes.some((time) => inQuietHours(rhythm, time)) ? 'digest-in-quiet' : null;
}

/** A stored rhythm; what is missing or makes no sense is as by default, so that nobody is forgotten for a bad row. */
export function readRhythm(stored: unknown, fallback: Rhythm): Rhythm {
	const given = (typeof stored === 'object' && stored !== null ? stored : {}) as { readonly [Key in keyof Rhythm]?: unknown };
	const kinds = Object.entries(given.kinds ?? fallback.kinds).filter(([kind, choice]) => isNoticeKind(kind) && (choices as readonly unknown[]).includes(choice));
	const rhythm: Rhythm = {
		kinds: Object.fromEntries(kinds) as Rhythm['kinds'],
		digestTimes: Array.isArray(given.digestTimes) ? (given.digestTimes as string[]) : fallback.digestTimes,
		quiet: given.quiet === undefined ? fallback.quiet : (given.quiet as Rhythm['quiet']),
		quietDaysOff: typeof given.quietDaysOff === 'boolean' ? given.quietDaysOff : fallback.quietDaysOff,
		urgentThrough: typeof given.urgentThrough === 'boolean' ? given.urgentThrough : fallback.urgentThrough
	};
	return checkRhythm(rhythm) === null ? rhythm : fallback;
}

function inQuietHours({ quiet }: Rhythm, time: string): boolean {
	if (quiet === null) return false;
	const { from, to } = quiet;
	return from < to ? from <= time && time < to : time >= from || time < to;
}

export function isQuiet(rhythm: Rhythm, calendar: WorkCalendar, at: Date): boolean {
	return (rhythm.quietDaysOff && calendar.isOff(dayOf(at))) || inQuietHours(rhythm, timeOf(at));
}

/** When a notice of this kind is to leave, `now` or later; null: not at all. */
export function whenToTell(rhythm: Rhythm, calendar: WorkCalendar, kind: NoticeKind, now: Date): Date | null {
	const choice = choiceOf(rhythm, kind);
	if (choice === 'none') return null;
	if (choice === 'digest') return nextDigest(rhythm, calendar, now);
	if (!isQuiet(rhythm, calendar, now) || (rhythm.urgentThrough && urgentKinds.includes(kind))) return now;
	// Quiet ends with the quiet hours, or with a day off at midnight.
	const ends = ['00:00', ...(rhythm.quiet === null ? [] : [rhythm.quiet.to])];
	return firstOf(now, ends, (at) => !isQuiet(rhythm, calendar, at));
}

/** The next time of a digest, `now` or later. */
export function nextDigest(rhythm: Rhythm, calendar: WorkCalendar, now: Date): Date {
	return firstOf(now, rhythm.digestTimes, (at) => !calendar.isOff(dayOf(at)));
}

function firstOf(now: Date, times: readonly string[], suits: (at: Date) => boolean): Date {
	const today = dayOf(now);
	for (let n = 0; n <= longestClosure; n++) {
		for (const time of times) {
			const at = instantOf(addDays(today, n), time);
			if (at >= now && suits(at)) return at;
		}
	}
	throw new RangeError(`The calendar has no working day near ${today}.`);
}
