/** How long a series has been without rows, beside the pauses it has made before; both in days of usual weight. */
export type Pause = { readonly now: number; readonly longest: number };

/** Pauses of so many days back are its habit. */
const habitDays = 365;
/** Of fewer pauses nothing is known about how long they can be. */
const leastPauses = 5;
/** A new longest pause comes now and then; half as long again does not: in a hundred Poisson pauses once in a thousand. */
const beyond = 1.5;
/** Nothing shorter is a silence, in days of usual weight: what comes daily may come a day late. */
const shortest = 2;

/**
 * Compares the days since the last row with the pauses between rows of the year before. For sources that promised no day, which are never late.
 *
 * @param counts per day, oldest first, up to the evening.
 * @param observed 0 on days of an earlier silence: those were no pauses.
 * @param due what each day usually brings, as far as it can have come: mean about 1.
 * @returns null where too few pauses are known.
 */
export function pauseOf(counts: Float64Array, observed: Uint8Array, due: Float64Array): Pause | null {
	const n = counts.length;
	let pauses = 0;
	let longest = 0;
	let now = 0;
	let silent = false;
	let begun = false;
	for (let d = Math.max(0, n - habitDays); d < n; d++) {
		if (counts[d]! > 0) {
			if (begun && !silent) {
				pauses++;
				longest = Math.max(longest, now);
			}
			begun = true;
			silent = false;
			now = 0;
		} else {
			now += due[d]!;
			if (!observed[d]) silent = true;
		}
	}
	return pauses < leastPauses ? null : { now, longest };
}

/** `ordinary`: it was as long before, nothing is missing. `long`: who knows. `silent`: never was, nothing can be said of these days. */
export function pauseState({ now, longest }: Pause): 'ordinary' | 'long' | 'silent' {
	if (now <= longest) return 'ordinary';
	return now > Math.max(shortest, beyond * longest) ? 'silent' : 'long';
}
