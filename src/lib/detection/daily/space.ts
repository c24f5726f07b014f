/**
 * The cells of a jurisdiction, region × industry, and the sets of them that can have one cause: nodes of the two trees, and
 * neighbourhoods for clusters. Cell of region r and industry i: `r * industries + i`.
 */
export type CellSpace = {
	/** Finest regions and industries. */
	readonly regions: number;
	readonly industries: number;
	/** Regions of each node; the first `regions` nodes are the regions themselves, the last holds all. */
	readonly regionNodes: readonly Int32Array[];
	/** Industries of each node; the first `industries` nodes are the industries themselves, the last holds all. */
	readonly industryNodes: readonly Int32Array[];
	/** Each region with its neighbours. */
	readonly balls: readonly Int32Array[];
	/** Industries that share their calendar effects, and how many such groups there are. */
	readonly groupOfIndustry: Uint16Array;
	readonly groups: number;
};

/** A set of cells: all of these industries in all of these regions, both ascending. */
export type CellSet = { readonly regions: Int32Array; readonly industries: Int32Array };

/** Cells of a set, ascending. */
export function cellsOf(space: CellSpace, { regions, industries }: CellSet): Int32Array {
	const cells = new Int32Array(regions.length * industries.length);
	let at = 0;
	for (const r of regions) for (const i of industries) cells[at++] = r * space.industries + i;
	return cells;
}
