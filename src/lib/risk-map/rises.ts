import type { IndustryTree } from '#lib/industries/tree.ts';
import type { RegionTree } from '#lib/regions/tree.ts';
import type { CoverageRemark } from './coverage.server.ts';
import type { Cell } from './cube.ts';
import { notableSurprise, surprise } from './figures.ts';
import { overlaps } from '#lib/indicators/held.ts';

/** A region × industry that rose notably against the same days a year before. */
export type Rise = {
	readonly region: string;
	readonly regionName: string;
	readonly industry: string;
	readonly industryName: string;
	readonly n: number;
	readonly base: number;
	/** Rows of this very code only. */
	readonly exact: boolean;
	/** Whether what its source covers changed meanwhile: then it need not be the market. */
	readonly coverage: boolean;
	/** The last day counted. */
	readonly upTo: string;
};

const mostRises = 6;

/** What rose by more than chance does to two counts, most surprising first. */
export function risesOf(
	cells: readonly Cell[],
	regions: RegionTree,
	industries: IndustryTree,
	onMap: ReadonlySet<string>,
	coverage: readonly CoverageRemark[],
	upTo: (code: string) => string
): readonly Rise[] {
	return cells
		.filter((cell) => cell.industry !== '-' && surprise(cell) >= notableSurprise)
		.sort((a, b) => surprise(b) - surprise(a) || (a.unit < b.unit ? -1 : 1))
		.slice(0, mostRises)
		.map((cell) => ({
			region: cell.unit,
			regionName: regions.name(cell.unit),
			industry: cell.industry,
			industryName: industries.name(cell.industry),
			n: cell.n,
			base: cell.base,
			exact: !onMap.has(cell.unit) && regions.get(cell.unit)?.level !== 'county',
			coverage: coverage.some((remark) => overlaps(remark.regionCode, cell.unit)),
			upTo: upTo(cell.unit)
		}));
}
