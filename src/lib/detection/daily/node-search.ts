import { riseOf, type Judge, type Rise, type SetKind } from './score.ts';
import type { CellSpace } from './space.ts';

/** Which nodes are looked at: those with a name, none of whose regions is held. */
export type JudgedNodes = { readonly region: Uint8Array; readonly industry: Uint8Array };

/** A quick look at mean and variance leaves out what cannot stand out; in standard deviations of the cells alone. */
const least = 2.5;

/** −ln of the share of its kind's error that one pair of nodes has. */
export function penaltiesOf({ space, industriesKnown }: Pick<Judge, 'space' | 'industriesKnown'>): { readonly [K in Exclude<SetKind, 'cluster'>]: number } {
	const { regions: R, regionNodes, industryNodes } = space;
	const I = industriesKnown;
	const nodes = regionNodes.length * (industryNodes.length - space.industries + I) - R * I - R - I;
	return { cell: Math.log(R * I), region: Math.log(R), industry: Math.log(I), node: Math.log(Math.max(1, nodes)) };
}

/** Which share of the error a pair of nodes belongs to. */
export function kindOf(space: CellSpace, regionNode: number, industryNode: number): Exclude<SetKind, 'cluster'> {
	const single = regionNode < space.regions;
	if (industryNode < space.industries) return single ? 'cell' : regionNode === space.regionNodes.length - 1 ? 'industry' : 'node';
	return single && industryNode === space.industryNodes.length - 1 ? 'region' : 'node';
}

/** The rise with the highest score among all pairs of nodes. */
export function strongestNode(judge: Judge, judged: JudgedNodes): Rise | null {
	const { space, evidence, spread } = judge;
	const { regions: R, industries: I, regionNodes, industryNodes } = space;
	const penalties = penaltiesOf(judge);
	let best: Rise | null = null;
	const rowC = new Float64Array(I);
	const rowB = new Float64Array(I);
	for (let v = 0; v < evidence.windows.length; v++) {
		const C = evidence.observed[v]!;
		const B = evidence.expected[v]!;
		const { phi } = spread[v]!;
		for (let node = 0; node < regionNodes.length; node++) {
			if (!judged.region[node]) continue;
			if (node < R) {
				rowC.set(C.subarray(node * I, (node + 1) * I));
				rowB.set(B.subarray(node * I, (node + 1) * I));
			} else {
				rowC.fill(0);
				rowB.fill(0);
				for (const r of regionNodes[node]!) {
					for (let i = 0; i < I; i++) {
						rowC[i] = rowC[i]! + C[r * I + i]!;
						rowB[i] = rowB[i]! + B[r * I + i]!;
					}
				}
			}
			for (let m = 0; m < industryNodes.length; m++) {
				if (!judged.industry[m]) continue;
				let c = rowC[m]!;
				let b = rowB[m]!;
				if (m >= I) {
					c = b = 0;
					for (const i of industryNodes[m]!) {
						c += rowC[i]!;
						b += rowB[i]!;
					}
				}
				if (c < judge.floors.observed || c - b < least * Math.sqrt(phi * b)) continue;
				const kind = kindOf(space, node, m);
				const rise = riseOf(judge, kind, { regions: regionNodes[node]!, industries: industryNodes[m]! }, v, penalties[kind]);
				if (rise !== null && (best === null || rise.score > best.score)) best = rise;
			}
		}
	}
	return best;
}
