import { normalUpper } from '../special.ts';
import { abated, atomsOf, carried } from './evidence-terms.ts';

const tiny = 1e-300;

/** ln P(T ≥ x) for normal scores at x = −6 … 42 in steps of 1/16. */
type Survival = Float64Array;
const grid = { from: -6, step: 1 / 16, length: 769 } as const;

/** The null distribution of T for normal scores, computed once. */
export function normalSurvival(): Survival {
	if (survival !== null) return survival;
	const carriedAtoms = atomsOf(null, carried);
	const abatedAtoms = atomsOf(null, abated);
	survival = new Float64Array(grid.length);
	// Both terms together on a grid as fine as the table's, so that P(score > x) is computed once a point.
	const shifts = new Map<number, number>();
	carriedAtoms.value.forEach((value, i) =>
		abatedAtoms.value.forEach((less, j) => {
			const shift = Math.round((value - less) / grid.step);
			shifts.set(shift, (shifts.get(shift) ?? 0) + carriedAtoms.mass[i]! * abatedAtoms.mass[j]!);
		})
	);
	const lead = 64;
	const upper = Float64Array.from({ length: grid.length + 2 * lead }, (_, i) => normalUpper(grid.from + (i - lead) * grid.step));
	for (let i = 0; i < grid.length; i++) {
		let p = 0;
		for (const [shift, mass] of shifts) p += mass * upper[i + lead - shift]!;
		survival[i] = Math.log(Math.max(p, tiny));
	}
	return survival;
}
let survival: Survival | null = null;

/** P(T ≥ x). */
export function survivalAt(table: Survival, x: number): number {
	const at = Math.min(grid.length - 1.001, Math.max(0, (x - grid.from) / grid.step));
	const i = Math.floor(at);
	return Math.exp(table[i]! + (at - i) * (table[i + 1]! - table[i]!));
}

/** The x with P(T ≥ x) = p. */
export function survivalQuantile(table: Survival, p: number): number {
	const goal = Math.log(p);
	let i = 0;
	while (i < grid.length - 2 && table[i + 1]! > goal) i++;
	return grid.from + grid.step * (i + (goal - table[i]!) / (table[i + 1]! - table[i]!));
}
