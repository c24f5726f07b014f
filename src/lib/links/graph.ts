import type { SharedTie } from './ties.server.ts';

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Something shared, by its reference, with what of it is not drawn one by one. */
type KeyNode = Box & { readonly type: 'key'; readonly tie: SharedTie };
type EnterpriseNode = Box & { readonly type: 'enterprise'; readonly uscc: string; readonly name: string };
/** Enterprises at a thing beyond those drawn: `more` of one's own jurisdiction, `outside` of others. */
type RestNode = Box & { readonly type: 'rest'; readonly ref: string; readonly more: number; readonly outside: number };
type OwnNode = Box & { readonly type: 'own' };
export type GraphNode = OwnNode | KeyNode | EnterpriseNode | RestNode;

/** A tie: how it stands, for the line and the words. */
type EdgeState = 'current' | 'ended' | 'denied';
export type GraphEdge = { readonly from: readonly [number, number]; readonly to: readonly [number, number]; readonly state: EdgeState };

export type LinkGraph = { readonly width: number; readonly height: number; readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

/** More is no picture any more: the table has all of it. */
const most = { keys: 10, enterprises: 24, perKey: 6 } as const;
const row = { height: 26, gap: 8, between: 10 } as const;
/** Two lines: the enterprise's own name is never cut where there is room. */
const ownHeight = 48;
/** From this width on there is room for things on both sides of the enterprise. */
const twoSidesFrom = 860;

type Placed = { readonly tie: SharedTie; readonly enterprises: readonly SharedTie['enterprises'][number][]; readonly rest: { readonly more: number; readonly outside: number } };

const isEnded = (enterprise: SharedTie['enterprises'][number]) => enterprise.until !== null;

/**
 * What is drawn: the rarest things first (a telephone that two share says more than a building that four hundred share), at each the
 * enterprises that share most. An enterprise stands once, at the first thing it shares.
 */
export function chosen(own: string, ties: readonly SharedTie[]): { readonly placed: readonly Placed[]; readonly left: number } {
	const ranked = [...ties].sort((a, b) => a.total + a.outside - (b.total + b.outside) || (a.kind === b.kind ? (a.ref < b.ref ? -1 : 1) : a.kind < b.kind ? -1 : 1));
	const shares = new Map<string, number>();
	for (const tie of ties) for (const { uscc } of tie.enterprises) if (uscc !== own) shares.set(uscc, (shares.get(uscc) ?? 0) + 1);
	const rank = new Map(ranked.map((tie, i) => [tie.ref, i]));
	const strongest = [...shares].map(([uscc, n]) => {
		const at = ranked.filter((tie) => tie.enterprises.some((one) => one.uscc === uscc));
		return { uscc, n, first: rank.get(at[0]!.ref)! };
	}).sort((a, b) => b.n - a.n || a.first - b.first || (a.uscc < b.uscc ? -1 : 1));
	const drawn = new Map<string, number>();
	const used = new Map<number, number>();
	for (const { uscc, first } of strongest) {
		if (drawn.size === most.enterprises || first >= most.keys || (used.get(first) ?? 0) === most.perKey) continue;
		drawn.set(uscc, first);
		used.set(first, (used.get(first) ?? 0) + 1);
	}
	const placed = ranked.slice(0, most.keys).map((tie, i): Placed => {
		const current = tie.enterprises.filter((one) => !isEnded(one) && one.uscc !== own).filter(({ uscc }) => drawn.has(uscc)).length;
		const ownCounted = tie.enterprises.some((one) => one.uscc === own && !isEnded(one)) ? 1 : 0;
		return {
			tie, enterprises: tie.enterprises.filter(({ uscc }) => drawn.get(uscc) === i),
			rest: { more: Math.max(0, tie.total - ownCounted - current), outside: tie.outside }
		};
	});
	return { placed, left: ties.length - placed.length };
}

/** Things that share an enterprise belong on one side, else their lines would run behind the middle. */
function sidesOf(own: string, placed: readonly Placed[]): readonly (readonly Placed[])[] {
	const groups: Placed[][] = [];
	for (const one of placed) {
		const usccs = new Set(one.tie.enterprises.map(({ uscc }) => uscc).filter((uscc) => uscc !== own));
		const near = groups.filter((group) => group.some(({ tie }) => tie.enterprises.some(({ uscc }) => usccs.has(uscc))));
		const joined = [...near.flat(), one];
		for (const group of near) groups.splice(groups.indexOf(group), 1);
		groups.push(joined);
	}
	const order = new Map(placed.map((one, i) => [one, i]));
	const tall = (group: readonly Placed[]) => group.reduce((sum, one) => sum + heightOf(one), 0);
	const sides: [Placed[], Placed[]] = [[], []];
	for (const group of groups.sort((a, b) => tall(b) - tall(a) || order.get(a[0]!)! - order.get(b[0]!)!)) {
		sides[tall(sides[0]) <= tall(sides[1]) ? 0 : 1].push(...group);
	}
	return sides.filter((side) => side.length > 0).map((side) => side.sort((a, b) => order.get(a)! - order.get(b)!));
}

const rowsOf = ({ enterprises, rest }: Placed) => Math.max(1, enterprises.length + (rest.more + rest.outside > 0 ? 1 : 0));
const heightOf = (one: Placed) => rowsOf(one) * (row.height + row.gap) - row.gap + row.between;

/**
 * Where everything stands: the enterprise in the middle, the things it shares beside it, and who shares them outside of those. The same
 * ties give the same picture; no two boxes overlap, whatever the width.
 *
 * @param width pixels there are. Too narrow for two sides: things and enterprises stand below the enterprise.
 */
export function linkGraph(own: string, ties: readonly SharedTie[], width: number): LinkGraph {
	const { placed } = chosen(own, ties);
	const wide = width >= twoSidesFrom;
	const sides = wide ? sidesOf(own, placed) : [placed];
	const tall = sides.map((side) => side.reduce((sum, one) => sum + heightOf(one), -row.between));
	const top = wide ? 0 : ownHeight + 20;
	const height = Math.max(ownHeight, top + Math.max(0, ...tall));
	const columns = columnsOf(width, wide, sides.length);
	const middle: OwnNode = { type: 'own', x: columns.own.x, width: columns.own.width, height: ownHeight, y: wide ? (height - ownHeight) / 2 : 0 };
	const nodes: GraphNode[] = [middle];
	const edges: GraphEdge[] = [];
	for (const [s, side] of sides.entries()) {
		const { keys, others, mirrored } = columns.sides[s]!;
		let y = top + (height - top - tall[s]!) / 2;
		const stand = new Map<string, EnterpriseNode>();
		const keyNodes: KeyNode[] = [];
		for (const one of side) {
			const block = heightOf(one) - row.between;
			const key: KeyNode = { type: 'key', tie: one.tie, ...keys, y: y + (block - row.height) / 2, height: row.height };
			keyNodes.push(key);
			let at = y;
			for (const { uscc, name } of one.enterprises) {
				stand.set(uscc, { type: 'enterprise', uscc, name, ...others, y: at, height: row.height });
				at += row.height + row.gap;
			}
			if (one.rest.more + one.rest.outside > 0) {
				const rest: RestNode = { type: 'rest', ref: one.tie.ref, ...one.rest, ...others, y: at, height: row.height };
				nodes.push(rest);
				edges.push(edge(key, rest, mirrored, 'current'));
			}
			y += block + row.between;
		}
		nodes.push(...keyNodes, ...stand.values());
		for (const key of keyNodes) {
			const self = key.tie.enterprises.find(({ uscc }) => uscc === own);
			edges.push(wide ? edge(middle, key, mirrored, stateOf(self)) : down(middle, key, stateOf(self)));
			for (const other of key.tie.enterprises) {
				const node = stand.get(other.uscc);
				if (node) edges.push(edge(key, node, mirrored, stateOf(other)));
			}
		}
	}
	return { width, height, nodes, edges };
}

function stateOf(enterprise: SharedTie['enterprises'][number] | undefined): EdgeState {
	if (enterprise?.judgement?.verdict === 'not-same') return 'denied';
	return enterprise && isEnded(enterprise) ? 'ended' : 'current';
}

const centre = (box: Box) => box.y + box.height / 2;
function edge(inner: Box, outer: Box, mirrored: boolean, state: EdgeState): GraphEdge {
	return mirrored
		? { from: [inner.x, centre(inner)], to: [outer.x + outer.width, centre(outer)], state }
		: { from: [inner.x + inner.width, centre(inner)], to: [outer.x, centre(outer)], state };
}
/** Narrow: a trunk down the left edge of the things. */
const down = (middle: Box, key: Box, state: EdgeState): GraphEdge => ({ from: [middle.x + 6, middle.y + middle.height], to: [key.x, centre(key)], state });

type Column = { readonly x: number; readonly width: number };

function columnsOf(width: number, wide: boolean, sides: number): { readonly own: Column; readonly sides: readonly { readonly keys: Column; readonly others: Column; readonly mirrored: boolean }[] } {
	if (!wide) {
		const keys = { x: 18, width: Math.floor((width - 42) * 0.42) };
		const others = { x: keys.x + keys.width + 24, width: width - keys.width - 42 };
		return { own: { x: 0, width }, sides: [{ keys, others, mirrored: false }] };
	}
	const gap = 36;
	const part = (width - gap * 2 * sides) / (sides === 2 ? 11 : 7);
	const own = { x: sides === 2 ? part * 4.5 + gap * 2 : 0, width: part * 2 };
	const right = { keys: { x: own.x + own.width + gap, width: part * 2 }, others: { x: own.x + own.width + gap * 2 + part * 2, width: part * (sides === 2 ? 2.5 : 3) }, mirrored: false };
	const left = { keys: { x: part * 2.5 + gap, width: part * 2 }, others: { x: 0, width: part * 2.5 }, mirrored: true };
	return { own, sides: sides === 2 ? [right, left] : [right] };
}
