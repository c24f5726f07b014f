import { explain, scanScore, type Candidate, type Explained, type ScanWindow } from './attribution.ts';
import { eachKnown, withoutExplained, type CellLayout, type ExposureClass, type LeafCounts } from './cells.ts';
import { qValues } from '../false-discovery.ts';
import { farrington, farringtonDefaults } from '../weekly/farrington.ts';
import { baselineOf, minimumWeeks, type Baseline } from './baseline.ts';
import { countQuantile, lawOf, upperTail, type CountLaw } from '../tails.ts';

/** The question for one kind of event on one evening. */
export type CellQuestion = {
	readonly layout: CellLayout;
	readonly counts: LeafCounts;
	/** Index of the day to judge; nothing later, and nothing received later, is looked at. */
	readonly asOf: number;
	readonly classes: readonly ExposureClass[];
	/** Exposure class of each leaf. */
	readonly classOfLeaf: Uint16Array;
	/** Leaves that cannot be judged: their source is late, silent or changed. */
	readonly held: Uint8Array;
	/** Series with an open warning: they get a verdict whatever they show. */
	readonly watched: readonly number[];
	/** Events of the last days that another finding explains already (the members of an address cluster): they do not count again. */
	readonly explained?: readonly { readonly leaf: number; readonly day: number }[];
};

export type CellOptions = {
	/** False discovery rate over the series of one answer. */
	readonly q: number;
	/** Absolute floor of the observed count, of the excess, and of observed over expected. */
	readonly floor: number;
	readonly excess: number;
	readonly ratio: number;
	/** Windows in days for sparse series; the weekly detector always looks at 7. */
	readonly windows: readonly number[];
	/** Level of the upper bound. */
	readonly alpha: number;
	/** An open episode goes on while its own p-value is at most this. */
	readonly keep: number;
};

export type CellFinding = {
	readonly series: number;
	readonly method: 'farrington-flexible' | 'shrunk-nb';
	/** Length of the window in days, ending on the judged day. */
	readonly window: number;
	readonly observed: number;
	readonly expected: number;
	/** Largest count that is not unusual at `alpha`. */
	readonly upper: number;
	readonly p: number;
	/** The law it was judged by; `p` is its tail, for sparse series times the windows. */
	readonly law: CountLaw;
	/** Of the series; of the whole it was found in, when that is more certain. */
	readonly q: number;
	/** Years of baseline (weekly) or its weeks (sparse). */
	readonly history: number;
	readonly phi: number;
	/** Leaves inside it, for who contributes. */
	readonly leaves: Int32Array;
};

export type CellVerdict = {
	readonly series: number;
	/** `fading`: no longer above its range by the run's standards, but not usual either. */
	readonly verdict: 'breaching' | 'fading' | 'quiet' | 'held' | 'short';
	/** The figures it was judged by; null when held or too short. */
	readonly finding: CellFinding | null;
};

export type CellAnswer = {
	readonly findings: readonly CellFinding[];
	readonly watched: readonly CellVerdict[];
	/** Series that could be judged, and those that were held. */
	readonly judged: number;
	readonly held: number;
	/** Observed and expected per leaf over a window, for who contributes. */
	readonly leavesOver: (window: number) => { readonly observed: Float64Array; readonly expected: Float64Array };
	/** Rolling weeks of a series, oldest first, with what its baseline expects. */
	readonly weeksOf: (finding: CellFinding, weeks: number) => readonly CellWeek[];
};

export type CellWeek = {
	/** Day index of the last day of the week. */
	readonly end: number;
	readonly observed: number | null;
	readonly expected: number;
	readonly upper: number;
};

type Judged = Omit<CellFinding, 'q' | 'leaves'>;

/** Weekly series below this many events a week in the baseline are judged by the sparse windows. */
const weeklyMinimum = 1;

/**
 * Judges every series of one kind for one evening: weekly detector where there are years of counts, windows against a shrunk baseline
 * elsewhere; false discovery rate over all its series; then the smallest sets that explain what stands out.
 *
 * This is the whole surface of the statistics: indicators call nothing else for cells.
 */
export function judgeCells(asked: CellQuestion, options: CellOptions): CellAnswer {
	const question = { ...asked, counts: withoutExplained(asked.counts, asked.explained ?? []) };
	const { layout } = question;
	const baseline = baselineOf(question);
	const windows = windowsOf(question, baseline, options);
	const state = stateOf(question, baseline);
	const findings = new Map<number, Judged>();
	let judgedCount = 0;
	let heldCount = 0;
	const watched = new Set(question.watched);
	for (let s = 0; s < layout.series; s++) {
		if (state[s] === 1) heldCount++;
		if (state[s] !== 0) continue;
		judgedCount++;
		if (watched.has(s) || windows.some((window) => window.observed[s]! >= options.floor)) {
			const judged = judgeSeries(s, baseline, windows, options);
			if (judged) findings.set(s, judged);
		}
	}

	const series = [...findings.keys()];
	const q = qValues(Float64Array.from(series, (s) => findings.get(s)!.p), judgedCount);
	const qOf = new Map(series.map((s, i) => [s, q[i]!]));
	let cut = 0;
	series.forEach((s, i) => {
		if (q[i]! <= options.q) cut = Math.max(cut, findings.get(s)!.p);
	});
	const stands = (judged: Judged, observed: number) =>
		observed >= options.floor &&
		observed - judged.expected >= options.excess &&
		observed >= options.ratio * judged.expected;
	const candidates: Candidate[] = series
		.map((s) => {
			const judged = findings.get(s)!;
			return { set: s, window: options.windows.indexOf(judged.window), phi: judged.phi, alone: qOf.get(s)! <= options.q };
		})
		// The rate is kept by the whole; a part of it need only be above its own range to be named as the place.
		.filter(({ set, alone }) => (alone || findings.get(set)!.p <= options.alpha) && stands(findings.get(set)!, findings.get(set)!.observed));
	const explained = explain(layout, windows, candidates, (candidate, observed) => {
		const judged = findings.get(candidate.set)!;
		if (!stands(judged, observed)) return false;
		return observed === judged.observed || pOf(observed, judged, options) <= (candidate.alone ? cut : options.alpha);
	});

	const full = (s: number, leaves: Int32Array, q = qOf.get(s)!): CellFinding => ({ ...findings.get(s)!, q, leaves });
	return {
		findings: explained.map(({ set, whole, leaves }: Explained) => full(set, leaves, Math.min(qOf.get(set)!, qOf.get(whole)!))),
		watched: question.watched.map((s) => {
			if (state[s] === 1) return { series: s, verdict: 'held', finding: null };
			if (state[s] === 2 || !findings.has(s)) return { series: s, verdict: 'short', finding: null };
			const judged = findings.get(s)!;
			const breaching = qOf.get(s)! <= options.q && stands(judged, judged.observed);
			const fading = judged.p <= options.keep && judged.observed >= options.floor / 2;
			return { series: s, verdict: breaching ? 'breaching' : fading ? 'fading' : 'quiet', finding: full(s, leavesInside(layout, s)) };
		}),
		judged: judgedCount,
		held: heldCount,
		leavesOver: (length) => {
			const window = windows[options.windows.indexOf(length)]!;
			return { observed: window.leafObserved, expected: window.leafExpected };
		},
		weeksOf: (finding, weeks) => weeksOf(finding, weeks, question.asOf, baseline, options)
	};
}

/** 0 can be judged, 1 held (one of its leaves is), 2 baseline too short. */
function stateOf(question: CellQuestion, baseline: Baseline): Uint8Array {
	const { layout } = question;
	const state = new Uint8Array(layout.series);
	for (let leaf = 0; leaf < layout.leaves.length; leaf++) {
		const short = baseline.weeksObserved[question.classOfLeaf[leaf]!]! < minimumWeeks;
		if (!question.held[leaf] && !short) continue;
		for (let k = 0; k < layout.stride; k++) {
			const s = layout.setsOfLeaf[leaf * layout.stride + k]!;
			if (s >= 0 && state[s] !== 1) state[s] = question.held[leaf] ? 1 : 2;
		}
	}
	return state;
}

function windowsOf(question: CellQuestion, baseline: Baseline, options: CellOptions): ScanWindow[] {
	const { layout, asOf } = question;
	const n = layout.leaves.length;
	const windows = options.windows.map((length) => ({
		leafObserved: new Float64Array(n),
		leafExpected: Float64Array.from({ length: n }, (_, leaf) => baseline.leafExpected(leaf, length)),
		observed: new Float64Array(layout.series),
		expected: Float64Array.from({ length: layout.series }, (_, s) => baseline.expected(s, length))
	}));
	const longest = Math.max(...options.windows);
	eachKnown(question.counts, asOf - longest + 1, asOf, (leaf, day, count) => {
		if (!(question.classes[question.classOfLeaf[leaf]!]!.weights[day]! > 0)) return;
		for (let v = 0; v < windows.length; v++) {
			if (day > asOf - options.windows[v]!) windows[v]!.leafObserved[leaf] = windows[v]!.leafObserved[leaf]! + count;
		}
	});
	for (const window of windows) {
		for (let leaf = 0; leaf < n; leaf++) {
			const count = window.leafObserved[leaf]!;
			if (count === 0) continue;
			for (let k = 0; k < layout.stride; k++) {
				const s = layout.setsOfLeaf[leaf * layout.stride + k]!;
				if (s >= 0) window.observed[s] = window.observed[s]! + count;
			}
		}
	}
	return windows;
}

function judgeSeries(s: number, baseline: Baseline, windows: ScanWindow[], options: CellOptions): Judged | null {
	if (baseline.weeklyMean(s) >= weeklyMinimum) {
		const { counts, exposure } = baseline.weekly(s);
		const result = farrington(counts, exposure, { ...farringtonDefaults, alpha: options.alpha });
		const v = options.windows.indexOf(7);
		if (typeof result === 'object' && v >= 0) {
			// The scan takes expectations from here too, so that what a set explains and what it is judged by agree.
			windows[v]!.expected[s] = result.expected;
			const { expected, upper, p, law, phi, years } = result;
			const observed = windows[v]!.observed[s]!;
			return { series: s, method: 'farrington-flexible', window: 7, observed, expected, upper, p, law, phi, history: years };
		}
	}
	let best: Judged | null = null;
	const phi = baseline.phi(s);
	for (let v = 0; v < windows.length; v++) {
		const observed = windows[v]!.observed[s]!;
		const expected = windows[v]!.expected[s]!;
		if (!(expected > 0)) continue;
		const law = lawOf(expected, baseline.variance(s, expected));
		// Bonferroni over the windows: they overlap, so this is on the safe side.
		const p = Math.min(1, upperTail(observed, law) * windows.length);
		const better =
			best === null || p < best.p || (p === best.p && scanScore(observed, expected, phi) > scanScore(best.observed, best.expected, phi));
		if (!better) continue;
		best = {
			series: s, method: 'shrunk-nb', window: options.windows[v]!, observed, expected,
			upper: countQuantile(1 - options.alpha, law), p, law, phi, history: baseline.weeksUsed(s)
		};
	}
	return best;
}

/** p-value of a smaller count under the law a series was judged by. */
function pOf(observed: number, judged: Judged, options: CellOptions): number {
	const p = upperTail(observed, judged.law);
	return judged.method === 'shrunk-nb' ? Math.min(1, p * options.windows.length) : p;
}

function leavesInside(layout: CellLayout, series: number): Int32Array {
	const leaves: number[] = [];
	for (let i = 0; i < layout.setsOfLeaf.length; i++) {
		if (layout.setsOfLeaf[i] === series) leaves.push(Math.floor(i / layout.stride));
	}
	return Int32Array.from(leaves);
}

function weeksOf(finding: CellFinding, weeks: number, asOf: number, baseline: Baseline, options: CellOptions): CellWeek[] {
	const { counts, exposure, expected } = baseline.weekly(finding.series);
	const all = counts.length;
	const scale = finding.window === 7 && expected[all - 1]! > 0 ? finding.expected / expected[all - 1]! : 1;
	const result: CellWeek[] = [];
	for (let i = Math.max(0, all - weeks); i < all; i++) {
		const mean = expected[i]! * scale;
		const law = lawOf(mean, Math.max(finding.phi * mean, baseline.variance(finding.series, mean)));
		result.push({
			end: asOf - 7 * (all - 1 - i),
			observed: exposure[i]! > 0 ? counts[i]! : null,
			expected: mean,
			upper: countQuantile(1 - options.alpha, law)
		});
	}
	return result;
}
