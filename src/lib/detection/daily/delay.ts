/** Delays longer than this count as arrived on the last day of the distribution. */
export const longestDelay = 30;

/**
 * Share of a day's events that is normally known so many days later (completeness), from matured days only.
 *
 * The right-truncated days are left out instead of modelled; with a month of history before them that costs little
 * (compare Noufaily et al. 2016, "Modelling reporting delays for outbreak detection in infectious disease data", section 2).
 *
 * @param byDelay events per delay in days, index 0 … longestDelay, of days at least `longestDelay` old.
 * @returns completeness at lag 0 … longestDelay, non-decreasing, at least 0.02; all 1 without late events.
 */
export function completeness(byDelay: ArrayLike<number>): Float64Array {
	const result = new Float64Array(longestDelay + 1).fill(1);
	let total = 0;
	for (let lag = 0; lag <= longestDelay; lag++) total += byDelay[lag] ?? 0;
	// Too few to tell a delay from chance.
	if (total < 20) return result;
	let known = 0;
	for (let lag = 0; lag <= longestDelay; lag++) {
		known += byDelay[lag] ?? 0;
		result[lag] = Math.max(0.02, known / total);
	}
	return result;
}
