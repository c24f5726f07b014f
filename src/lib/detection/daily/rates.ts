import { gammaShape } from './gamma-shape.ts';
import type { KnownCounts } from './known-counts.ts';
import type { CellSpace } from './space.ts';
import type { Worth } from './worth.ts';

/** The latest days are judged, not learned from: the longest usual window and a day. */
export const guardDays = 15;
/** Half-lives in days: of a cell against its region and industry, and of the levels of whole regions and industries. */
export const longHalfLife = 280;
export const shortHalfLife = 70;
/** Events that speak for the old level of a region or industry before its recent ones do. */
export const levelPrior = 60;

/** A stretch of days of some cells that an earlier episode explains: neither evidence again nor baseline. */
export type PastRise = { readonly cells: Int32Array; readonly from: number; readonly to: number };

/** A new level of some cells that is there to stay: their baselines begin on this day. */
export type Anchor = { readonly cells: Int32Array; readonly from: number };

export type Rates = {
	/** Events a day of worth 1, per cell. */
	readonly rate: Float64Array;
	/** How much is known of it: Gamma shape of its posterior. */
	readonly certainty: Float64Array;
};

/**
 * The level of every cell: exponentially weighted history, shrunk towards region × industry by a Gamma factor whose shape is estimated
 * from all cells (Clayton & Kaldor 1987, section 2.2), then moved with the recent level of its whole region and its whole industry.
 */
export function ratesOf(
	space: CellSpace, counts: KnownCounts, worth: Worth, asOf: number, past: readonly PastRise[], anchors: readonly Anchor[] = []
): Rates {
	const cells = space.regions * space.industries;
	const end = asOf - guardDays;
	const long = decay(end, longHalfLife);
	const short = decay(end, shortHalfLife);
	const dueLong = weighedSums(worth, long);
	const dueShort = weighedSums(worth, short);
	const firstDay = new Int32Array(cells);
	for (const anchor of anchors) for (const cell of anchor.cells) firstDay[cell] = Math.max(firstDay[cell]!, anchor.from);
	const n = new Float64Array(cells);
	const recent = new Float64Array(cells);
	const due = new Float64Array(cells);
	const recentDue = new Float64Array(cells);
	for (let cell = 0; cell < cells; cell++) {
		const row = worth.rowOf(cell);
		const from = Math.min(firstDay[cell]!, end + 1);
		const at = (row / worth.days) * (end + 2);
		due[cell] = dueLong[at + end + 1]! - dueLong[at + from]!;
		recentDue[cell] = dueShort[at + end + 1]! - dueShort[at + from]!;
		for (let k = counts.start[cell]!; k < counts.start[cell + 1]! && counts.day[k]! <= end; k++) {
			const t = counts.day[k]!;
			// What came on a day that counts as not delivered is neither evidence nor baseline.
			if (t < from || !(worth.rows[row + t]! > 0)) continue;
			n[cell] = n[cell]! + counts.n[k]! * long[t]!;
			recent[cell] = recent[cell]! + counts.n[k]! * short[t]!;
		}
	}
	eachPastDay(counts, past, end, (cell, t, count) => {
		const w = worth.rows[worth.rowOf(cell) + t]!;
		if (t < firstDay[cell]! || !(w > 0)) return;
		n[cell] = n[cell]! - count * long[t]!;
		due[cell] = due[cell]! - w * long[t]!;
		recent[cell] = recent[cell]! - count * short[t]!;
		recentDue[cell] = recentDue[cell]! - w * short[t]!;
	});

	const { rate, shape } = shrunkRates(space, counts, n, due);
	for (const axis of ['region', 'industry'] as const) followLevel(space, axis, rate, recent, recentDue);
	return { rate, certainty: n.map((count) => count + shape) };
}

/** With fewer delivered days of baseline nothing can be said about a place. */
export const leastBaseline = 56;
const baselineYear = 378;

/** Delivered days of the year before the guard. */
export function baselineDays(share: Float64Array, asOf: number): number {
	let days = 0;
	for (let t = Math.max(0, asOf - guardDays - baselineYear); t <= asOf - guardDays; t++) if (share[t]! > 0) days++;
	return days;
}

/** Visits every day of every past rise once, with what was counted on it. */
export function eachPastDay(
	counts: KnownCounts, past: readonly PastRise[], end: number, visit: (cell: number, day: number, count: number) => void
): void {
	const daysOf = new Map<number, Set<number>>();
	for (const { cells, from, to } of past) {
		for (const cell of cells) {
			let days = daysOf.get(cell);
			if (days === undefined) daysOf.set(cell, (days = new Set()));
			for (let t = Math.max(0, from); t <= Math.min(to, end); t++) days.add(t);
		}
	}
	for (const [cell, days] of daysOf) {
		const had = new Map<number, number>();
		for (let k = counts.start[cell]!; k < counts.start[cell + 1]!; k++) had.set(counts.day[k]!, counts.n[k]!);
		for (const t of days) visit(cell, t, had.get(t) ?? 0);
	}
}

/** Weighed worth of the days before each day: row by row, one entry more than there are days. */
function weighedSums(worth: Worth, weights: Float64Array): Float64Array {
	const days = weights.length;
	const rows = worth.rows.length / worth.days;
	const sums = new Float64Array(rows * (days + 1));
	for (let row = 0; row < rows; row++) {
		const at = row * (days + 1);
		for (let t = 0; t < days; t++) sums[at + t + 1] = sums[at + t]! + weights[t]! * worth.rows[row * worth.days + t]!;
	}
	return sums;
}

function decay(end: number, halfLife: number): Float64Array {
	return Float64Array.from({ length: Math.max(0, end + 1) }, (_, t) => 0.5 ** ((end - t) / halfLife));
}

function shrunkRates(space: CellSpace, counts: KnownCounts, n: Float64Array, due: Float64Array): { readonly rate: Float64Array; readonly shape: number } {
	const { regions: R, industries: I } = space;
	const ofRegion = new Float64Array(R);
	const ofIndustry = new Float64Array(I);
	let all = 0;
	let longest = 0;
	for (let cell = 0; cell < n.length; cell++) longest = Math.max(longest, due[cell]!);
	const known = new Uint8Array(I);
	for (let cell = 0; cell < counts.start.length - 1; cell++) if (counts.start[cell + 1]! > counts.start[cell]!) known[cell % I] = 1;
	// Half an event: a region or industry that never had any is new, not impossible.
	const unseen = longest > 0 ? 0.5 / longest : 0;
	for (let cell = 0; cell < n.length; cell++) {
		const raw = due[cell]! > 0 ? n[cell]! / due[cell]! : 0;
		const r = Math.floor(cell / I);
		ofRegion[r] = ofRegion[r]! + raw;
		ofIndustry[cell % I] = ofIndustry[cell % I]! + raw;
		all += raw;
	}
	const usual = new Float64Array(n.length);
	const product = new Float64Array(n.length);
	let sum = 0;
	let squares = 0;
	for (let cell = 0; cell < n.length; cell++) {
		// Of an industry of which nothing is known yet nothing is expected.
		if (!known[cell % I]) continue;
		usual[cell] = ((ofRegion[Math.floor(cell / I)]! + unseen) * (ofIndustry[cell % I]! + unseen)) / Math.max(all + unseen, 1e-12);
		product[cell] = Math.max(1e-6, usual[cell]! * Math.max(0, due[cell]!));
		sum += product[cell]!;
		squares += product[cell]! * product[cell]!;
	}
	const shape = gammaShape(n, product, sum, squares);
	// Where nothing of its own was observed, what is usual for its region and industry stands.
	const rate = usual.map((value, cell) => (value * (shape + n[cell]!)) / (shape + product[cell]!));
	return { rate, shape };
}

/** Moves the rates of each region (or industry) with what it brought lately. */
function followLevel(
	{ industries: I, ...space }: CellSpace, axis: 'region' | 'industry', rate: Float64Array, recent: Float64Array, recentDue: Float64Array
): void {
	const of = (cell: number) => (axis === 'region' ? Math.floor(cell / I) : cell % I);
	const size = axis === 'region' ? space.regions : I;
	const had = new Float64Array(size);
	const expected = new Float64Array(size);
	for (let cell = 0; cell < rate.length; cell++) {
		had[of(cell)] = had[of(cell)]! + recent[cell]!;
		expected[of(cell)] = expected[of(cell)]! + rate[cell]! * recentDue[cell]!;
	}
	for (let cell = 0; cell < rate.length; cell++) {
		const k = of(cell);
		rate[cell] = (rate[cell]! * (levelPrior + had[k]!)) / (levelPrior + expected[k]!);
	}
}
