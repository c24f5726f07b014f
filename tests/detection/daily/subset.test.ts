import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestSubset } from '#lib/detection/daily/subset.ts';

describe('the best subset', () => {
	it('is the best of all subsets, found without looking at them', () => {
		const member = fc.record({ c: fc.integer({ min: 0, max: 30 }), b: fc.double({ min: 0.1, max: 20, noNaN: true }) });
		fc.assert(
			fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), fc.double({ min: 1, max: 3, noNaN: true }), (members, phi) => {
				const costs = new Float64Array(members.length + 1);
				const score = (chosen: readonly number[]) => {
					const c = chosen.reduce((sum, k) => sum + members[k]!.c, 0);
					const b = chosen.reduce((sum, k) => sum + members[k]!.b, 0);
					return c > b ? (c * Math.log(c / b) - (c - b)) / phi : -Infinity;
				};
				let best = -Infinity;
				for (let mask = 1; mask < 1 << members.length; mask++) {
					best = Math.max(best, score(members.flatMap((_, k) => (mask & (1 << k) ? [k] : []))));
				}
				const all = Int32Array.from(members.keys());
				const found = bestSubset(all, Float64Array.from(members, (one) => one.c), Float64Array.from(members, (one) => one.b), phi, costs);
				if (best === -Infinity) expect(found).toHaveLength(0);
				else expect(score([...found])).toBeCloseTo(best, 6);
			})
		);
	});
});
