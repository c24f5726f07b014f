/** Time counted in arrivals of everybody: a hub's share of the traffic is steadier than its number a day (holidays, sources, seasons). */
export type Clock = {
	/** Arrivals from the first day until before `day`. */
	readonly before: (day: number) => number;
};

/**
 * @param days ascending days of the arrivals.
 * @param n how many of them count.
 */
export function clockOf(days: Int32Array, n: number): Clock {
	const origin = n > 0 ? days[0]! : 0;
	const length = n > 0 ? days[n - 1]! - origin + 2 : 1;
	const sums = new Float64Array(length);
	for (let i = 0; i < n; i++) sums[days[i]! - origin + 1]!++;
	for (let at = 1; at < length; at++) sums[at]! += sums[at - 1]!;
	return { before: (day) => (day <= origin ? 0 : sums[Math.min(length - 1, day - origin)]!) };
}
