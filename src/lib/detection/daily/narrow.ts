import { kindOf, penaltiesOf } from './node-search.ts';
import { riseOf, type Judge, type Rise } from './score.ts';
import { bestSubset, subsetCosts } from './subset.ts';

/** A part is named when it is clearly above its own range; the error rate is kept by the whole it was found in. */
const partP = 1e-3;

/**
 * The part of a node's rise that should be named instead of it: where some of its regions explain the counts better than all of them
 * together, the strongest of those.
 *
 * Score of a uniform rise of all against that of the best subset less the cost of choosing it (a description length).
 */
export function narrowed(judge: Judge, rise: Rise): Rise {
	const { space, evidence, spread } = judge;
	const { regions, industries } = rise.set;
	if (rise.kind === 'cluster' || regions.length < 2) return rise;
	const v = evidence.windows.indexOf(rise.window);
	const { phi } = spread[v]!;
	const c = new Float64Array(regions.length);
	const b = new Float64Array(regions.length);
	regions.forEach((r, k) => {
		for (const i of industries) {
			c[k] = c[k]! + evidence.observed[v]![r * space.industries + i]!;
			b[k] = b[k]! + evidence.expected[v]![r * space.industries + i]!;
		}
	});
	const costs = subsetCosts(regions.length);
	const part = bestSubset(Int32Array.from(regions.keys()), c, b, phi, costs);
	if (part.length === 0 || part.length === regions.length) return rise;
	const sum = (values: Float64Array, over: Int32Array) => over.reduce((total, k) => total + values[k]!, 0);
	const all = Int32Array.from(regions.keys());
	if (score(sum(c, part), sum(b, part), phi) - costs[part.length]! <= score(sum(c, all), sum(b, all), phi)) return rise;

	const penalties = penaltiesOf(judge);
	const node = space.industryNodes.findIndex((own) => own.length === industries.length && own.every((i, k) => i === industries[k]));
	let best: Rise | null = null;
	for (const k of part) {
		const r = regions[k]!;
		const kind = kindOf(space, r, node);
		const own = riseOf(judge, kind, { regions: Int32Array.of(r), industries }, v, penalties[kind]);
		if (own !== null && own.p <= partP && (best === null || own.score > best.score)) best = own;
	}
	return best === null ? rise : { ...best, score: Math.max(best.score, rise.score) };
}

const score = (observed: number, expected: number, phi: number) =>
	observed > expected ? (observed * Math.log(observed / expected) - (observed - expected)) / phi : 0;
