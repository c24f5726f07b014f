import { regionDigits, type Crosswalk, type ResolvedRegion } from './crosswalk.ts';
import type { RegionTree } from './tree.ts';

/** Finds a region by what a source writes: a code of any length, or a name that only one region has. Null: nothing recognised. */
export type RegionFinder = (text: string) => ResolvedRegion | null;

/**
 * Binds the finder to the divisions. `江苏省常州市武进区`, `常州市武进区`, `常州` are found; `鼓楼区`, which four cities have, is not.
 */
export function makeRegionFinder(regions: RegionTree, crosswalk: Crosswalk): RegionFinder {
	const byName = new Map<string, string | null>();
	const add = (name: string, code: string) => {
		const known = byName.get(name);
		if (known === undefined) byName.set(name, code);
		else if (known !== code) byName.set(name, null);
	};
	for (const region of regions.all) {
		if (region.level === 'nation' || region.kind === 'placeholder') continue;
		const names = regions.path(region.code).filter((one) => one.level !== 'nation' && one.kind !== 'placeholder').map((one) => one.name);
		for (let from = 0; from < names.length; from++) add(names.slice(from).join(''), region.code);
		const short = region.name.replace(/(省|市|地区|自治州|盟)$/, '');
		if (region.level !== 'county' && short.length >= 2) add(short, region.code);
	}
	return (text) => {
		if (regionDigits(text) !== null) {
			const resolved = crosswalk(text);
			return resolved.basis === 'nation' && !/^0+$/.test(text) ? null : resolved;
		}
		const code = byName.get(text.normalize('NFKC').replace(/\s/g, ''));
		return code === undefined || code === null ? null : { code, basis: 'given' };
	};
}
