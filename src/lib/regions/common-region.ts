/** The smallest region that holds all codes, `'000000'` when nothing smaller does: `['320412', '320404']` → `'320400'`. */
export function commonRegion(codes: readonly string[]): string {
	for (const length of [6, 4, 2]) {
		const prefix = codes[0]?.slice(0, length) ?? '';
		if (prefix && !prefix.endsWith('00') && codes.every((code) => code.startsWith(prefix))) return prefix.padEnd(6, '0');
	}
	return '000000';
}
