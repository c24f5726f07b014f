/** Delays longer than this count as arrived on the last day of the distribution. */
export const longestDelay = 30;

const width = longestDelay + 1;
/** Days at the end of a delay on which the office was closed, as far as they are told apart. */
const closedCap = 4;
/** Matured days looked back on. */
const learnedDays = 400;
/** Events of the less special case that each more special one starts from. */
const priorEvents = 30;
/** Fewer events cannot tell a delay from chance. */
const leastEvents = 20;
const leastShare = 0.02;

/**
 * Share of a day's events that is normally known on an evening (completeness), learned from matured days only.
 *
 * What has come by an evening depends on how often the office was open since: the share is learned per delay, by how many of the days
 * were off and how many of those stand at the end, each drawn towards the less special case. The right-truncated days are left out instead
 * of modelled; with months of history before them that costs little (compare Noufaily et al. 2016, "Modelling reporting delays for
 * outbreak detection in infectious disease data", section 2).
 *
 * @param delays events per day and delay in days, row day × (longestDelay + 1); null when nothing ever comes late.
 * @param off 1 for each day on which nobody works; at least asOf + 1 long.
 * @returns share of each day 0 … asOf, between 0.02 and 1; all 1 without late events.
 */
export function completeness(delays: Float64Array | null, off: ArrayLike<number>, asOf: number): Float64Array {
	const result = new Float64Array(asOf + 1).fill(1);
	if (delays === null) return result;
	const fine = tally(width * (closedCap + 1) * (width + 1));
	const closed = tally(width * (closedCap + 1));
	const plain = tally(width);
	for (let t = Math.max(0, asOf - learnedDays); t <= asOf - longestDelay; t++) {
		let total = 0;
		for (let lag = 0; lag < width; lag++) total += delays[t * width + lag]!;
		if (total === 0) continue;
		let known = 0;
		walk(off, t, t + longestDelay, (lag, offs, atEnd) => {
			known += delays[t * width + lag]!;
			const c = lag * (closedCap + 1) + atEnd;
			add(fine, c * (width + 1) + offs, known, total);
			add(closed, c, known, total);
			add(plain, lag, known, total);
		});
	}
	if (plain.due[longestDelay]! < leastEvents) return result;
	for (let t = Math.max(0, asOf - longestDelay + 1); t <= asOf; t++) {
		walk(off, t, asOf, (lag, offs, atEnd) => {
			if (t + lag < asOf) return;
			const c = lag * (closedCap + 1) + atEnd;
			const share = drawn(fine, c * (width + 1) + offs, drawn(closed, c, plain.had[lag]! / plain.due[lag]!));
			result[t] = Math.max(leastShare, Math.min(1, share));
		});
	}
	return result;
}

type Tally = { readonly had: Float64Array; readonly due: Float64Array };
const tally = (size: number): Tally => ({ had: new Float64Array(size), due: new Float64Array(size) });

function add(to: Tally, at: number, had: number, due: number): void {
	to.had[at] = to.had[at]! + had;
	to.due[at] = to.due[at]! + due;
}

const drawn = (from: Tally, at: number, prior: number) => (from.had[at]! + priorEvents * prior) / (from.due[at]! + priorEvents);

/** Days from `from` to `to` with the delay, how many were off so far, and how many of those without a working day since. */
function walk(off: ArrayLike<number>, from: number, to: number, visit: (lag: number, offs: number, atEnd: number) => void): void {
	let offs = 0;
	let atEnd = 0;
	for (let t = from; t <= to; t++) {
		if (off[t]) {
			offs++;
			atEnd = Math.min(closedCap, atEnd + 1);
		} else atEnd = 0;
		visit(t - from, offs, atEnd);
	}
}
