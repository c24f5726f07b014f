/** Which draw an address asks for, `?n=2`; null: the valid one. */
export function drawNumber(url: URL): number | null {
	const n = url.searchParams.get('n') ?? '';
	return /^[1-9]\d{0,3}$/.test(n) ? Number(n) : null;
}
