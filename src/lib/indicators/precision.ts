/** What people found warnings to be. `data` and `open` count neither way: a wrong source says nothing about the indicator. */
export type VerdictCounts = { readonly confirmed: number; readonly refuted: number; readonly data: number; readonly open: number };

/** Of a hundred warnings that were judged, how many were right, and between what the true share lies. All 0–1. */
export type Precision = { readonly share: number; readonly low: number; readonly high: number };

/** Two-sided 95 %. */
const z = 1.959963984540054;

/**
 * The share of confirmed among judged warnings, with Wilson's score interval at 95 %; null where none was judged.
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209–212; recommended for few cases by
 * Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001), 101–133. The usual interval of
 * Wald has no width at 0 of 3.
 */
export function precisionOf({ confirmed, refuted }: Pick<VerdictCounts, 'confirmed' | 'refuted'>): Precision | null {
	const n = confirmed + refuted;
	if (n === 0) return null;
	const share = confirmed / n;
	const z2n = (z * z) / n;
	const middle = (share + z2n / 2) / (1 + z2n);
	const half = (z / (1 + z2n)) * Math.sqrt((share * (1 - share)) / n + z2n / (4 * n));
	return { share, low: refuted === n ? 0 : Math.max(0, middle - half), high: confirmed === n ? 1 : Math.min(1, middle + half) };
}
