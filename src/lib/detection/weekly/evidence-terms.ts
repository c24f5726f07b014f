import { normalUpper } from '../special.ts';
import type { ScoreTable } from './score-table.ts';

/**
 * Evidence over consecutive periods. Each count becomes a normal score z (of its mid-p-value), and a period's evidence is
 *
 *   T = z(t) + 0.7·clamp(z(t−1), −1, 3) − 0.3·clamp(z(t−2) − 1, 0, 1.5):
 *
 * after the log-likelihood ratio of a rise of known size that began now or a period ago (Höhle & Paul 2008), in normal scores with
 * shares chosen by simulation (docs/detection/weekly.md), bounded so that no earlier period can raise an alarm by itself; a rise that was already there two periods ago is nearly
 * over and speaks a little against now. Memory ends there: after an outbreak the alarm ends with it, unlike that of a
 * CUSUM of p-values (Dassanayake & French 2016), which has to be brought down again.
 */
const carry = { share: 0.7, low: -1, high: 3 } as const;
const after = { share: 0.3, from: 1, high: 1.5 } as const;

/** What the period before adds to T. */
export function carried(z: number): number {
	return carry.share * Math.min(carry.high, Math.max(carry.low, z));
}

/** What the period before that takes away. */
export function abated(z: number): number {
	return after.share * Math.min(after.high, Math.max(0, z - after.from));
}

/** Values a term of T may have, with their probabilities. */
export type Atoms = { readonly value: readonly number[]; readonly mass: readonly number[] };
/** A term that is not there. */
export const nothing: Atoms = { value: [0], mass: [1] };

/** Distribution of a term of T: of a table's counts, or of a normal score in steps. */
export function atomsOf(table: ScoreTable | null, term: (z: number) => number): Atoms {
	const { z, mass } = table ?? normalSteps();
	const atoms = { value: [] as number[], mass: [] as number[] };
	for (let y = 0; y < z.length; y++) {
		const value = term(z[y]!);
		const last = atoms.value.length - 1;
		if (last >= 0 && atoms.value[last] === value) atoms.mass[last] = atoms.mass[last]! + mass[y]!;
		else {
			atoms.value.push(value);
			atoms.mass.push(mass[y]!);
		}
	}
	return atoms;
}

/** Steps of a normal score, each with the probability of its interval. */
function normalSteps(): { readonly z: Float64Array; readonly mass: Float64Array } {
	if (steps === null) {
		const n = 81;
		const width = 0.1;
		const z = Float64Array.from({ length: n }, (_, i) => (i - (n - 1) / 2) * width);
		steps = { z, mass: z.map((at) => normalUpper(at - width / 2) - normalUpper(at + width / 2)) };
	}
	return steps;
}
let steps: { readonly z: Float64Array; readonly mass: Float64Array } | null = null;
