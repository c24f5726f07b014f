import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validate, type MonthRow } from '#lib/sampling/effect/order.ts';
import { inspectionResults } from '#lib/sampling/tasks/results.ts';
import { outcomeOf, type Cell } from '#lib/sampling/effect/outcomes.ts';
import { givenOrder, usualOrder } from '#lib/sampling/effect/scales.ts';

const classes = ['A', 'B', 'C', 'D'];
const row = (month: string, ...cells: readonly (readonly [problems: number, n: number])[]): MonthRow => ({
	month, cells: cells.map(([problems, n]): Cell => ({ n, problems }))
});

describe('what a result says', () => {
	test.each([
		['no-problem', 'none'], ['no-activity', 'none'], ['unreachable', 'problem'], ['follow-up', 'undecided'],
		['未发现问题', 'none'], ['检查合格', 'none'], ['通过', 'none'], ['经检查，未发现违法行为', 'none'], ['无异常情况', 'none'],
		['不合格', 'problem'], ['未通过', 'problem'], ['基本符合，责令整改', 'problem'], ['未发现违法行为，但消防设施不符合要求', 'problem'],
		['待复查', 'undecided'], ['未填写', 'unknown'], ['见附件', 'unknown'], ['', 'unknown']
	])('%s: %s', (text, outcome) => {
		expect(outcomeOf(text)).toBe(outcome);
	});

	test('every one of the nine results says something', () => {
		for (const result of inspectionResults) expect(outcomeOf(result)).not.toBe('unknown');
	});
});

describe('the verdict of back-validation', () => {
	test('a rising rate holds', () => {
		const { verdict, trend } = validate(classes, [row('2026-01-01', [10, 200], [20, 200], [40, 200], [60, 200])]);
		expect(verdict.kind).toBe('holds');
		expect(trend!.z).toBeGreaterThan(0);
	});

	test('a lower class that fails more is said with its pair, whatever the ends do', () => {
		const { verdict } = validate(classes, [row('2026-01-01', [10, 200], [90, 200], [20, 200], [80, 200])]);
		expect(verdict.kind).toBe('reversed');
		expect(verdict.kind === 'reversed' && verdict.pairs.map((p) => [p.low, p.high])).toEqual([[1, 2]]);
	});

	test('equal rates are flat, and a few visits are too few, with what is missing', () => {
		expect(validate(classes, [row('2026-01-01', [20, 200], [20, 200], [20, 200], [21, 200])]).verdict.kind).toBe('flat');
		expect(validate(classes, [row('2026-01-01', [0, 20], [2, 40], [9, 40], [9, 12])]).verdict).toEqual({
			kind: 'too-few', missing: [{ name: 'A', n: 20, missing: 10 }, { name: 'D', n: 12, missing: 18 }]
		});
	});

	test('a class that is hardly visited silences no reversal among the others', () => {
		expect(validate(classes, [row('2026-01-01', [0, 3], [90, 200], [20, 200], [2, 3])]).verdict.kind).toBe('reversed');
	});

	test('a mix of months that turns the sum round is no reversal', () => {
		// D was visited in the good month, A in the bad one; in both D fails more.
		const { verdict, pairs } = validate(['A', 'D'], [row('2026-01-01', [3, 100], [45, 900]), row('2026-02-01', [360, 900], [50, 100])]);
		expect(pairs[0]!.crude!.value).toBeLessThan(0);
		expect(verdict.kind).not.toBe('reversed');
	});

	test('months that have no visit of both ends cannot be compared', () => {
		const { verdict } = validate(['A', 'D'], [row('2026-01-01', [3, 100], [0, 0]), row('2026-02-01', [0, 0], [50, 100])]);
		expect(verdict).toEqual({ kind: 'too-few', missing: [] });
	});

	test('only months in which chance is ruled out break the order', () => {
		const { months } = validate(['A', 'B'], [
			row('2026-01-01', [30, 50], [5, 50]), row('2026-02-01', [6, 50], [5, 50]), row('2026-03-01', [4, 5], [0, 5])
		]);
		expect(months.map((m) => m.says)).toEqual(['breaks', 'no-break', 'too-few']);
		expect(months[0]!.breaks).toMatchObject([{ low: 0, high: 1, lower: { problems: 30, n: 50 }, higher: { problems: 5, n: 50 } }]);
	});

	/** Months of visits at planted rates; a fixed sequence, so that the shares below stay what they are. */
	function planted(rates: readonly number[], perMonth: number, seed: number): MonthRow[] {
		let state = seed * 2_654_435_761 + 1;
		const chance = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
		return Array.from({ length: 12 }, (_, month) =>
			row(`2026-${month + 1}-01`, ...rates.map((rate) => [Array.from({ length: perMonth }, chance).filter((u) => u < rate).length, perMonth] as const))
		);
	}
	const share = (rates: readonly number[], kind: string): number =>
		Array.from({ length: 400 }, (_, seed) => validate(classes, planted(rates, 10, seed))).filter((v) => v.verdict.kind === kind).length / 400;

	test('where nothing differs a reversal is seldom claimed, and where it is planted it is seldom missed', () => {
		expect(share([0.3, 0.3, 0.3, 0.3], 'reversed')).toBeLessThan(0.05);
		expect(share([0.5, 0.3, 0.3, 0.25], 'reversed')).toBeGreaterThan(0.95);
		expect(share([0.1, 0.2, 0.3, 0.4], 'holds')).toBeGreaterThan(0.99);
	});

	const cells = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 60, max: 120 })), { minLength: 3, maxLength: 3 });
	test('turning the scale round never leaves the verdict at holds, and reversed turned round is not reversed everywhere', () => {
		fc.assert(fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (months) => {
			const rows = months.map((c, i) => row(`2026-0${i + 1}-01`, ...c));
			const turned = rows.map((r) => ({ ...r, cells: [...r.cells].reverse() }));
			const [up, down] = [validate(['1', '2', '3'], rows).verdict.kind, validate(['3', '2', '1'], turned).verdict.kind];
			if (up === 'holds') expect(down).toBe('reversed');
			if (down === 'holds') expect(up).toBe('reversed');
		}));
	});
});

describe('the order of another scale', () => {
	test.each([
		[['高', '低', '中'], ['低', '中', '高'], true],
		[['Ⅳ级', 'Ⅰ级', 'Ⅱ级'], ['Ⅰ级', 'Ⅱ级', 'Ⅳ级'], true],
		[['高风险', '低风险'], ['低风险', '高风险'], true],
		[['5', '1', '3'], ['1', '3', '5'], true],
		[['红榜', '黑榜'], ['红榜', '黑榜'], false]
	])('%j', (values, order, known) => {
		expect(usualOrder(values)).toEqual({ order, known });
	});

	test('a reader sets another order and leaves values out', () => {
		expect(givenOrder(['x', 'y', 'z'], ['x', 'y', 'z'], ['2', '1', '0'])).toEqual(['y', 'x']);
		expect(givenOrder(['x', 'y'], [], [])).toBeNull();
		expect(givenOrder(['x', 'y'], ['x', 'w'], ['1', '2'])).toBeNull();
	});
});
