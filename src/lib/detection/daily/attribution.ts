/**
 * Which few sets explain many rises at once (E5: one warning, not fifty).
 *
 * A set is a region node × an industry node; its leaves are the finest cells inside it. The sets that stand out alone are explained
 * one after the other: take the set with the largest expectation-based scan score, go down to a part of it when that part holds most of
 * its excess, then take away the excess of its leaves everywhere, and judge the others again by what is left
 * (score: Neill 2009, "Expectation-based scan statistics", section 2; explaining before counting: greedy, as in Zhang, Assunção &
 * Kulldorff 2010, "Spatial scan statistics adjusted for multiple clusters").
 */
export type ScanSets = {
	/** Sets each leaf belongs to: `stride` entries a leaf, −1 for none. */
	readonly setsOfLeaf: Int32Array;
	readonly stride: number;
	/** Depth of a set: smaller sets are deeper. */
	readonly depth: Uint8Array;
	/** Whether set a lies inside set b. */
	readonly inside: (a: number, b: number) => boolean;
};

/** Figures over one window (1, 7, 14 days …). */
export type ScanWindow = {
	readonly leafObserved: Float64Array;
	readonly leafExpected: Float64Array;
	readonly observed: Float64Array;
	readonly expected: Float64Array;
};

/** A set with the window it stands out most in. */
export type Candidate = {
	readonly set: number;
	readonly window: number;
	readonly phi: number;
	/** Whether it stands out by itself; else it is named only for a larger one that does. */
	readonly alone: boolean;
};

export type Explained = {
	readonly set: number;
	/** The set that stood out by itself, of which this one is the part that matters; or the same. */
	readonly whole: number;
	readonly window: number;
	/** What was left to explain when it was chosen. */
	readonly observed: number;
	readonly score: number;
	/** Leaves inside it. */
	readonly leaves: Int32Array;
	/** Candidates that it explains altogether or in part. */
	readonly covers: readonly number[];
};

/** A part stands for the whole when it holds this much of the whole's excess. */
const partShare = 0.75;

/** Expectation-based Poisson score, deflated by the series' dispersion: o ln(o/e) − (o − e). */
export function scanScore(observed: number, expected: number, phi: number): number {
	if (observed <= expected || observed <= 0) return 0;
	return (observed * Math.log(observed / Math.max(expected, 1e-9)) - (observed - expected)) / phi;
}

/**
 * Explains the candidates with as few sets as possible.
 *
 * @param stands whether a set still stands out with what is left of its observed count over a window.
 */
export function explain(
	sets: ScanSets,
	windows: readonly ScanWindow[],
	candidates: readonly Candidate[],
	stands: (candidate: Candidate, observed: number) => boolean
): Explained[] {
	const left = windows.map((window) => Float64Array.from(window.observed));
	const leafCount = windows[0] ? windows[0].leafObserved.length : 0;
	const done = new Uint8Array(leafCount);
	const leavesOf = collectLeaves(sets, leafCount, candidates);
	let open = [...candidates];
	const result: Explained[] = [];
	const excess = (c: Candidate) => left[c.window]![c.set]! - windows[c.window]!.expected[c.set]!;

	while (open.length > 0) {
		open = open.filter((c) => stands(c, left[c.window]![c.set]!));
		let best: Candidate | undefined;
		let bestScore = 0;
		for (const c of open) {
			if (!c.alone) continue;
			const score = scanScore(left[c.window]![c.set]!, windows[c.window]!.expected[c.set]!, c.phi);
			if (score > bestScore) {
				best = c;
				bestScore = score;
			}
		}
		if (best === undefined) break;
		let chosen = best;
		for (const c of open) {
			if (c.set === chosen.set || !sets.inside(c.set, best.set)) continue;
			const holds = left[best.window]![c.set]! - windows[best.window]!.expected[c.set]!;
			if (holds >= partShare * excess(best) && sets.depth[c.set]! > sets.depth[chosen.set]!) chosen = c;
		}
		const leaves = leavesOf.get(chosen.set)!;
		const observed = left[chosen.window]![chosen.set]!;
		const before = open.filter((c) => c !== chosen).map((c) => [c, left[c.window]![c.set]!] as const);
		for (const leaf of leaves) {
			if (done[leaf]) continue;
			done[leaf] = 1;
			for (let v = 0; v < windows.length; v++) {
				const gone = windows[v]!.leafObserved[leaf]! - windows[v]!.leafExpected[leaf]!;
				if (gone <= 0) continue;
				for (let k = 0; k < sets.stride; k++) {
					const set = sets.setsOfLeaf[leaf * sets.stride + k]!;
					if (set >= 0) left[v]![set] = left[v]![set]! - gone;
				}
			}
		}
		open = open.filter((c) => c !== chosen && c.set !== chosen.set && !sets.inside(c.set, chosen.set));
		result.push({
			set: chosen.set,
			whole: best.set,
			window: chosen.window,
			observed,
			score: bestScore,
			leaves,
			covers: before.filter(([c, was]) => left[c.window]![c.set]! < was || sets.inside(c.set, chosen.set)).map(([c]) => c.set)
		});
	}
	return result;
}

function collectLeaves(sets: ScanSets, leafCount: number, candidates: readonly Candidate[]): Map<number, Int32Array> {
	const lists = new Map<number, number[]>(candidates.map((c) => [c.set, []]));
	for (let leaf = 0; leaf < leafCount; leaf++) {
		for (let k = 0; k < sets.stride; k++) {
			const set = sets.setsOfLeaf[leaf * sets.stride + k]!;
			if (set >= 0) lists.get(set)?.push(leaf);
		}
	}
	return new Map([...lists].map(([set, leaves]) => [set, Int32Array.from(leaves)]));
}
