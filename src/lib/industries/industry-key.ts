/** How an industry was found: as given, fallen back to a known parent, or not at all. */
export const industryBases = ['given', 'parent', 'unknown'] as const;
export type IndustryBasis = (typeof industryBases)[number];

export type ResolvedIndustry = { readonly key: string; readonly basis: IndustryBasis };

/** The key of what has no known industry. */
export const unknownIndustry = '-';

/** The smallest industry that holds all keys, `'*'` when nothing smaller does: `['H61', 'H62']` → `'H'`. */
export function commonIndustry(keys: readonly string[]): string {
	const [first = '*'] = keys;
	if (keys.every((key) => key === first)) return first;
	const section = first.slice(0, 1);
	return section !== '*' && keys.every((key) => key.startsWith(section)) ? section : '*';
}

/** Finds the key of an industry as sources write it: key, code without its section, or name. */
export type IndustryFinder = (text: string) => ResolvedIndustry;

export type IndustryName = { readonly key: string; readonly code: string; readonly name: string };

/**
 * Binds the finder to GB/T 4754-2017. Codes of other editions fall back to their group, then their division, and are marked.
 *
 * @example
 * find('C1311'); // { key: 'C1311', basis: 'given' }
 * find('1311');  // { key: 'C1311', basis: 'given' }
 * find('批发业'); // { key: 'F51', basis: 'given' }
 * find('C1398'); // { key: 'C139', basis: 'parent' }
 */
export function makeIndustryFinder(industries: readonly IndustryName[]): IndustryFinder {
	const keys = new Set(industries.map((industry) => industry.key));
	const byCode = new Map(industries.map((industry) => [industry.code, industry.key]));
	// The same name may stand at several levels: the coarser one says all that is known.
	const byName = new Map([...industries].sort((a, b) => b.key.length - a.key.length).map((industry) => [industry.name, industry.key]));
	const cache = new Map<string, ResolvedIndustry>();
	return (text) => {
		let found = cache.get(text);
		if (found === undefined) {
			found = find(text.normalize('NFKC').trim().toUpperCase());
			// Short texts only: V8 keeps a longer piece as a view of the whole text it came from.
			if (text.length < 13 && cache.size < 10_000) cache.set(text, found);
		}
		return found;
	};

	function find(text: string): ResolvedIndustry {
		if (text === '' || text === unknownIndustry) return { key: unknownIndustry, basis: 'unknown' };
		if (keys.has(text)) return { key: text, basis: 'given' };
		const named = byName.get(text.replaceAll(',', '、'));
		if (named !== undefined) return { key: named, basis: 'given' };
		const match = /^([A-T]?)(\d{2,4})$/.exec(text);
		if (match === null) return { key: unknownIndustry, basis: 'unknown' };
		const [, section, digits] = match as unknown as [string, string, string];
		for (let length = digits.length; length >= 2; length--) {
			const key = byCode.get(digits.slice(0, length));
			if (key === undefined) continue;
			// A section that does not hold the division contradicts it: neither is believed.
			if (section !== '' && !key.startsWith(section)) return { key: unknownIndustry, basis: 'unknown' };
			return { key, basis: length === digits.length ? 'given' : 'parent' };
		}
		return section !== '' && keys.has(section) ? { key: section, basis: 'parent' } : { key: unknownIndustry, basis: 'unknown' };
	}
}
