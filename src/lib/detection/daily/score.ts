import { lawOf, upperTail, type CountLaw } from '../tails.ts';
import type { Evidence } from './evidence.ts';
import type { Rates } from './rates.ts';
import type { CellSet, CellSpace } from './space.ts';
import type { Spread } from './spread.ts';

/** Kinds of sets; each has the same share of the error that is allowed, divided evenly among its sets. */
export const setKinds = ['cell', 'region', 'industry', 'node', 'cluster'] as const;
export type SetKind = (typeof setKinds)[number];

/** A set of cells with the window it stands out most in. */
export type Rise = Figures & {
	readonly kind: SetKind;
	readonly set: CellSet;
	/** −ln of p weighed by how many sets and windows were looked at (weighted Bonferroni; Genovese, Roeder & Wasserman 2006). */
	readonly score: number;
};

/** What is not worth a look is not shown, however significant. */
export type Floors = { readonly observed: number; readonly excess: number; readonly ratio: number };

/** Whether a count is worth a look. */
export const risesAbove = ({ observed, expected }: { readonly observed: number; readonly expected: number }, floors: Floors): boolean =>
	observed >= floors.observed && observed - expected >= floors.excess && observed >= floors.ratio * expected;

/** The windows of a set overlap: six of them are worth about four. */
const windowsWorth = 4;
/** The common components are estimates themselves. */
const widened = 1.2;

/** What a set shows over one window. */
export type Figures = {
	/** Days, ending on the judged evening. */
	readonly window: number;
	readonly observed: number;
	readonly expected: number;
	/** Of the count when nothing is the matter. */
	readonly law: CountLaw;
	/** Conservative P(X ≥ observed) of this set and window. */
	readonly p: number;
};

export type Judge = {
	readonly space: CellSpace;
	readonly evidence: Evidence;
	readonly rates: Rates;
	/** Per window. */
	readonly spread: readonly Spread[];
	readonly floors: Floors;
	/** Industries of which anything is known: others cost nothing. */
	readonly industriesKnown: number;
};

/** Observed, expected and variance of a set over window number v. */
function sumOver({ space, evidence, rates, spread: spreads }: Judge, v: number, { regions, industries }: CellSet) {
	const C = evidence.observed[v]!;
	const B = evidence.expected[v]!;
	const spread = spreads[v]!;
	let observed = 0;
	let expected = 0;
	let own = 0;
	let byRegion = 0;
	const ofIndustry = new Float64Array(industries.length);
	for (const r of regions) {
		let ofRegion = 0;
		for (let y = 0; y < industries.length; y++) {
			const cell = r * space.industries + industries[y]!;
			const b = B[cell]!;
			observed += C[cell]!;
			ofRegion += b;
			ofIndustry[y] = ofIndustry[y]! + b;
			own += (b * b) / rates.certainty[cell]!;
		}
		expected += ofRegion;
		byRegion += ofRegion * ofRegion * spread.region[r]!;
	}
	let byIndustry = 0;
	for (let y = 0; y < industries.length; y++) byIndustry += ofIndustry[y]! ** 2 * spread.industry[industries[y]!]!;
	const common = spread.total * expected * expected + byRegion + byIndustry;
	return { observed, expected, variance: spread.phi * expected + widened * common + own };
}

/** Below so many standard deviations no tail is worth computing: nothing there reaches any threshold. */
const unremarkable = 2;

/** The rise of a set over window number v, or null when it is below the floors or nothing unusual. */
export function riseOf(judge: Judge, kind: SetKind, set: CellSet, v: number, penalty: number): Rise | null {
	const { evidence, floors } = judge;
	const { observed: had, expected, variance } = sumOver(judge, v, set);
	// Explained days count as expected, which is no whole number.
	const observed = Math.round(had);
	if (!risesAbove({ observed, expected }, floors)) return null;
	if (observed - expected < unremarkable * Math.sqrt(variance)) return null;
	const law = lawOf(expected, variance);
	const p = upperTail(observed, law);
	const score = -Math.log(Math.max(p, 1e-300)) - penalty - Math.log(Math.min(windowsWorth, evidence.windows.length) * setKinds.length);
	return { kind, set, window: evidence.windows[v]!, observed, expected, law, p, score };
}

/** The window a set stands out most in, whatever it shows; its p-value counts for all windows. */
export function mostUnusual(judge: Judge, set: CellSet): Figures & { readonly overall: number } {
	const all = judge.evidence.windows.map((window, v) => {
		const { observed, expected, variance } = sumOver(judge, v, set);
		const law = lawOf(expected, variance);
		return { window, observed: Math.round(observed), expected, law, p: upperTail(Math.round(observed), law) };
	});
	const best = all.reduce((a, b) => (b.p < a.p ? b : a));
	return { ...best, overall: Math.min(1, best.p * windowsWorth) };
}
