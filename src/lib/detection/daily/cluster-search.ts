import { riseOf, type Judge, type Rise } from './score.ts';
import { bestSubset, subsetCosts } from './subset.ts';

/**
 * Clusters of neighbouring regions × some industries, by the fast subset scan: the best subset of a neighbourhood for given industries, the
 * best subset of industries for given regions, in turn (Neill, McFowland & Zheng 2013, "Fast subset scan for multivariate event
 * detection", section 3).
 */
/** Of a neighbourhood most regions belong to a cluster: leaving some out is the exception. Adds up to some 2.5, as in `subsetCosts`. */
function ballCosts(n: number): Float64Array {
	const costs = new Float64Array(n + 1);
	let choose = 0;
	for (let k = 1; k <= n; k++) {
		choose += Math.log((n - k + 1) / k);
		costs[k] = choose + 0.5 * (n - k);
	}
	return costs;
}

const start = 2.5;
/** Alternations between regions and industries; more change next to nothing. */
const rounds = 2;

/** Keeps what each neighbourhood found until its cells change. */
type ClusterSearch = { readonly strongest: () => Rise | null; readonly changed: (regions: Int32Array) => void };

/** @param judged regions that can be judged. */
export function clusterSearch(judge: Judge, judged: Uint8Array): ClusterSearch {
	const { space, evidence, spread } = judge;
	const { industries: I } = space;
	const balls = space.balls.map((ball) => ball.filter((r) => judged[r]));
	const ballsOf = Array.from({ length: space.regions }, () => [] as number[]);
	balls.forEach((ball, k) => ball.forEach((r) => ballsOf[r]!.push(k)));
	const centres = Math.log(Math.max(1, balls.length));
	const industryCosts = subsetCosts(judge.industriesKnown);
	const regionCosts = new Map<number, Float64Array>();
	const costsOf = (n: number) => {
		let costs = regionCosts.get(n);
		if (costs === undefined) regionCosts.set(n, (costs = ballCosts(n)));
		return costs;
	};
	const largest = Math.max(I, ...balls.map((ball) => ball.length), 1);
	const c = new Float64Array(largest);
	const b = new Float64Array(largest);

	const sum = (v: number, over: Int32Array, along: Int32Array, cell: (along: number, over: number) => number) => {
		const C = evidence.observed[v]!;
		const B = evidence.expected[v]!;
		for (let k = 0; k < along.length; k++) {
			let observed = 0;
			let expected = 0;
			for (const o of over) {
				const at = cell(along[k]!, o);
				observed += C[at]!;
				expected += B[at]!;
			}
			c[k] = observed;
			b[k] = expected;
		}
	};
	const byIndustry = (i: number, r: number) => r * I + i;
	const byRegion = (r: number, i: number) => r * I + i;
	const allIndustries = Int32Array.from({ length: I }, (_, i) => i);

	const bestOf = (ball: Int32Array): Rise | null => {
		let best: Rise | null = null;
		if (ball.length === 0) return null;
		const costs = costsOf(ball.length);
		const offer = (regions: Int32Array, industries: Int32Array, v: number) => {
			if (regions.length < 2 && industries.length < 2) return;
			const penalty = centres + industryCosts[industries.length]! + costs[regions.length]!;
			const rise = riseOf(judge, 'cluster', { regions, industries }, v, penalty);
			if (rise !== null && (best === null || rise.score > best.score)) best = rise;
		};
		for (let v = 0; v < evidence.windows.length; v++) {
			const { phi } = spread[v]!;
			sum(v, ball, allIndustries, byIndustry);
			const starts: Int32Array[] = [bestSubset(allIndustries, c, b, phi, industryCosts)];
			for (let i = 0; i < I; i++) if (c[i]! >= 2 && c[i]! - b[i]! > start * Math.sqrt(phi * b[i]!)) starts.push(Int32Array.of(i));
			for (let industries of starts) {
				for (let round = 0; round < rounds && industries.length > 0; round++) {
					sum(v, industries, ball, byRegion);
					const regions = bestSubset(ball, c, b, phi, costs);
					if (regions.length === 0) break;
					sum(v, regions, allIndustries, byIndustry);
					industries = bestSubset(allIndustries, c, b, phi, industryCosts);
					if (industries.length === 0) break;
					offer(regions, industries, v);
				}
				if (industries.length > 0) offer(ball, industries, v);
			}
		}
		return best;
	};

	const found: (Rise | null | undefined)[] = balls.map(() => undefined);
	return {
		strongest: () => {
			let best: Rise | null = null;
			for (let k = 0; k < balls.length; k++) {
				if (found[k] === undefined) found[k] = bestOf(balls[k]!);
				const rise = found[k]!;
				if (rise !== null && (best === null || rise.score > best.score)) best = rise;
			}
			return best;
		},
		changed: (regions) => {
			for (const r of regions) for (const k of ballsOf[r]!) found[k] = undefined;
		}
	};
}
