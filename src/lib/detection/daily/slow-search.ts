import { slowRise, type SlowRise } from '../weekly/slow-rise.ts';
import type { CellLayout } from './cells.ts';
import type { KnownCounts } from './known-counts.ts';
import { risesAbove, type Floors } from './score.ts';
import { cellsOf, type CellSet, type CellSpace } from './space.ts';
import type { Worth } from './worth.ts';

/** Rolling weeks looked back on: five years and the half window before them, and the weeks that are judged. */
const mostWeeks = 280;
/** Series with fewer events a week over the last year are left to the windows of days. */
const leastWeekly = 1;
/** What lasts shorter is found by the windows of days. */
const leastWeeks = 4;

/** Gives the rolling weeks of a set, oldest first, that end on the judged day: counts, and what each week is worth by the calendar. */
export function weeklySeries(space: CellSpace, counts: KnownCounts, worth: Worth, rate: Float64Array, asOf: number) {
	const weeks = Math.min(mostWeeks, Math.floor((asOf + 1) / 7));
	const first = asOf + 1 - 7 * weeks;
	const rows = worth.rows.length / worth.days;
	const byWeek = new Float64Array(rows * weeks);
	for (let row = 0; row < rows; row++) {
		for (let t = first; t <= asOf; t++) {
			const at = row * weeks + Math.floor((t - first) / 7);
			byWeek[at] = byWeek[at]! + worth.rows[row * worth.days + t]!;
		}
	}
	return (set: CellSet): [Float64Array, Float64Array] => {
		const observed = new Float64Array(weeks);
		const exposure = new Float64Array(weeks);
		const level = new Float64Array(rows);
		for (const cell of cellsOf(space, set)) {
			const at = worth.rowOf(cell);
			level[at / worth.days] = level[at / worth.days]! + rate[cell]!;
			for (let k = counts.start[cell + 1]! - 1; k >= counts.start[cell]! && counts.day[k]! >= first; k--) {
				const day = counts.day[k]!;
				if (worth.rows[at + day]! > 0) observed[Math.floor((day - first) / 7)]! += counts.n[k]!;
			}
		}
		for (let row = 0; row < rows; row++) {
			if (level[row] === 0) continue;
			for (let week = 0; week < weeks; week++) exposure[week] = exposure[week]! + level[row]! * byWeek[row * weeks + week]!;
		}
		return [observed, exposure];
	};
}

/**
 * Slow rises of all pairs of nodes, strongest first, each held against its rank's share of the error among all that were looked at
 * (Benjamini & Hochberg 1995).
 */
export function slowRises(
	layout: CellLayout, weekly: ReturnType<typeof weeklySeries>, judged: Uint8Array, floors: Floors, q: number
): { readonly set: CellSet; readonly rise: SlowRise; readonly q: number }[] {
	const { space, namedRegion, namedIndustry } = layout;
	const found: { set: CellSet; rise: SlowRise }[] = [];
	let tests = 0;
	space.regionNodes.forEach((regions, node) => {
		if (!namedRegion[node] || regions.some((r) => !judged[r])) return;
		space.industryNodes.forEach((industries, m) => {
			if (!namedIndustry[m]) return;
			const set = { regions, industries };
			const [counts, exposure] = weekly(set);
			if (!enough(counts)) return;
			tests++;
			const rise = slowRise(counts, exposure);
			if (rise !== null && rise.weeks >= leastWeeks && risesAbove(rise, floors)) found.push({ set, rise });
		});
	});
	found.sort((a, b) => a.rise.p - b.rise.p);
	let last = -1;
	found.forEach(({ rise }, k) => {
		if (rise.p * tests <= q * (k + 1)) last = k;
	});
	return found.slice(0, last + 1).map(({ set, rise }, k) => ({ set, rise, q: Math.min(1, (rise.p * tests) / (k + 1)) }));
}

function enough(counts: Float64Array): boolean {
	let sum = 0;
	for (let week = Math.max(0, counts.length - 52); week < counts.length; week++) sum += counts[week]!;
	return sum >= leastWeekly * Math.min(52, counts.length);
}
