import type { Region, RegionTree } from '#lib/regions/tree.ts';

/**
 * The regions a map of this region shows: its children, with rows such as 市辖区 that only stand between levels replaced by what
 * lies below them. A province `by county` shows all its counties. A county shows itself.
 */
export function unitsOf(tree: RegionTree, code: string, byCounty = false): readonly Region[] {
	const region = tree.get(code);
	if (region === undefined) return [];
	if (region.level === 'county') return [region];
	const below = (parent: Region): readonly Region[] =>
		tree.children(parent.code).flatMap((child) => {
			if (child.kind === 'placeholder') return child.level === 'city' ? below(child) : [];
			return byCounty && child.level === 'city' ? below(child) : [child];
		});
	if (region.level !== 'nation') return below(region);
	return tree.all.filter((one) => one.level === 'province');
}

/** Digits of a region code that name the unit a row belongs to. */
export function unitDigits(units: readonly Region[]): 2 | 4 | 6 {
	const level = units[0]?.level;
	return level === 'province' ? 2 : level === 'city' ? 4 : 6;
}

const shortenings: readonly (readonly [RegExp, string])[] = [
	[/(经济技术|经济)开发区$/, '经开区'],
	[/高新技术(产业)?(开发区|园区|区)$/, '高新区'],
	[/^(.{2}).*(自治州|自治县|自治旗)$/, '$1'],
	[/(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|地区)$/, ''],
	[/^(.{2,}(?:园|新|示范|管理|风景名胜|矿|经开|高新))区$/, '$1区'],
	[/^(.{2,})[省市区县旗盟]$/, '$1']
];

/** A name that fits a hexagon: 武进区 → 武进; 徐州经济技术开发区 below 徐州市 → 经开区. */
export function shortName(name: string, parentName = ''): string {
	const parent = parentName.replace(/[省市]$/, '');
	const own = parent.length >= 2 && name.startsWith(parent) ? name.slice(parent.length).replace(/^市/, '') : name;
	const start = own.length >= 3 ? own : name;
	for (const [pattern, short] of shortenings) {
		if (!pattern.test(start)) continue;
		const shorter = start.replace(pattern, short);
		return shorter.length >= 2 ? shorter : start;
	}
	return start;
}
