/**
 * What a day is worth by the calendar: log-linear effects of weekday, days off, make-up days, the weeks around the Spring Festival,
 * World Consumer Rights Day and the season, per group of industries, each group drawn towards what all together show.
 *
 * Penalised quasi-Poisson regression (McCullagh & Nelder 1989, section 2.5; ridge as a normal prior on the effects), the same family
 * as Farrington's; smooth season by harmonics (Held & Paul 2012, section 2).
 */

/** What the calendar says about each day, oldest first. */
export type CalendarDays = {
	/** 0 Sunday … 6 Saturday. */
	readonly weekday: Uint8Array;
	/** 1 for a statutory day off, whatever its weekday. */
	readonly holiday: Uint8Array;
	/** 1 for a make-up working day at a weekend. */
	readonly makeup: Uint8Array;
	/** Days since the lunar new year nearest to the day; beyond ±28 without meaning. */
	readonly festival: Int16Array;
	/** Days since the last 15 March. */
	readonly rights: Int16Array;
	/** Position in the solar year, 0 … 1. */
	readonly phase: Float64Array;
};

/** Design matrix shared by all groups: row by row, `columns` wide. */
type CalendarDesign = { readonly days: number; readonly columns: number; readonly x: Float64Array; readonly prior: Float64Array };

const festivalKnots = [-21, -14, -7, 0, 7, 14, 21] as const;
const harmonics = [0.4, 0.25, 0.12] as const;
/** A season that was not seen twice is no season. */
const seasonDays = 500;

/** Effects as columns, with the standard deviation (log scale) each is expected to have. */
export function calendarDesign(days: CalendarDays, count: number): CalendarDesign {
	const season = count >= seasonDays;
	const knots = Math.max(0, Math.ceil(count / 364) - 1);
	const prior: number[] = [10, 0.5, ...new Array<number>(knots).fill(0.5), ...new Array<number>(7).fill(0.7), 1, 0.7, 0.5];
	for (const _ of festivalKnots) prior.push(0.5);
	prior.push(0.7, 0.7);
	if (season) for (const sd of harmonics) prior.push(sd, sd);
	const columns = prior.length;
	const x = new Float64Array(count * columns);
	let sinceHoliday = 99;
	let run = 0;
	for (let t = 0; t < count; t++) {
		let at = t * columns;
		const back = (count - 1 - t) / 364;
		x[at++] = 1;
		x[at++] = -back;
		for (let k = 1; k <= knots; k++) x[at++] = -Math.max(0, back - k);
		const ordinary = !days.holiday[t] && !days.makeup[t];
		if (ordinary) x[at + days.weekday[t]!] = 1;
		at += 7;
		x[at++] = days.holiday[t]!;
		x[at++] = days.makeup[t]!;
		// What was left lying over a long holiday comes on the first working days after it.
		if (days.holiday[t]) {
			run = sinceHoliday > 1 ? 1 : run + 1;
			sinceHoliday = 0;
		}
		const working = !days.holiday[t] && (days.makeup[t] === 1 || (days.weekday[t]! >= 1 && days.weekday[t]! <= 5));
		if (working) sinceHoliday++;
		x[at++] = working && run >= 3 && sinceHoliday <= 2 ? 1 / sinceHoliday : 0;
		const offset = days.festival[t]!;
		for (const knot of festivalKnots) x[at++] = Math.max(0, 1 - Math.abs(offset - knot) / 7);
		const rights = days.rights[t]!;
		x[at++] = rights === 0 ? 1 : 0;
		x[at++] = rights >= 0 && rights < 10 ? 1 - rights / 10 : 0;
		if (season) {
			for (let k = 1; k <= harmonics.length; k++) {
				x[at++] = Math.cos(2 * Math.PI * k * days.phase[t]!);
				x[at++] = Math.sin(2 * Math.PI * k * days.phase[t]!);
			}
		}
	}
	return { days: count, columns, x, prior: Float64Array.from(prior) };
}

/** Columns of level and trend: they belong to the level, not to the calendar. */
const levelColumns = (design: CalendarDesign) => 2 + Math.max(0, Math.ceil(design.days / 364) - 1);

/** How much closer a group keeps to what all groups show than that keeps to nothing. */
const groupPrior = 0.5;

/**
 * The worth of each day per group, relative to the group's level.
 *
 * @param totals counts per group and day: row g at g × days.
 * @param known share of each day's events that can be known, 0 for days not delivered.
 * @returns factor per group and day, row g at g × days.
 */
export function calendarEffects(design: CalendarDesign, totals: Float64Array, known: Float64Array): Float64Array {
	const { days } = design;
	const groups = totals.length / days;
	const sum = new Float64Array(days);
	for (let g = 0; g < groups; g++) for (let t = 0; t < days; t++) sum[t] = sum[t]! + totals[g * days + t]!;
	const none = new Float64Array(design.columns);
	const common = fitEffects(design, sum, known, none, 1);
	const result = new Float64Array(totals.length);
	for (let g = 0; g < groups; g++) {
		const own = totals.subarray(g * days, (g + 1) * days);
		result.set(factorsOf(design, fitEffects(design, own, known, common, groupPrior)), g * days);
	}
	return result;
}

function factorsOf(design: CalendarDesign, beta: Float64Array): Float64Array {
	const first = levelColumns(design);
	return Float64Array.from({ length: design.days }, (_, t) => {
		let eta = 0;
		for (let k = first; k < design.columns; k++) eta += design.x[t * design.columns + k]! * beta[k]!;
		return Math.exp(Math.min(4, Math.max(-4, eta)));
	});
}

const steps = 12;

function fitEffects(design: CalendarDesign, y: Float64Array, known: Float64Array, centre: Float64Array, spread: number): Float64Array {
	const { days, columns: p, x, prior } = design;
	let total = 0;
	let exposure = 0;
	for (let t = 0; t < days; t++) {
		if (!(known[t]! > 0)) continue;
		total += y[t]!;
		exposure += known[t]!;
	}
	const beta = Float64Array.from(centre);
	beta[0] = Math.log((total + 0.5) / Math.max(1, exposure));
	const level = beta[0]!;
	const mean = new Float64Array(days);
	const weight = new Float64Array(days).fill(1);
	let phi = 1;
	for (let step = 0; step < steps; step++) {
		let pearson = 0;
		let used = 0;
		for (let t = 0; t < days; t++) {
			if (!(known[t]! > 0)) continue;
			let eta = 0;
			for (let k = 0; k < p; k++) eta += x[t * p + k]! * beta[k]!;
			mean[t] = known[t]! * Math.exp(Math.min(20, Math.max(-12, eta)));
			const r = (y[t]! - mean[t]!) / Math.sqrt(mean[t]! * phi);
			// Past rises must not become part of the calendar (Huber 1964).
			weight[t] = Math.abs(r) > 2.5 ? 2.5 / Math.abs(r) : 1;
			pearson += weight[t]! * r * r * phi;
			used++;
		}
		phi = Math.max(1, pearson / Math.max(1, used - p));
		const a = new Float64Array(p * p);
		const b = new Float64Array(p);
		for (let t = 0; t < days; t++) {
			if (!(known[t]! > 0)) continue;
			const w = (weight[t]! * mean[t]!) / phi;
			const score = (weight[t]! * (y[t]! - mean[t]!)) / phi;
			const row = t * p;
			for (let i = 0; i < p; i++) {
				const xi = x[row + i]!;
				if (xi === 0) continue;
				b[i] = b[i]! + xi * score;
				const wx = w * xi;
				for (let j = 0; j <= i; j++) a[i * p + j] = a[i * p + j]! + wx * x[row + j]!;
			}
		}
		for (let i = 0; i < p; i++) {
			const precision = 1 / (prior[i]! * (i === 0 ? 1 : spread)) ** 2;
			a[i * p + i] = a[i * p + i]! + precision;
			b[i] = b[i]! - precision * (beta[i]! - (i === 0 ? level : centre[i]!));
		}
		const change = solve(a, b, p);
		let largest = 0;
		for (let i = 0; i < p; i++) {
			const by = Math.min(1, Math.max(-1, change[i]!));
			beta[i] = beta[i]! + by;
			largest = Math.max(largest, Math.abs(by));
		}
		if (largest < 1e-4) break;
	}
	return beta;
}

/** Solves a positive definite system given by its lower triangle (Cholesky, in place). */
function solve(a: Float64Array, b: Float64Array, p: number): Float64Array {
	for (let i = 0; i < p; i++) {
		for (let j = 0; j <= i; j++) {
			let sum = a[i * p + j]!;
			for (let k = 0; k < j; k++) sum -= a[i * p + k]! * a[j * p + k]!;
			a[i * p + j] = i === j ? Math.sqrt(Math.max(1e-12, sum)) : sum / a[j * p + j]!;
		}
	}
	for (let i = 0; i < p; i++) {
		let sum = b[i]!;
		for (let k = 0; k < i; k++) sum -= a[i * p + k]! * b[k]!;
		b[i] = sum / a[i * p + i]!;
	}
	for (let i = p - 1; i >= 0; i--) {
		let sum = b[i]!;
		for (let k = i + 1; k < p; k++) sum -= a[k * p + i]! * b[k]!;
		b[i] = sum / a[i * p + i]!;
	}
	return b;
}
