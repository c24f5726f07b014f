/** How a region code was found: as given, by succession, or fallen back to the city, the province, the nation. */
export const regionBases = ['given', 'successor', 'city', 'province', 'nation'] as const;
export type RegionBasis = (typeof regionBases)[number];

export type ResolvedRegion = { readonly code: string; readonly basis: RegionBasis };

/** Finds the region of any code: nothing is ever lost, at worst it belongs to the nation and says so. */
export type Crosswalk = (code: string) => ResolvedRegion;

const nation = '000000';
/** Longer chains of successions are a mistake in the table. */
const longestChain = 5;

/**
 * Binds the crosswalk to the divisions and successions that are known.
 *
 * @param codes GB/T 2260 codes of all divisions, zones and placeholders.
 * @param successions retired code → successor.
 * @example
 * const crosswalk = makeCrosswalk(new Set(['320000', '320600', '320613']), new Map([['320602', '320613']]));
 * crosswalk('320613'); // { code: '320613', basis: 'given' }
 * crosswalk('320602'); // { code: '320613', basis: 'successor' }
 * crosswalk('320699'); // { code: '320600', basis: 'city' }
 */
export function makeCrosswalk(codes: ReadonlySet<string>, successions: ReadonlyMap<string, string>): Crosswalk {
	const cache = new Map<string, ResolvedRegion>();
	return (code) => {
		let resolved = cache.get(code);
		if (resolved === undefined) {
			resolved = resolve(code);
			// Codes are few and short; rubbish must not fill the memory (V8 keeps a longer piece as a view of the whole text).
			if (code.length < 13 && cache.size < 10_000) cache.set(code, resolved);
		}
		return resolved;
	};

	function resolve(given: string): ResolvedRegion {
		const code = regionDigits(given);
		if (code === null) return { code: nation, basis: 'nation' };
		if (codes.has(code)) return { code, basis: 'given' };
		let successor = successions.get(code);
		for (let i = 0; successor !== undefined && i < longestChain; i++) {
			if (codes.has(successor)) return { code: successor, basis: 'successor' };
			successor = successions.get(successor);
		}
		const city = `${code.slice(0, 4)}00`;
		if (codes.has(city)) return { code: city, basis: 'city' };
		const province = `${code.slice(0, 2)}0000`;
		if (codes.has(province)) return { code: province, basis: 'province' };
		return { code: nation, basis: 'nation' };
	}
}

/**
 * Six digits of a code as sources write it: `'32'`, `'3204'`, `'320412'`, the 12 digits of a village (its county counts), digits in
 * full width. Null for anything else.
 */
export function regionDigits(text: string): string | null {
	const digits = text.normalize('NFKC').trim();
	if (!/^\d+$/.test(digits)) return null;
	if (digits.length === 6) return digits;
	if (digits.length === 2 || digits.length === 4) return digits.padEnd(6, '0');
	return digits.length === 9 || digits.length === 12 ? digits.slice(0, 6) : null;
}
