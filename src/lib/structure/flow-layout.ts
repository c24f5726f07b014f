import { countOf, ends, pairs, type End, type Move } from './moves.ts';

/** A block at one side: all that had, or have, one class. Pixels from the top. */
export type FlowNode = { readonly end: End; readonly n: number; readonly y: number; readonly height: number };

/** A band from a block at the left to one at the right; its thickness is its number. */
export type FlowBand = {
	readonly from: End;
	readonly to: End;
	readonly n: number;
	/** Of those that had the class before, or, of those who had none, of all these; 0 to 1. */
	readonly share: number;
	/** Upper edges at either side. */
	readonly leftY: number;
	readonly rightY: number;
	readonly thickness: number;
	/** The middle of its label, beside the left block; labels never overlap. */
	readonly labelY: number;
};

export type FlowLayout = { readonly left: readonly FlowNode[]; readonly right: readonly FlowNode[]; readonly bands: readonly FlowBand[]; readonly height: number };

/** Pixels: what all enterprises of the fuller side are together, the line of a label, a block's name with its number below it, and what lies between two blocks. */
export const flowSize = { whole: 300, label: 16, name: 32, gap: 12 } as const;

/** From this on a band can be seen at all. Thinner ones keep their label. */
const thinnest = 0.5;

/**
 * Lays moves out between two rows of blocks, A on top and those without a class last. Every band has a label of its own: a block with many
 * small bands takes as much room as their labels, not as its enterprises.
 */
export function layoutFlow(moves: readonly Move[]): FlowLayout {
	const count = (from: End, to: End) => countOf(moves, from, to);
	const total = (pick: (from: End, to: End) => boolean) => pairs.reduce((sum, [from, to]) => (pick(from, to) ? sum + count(from, to) : sum), 0);
	const sums = ends.map((end) => ({ end, left: total((from) => from === end), right: total((_, to) => to === end) }));
	const most = Math.max(1, sums.reduce((sum, one) => sum + one.left, 0), sums.reduce((sum, one) => sum + one.right, 0));
	const unit = flowSize.whole / most;
	const kept = (n: number) => (n === 0 ? 0 : Math.max(thinnest, n * unit));

	const bandsFrom = (from: End) => ends.filter((to) => count(from, to) > 0);
	const shown = sums.filter((one) => one.left + one.right > 0);
	const left: FlowNode[] = [];
	const right: FlowNode[] = [];
	const bottoms = new Map<End, number>();
	let y = 0;
	for (const { end, left: out, right: into } of shown) {
		const heights = [bandsFrom(end).reduce((sum, to) => sum + kept(count(end, to)), 0), ends.reduce((sum, from) => sum + kept(count(from, end)), 0)] as const;
		const slot = Math.max(heights[0], heights[1], bandsFrom(end).length * flowSize.label, out > 0 ? flowSize.name : flowSize.label);
		left.push({ end, n: out, y, height: heights[0] });
		right.push({ end, n: into, y, height: heights[1] });
		bottoms.set(end, y + slot);
		y += slot + flowSize.gap;
	}

	const filled = new Map(right.map((node) => [node.end, node.y]));
	const bands: FlowBand[] = [];
	for (const node of left) {
		let at = node.y;
		const targets = bandsFrom(node.end);
		const middles = targets.map((to, i) => at + targets.slice(0, i).reduce((sum, before) => sum + kept(count(node.end, before)), 0) + kept(count(node.end, to)) / 2);
		const labels = spread(middles, flowSize.label, node.y, bottoms.get(node.end)!);
		targets.forEach((to, i) => {
			const n = count(node.end, to);
			const thickness = kept(n);
			const rightY = filled.get(to)!;
			filled.set(to, rightY + thickness);
			bands.push({ from: node.end, to, n, share: n / node.n, leftY: at, rightY, thickness, labelY: labels[i]! });
			at += thickness;
		});
	}
	return { left, right, bands, height: Math.max(flowSize.label, y - flowSize.gap) };
}

/** Places labels as near to their places as they can be without overlapping, between `top` and `bottom`. @param wanted ascending. */
export function spread(wanted: readonly number[], distance: number, top: number, bottom: number): readonly number[] {
	const placed: number[] = [];
	wanted.forEach((y, i) => placed.push(Math.max(y, i === 0 ? top + distance / 2 : placed[i - 1]! + distance)));
	// What was pushed out below is pushed back, and those above it with it.
	for (let i = placed.length - 1; i >= 0; i--) placed[i] = Math.min(placed[i]!, i === placed.length - 1 ? bottom - distance / 2 : placed[i + 1]! - distance);
	return placed;
}

/** The outline of a band between two verticals, as an SVG path. */
export function bandPath(band: Pick<FlowBand, 'leftY' | 'rightY' | 'thickness'>, x0: number, x1: number): string {
	const middle = (x0 + x1) / 2;
	const [a, b, t] = [band.leftY, band.rightY, band.thickness];
	return `M${x0} ${r(a)}C${middle} ${r(a)} ${middle} ${r(b)} ${x1} ${r(b)}V${r(b + t)}C${middle} ${r(b + t)} ${middle} ${r(a + t)} ${x0} ${r(a + t)}Z`;
}

const r = (value: number) => Math.round(value * 100) / 100;

/** The order in which keys go through bands: by what they come from, then where they go. */
export function orderOf(bands: readonly FlowBand[]): readonly FlowBand[] {
	const place = (end: End) => ends.indexOf(end);
	return [...bands].sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
}
