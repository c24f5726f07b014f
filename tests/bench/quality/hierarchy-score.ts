import type { Hierarchy, PlantedRise } from './hierarchy.ts';

/** What was shown on one day: cells, and a name that stays the same while the episode goes on. */
export type ShownDay = { readonly asOf: number; readonly key: string; readonly cells: Int32Array };

export type HierarchyScore = {
	readonly planted: number;
	readonly found: number;
	/** Planted and found per kind. */
	readonly byKind: ReadonlyMap<PlantedRise['kind'], { readonly planted: number; readonly found: number }>;
	readonly episodes: number;
	readonly falseEpisodes: number;
	readonly days: number;
	/** Episode-days shown, and those with no rise going on there (a day of grace). */
	readonly rows: number;
	readonly falseRows: number;
};

/** Days after a rise in which what is shown still belongs to it. */
const graceEpisode = 7;
const graceRow = 1;
/** An episode is about a rise when half of it lies in the rise, or half of the rise in it. */
const share = 0.5;

/** Compares what was shown with what was planted. A rise is found when an episode about it begins before it ends. */
export function scoreHierarchy(made: Hierarchy, shown: readonly ShownDay[]): HierarchyScore {
	const rises = made.planted.map((rise) => ({
		...rise, cells: new Set(rise.regions.flatMap((r) => rise.industries.map((i) => r * made.industries + i)))
	}));
	const about = (cells: Int32Array, rise: (typeof rises)[number]) => {
		let common = 0;
		for (const cell of cells) if (rise.cells.has(cell)) common++;
		return common >= share * cells.length || common >= share * rise.cells.size;
	};
	const episodes: { key: string; cells: Int32Array; from: number; to: number }[] = [];
	const last = new Map<string, (typeof episodes)[number]>();
	for (const { asOf, key, cells } of shown) {
		const before = last.get(key);
		if (before !== undefined && asOf - before.to <= 1) before.to = asOf;
		else {
			const begun = { key, cells, from: asOf, to: asOf };
			episodes.push(begun);
			last.set(key, begun);
		}
	}
	const found = new Set<number>();
	let falseEpisodes = 0;
	let falseRows = 0;
	for (const { cells, from, to } of episodes) {
		const theirs = rises.flatMap((rise, k) => (from <= rise.to + graceEpisode && to >= rise.from && about(cells, rise) ? [k] : []));
		if (theirs.length === 0) falseEpisodes++;
		for (const k of theirs) if (from <= rises[k]!.to) found.add(k);
		for (let day = from; day <= to; day++) {
			if (!theirs.some((k) => day >= rises[k]!.from && day <= rises[k]!.to + graceRow)) falseRows++;
		}
	}
	const byKind = new Map<PlantedRise['kind'], { planted: number; found: number }>();
	rises.forEach((rise, k) => {
		const own = byKind.get(rise.kind) ?? { planted: 0, found: 0 };
		byKind.set(rise.kind, { planted: own.planted + 1, found: own.found + (found.has(k) ? 1 : 0) });
	});
	return { planted: rises.length, found: found.size, byKind, episodes: episodes.length, falseEpisodes, days: made.days - made.from, rows: shown.length, falseRows };
}
