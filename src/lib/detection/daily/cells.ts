import type { ScanSets } from './attribution.ts';

/** One finest cell as the counts give it: a region code (county, or a parent where the county is unknown) and an industry key. */
export type Leaf = { readonly region: string; readonly industry: string };

/**
 * The cells and all their parents: county → city → province (→ nation when there are several provinces), each by
 * division → section → all industries. A *series* is one node pair that holds at least one leaf.
 */
export type CellLayout = ScanSets & {
	readonly leaves: readonly Leaf[];
	readonly series: number;
	/** Region code of a series ('000000' the nation) and its industry key ('*' all, '-' unknown). */
	readonly regionOf: (series: number) => string;
	readonly industryOf: (series: number) => string;
	/** 0 nation, 1 province, 2 city, 3 county. */
	readonly regionLevel: Uint8Array;
	/** 0 all, 1 section, 2 division. */
	readonly industryLevel: Uint8Array;
	/** Series of the whole region (all industries) and of the whole jurisdiction's industry, for product expectations. */
	readonly wholeRegion: Int32Array;
	readonly wholeIndustry: Int32Array;
	/** Series of everything. */
	readonly whole: number;
	readonly find: (region: string, industry: string) => number | undefined;
};

/** Region nodes that hold a leaf, smallest first: `'320412'` → county, city, province. A city's own code has no county. */
function regionChain(code: string, nation: boolean): string[] {
	const chain: string[] = [];
	if (!code.endsWith('00')) chain.push(code);
	if (!code.endsWith('0000')) chain.push(`${code.slice(0, 4)}00`);
	if (code !== '000000') chain.push(`${code.slice(0, 2)}0000`);
	if (nation) chain.push('000000');
	return chain;
}

/** Industry nodes that hold a leaf, smallest first: `'C13'` → `C13`, `C`, `*`. Unknown (`'-'`) is a section of its own. */
export function industryChain(key: string): string[] {
	return key.length >= 3 ? [key.slice(0, 3), key.slice(0, 1), '*'] : [key.slice(0, 1), '*'];
}

const stride = 12;

/** Builds the layout; the order of `leaves` gives their numbers. */
export function layoutOf(leaves: readonly Leaf[]): CellLayout {
	const nation = new Set(leaves.map((leaf) => leaf.region.slice(0, 2))).size > 1;
	const ids = new Map<string, number>();
	const regions: string[] = [];
	const industries: string[] = [];
	const setsOfLeaf = new Int32Array(leaves.length * stride).fill(-1);
	const idOf = (region: string, industry: string) => {
		const key = `${region}|${industry}`;
		let id = ids.get(key);
		if (id === undefined) {
			id = regions.length;
			ids.set(key, id);
			regions.push(region);
			industries.push(industry);
		}
		return id;
	};
	leaves.forEach((leaf, index) => {
		let at = index * stride;
		const chain = industryChain(leaf.industry);
		for (const region of regionChain(leaf.region, nation)) {
			for (const industry of chain) setsOfLeaf[at++] = idOf(region, industry);
		}
	});
	const series = regions.length;
	const regionLevel = Uint8Array.from(regions, levelOfRegion);
	const industryLevel = Uint8Array.from(industries, (key) => (key === '*' ? 0 : key.length < 3 ? 1 : 2));
	const top = nation ? '000000' : leaves[0] ? `${leaves[0].region.slice(0, 2)}0000` : '000000';
	const find = (region: string, industry: string) => ids.get(`${region}|${industry}`);
	return {
		leaves,
		series,
		setsOfLeaf,
		stride,
		depth: Uint8Array.from(regionLevel, (level, i) => level + industryLevel[i]!),
		inside: (a, b) => regionInside(regions[a]!, regions[b]!) && industryInside(industries[a]!, industries[b]!),
		regionOf: (i) => regions[i]!,
		industryOf: (i) => industries[i]!,
		regionLevel,
		industryLevel,
		wholeRegion: Int32Array.from(regions, (region) => find(region, '*')!),
		wholeIndustry: Int32Array.from(industries, (industry) => find(top, industry)!),
		whole: find(top, '*') ?? -1,
		find
	};
}

function levelOfRegion(code: string): number {
	if (code === '000000') return 0;
	if (code.endsWith('0000')) return 1;
	return code.endsWith('00') ? 2 : 3;
}

/** Whether one region code lies in another (or is it). */
export function regionInside(inner: string, outer: string): boolean {
	return inner.startsWith(outer === '000000' ? '' : outer.endsWith('0000') ? outer.slice(0, 2) : outer.endsWith('00') ? outer.slice(0, 4) : outer);
}

/** Whether one industry key lies in another (or is it). */
function industryInside(inner: string, outer: string): boolean {
	return outer === '*' || inner.startsWith(outer);
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

/** Which days a leaf's source delivered, and what they normally bring. Leaves with the same days share a class. */
export type ExposureClass = {
	/** Normal weight × completeness per day index; 0 where nothing was delivered or the anchor lies later. */
	readonly weights: Float64Array;
	/** The same with the season of the year in it. */
	readonly seasonal: Float64Array;
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

/** Day of a correction that holds on every evening. */
export const neverReceived = 1_000_000;
