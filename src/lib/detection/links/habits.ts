import type { CountLaw } from '../tails.ts';
import type { Clock } from './clock.ts';
import type { LinkGraph, Sort } from './graph.ts';
import { independent, stratumOf, strataPerSort } from './strata.ts';

/**
 * What hubs of a stratum normally bring after an arrival.
 *
 * A hub's share of all arrivals is Gamma(shape, rate) over the stratum, so that after n further arrivals in T (time in arrivals of
 * everybody) a span t brings NB with mean (shape + n)/(rate + T)·t (Gelman et al., Bayesian Data Analysis, section 2.6). `steady` is the
 * size of a hub's own unrest about its rate. `soon[g]` is the share of natural followers within `window` days that came within g days:
 * shops of one family are opened together, so that a short gap surprises less than a steady rate says.
 */
type Habit = { readonly shape: number; readonly rate: number; readonly steady: number; readonly soon: Float64Array };

/** The law of further arrivals in a span of `days` days worth `span` arrivals, where the whole window is worth `whole`. */
export function furtherLaw(habit: Habit, past: number, pastSpan: number, days: number, span: number, whole: number): CountLaw {
	const effective = Math.max(span, habit.soon[Math.min(habit.soon.length - 1, days)]! * whole);
	const shape = habit.shape + past;
	return { mean: (shape / (habit.rate + pastSpan)) * effective, size: 1 / (1 / shape + 1 / habit.steady) };
}

/** The habit of a stratum; learned when it is first asked for. */
export type Habits = (stratum: number) => Habit;

/** Past windows of one stratum with much the same past, added up. `counts[x]`: windows with x further arrivals; `most`: the largest x. */
type Cell = { n: number; past: number; pastSpan: number; span: number; most: number; readonly counts: Float64Array };

/** Counts beyond are one class. */
const mostCounted = 64;
/** From so many further arrivals on a past window may be what is looked for, not habit. */
const burstFrom = 5;
/**
 * Learns the habits of every stratum from windows that ended before `until`.
 *
 * Windows of a hub begin with an arrival and do not overlap. Estimated by maximum likelihood over (shape, rate, steady); where
 * strangers do not meet, as a mixture with bursts of any size, so that past bursts, which are no habit, do not become one.
 */
export function learnHabits(graph: LinkGraph, clock: Clock, until: number, window: number, known?: Known): Habits {
	const { first, member, day, hubs, sorts } = graph;
	const strata = sorts.length * strataPerSort;
	// What is first seen at the beginning of the data is not new.
	const origin = day[0] ?? 0;
	const settled = origin + Math.min(365, (until - origin) / 2);
	const cells: Map<number, Cell>[] = Array.from({ length: strata }, () => new Map());
	const gaps = Array.from({ length: strata }, () => new Float64Array(window + 1));
	for (let hub = 0; hub < hubs.length; hub++) {
		const end = first[hub + 1]!;
		const began = clock.before(day[member[first[hub]!]!]!);
		for (let at = first[hub]!; at < end;) {
			const from = day[member[at]!]!;
			if (from + window > until) break;
			if (graph.known[member[at]!]! > until) { at++; continue; }
			let last = at;
			while (last + 1 < end && day[member[last + 1]!]! < from + window) last++;
			if (at === first[hub] && from < settled) {
				at = last + 1;
				continue;
			}
			const stratum = stratumOf(graph, hub, independent(graph, clock, hub, member[at]!, window));
			const further = last - at;
			const past = at - first[hub]!;
			const pastSpan = clock.before(from) - began;
			const span = clock.before(from + window) - clock.before(from);
			const bin = past === 0 ? 0 : 1 + Math.min(7, Math.floor(Math.log2(past))) * 16 + Math.min(15, Math.floor(2 * Math.log2(1 + pastSpan / Math.max(1, span))));
			let cell = cells[stratum]!.get(bin);
			if (!cell) cells[stratum]!.set(bin, (cell = { n: 0, past: 0, pastSpan: 0, span: 0, most: 0, counts: new Float64Array(mostCounted + 1) }));
			cell.n++;
			cell.past += past;
			cell.pastSpan += pastSpan;
			cell.span += span;
			const x = Math.min(mostCounted, further);
			cell.counts[x]!++;
			cell.most = Math.max(cell.most, x);
			if (further === 1 || further === 2) gaps[stratum]![day[member[at + 1]!]! - from]!++;
			at = last + 1;
		}
	}
	const whole = clock.before(until) - clock.before(until - window);
	const ofKind = memo((name: string) => {
		const own = sorts.flatMap((sort, i) => (`${sort.kind}|${sort.crowd}` === name ? [i] : []));
		const all = own.flatMap((sort) => cells.slice(sort * strataPerSort, (sort + 1) * strataPerSort).flatMap((map) => [...map.values()]));
		return fit(all, name.endsWith('true'), startOf(all));
	});
	return memo((stratum: number) => {
		const sort = sorts[Math.floor(stratum / strataPerSort)]!;
		const elsewhere = known?.(stratumName(sort, stratum % strataPerSort));
		const parent = elsewhere === undefined ? ofKind(`${sort.kind}|${sort.crowd}`) : atTraffic(elsewhere, sort.crowd, whole);
		const own = [...cells[stratum]!.values()];
		return { ...(own.length === 0 ? parent : fit(own, sort.crowd, parent)), soon: soonOf(gaps[stratum]!, window) };
	});
}

function memo<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
	const made = new Map<Key, Value>();
	return (key) => {
		let value = made.get(key);
		if (value === undefined) made.set(key, (value = make(key)));
		return value;
	};
}

/** Habits learned from a busier stream (registrations), by name, for one that has few arrivals of its own. */
export type Known = (name: string) => (Law & { readonly whole: number }) | undefined;

/** How a stratum is called among known habits. */
export const stratumName = ({ kind, name, crowd }: Sort, bin: number) => `${kind}|${name}|${crowd}|${bin}`;

/** What a stream's habits are worth to another one. */
export function knownHabits(graph: LinkGraph, habits: Habits, clock: Clock, until: number, window: number): Known {
	const whole = clock.before(until) - clock.before(until - window);
	const strata = new Map(graph.sorts.flatMap((sort, i) =>
		Array.from({ length: strataPerSort }, (_, bin) => [stratumName(sort, bin), i * strataPerSort + bin] as const)
	));
	return (name) => {
		const stratum = strata.get(name);
		return stratum === undefined ? undefined : { ...habits(stratum), whole };
	};
}

/** Where strangers meet, a share of the traffic stays a share of less traffic; who comes again comes again however few others do. */
function atTraffic({ shape, rate, steady, whole }: Law & { readonly whole: number }, crowd: boolean, now: number): Law {
	return { shape, steady, rate: crowd ? rate : (rate * Math.max(1, now)) / Math.max(1, whole) };
}

type Law = Pick<Habit, 'shape' | 'rate' | 'steady'>;

function startOf(cells: readonly Cell[]): Law {
	let [n, further, span] = [0, 0, 0];
	for (const cell of cells) {
		n += cell.n;
		span += cell.span;
		cell.counts.forEach((count, x) => (further += count * Math.min(x, burstFrom)));
	}
	const perSpan = (further + 0.5) / Math.max(1, span);
	return { shape: usual.shape, rate: n === 0 ? 1e5 : usual.shape / perSpan, steady: usual.steady };
}

/** A larger share of the past cannot be bursts. */
const mostBursts = 0.1;

/** Where the search begins, and what it is drawn to when there is next to no data; ours. */
const usual = { shape: 0.3, steady: 30 } as const;

/** Bursts of any size: 1/x over `burstFrom` … `mostCounted`. */
const burst = new Float64Array(mostCounted + 1);
for (let x = burstFrom; x <= mostCounted; x++) burst[x] = 1 / x;
const burstSum = burst.reduce((sum, p) => sum + p, 0);
burst.forEach((p, x) => (burst[x] = p / burstSum));

/** Log-likelihood of the windows of a cell: NB by its mean past, mixed with a share of bursts. */
function cellLikelihood(cell: Cell, law: Law, bursts: number): number {
	const shape = law.shape + cell.past / cell.n;
	const mean = Math.max(1e-12, (shape / (law.rate + cell.pastSpan / cell.n)) * (cell.span / cell.n));
	const size = 1 / (1 / shape + 1 / law.steady);
	const ratio = mean / (mean + size);
	let p = Math.exp(-size * Math.log1p(mean / size));
	let [below, sum] = [0, 0];
	for (let x = 0; x <= cell.most; x++) {
		// The last class holds all that is larger.
		const own = x < mostCounted ? p : Math.max(0, 1 - below);
		const count = cell.counts[x]!;
		if (count > 0) sum += count * Math.log(Math.max(1e-300, (1 - bursts) * own + bursts * burst[x]!));
		below += p;
		p *= ((size + x) / (x + 1)) * ratio;
	}
	return sum;
}

function fit(cells: readonly Cell[], crowd: boolean, from: Law): Law {
	const away = (value: number, wanted: number) => 0.5 * Math.log(value / wanted) ** 2;
	const likelihood = (law: Law & { readonly bursts: number }): number => {
		let sum = -away(law.shape, usual.shape) - away(law.steady, from.steady) * 0.25 - away(law.rate / law.shape, from.rate / from.shape);
		const bursts = crowd ? 0 : law.bursts;
		for (const cell of cells) sum += cellLikelihood(cell, law, bursts);
		return sum;
	};
	// Pattern search (Hooke & Jeeves 1961) on logarithms; from few bursts and from many, as a heavy tail can pass for either.
	const search = (start: Law & { readonly bursts: number }) => {
		let best = start;
		let value = likelihood(best);
		for (let step = 1; step > 0.05;) {
			let moved = false;
			for (const name of names) {
				for (const factor of [Math.exp(step), Math.exp(-step)]) {
					const tried = { ...best, [name]: best[name] * factor };
					// The mean stays when the shape moves.
					if (name === 'shape') tried.rate = best.rate * factor;
					if (tried.bursts > mostBursts) continue;
					const other = likelihood(tried);
					if (other > value) {
						best = tried;
						value = other;
						moved = true;
					}
				}
			}
			if (!moved) step /= 2;
		}
		return { best, value };
	};
	const names = crowd ? (['rate', 'shape', 'steady'] as const) : (['rate', 'shape', 'steady', 'bursts'] as const);
	const start = { shape: usual.shape, rate: (from.rate / from.shape) * usual.shape, steady: from.steady, bursts: 1e-3 };
	const found = [start, ...(crowd ? [] : [{ ...start, bursts: 0.03 }])].map(search);
	const { best } = found.reduce((one, other) => (other.value > one.value ? other : one));
	return { shape: best.shape, rate: best.rate, steady: best.steady };
}

/** By days: the share of followers that came so soon, at least as even time would have it; ten even followers stand behind it. */
function soonOf(gaps: Float64Array, window: number): Float64Array {
	const total = gaps.reduce((sum, n) => sum + n, 0);
	const soon = new Float64Array(window + 1);
	let sum = 0;
	for (let days = 0; days <= window; days++) {
		sum += gaps[days]!;
		soon[days] = (sum + 10 * Math.min(1, (days + 1) / window)) / (total + 10);
	}
	return soon;
}
