/** How late a source's rows usually are: after `days` days at least `share` of them is there (lower limit of confidence), seen on `rows` rows. */
export type LearnedDelay = { readonly days: number; readonly share: number; readonly rows: number };

/** A day counts as complete when this share of its rows is there. Ours. */
export const completeShare = 0.95;
/** Fewer rows teach nothing. */
export const leastRows = 30;
/** Standard normal quantile of the limit of confidence: 95 %, one-sided. */
const z = 1.645;

/**
 * Learns from the delay between occurrence and receipt after how many days a day is complete: the first delay by which, with 95 %
 * confidence, at least 95 % of rows have come (score interval of Wilson 1927). With few rows the confidence does not reach that; then it
 * is the first delay by which 95 % of those seen had come, and `share` says how little that proves.
 *
 * @param byDelay rows by delay in days, 0 first; the last element holds all longer delays.
 */
export function learnedDelay(byDelay: readonly number[]): LearnedDelay | null {
	const rows = byDelay.reduce((sum, n) => sum + n, 0);
	if (rows < leastRows) return null;
	let came = 0;
	let seen: LearnedDelay | null = null;
	for (let days = 0; days < byDelay.length; days++) {
		came += byDelay[days]!;
		const share = lowerLimit(came, rows);
		if (share >= completeShare) return { days, share, rows };
		if (seen === null && came >= completeShare * rows) seen = { days, share, rows };
	}
	return seen;
}

function lowerLimit(came: number, rows: number): number {
	const p = came / rows;
	const half = z * Math.sqrt((p * (1 - p)) / rows + (z * z) / (4 * rows * rows));
	return (p + (z * z) / (2 * rows) - half) / (1 + (z * z) / rows);
}
