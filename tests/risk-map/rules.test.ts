import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, monthEnd, sameDay } from '#lib/calendar/days.ts';
import { emptySum, sumBy, total, type Cell } from '#lib/risk-map/cube.ts';
import { dispersion, growthSince, meanOf, scaledYears, upperBound } from '#lib/risk-map/expected.ts';
import { figuresOf, medianOf, ranked } from '#lib/risk-map/figures.ts';
import { manyTimes, riskGrade, type RiskFacts } from '#lib/risk-map/high-risk.ts';
import { measures } from '#lib/risk-map/layers.ts';
import { longestStreak, streakWeeks, type WeekRow } from '#lib/risk-map/streaks.ts';

describe('the rule of high risk', () => {
	const facts = (change: Partial<RiskFacts>): RiskFacts => ({ share: 0.1, parent: 0.1, few: false, levels: [0, 0, 0, 0], ...change });
	it.each([
		['many C and D and a red warning', { share: 0.2, levels: [1, 0, 0, 0] }, 'high'],
		['many C and D and an orange warning', { share: 0.125, levels: [0, 1, 0, 0] }, 'high'],
		['a red warning alone', { levels: [1, 0, 0, 0] }, 'raised'],
		['many C and D and a blue warning', { share: 0.2, levels: [0, 0, 0, 1] }, 'raised'],
		['many C and D alone', { share: 0.2 }, 'watch'],
		['a yellow warning alone', { levels: [0, 0, 1, 0] }, 'watch'],
		['a share just below the limit', { share: 0.124 }, 'none'],
		['a high share of too few to judge', { share: 0.9, few: true, levels: [0, 1, 0, 0] }, 'raised'],
		['nobody with a class', { share: null, parent: 0 }, 'none']
	] as const)('%s is %s', (_, change, grade) => {
		expect(riskGrade(facts(change as Partial<RiskFacts>))).toBe(grade);
	});
	it('never falls when the share or the warnings rise', () => {
		const order = ['none', 'watch', 'raised', 'high'];
		const count = fc.nat(3);
		fc.assert(
			fc.property(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.tuple(count, count, count, count), fc.nat(3), (share, more, levels, level) => {
				const before = order.indexOf(riskGrade(facts({ share, levels })));
				const raised = levels.map((n, i) => n + (i === level ? 1 : 0)) as unknown as RiskFacts['levels'];
				expect(order.indexOf(riskGrade(facts({ share: share + more, levels })))).toBeGreaterThanOrEqual(before);
				expect(order.indexOf(riskGrade(facts({ share, levels: raised })))).toBeGreaterThanOrEqual(before);
			})
		);
		expect(manyTimes).toBeGreaterThan(1);
	});
});

describe('what was to be expected', () => {
	const constant = new Map(Array.from({ length: 60 }, (_, i) => [addMonths('2026-11-01', -i), 100]));
	it('is last years where nothing grows, and grows with the whole region', () => {
		expect(growthSince(constant, '2026-11-01', '2020-01-01')).toEqual([1, 1, 1]);
		const growing = new Map([...constant].map(([month, n]) => [month, month >= '2025-11-01' ? n * 2 : n]));
		expect(growthSince(growing, '2026-11-01', '2020-01-01')).toEqual([2, 2, 2]);
	});
	it('leaves out years that were not counted in full', () => {
		expect(growthSince(constant, '2026-11-01', '2024-01-01')).toEqual([1, null, null]);
		expect(growthSince(constant, '2026-11-01', null)).toEqual([null, null, null]);
		expect(scaledYears([10, 20, 30], [1, null, 2])).toEqual([10, 60]);
	});
	it('is additive: the parts expect what the whole expects', () => {
		const counts = fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500));
		fc.assert(
			fc.property(fc.array(counts, { minLength: 1, maxLength: 20 }), fc.tuple(fc.double({ min: 0.2, max: 3, noNaN: true }), fc.double({ min: 0.2, max: 3, noNaN: true }), fc.double({ min: 0.2, max: 3, noNaN: true })), (parts, growth) => {
				const whole = [0, 1, 2].map((y) => parts.reduce((sum, part) => sum + part[y]!, 0));
				const sum = parts.reduce((all, part) => all + meanOf(scaledYears(part, growth)), 0);
				expect(sum).toBeCloseTo(meanOf(scaledYears(whole, growth)), 6);
			})
		);
	});
	it('is passed by chance about once in forty, when years differ as counts do', () => {
		// Poisson numbers by inversion from a fixed stream: the same each time.
		let seed = 5;
		const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
		const poisson = (mean: number) => {
			const limit = Math.exp(-mean);
			let [n, p] = [0, uniform()];
			while (p > limit) {
				p *= uniform();
				n++;
			}
			return n;
		};
		const cells = Array.from({ length: 4000 }, () => ({ years: [poisson(40), poisson(40), poisson(40)], now: poisson(40) }));
		const spread = dispersion(cells.map(({ years }) => years));
		expect(spread).toBeGreaterThan(0.9);
		expect(spread).toBeLessThan(1.15);
		const above = cells.filter(({ years, now }) => now > upperBound(meanOf(years), spread, 3)).length / cells.length;
		expect(above).toBeGreaterThan(0.01);
		expect(above).toBeLessThan(0.05);
	});
});

describe('weeks that rise one after the other', () => {
	const row = (unit: string, industry: string, weeks: readonly number[]): WeekRow => ({ unit, industry, weeks });
	const flat = Array.from({ length: streakWeeks }, () => 50);
	it('are told with the places that bring most of it', () => {
		const rows = [row('320412', 'H', [10, 10, 10, 10, 10, 30, 60, 100]), row('320402', 'H', [10, 10, 10, 10, 10, 11, 12, 13]), row('320411', 'H', flat), row('320412', 'C', flat)];
		expect(longestStreak(rows)).toEqual({ industry: 'H', rises: 3, first: 70, last: 163, units: ['320412'] });
	});
	it('name no place where all bring a little', () => {
		const rows = ['1', '2', '3', '4', '5', '6'].map((n) => row(n, 'H', [10, 10, 10, 10, 10, 15, 20, 30]));
		expect(longestStreak(rows)).toMatchObject({ industry: 'H', units: [] });
	});
	it.each([
		['two rises only', [50, 50, 50, 50, 50, 50, 90, 150]],
		['a rise no more than chance', [50, 50, 50, 50, 50, 51, 52, 53]],
		['a rise that has ended', [10, 20, 40, 80, 160, 320, 640, 600]]
	])('are not told of %s', (_, weeks) => expect(longestStreak([row('320412', 'H', weeks)])).toBeNull());
	it('never speak of what is in no industry', () => {
		expect(longestStreak([row('320412', '-', [10, 10, 10, 10, 10, 30, 60, 100])])).toBeNull();
	});
});

describe('sums of cells', () => {
	const ago = fc.option(fc.record({ n: fc.nat(50), active: fc.nat(50) }), { nil: null });
	const cell: fc.Arbitrary<Cell> = fc.record({
		unit: fc.constantFrom('a', 'b'), industry: fc.constantFrom('C', 'H'), n: fc.nat(50), base: fc.nat(50), baseKnown: fc.boolean(), active: fc.nat(200),
		levels: fc.constant([0, 0, 0, 0] as const), monthAgo: ago, yearAgo: ago, days: fc.array(fc.nat(30), { maxLength: 3 })
	});
	it('are the same whichever way they are added up', () => {
		fc.assert(
			fc.property(fc.array(cell, { maxLength: 12 }), (cells) => {
				const whole = total(cells);
				for (const keyOf of [(one: Cell) => one.unit, (one: Cell) => one.industry]) {
					const parts = [...sumBy(cells, keyOf).values()];
					for (const key of ['n', 'base', 'active'] as const) expect(parts.reduce((sum, part) => sum + part[key], 0)).toBe(whole[key]);
					expect(parts.every((part) => part.baseKnown)).toBe(whole.baseKnown);
					expect(parts.some((part) => part.monthAgo === null)).toBe(whole.monthAgo === null);
					expect(parts.flatMap((part) => part.days ?? []).sort()).toEqual([...(whole.days ?? [])].sort());
				}
			})
		);
	});
	it('of layers are ranked without losing any, and what cannot be said comes last', () => {
		fc.assert(
			fc.property(fc.array(cell, { maxLength: 8 }), fc.constantFrom(...measures), (cells, measure) => {
				const sums = cells.map((one, i) => ({ ...one, key: String(i) }));
				const order = ranked(figuresOf(sums, measure), measure);
				expect(order.map(({ key }) => key).sort()).toEqual(sums.map(({ key }) => key).sort());
				const firstUnsaid = order.findIndex((figure) => figure.value === null);
				if (firstUnsaid >= 0 && measure !== 'warnings') expect(order.slice(firstUnsaid).every((figure) => figure.value === null)).toBe(true);
			})
		);
	});
	it('of nothing are known to be nothing', () => expect(emptySum('x')).toMatchObject({ n: 0, baseKnown: true, yearAgo: { n: 0 } }));
});

describe('the same day in another month', () => {
	it.each([
		['2026-11-30', -1, '2026-10-31'],
		['2026-11-29', -1, '2026-10-29'],
		['2025-02-28', -12, '2024-02-29'],
		['2024-02-29', -12, '2023-02-28'],
		['2026-03-31', -1, '2026-02-28'],
		['2026-03-30', -1, '2026-02-28']
	])('of %s, %i months on, is %s', (day, n, there) => expect(sameDay(day, n)).toBe(there));
	it('keeps whole months whole', () => {
		fc.assert(fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: -48, max: 48 }), (month, n) => {
			const first = addMonths('2000-01-01', month);
			expect(sameDay(monthEnd(first), n)).toBe(monthEnd(addMonths(first, n)));
		}));
	});
});

describe('the middle of some days', () => {
	it.each([[[], null], [[3], 3], [[9, 1], 5], [[5, 1, 9], 5]])('of %j is %s', (days, middle) => expect(medianOf(days)).toBe(middle));
});
