import { normalUpper } from '../special.ts';
import { abated, atomsOf, carried, nothing } from './evidence-terms.ts';
import { normalSurvival, survivalAt, survivalQuantile } from './normal-evidence.ts';
import { greatestBelow, tailBeyond, type Scored } from './score-table.ts';

/** Verdict on a period from what it and the two before it showed. */
type PooledVerdict = {
	/** P(T ≥ observed) when nothing is the matter, half of P(T = observed) only: uniform on average, also for counts. */
	readonly p: number;
	/** Largest count that would have been no alarm after what came before. */
	readonly upper: number;
};

/**
 * Judges a count by the pooled evidence T.
 *
 * @param before the period before, and the one before that; null where there is none: T then has no such term.
 */
export function pooledVerdict(count: number, now: Scored, before: Scored | null, earlier: Scored | null, alpha: number): PooledVerdict {
	const push = (before === null ? 0 : carried(before.z)) - (earlier === null ? 0 : abated(earlier.z));
	if (now.table === null && before !== null && earlier !== null) {
		const survival = normalSurvival();
		const p = survivalAt(survival, now.z + push);
		const needed = survivalQuantile(survival, alpha) - push;
		return { p, upper: greatestBelow(now.law, normalUpper(needed)) };
	}
	const carriedAtoms = before === null ? nothing : atomsOf(before.table, carried);
	const abatedAtoms = earlier === null ? nothing : atomsOf(earlier.table, abated);
	const pOf = (z: number) => {
		let p = 0;
		for (let i = 0; i < carriedAtoms.value.length; i++) {
			for (let j = 0; j < abatedAtoms.value.length; j++) {
				const limit = z + push - carriedAtoms.value[i]! + abatedAtoms.value[j]!;
				p += carriedAtoms.mass[i]! * abatedAtoms.mass[j]! * tailBeyond(now.table, limit);
			}
		}
		return Math.min(1, p);
	};
	const { z: scores } = now.table ?? { z: null };
	const p = pOf(now.z);
	if (scores === null) return { p, upper: greatestBelow(now.law, alpha) };
	// Counts beyond the table are alarms; below, p falls with the count.
	let low = -1;
	let high = scores.length;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (pOf(scores[middle]!) >= alpha) low = middle;
		else high = middle;
	}
	return { p, upper: Math.max(0, low) };
}
