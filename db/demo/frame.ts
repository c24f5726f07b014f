import { dayFromNumber, dayNumber } from '#lib/calendar/days.ts';
import { makeAddressKey, type AddressKey } from '#lib/enterprises/address.ts';
import type { RegionTree } from '#lib/regions/tree.ts';
import { randomStream, type Random } from './random.ts';
import { countyShares, divisionTilt } from './region-mix.ts';
import { divisionWeight, sectionShare } from './industry-mix.ts';
import { sizeFactor, eventDays, historyDays, type DemoSize } from './sizes.ts';

/** One row of the calendar, as the reference data has it. */
export type CalendarRow = {
	readonly day: string;
	readonly off: boolean;
	readonly holiday: string | null;
	readonly lunar_month: number;
	readonly lunar_day: number;
	readonly lunar_leap: boolean;
};

/** The reference data the demo is built on. */
export type DemoReference = {
	readonly regions: RegionTree;
	readonly industries: readonly { readonly key: string; readonly level: number; readonly name: string }[];
	readonly calendar: readonly CalendarRow[];
};

/** What a day is like for an office: everything season, weekday and holidays depend on. */
export type DayFacts = {
	readonly day: string;
	/** Days since 1970-01-01. */
	readonly number: number;
	readonly off: boolean;
	readonly holiday: string | null;
	readonly month: number;
	readonly monthDay: number;
	/** 1 Monday … 7 Sunday. */
	readonly weekday: number;
	/** Days from the nearest lunar New Year, −60 … 60, else null. */
	readonly springOffset: number | null;
};

/** The stage: where, in which industries, on which days, how many. All randomness comes from `stream`. */
export type Frame = {
	readonly seed: number;
	readonly size: DemoSize;
	readonly factor: number;
	/** The day of loading; the last day with events is the day before. */
	readonly today: string;
	readonly todayNumber: number;
	readonly firstEventDay: number;
	readonly firstHistoryDay: number;
	/** Index 0 is `firstHistoryDay`. */
	readonly days: readonly DayFacts[];
	readonly counties: readonly string[];
	readonly countyName: ReadonlyMap<string, string>;
	readonly cities: readonly string[];
	/** Index into `cities` of each county. */
	readonly cityOf: Uint8Array;
	readonly divisions: readonly string[];
	/** Classes (level 4) of each division. */
	readonly classes: readonly (readonly string[])[];
	readonly countyShare: Float64Array;
	/** Share of all enterprises in county c × division v at `c · divisions.length + v`. */
	readonly cellShare: Float64Array;
	readonly addressKey: AddressKey;
	readonly stream: (label: string) => Random;
};

const dayTexts = new Map<number, string>();

/** `YYYY-MM-DD` of a day number; remembered, as each of a few thousand days is asked for thousands of times. */
export function dayText(number: number): string {
	let text = dayTexts.get(number);
	if (text === undefined) dayTexts.set(number, (text = dayFromNumber(number)));
	return text;
}

/** Builds the stage for Jiangsu; fails when the reference data lacks it. */
export function makeFrame(reference: DemoReference, options: { size: DemoSize; seed: number; today: string }): Frame {
	const { size, seed, today } = options;
	const inProvince = reference.regions.within('320000');
	const counties = inProvince.filter((region) => region.level === 'county' && region.kind !== 'placeholder').map((region) => region.code).sort();
	if (counties.length < 90) throw new Error(`the reference data holds only ${counties.length} counties of Jiangsu (32…)`);
	const zones = new Set(inProvince.filter((region) => region.kind === 'zone').map((region) => region.code));
	const cities = inProvince.filter((region) => region.level === 'city').map((region) => region.code).sort();
	const divisions = reference.industries
		.filter((industry) => industry.level === 2 && (divisionWeight[industry.key] ?? 1) > 0 && (sectionShare[industry.key.slice(0, 1)] ?? 0) > 0)
		.map((industry) => industry.key)
		.sort();
	const classKeys = reference.industries.filter((industry) => industry.level === 4).map((industry) => industry.key);
	const todayNumber = dayNumber(today);
	const firstEventDay = todayNumber - eventDays;
	const firstHistoryDay = firstEventDay - historyDays;
	const countyShare = countyShares(counties, zones);
	return {
		seed,
		size,
		factor: sizeFactor[size],
		today,
		todayNumber,
		firstEventDay,
		firstHistoryDay,
		days: dayFacts(reference.calendar, firstHistoryDay, todayNumber),
		counties,
		countyName: new Map(inProvince.map((region) => [region.code, region.name])),
		cities,
		cityOf: Uint8Array.from(counties, (code) => cities.indexOf(`${code.slice(0, 4)}00`)),
		divisions,
		classes: divisions.map((division) => classKeys.filter((key) => key.startsWith(division))),
		countyShare,
		cellShare: cellShares(counties, countyShare, divisions),
		addressKey: makeAddressKey(reference.regions),
		stream: (label) => randomStream(seed, label)
	};
}

function cellShares(counties: readonly string[], countyShare: Float64Array, divisions: readonly string[]): Float64Array {
	const sectionTotal = new Map<string, number>();
	for (const division of divisions) {
		const section = division.slice(0, 1);
		sectionTotal.set(section, (sectionTotal.get(section) ?? 0) + (divisionWeight[division] ?? 1));
	}
	const share = new Float64Array(counties.length * divisions.length);
	counties.forEach((county, c) => {
		const raw = divisions.map((division) => {
			const section = division.slice(0, 1);
			const inSection = (divisionWeight[division] ?? 1) / (sectionTotal.get(section) as number);
			return (sectionShare[section] ?? 0) * inSection * divisionTilt(county, division);
		});
		const total = raw.reduce((sum, value) => sum + value, 0);
		raw.forEach((value, v) => (share[c * divisions.length + v] = ((countyShare[c] as number) * value) / total));
	});
	return share;
}

function dayFacts(calendar: readonly CalendarRow[], from: number, to: number): DayFacts[] {
	const byDay = new Map(calendar.map((row) => [row.day, row]));
	const newYears = calendar.filter((row) => row.lunar_month === 1 && row.lunar_day === 1 && !row.lunar_leap).map((row) => dayNumber(row.day));
	const facts: DayFacts[] = [];
	for (let number = from; number <= to; number++) {
		const day = dayText(number);
		const row = byDay.get(day);
		// 1970-01-01 was a Thursday.
		const weekday = ((((number + 3) % 7) + 7) % 7) + 1;
		const offset = newYears.map((newYear) => number - newYear).find((difference) => Math.abs(difference) <= 60);
		facts.push({
			day,
			number,
			off: row?.off ?? weekday > 5,
			holiday: row?.holiday ?? null,
			month: Number(day.slice(5, 7)),
			monthDay: Number(day.slice(8, 10)),
			weekday,
			springOffset: offset ?? null
		});
	}
	return facts;
}
