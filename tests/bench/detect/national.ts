import { addDays } from '#lib/calendar/days.ts';
import { calendarDaysOf } from '#lib/detection/daily/calendar-days.ts';
import { layoutOf, type CellLayout, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { knownCounts } from '#lib/detection/daily/known-counts.ts';
import { learn } from '#lib/detection/daily/learn.ts';
import { cellWindows, judgeCells, type CellOptions } from '#lib/detection/daily/portfolio.ts';
import { farringtonOf } from '#lib/detection/weekly/farrington.ts';
import { farringtonDefaults } from '#lib/detection/weekly/options.ts';
import { everyPeriods } from '#lib/detection/weekly/reference-weeks.ts';
import { randomOf } from '../../detection/random.ts';
import { coreSeconds } from './core-seconds.ts';

/** The nation: 30 provinces of 10 cities of 10 counties, 97 divisions in 20 sections. */
const provinces = 30;
const citiesEach = 10;
const countiesEach = 10;
const divisions = 97;
const sections = 'ABCDEFGHIJKLMNOPQRST';
export const historyDays = 730;
/** Mean events a county, division and day: 80,000 a day in the nation. */
const meanRate = 0.27;

const two = (n: number) => String(n).padStart(2, '0');

function nationalLayout(): CellLayout {
	const counties: string[] = [];
	const neighbours: [string, string][] = [];
	for (let p = 0; p < provinces; p++) {
		for (let c = 1; c <= citiesEach; c++) {
			for (let k = 1; k <= countiesEach; k++) {
				const code = `${11 + p}${two(c)}${two(k)}`;
				counties.push(code);
				if (k > 1) neighbours.push([`${11 + p}${two(c)}${two(k - 1)}`, code]);
				if (k > 5) neighbours.push([`${11 + p}${two(c)}${two(k - 5)}`, code]);
				if (c > 1) neighbours.push([`${11 + p}${two(c - 1)}${two(k)}`, code]);
			}
		}
	}
	const industries = Array.from({ length: divisions }, (_, i) => `${sections[Math.floor((i * sections.length) / divisions)]}${two(i + 1)}`);
	return layoutOf(counties.flatMap((region) => industries.map((industry) => ({ region, industry }))), neighbours);
}

/** Counts of one kind over two years: weekdays, levels that differ from county to county and from trade to trade, one county rising. */
function nationalCounts(layout: CellLayout, seed: number): LeafCounts {
	const random = randomOf(seed);
	const { regions, industries } = layout.space;
	const ofRegion = Float64Array.from({ length: regions }, () => Math.exp(0.6 * random.normal() - 0.18));
	const ofIndustry = Float64Array.from({ length: industries }, () => Math.exp(0.8 * random.normal() - 0.32));
	const start = new Int32Array(regions * industries + 1);
	let day = new Int32Array(1 << 20);
	let n = new Int32Array(1 << 20);
	let size = 0;
	for (let cell = 0; cell < regions * industries; cell++) {
		const rate = meanRate * ofRegion[Math.floor(cell / industries)]! * ofIndustry[cell % industries]!;
		for (let t = 0; t < historyDays; t++) {
			const rises = Math.floor(cell / industries) === 17 && t > historyDays - 8 ? 4 : 1;
			const count = random.poisson(rate * (t % 7 < 5 ? 1.2 : 0.5) * rises);
			if (count === 0) continue;
			if (size === day.length) {
				const grown = (old: Int32Array) => {
					const larger = new Int32Array(old.length * 2);
					larger.set(old);
					return larger;
				};
				day = grown(day);
				n = grown(n);
			}
			day[size] = t;
			n[size++] = count;
		}
		start[cell + 1] = size;
	}
	const none = new Int32Array(0);
	return { start, day: day.slice(0, size), n: n.slice(0, size), late: { leaf: none, day: none, received: none, n: none, longest: 0 } };
}

const options: CellOptions = { q: 0.01, floor: 6, excess: 5, ratio: 1.5, alpha: 0.01, keep: 0.01 };

/** Weeks of the weekly detector: five years, half windows included. */
const weeks = 270;
/** Cells with fewer events a week are judged by day only. */
const leastWeekly = 1;

/** Weekly counts of the cells with an event a week or more, row by row: five years, of which the daily counts hold the last two. */
function weeklyCounts(counts: LeafCounts, seed: number): Uint16Array {
	const random = randomOf(seed + 100);
	const cells = counts.start.length - 1;
	const rate = Float64Array.from({ length: cells }, (_, cell) => {
		let sum = 0;
		for (let k = counts.start[cell]!; k < counts.start[cell + 1]!; k++) sum += counts.n[k]!;
		return (sum * 7) / historyDays;
	});
	const judged = rate.reduce((sum, value) => sum + (value >= leastWeekly ? 1 : 0), 0);
	const rows = new Uint16Array(judged * weeks);
	let row = 0;
	for (let cell = 0; cell < cells; cell++) {
		if (rate[cell]! < leastWeekly) continue;
		const known = Math.floor(historyDays / 7);
		for (let week = 0; week < weeks - known; week++) rows[row * weeks + week] = random.poisson(rate[cell]!);
		for (let k = counts.start[cell]!; k < counts.start[cell + 1]!; k++) {
			const back = Math.floor((historyDays - 1 - counts.day[k]!) / 7);
			if (back < known) rows[row * weeks + weeks - 1 - back] = rows[row * weeks + weeks - 1 - back]! + counts.n[k]!;
		}
		row++;
	}
	return rows;
}

/** Makes one kind's counts; the function it gives judges their last evening, learning included. */
export function nationalKind(seed: number) {
	const layout = nationalLayout();
	const counts = nationalCounts(layout, seed);
	const weekly = weeklyCounts(counts, seed);
	const { space, cellOfLeaf } = layout;
	const calendar = calendarDaysOf(
		Array.from({ length: historyDays + 7 }, (_, t) => ({ day: addDays('2024-01-01', t), holiday: false, makeup: false })), ['2024-02-10', '2025-01-29']
	);
	const asOf = historyDays - 1;
	const shares = [new Float64Array(historyDays).fill(1)];
	const classOfRegion = new Uint16Array(space.regions);
	return {
		events: counts.n.reduce((sum, value) => sum + value, 0),
		judge: () => {
			const begun = coreSeconds();
			const known = knownCounts(counts, cellOfLeaf, space.regions * space.industries, asOf);
			const learned = learn({ space, counts: known, classOfRegion, shares, calendar, asOf, past: [], windows: cellWindows });
			const { judged, findings } = judgeCells(
				{ layout, counts, asOf, learned, classOfRegion, shares, held: new Uint8Array(space.regions), watched: [], slow: false }, options
			);
			const daily = coreSeconds() - begun;
			const sameWeek = everyPeriods(52);
			for (let at = 0; at < weekly.length; at += weeks) {
				farringtonOf(weekly.subarray(at, at + weeks), null, sameWeek, farringtonDefaults)(weeks - 1);
			}
			const weeklySeconds = coreSeconds() - begun - daily;
			return { series: judged, findings: findings.length, weekly: weekly.length / weeks, daily, weeklySeconds };
		}
	};
}
