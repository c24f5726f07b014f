import { describe, expect, it } from 'vitest';
import { qValues } from '#lib/detection/false-discovery.ts';

describe('q-values', () => {
	it('reproduce the worked example of Benjamini & Hochberg 1995, section 3.1: four of fifteen at 0.05', () => {
		const p = Float64Array.of(
			0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1
		);
		expect([...qValues(p)].filter((q) => q <= 0.05)).toHaveLength(4);
	});

	it('count the tests that were not worth computing', () => {
		expect(qValues(Float64Array.of(0.001), 500)[0]).toBeCloseTo(0.5);
	});

	it('never order two tests otherwise than their p-values, and never pass 1', () => {
		const q = qValues(Float64Array.of(0.9, 0.01, 0.02, 0.03, 0.8));
		expect(q[1]!).toBeLessThanOrEqual(q[2]!);
		expect(Math.max(...q)).toBeLessThanOrEqual(1);
	});
});
