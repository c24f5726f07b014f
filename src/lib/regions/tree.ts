import { regionPrefix } from '#lib/access/scope.ts';

export const regionLevels = ['nation', 'province', 'city', 'county'] as const;
export type RegionLevel = (typeof regionLevels)[number];

/** `placeholder`: a row such as 市辖区 that stands between levels; `zone`: a functional zone with a code of its own. */
export const regionKinds = ['division', 'placeholder', 'zone'] as const;
export type RegionKind = (typeof regionKinds)[number];

export type Region = {
	readonly code: string;
	readonly name: string;
	readonly level: RegionLevel;
	readonly kind: RegionKind;
	readonly parentCode: string | null;
	/** Schematic accuracy; null for the few without. */
	readonly longitude: number | null;
	readonly latitude: number | null;
};

/** All regions with their hierarchy. */
export type RegionTree = {
	readonly get: (code: string) => Region | undefined;
	/** Name, or the code itself where it is unknown. */
	readonly name: (code: string) => string;
	/** Direct children in order of code. */
	readonly children: (code: string) => readonly Region[];
	/** From the nation down to the region itself; empty for an unknown code. */
	readonly path: (code: string) => readonly Region[];
	/** `江苏省南京市江宁区`: the path without the nation and without placeholders. */
	readonly fullName: (code: string) => string;
	/** The region and everything below it. */
	readonly within: (code: string) => readonly Region[];
	readonly all: readonly Region[];
};

/** Builds the tree from its rows. */
export function regionTree(rows: readonly Region[]): RegionTree {
	const all = [...rows].sort((a, b) => (a.code < b.code ? -1 : 1));
	const byCode = new Map(all.map((region) => [region.code, region]));
	const children = Map.groupBy(all, (region) => region.parentCode ?? '');
	const path = (code: string): Region[] => {
		const found: Region[] = [];
		for (let region = byCode.get(code); region !== undefined; region = byCode.get(region.parentCode ?? '')) found.unshift(region);
		return found;
	};
	return {
		all,
		get: (code) => byCode.get(code),
		name: (code) => byCode.get(code)?.name ?? code,
		children: (code) => children.get(code) ?? [],
		path,
		fullName: (code) =>
			path(code)
				.filter((region) => region.level !== 'nation' && region.kind !== 'placeholder')
				.map((region) => region.name)
				.join('') || (byCode.get(code)?.name ?? code),
		within: (code) => {
			const prefix = regionPrefix(code);
			return all.filter((region) => region.code.startsWith(prefix));
		}
	};
}

/** The city a code lies in (`'320412'` → `'320400'`); a province or the nation stays what it is. */
export function cityOf(code: string): string {
	return `${code.slice(0, 4)}00`;
}
