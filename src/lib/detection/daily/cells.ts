import type { CellSet, CellSpace } from './space.ts';

/** One finest cell as the counts give it: a region code (county, or a parent where the county is unknown) and an industry key. */
export type Leaf = { readonly region: string; readonly industry: string };

/**
 * The cells and all their parents: county → city → province (→ nation when there are several provinces), each by
 * division → section → all industries. A *series* is one pair of nodes.
 */
export type CellLayout = {
	readonly leaves: readonly Leaf[];
	readonly space: CellSpace;
	/** Cell of each leaf. */
	readonly cellOfLeaf: Int32Array;
	/** GB/T 2260 code of each region node ('000000' the nation) and key of each industry node ('*' all, '-' unknown). */
	readonly regionCodes: readonly string[];
	readonly industryKeys: readonly string[];
	/** 1 for nodes that are a place or trade of their own: not a city's events without a county, not a city with one county only. */
	readonly namedRegion: Uint8Array;
	readonly namedIndustry: Uint8Array;
	readonly series: number;
	/** The cells of some regions and some industries; undefined where of one of them nothing was ever counted. */
	readonly find: (place: CellPlace) => CellSet | undefined;
	/** What a set is called: one region and one industry where it is a pair of nodes, else all it consists of. */
	readonly placeOf: (set: CellSet) => CellPlace;
};

/** Region codes and industry keys; one of each for a pair of nodes, several for a cluster. */
export type CellPlace = { readonly regions: readonly string[]; readonly industries: readonly string[] };

/** Region nodes that hold a leaf, smallest first: `'320412'` → county, city, province. */
function regionChain(code: string, nation: boolean): string[] {
	const chain = [code];
	if (!code.endsWith('00')) chain.push(`${code.slice(0, 4)}00`);
	if (!code.endsWith('0000')) chain.push(`${code.slice(0, 2)}0000`);
	if (nation && code !== '000000') chain.push('000000');
	return chain;
}

/** Industry nodes that hold a leaf, smallest first: `'C13'` → `C13`, `C`, `*`. Unknown (`'-'`) is a section of its own. */
export function industryChain(key: string): string[] {
	return key.length >= 3 ? [key.slice(0, 3), key.slice(0, 1), '*'] : [key.slice(0, 1), '*'];
}

/** One side of the layout: what is finest, then every parent that holds more than one of them, widest last. */
function sideOf(finest: readonly string[], parentsOf: (key: string) => readonly string[]) {
	const keys = [...new Set(finest)].sort();
	const at = new Map(keys.map((key, k) => [key, k]));
	const members = new Map<string, number[]>();
	const top = keys.length > 0 ? parentsOf(keys[0]!).at(-1)! : '';
	for (const key of keys) for (const parent of parentsOf(key)) members.set(parent, [...(members.get(parent) ?? []), at.get(key)!]);
	const parents = [...members].filter(([key]) => key !== top).sort(([a, x], [b, y]) => x.length - y.length || (a < b ? -1 : 1));
	const nodes = [...keys.map((_, k) => Int32Array.of(k)), ...parents.map(([, own]) => Int32Array.from(own)), Int32Array.from(keys.keys())];
	const codes = [...keys, ...parents.map(([key]) => key), top];
	// A parent that is also finest (a city's events without a county) is named once, as the parent with all it holds.
	const named = Uint8Array.from(codes, (code, k) => {
		const isTop = k === codes.length - 1;
		if (k < keys.length) return members.has(code) && code !== '' ? 0 : 1;
		return isTop || nodes[k]!.length > 1 || at.has(code) ? 1 : 0;
	});
	const nodeOf = new Map(codes.map((code, k) => [code, k]));
	return {
		keys, at, nodes, codes, named,
		members: (wanted: readonly string[]): Int32Array | undefined => {
			if (wanted.length === 1) return nodes[nodeOf.get(wanted[0]!) ?? -1];
			const found = wanted.map((code) => at.get(code));
			return found.includes(undefined) ? undefined : Int32Array.from(found as number[]).sort();
		},
		name: (chosen: Int32Array): readonly string[] => {
			const node = nodes.findIndex((own) => own.length === chosen.length && own.every((k, i) => k === chosen[i]));
			return node >= 0 ? [codes[node]!] : Array.from(chosen, (k) => keys[k]!);
		}
	};
}

/**
 * Builds the layout; the order of `leaves` gives their numbers.
 *
 * @param neighbours pairs of neighbouring regions, by code.
 */
export function layoutOf(leaves: readonly Leaf[], neighbours: readonly (readonly [string, string])[] = []): CellLayout {
	const nation = new Set(leaves.map((leaf) => leaf.region.slice(0, 2))).size > 1;
	const region = sideOf(leaves.map((leaf) => leaf.region), (code) => regionChain(code, nation).slice(1));
	const industry = sideOf(leaves.map((leaf) => industryChain(leaf.industry)[0]!), (key) => industryChain(key).slice(1));
	const sections = [...new Set(industry.keys.map((key) => key.slice(0, 1)))].sort();
	const balls = region.keys.map((_, r) => new Set(region.named[r] ? [r] : []));
	for (const [a, b] of neighbours) {
		const [x, y] = [region.at.get(a), region.at.get(b)];
		if (x === undefined || y === undefined || !region.named[x] || !region.named[y]) continue;
		balls[x]!.add(y);
		balls[y]!.add(x);
	}
	const I = industry.keys.length;
	return {
		leaves,
		space: {
			regions: region.keys.length, industries: I, regionNodes: region.nodes, industryNodes: industry.nodes,
			balls: balls.map((ball) => Int32Array.from(ball).sort()),
			groupOfIndustry: Uint16Array.from(industry.keys, (key) => sections.indexOf(key.slice(0, 1))), groups: sections.length
		},
		cellOfLeaf: Int32Array.from(leaves, (leaf) => region.at.get(leaf.region)! * I + industry.at.get(industryChain(leaf.industry)[0]!)!),
		regionCodes: region.codes, industryKeys: industry.codes, namedRegion: region.named, namedIndustry: industry.named,
		series: region.codes.length * industry.codes.length,
		find(place) {
			const regions = region.members(place.regions);
			const industries = industry.members(place.industries);
			return regions === undefined || industries === undefined ? undefined : { regions, industries };
		},
		placeOf: (set) => ({ regions: region.name(set.regions), industries: industry.name(set.industries) })
	};
}

/** Whether one region code lies in another (or is it). */
export function regionInside(inner: string, outer: string): boolean {
	return inner.startsWith(outer === '000000' ? '' : outer.endsWith('0000') ? outer.slice(0, 2) : outer.endsWith('00') ? outer.slice(0, 4) : outer);
}

/** Sparse daily counts of the leaves: entries of leaf i stand at start[i] … start[i + 1] − 1, days ascending. */
export type LeafCounts = {
	readonly start: Int32Array;
	/** Index of the day, 0 the first day loaded. */
	readonly day: Int32Array;
	readonly n: Int32Array;
	/** Corrections for looking back: `n` of `day` (in leaf) count only since `received`. Sorted by day; n < 0: so many more counted before. */
	readonly late: {
		readonly leaf: Int32Array;
		readonly day: Int32Array;
		readonly received: Int32Array;
		readonly n: Int32Array;
		/** Longest difference between day and received. */
		readonly longest: number;
	};
};

/** Calls back with every count known on `asOf` from `from` on: later arrivals come as negative corrections. */
export function eachKnown(
	counts: LeafCounts,
	from: number,
	asOf: number,
	visit: (leaf: number, day: number, n: number) => void
): void {
	const leaves = counts.start.length - 1;
	for (let leaf = 0; leaf < leaves; leaf++) {
		const first = counts.start[leaf]!;
		for (let i = counts.start[leaf + 1]! - 1; i >= first; i--) {
			const day = counts.day[i]!;
			if (day < from) break;
			if (day <= asOf) visit(leaf, day, counts.n[i]!);
		}
	}
	const { late } = counts;
	for (let i = firstAtLeast(late.day, Math.max(from, asOf - late.longest)); i < late.day.length; i++) {
		if (late.day[i]! > asOf) break;
		if (late.received[i]! > asOf) visit(late.leaf[i]!, late.day[i]!, -late.n[i]!);
	}
}

/** Index of the first entry not below `value` in an ascending array. */
export function firstAtLeast(sorted: Int32Array, value: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Counts without some single events, whatever the evening. */
export function withoutExplained(counts: LeafCounts, explained: readonly { readonly leaf: number; readonly day: number }[]): LeafCounts {
	if (explained.length === 0) return counts;
	const { late } = counts;
	const order = Array.from({ length: late.day.length + explained.length }, (_, i) => i);
	const known = late.day.length;
	const dayOf = (i: number) => (i < known ? late.day[i]! : explained[i - known]!.day);
	order.sort((a, b) => dayOf(a) - dayOf(b));
	return {
		...counts,
		late: {
			leaf: Int32Array.from(order, (i) => (i < known ? late.leaf[i]! : explained[i - known]!.leaf)),
			day: Int32Array.from(order, dayOf),
			received: Int32Array.from(order, (i) => (i < known ? late.received[i]! : neverReceived)),
			n: Int32Array.from(order, (i) => (i < known ? late.n[i]! : 1)),
			longest: Math.max(late.longest, neverReceived)
		}
	};
}

/** The counts with what came until a day known all along: for judging an evening again by what is known later. */
export function asKnownOn(counts: LeafCounts, known: number): LeafCounts {
	const { late } = counts;
	const open = Array.from(late.received.keys()).filter((i) => late.received[i]! > known);
	if (open.length === late.received.length) return counts;
	const only = (values: Int32Array) => Int32Array.from(open, (i) => values[i]!);
	return { ...counts, late: { ...late, leaf: only(late.leaf), day: only(late.day), received: only(late.received), n: only(late.n) } };
}

/** Day of a correction that holds on every evening. */
export const neverReceived = 1_000_000;
