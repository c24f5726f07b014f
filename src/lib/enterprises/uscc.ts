/** Unified social credit code, GB 32100-2015: 18 characters, the last one a check character (ISO 7064-like, modulus 31). */

/** The 31 characters in order of value: no I, O, S, V, Z. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^(i) mod 31 for positions 1–17 (GB 32100-2015, table 3). */
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;

/** Value of each ASCII character, -1 for what is not in the alphabet. */
const valueOf = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i++) valueOf[alphabet.charCodeAt(i)] = i;

export const usccFaults = ['length', 'characters', 'region', 'check'] as const;
export type UsccFault = (typeof usccFaults)[number];

/** As sources write it: full width, lower case, blanks, hyphens and Excel's apostrophe taken away. Judges nothing. */
export function normaliseUscc(text: string): string {
	// The usual case, already clean, costs nothing.
	if (/^[0-9A-Z]{18}$/.test(text)) return text;
	return text.normalize('NFKC').replace(/[\s'‘’`\-–—\u200b\ufeff]/g, '').toUpperCase();
}

/** What is wrong with a normalised code; null when it is right. */
export function usccFault(code: string): UsccFault | null {
	if (code.length !== 18) return 'length';
	let sum = 0;
	for (let i = 0; i < 17; i++) {
		const char = code.charCodeAt(i);
		const value = char < 128 ? valueOf[char]! : -1;
		if (value < 0) return 'characters';
		// Characters 3–8 are the region of the registering office: digits only.
		if (i >= 2 && i < 8 && value > 9) return 'region';
		sum += value * weights[i]!;
	}
	const last = code.charCodeAt(17);
	if (last >= 128 || valueOf[last]! < 0) return 'characters';
	return valueOf[last] === (31 - (sum % 31)) % 31 ? null : 'check';
}

export function isUscc(code: string): boolean {
	return usccFault(code) === null;
}

/** The check character of 17 characters. */
export function checkCharacter(first17: string): string {
	let sum = 0;
	for (let i = 0; i < 17; i++) sum += valueOf[first17.charCodeAt(i)]! * weights[i]!;
	return alphabet[(31 - (sum % 31)) % 31]!;
}

/** Characters 3–8: the region of the registering office, as it was then. */
export function registeringRegion(code: string): string {
	return code.slice(2, 8);
}
