import { weekday } from './days.ts';

/** A day as published by the State Council or, for years not yet published, by rule. */
export type DayFacts = {
	readonly day: string;
	readonly off: boolean;
	readonly holiday: string | null;
	readonly makeup: boolean;
	readonly lunarMonth: number;
	readonly lunarDay: number;
	readonly lunarLeap: boolean;
	readonly assumed: boolean;
};

export type LunarDate = { readonly month: number; readonly day: number; readonly leap: boolean };

/** Arrangements that were published: day → holiday's name, and working days made up for a holiday. */
export type Published = {
	readonly holidays: ReadonlyMap<string, string>;
	readonly makeups: ReadonlySet<string>;
	/** Years whose arrangement is known. */
	readonly years: ReadonlySet<number>;
};

/**
 * The facts of one day. A year that is not published is assumed: weekends and the statutory days themselves are off
 * (全国年节及纪念日放假办法, as amended from 2025-01-01), nothing is moved or made up.
 *
 * @param next the lunar date of the following day: tells the last day of the lunar year (除夕).
 * @param qingming does the solar term 清明 begin on this day?
 */
export function factsOf(day: string, lunar: LunarDate, next: LunarDate, qingming: boolean, published: Published): DayFacts {
	const common = { day, lunarMonth: lunar.month, lunarDay: lunar.day, lunarLeap: lunar.leap };
	const weekend = weekday(day) > 5;
	if (published.years.has(Number(day.slice(0, 4)))) {
		const holiday = published.holidays.get(day) ?? null;
		const makeup = published.makeups.has(day);
		return { ...common, holiday, makeup, off: holiday !== null || (weekend && !makeup), assumed: false };
	}
	const holiday = statutory(day, lunar, next, qingming);
	return { ...common, holiday, makeup: false, off: weekend || holiday !== null, assumed: true };
}

function statutory(day: string, lunar: LunarDate, next: LunarDate, qingming: boolean): string | null {
	const date = day.slice(5);
	if (date === '01-01') return '元旦';
	if (!lunar.leap && lunar.month === 1 && lunar.day <= 3) return '春节';
	if (next.month === 1 && next.day === 1 && !next.leap) return '春节';
	if (qingming) return '清明';
	if (date === '05-01' || date === '05-02') return '劳动节';
	if (!lunar.leap && lunar.month === 5 && lunar.day === 5) return '端午';
	if (!lunar.leap && lunar.month === 8 && lunar.day === 15) return '中秋';
	if (date === '10-01' || date === '10-02' || date === '10-03') return '国庆节';
	return null;
}
