import type { CellSpace } from './space.ts';

/**
 * What a day normally brings a cell, relative to the cell's level: calendar effects of its group × share that can be known by the
 * evening × whether its source delivered. One row per group and class of regions.
 */
export type Worth = { readonly days: number; readonly rows: Float64Array; readonly rowOf: (cell: number) => number };

/**
 * @param classOfRegion regions that share their source's delivered days.
 * @param factors calendar factor per group and day, row g at g × factorDays.
 * @param shares per class of regions the share of each day 0 … asOf that can be known, 0 where nothing was delivered.
 */
export function worthOf(
	space: CellSpace, classOfRegion: Uint16Array, factors: Float64Array, factorDays: number, shares: readonly Float64Array[], asOf: number
): Worth {
	const days = asOf + 1;
	const rows = new Float64Array(shares.length * space.groups * days);
	shares.forEach((share, c) => {
		for (let g = 0; g < space.groups; g++) {
			const row = (c * space.groups + g) * days;
			for (let t = 0; t < days; t++) rows[row + t] = share[t]! * factors[g * factorDays + t]!;
		}
	});
	const { groupOfIndustry, industries, groups } = space;
	return {
		days, rows,
		rowOf: (cell) => (classOfRegion[Math.floor(cell / industries)]! * groups + groupOfIndustry[cell % industries]!) * days
	};
}
