/** A count or an expectation as people read it: whole from ten on, one decimal below. Null: an em dash. */
export function figure(value: number | null | undefined): string {
	if (value === null || value === undefined) return '—';
	if (value > 0 && value < 0.05) return '< 0.1';
	const rounded = Math.abs(value) >= 10 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10;
	return rounded.toLocaleString('en-US').replace(/,/g, ' ');
}

/** The upper end of a normal range: counts are whole, so 17.4 is exceeded from 18 on. */
export const upperText = (upper: number | null): string => figure(upper === null ? null : Math.floor(upper));

/** Shares of one whole as whole percents that add up as the shares do, by largest remainder: 0.475, 0.525 → 48%, 52%. */
export function percents(shares: readonly number[]): readonly string[] {
	const whole = shares.map((share) => Math.floor(share * 100 + 1e-9));
	const sum = Math.round(shares.reduce((all, share) => all + share, 0) * 100);
	const owed = sum - whole.reduce((all, n) => all + n, 0);
	const order = shares.map((share, i) => [share * 100 - whole[i]!, i] as const).sort((a, b) => b[0] - a[0]);
	for (const [, i] of order.slice(0, owed)) whole[i]!++;
	return whole.map((n) => `${n}%`);
}

/** A small probability: 0.0004 → 0.0004, 3.2e-9 → < 0.0001. */
export function probability(q: number | null): string {
	if (q === null) return '—';
	return q < 0.0001 ? '< 0.0001' : String(Number(q.toPrecision(2)));
}
