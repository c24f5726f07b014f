import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySum, sumBy, total, worstLevel, type Cell, type Sum } from '#lib/risk-map/cube.ts';
import { figuresOf, ranked, surprise } from '#lib/risk-map/figures.ts';
import { amountScale, changeScale } from '#lib/risk-map/scale.ts';
import { shrinkRates, tooFewForChange, tooFewForRate } from '#lib/risk-map/small-cells.ts';

const cell = (unit: string, industry: string, n: number, base = 0, active = 0): Cell => ({ unit, industry, n, base, baseKnown: true, active, levels: [0, 0, 0, 0] });
const sum = (key: string, n: number, base = 0, active = 0): Sum => ({ ...emptySum(key), n, base, active });

describe('rates of small cells', () => {
	it('lie between the counted rate and the parent’s', () => {
		const cells = fc.array(fc.record({ n: fc.nat(50), active: fc.nat(2000) }), { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(cells, (list) => {
				const { parent, rates } = shrinkRates(list);
				list.forEach(({ n, active }, i) => {
					if (active === 0) return expect(rates[i]).toBe(parent);
					const raw = n / active;
					expect(rates[i]).toBeGreaterThanOrEqual(Math.min(raw, parent) - 1e-12);
					expect(rates[i]).toBeLessThanOrEqual(Math.max(raw, parent) + 1e-12);
				});
			})
		);
	});
	it('of few enterprises move further than those of many', () => {
		const { parent, rates } = shrinkRates([
			{ n: 4, active: 20 },
			{ n: 400, active: 2000 },
			{ n: 100, active: 5000 },
			{ n: 120, active: 6000 }
		]);
		expect(rates[0]! - parent).toBeLessThan(rates[1]! - parent);
		expect(rates[1]).toBeCloseTo(0.2, 2);
	});
	it('become the parent’s where chance explains all differences', () => {
		const { parent, rates } = shrinkRates([{ n: 10, active: 1000 }, { n: 11, active: 1000 }]);
		expect(rates).toEqual([parent, parent]);
	});
	it('are not judged below thirty enterprises or five expected events', () => {
		expect(tooFewForRate({ n: 9, active: 29 }, 1)).toBe(true);
		expect(tooFewForRate({ n: 0, active: 400 }, 0.01)).toBe(true);
		expect(tooFewForRate({ n: 0, active: 600 }, 0.01)).toBe(false);
		expect([tooFewForChange(5, 4), tooFewForChange(5, 5)]).toEqual([true, false]);
	});
});

describe('sums', () => {
	it('add up to the same total by any key', () => {
		const cells = [cell('a', 'C', 3, 1, 10), cell('a', 'H', 2, 0, 5), cell('b', 'C', 7, 7, 7)];
		const whole = total(cells);
		for (const key of ['unit', 'industry'] as const) {
			const parts = [...sumBy(cells, (one) => one[key]).values()];
			expect(parts.reduce((n, one) => n + one.n, 0)).toBe(whole.n);
			expect(parts.reduce((n, one) => n + one.active, 0)).toBe(whole.active);
		}
	});
	it('name the worst level there is', () => {
		expect(worstLevel([0, 2, 0, 9])).toBe('orange');
		expect(worstLevel([0, 0, 0, 0])).toBeNull();
	});
});

describe('ranking', () => {
	it('puts one red before any number of oranges', () => {
		const red = { ...sum('a', 1), levels: [1, 0, 0, 0] as const };
		const orange = { ...sum('b', 9), levels: [0, 9, 0, 0] as const };
		expect(ranked(figuresOf([orange, red], 'warnings'), 'warnings').map((one) => one.key)).toEqual(['a', 'b']);
	});
	it('puts what cannot be judged after what can, and what has no value last', () => {
		const list = figuresOf([sum('few', 4, 1), sum('none', 40, 0), sum('rose', 30, 20), sum('fell', 20, 30)], 'change');
		expect(ranked(list, 'change').map((one) => one.key)).toEqual(['rose', 'fell', 'few', 'none']);
	});
	it('puts nobody without a lead time before a few long ones', () => {
		const list = figuresOf([{ ...sum('none', 0), days: [] }, { ...sum('few', 1), days: [177] }, { ...sum('many', 6), days: [3, 3, 3, 4, 4, 4] }], 'lead');
		expect(ranked(list, 'lead').map((one) => one.key)).toEqual(['many', 'few', 'none']);
	});
	it.each(['classes', 'rate'] as const)('ranks %s that differ by chance alone by what was found', (measure) => {
		// Nearly the same share everywhere: all are shrunk to the parent's.
		const list = figuresOf([sum('many', 1_000, 0, 10_000), sum('more', 101, 0, 1_000), sum('less', 99, 0, 1_000)], measure);
		expect(new Set(list.map(({ value }) => value?.toFixed(9))).size).toBe(1);
		expect(ranked(list, measure).map((one) => one.key)).toEqual(['more', 'many', 'less']);
	});
	it('measures a rise in units of chance', () => {
		expect(surprise({ n: 25, base: 0, baseKnown: true })).toBe(5);
		expect(surprise({ n: 0, base: 0, baseKnown: true })).toBe(0);
		expect(surprise({ n: 10, base: 15, baseKnown: true })).toBe(-1);
		expect(surprise({ n: 25, base: 0, baseKnown: false })).toBe(0);
	});
});

describe('scales', () => {
	it('give more ink to more, and none to none', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(1000), { maxLength: 40 }), (values) => {
				const scale = amountScale(values);
				const tokens = [...values].sort((a, b) => a - b).map((value) => scale.stepOf(value).token);
				expect([...tokens].sort()).toEqual(tokens);
				for (const value of values) expect(scale.stepOf(value).token === '--scale-0').toBe(value === 0);
			})
		);
	});
	it('tell the largest from the smallest even where few values differ', () => {
		const scale = amountScale([1, 1, 1, 13]);
		expect(scale.stepOf(13)).not.toEqual(scale.stepOf(1));
	});
	it('cover every amount by exactly one entry of the legend', () => {
		const scale = amountScale([1, 2, 3, 5, 8, 13, 21, 34]);
		for (const value of [0.5, 1, 4, 9, 40]) {
			const holding = scale.entries.filter((entry) => entry.word !== 'none' && value >= entry.from && (entry.to === null || value < entry.to));
			expect(holding.map((entry) => entry.step)).toEqual([scale.stepOf(value)]);
		}
	});
	it.each([
		[-0.6, '--change-down-3'],
		[-0.05, '--change-none'],
		[0.04, '--change-none'],
		[0.05, '--change-up-1'],
		[3, '--change-up-3']
	])('draws a change of %d as %s', (value, token) => {
		expect(changeScale.stepOf(value).token).toBe(token);
	});
});
