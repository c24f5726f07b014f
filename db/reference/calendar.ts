import chineseDays from 'chinese-days';
import { addDays } from '#lib/calendar/days.ts';
import { factsOf, type DayFacts, type LunarDate, type Published } from '#lib/calendar/holidays.ts';

/** Warnings and counts begin in 2015; deadlines and baselines never reach beyond 2035. */
export const calendarYears = { from: 2015, to: 2035 } as const;

/** Every day of the calendar's years, from the arrangements that `chinese-days` carries. */
export function calendarDays(from: number = calendarYears.from, to: number = calendarYears.to): DayFacts[] {
	const published = publishedIn(from, to);
	const days: DayFacts[] = [];
	let lunar = lunarOf(`${from}-01-01`);
	for (let year = from; year <= to; year++) {
		const qingming = chineseDays.getSolarTermDate(year, 4, 'pure_brightness');
		for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) {
			const next = lunarOf(addDays(day, 1));
			days.push(factsOf(day, lunar, next, day === qingming, published));
			lunar = next;
		}
	}
	return days;
}

function lunarOf(day: string): LunarDate {
	const { lunarMon, lunarDay, isLeap } = chineseDays.getLunarDate(day);
	return { month: lunarMon, day: lunarDay, leap: isLeap };
}

/** The library answers for unpublished years as if it knew; a year is published when its National Day has a name. */
function publishedIn(from: number, to: number): Published {
	const holidays = new Map<string, string>();
	const makeups = new Set<string>();
	const years = new Set<number>();
	for (let year = from; year <= to; year++) {
		if (named(`${year}-10-01`) === null) continue;
		years.add(year);
		for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) {
			const name = named(day);
			if (name === null) continue;
			if (chineseDays.getDayDetail(day).work) makeups.add(day);
			else holidays.set(day, name);
		}
	}
	return { holidays, makeups, years };
}

/** `'National Day,国庆节,3'` → `'国庆节'`; a plain `'Friday'` is no arrangement. */
function named(day: string): string | null {
	return chineseDays.getDayDetail(day).name.split(',')[1] ?? null;
}
