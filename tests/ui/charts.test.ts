import { describe, expect, it } from 'vitest';
import { cellAt, moveInGrid } from '#lib/ui/charts/matrix.ts';
import { marksIn, moveCursor, plainNumber, seriesFacts } from '#lib/ui/charts/series.ts';
import { seriesOption, type SeriesLook } from '#lib/ui/charts/series-option.ts';

describe('the keyboard cursor of a series', () => {
	it.each([
		['ArrowRight', 0, 1],
		['ArrowRight', 4, 4],
		['ArrowLeft', 0, 0],
		['Home', 3, 0],
		['End', 0, 4],
		['a', 2, null]
	])('goes on %s from %i to %s', (key, from, to) => {
		expect(moveCursor(key, from, 5)).toBe(to);
	});
	it('stays away from an empty series', () => expect(moveCursor('End', 0, 0)).toBeNull());
});

describe('the keyboard cursor of a matrix', () => {
	it.each([
		['ArrowDown', { row: 1, column: 1 }],
		['ArrowUp', { row: 0, column: 1 }],
		['End', { row: 0, column: 3 }]
	])('goes on %s', (key, to) => {
		expect(moveInGrid(key, { row: 0, column: 1 }, 3, 4)).toEqual(to);
	});
	it('reaches both ends with Control', () => {
		expect(moveInGrid('End', { row: 0, column: 0 }, 3, 4, true)).toEqual({ row: 2, column: 3 });
		expect(moveInGrid('Home', { row: 2, column: 3 }, 3, 4, true)).toEqual({ row: 0, column: 0 });
	});
	it('finds the cell below the pointer, and none beside the matrix', () => {
		const cell = { width: 20, height: 10 };
		expect(cellAt(45, 12, cell, 3, 4)).toEqual({ row: 1, column: 2 });
		expect(cellAt(81, 12, cell, 3, 4)).toBeNull();
		expect(cellAt(-1, 12, cell, 3, 4)).toBeNull();
	});
});

describe('what a series says in figures', () => {
	it('skips what is not known yet', () => {
		const facts = seriesFacts([
			{ period: '2026-01-01', observed: 3 },
			{ period: '2026-02-01', observed: 9, alarm: true },
			{ period: '2026-03-01', observed: null }
		]);
		expect(facts).toMatchObject({ from: '2026-01-01', to: '2026-03-01', count: 3, alarms: 1 });
		expect([facts?.last.period, facts?.highest.period]).toEqual(['2026-02-01', '2026-02-01']);
	});
	it('is nothing without an observation', () => expect(seriesFacts([{ period: '2026-01-01', observed: null }])).toBeNull());
	it('writes numbers short', () => {
		expect([1234, 12.345, 0, null].map((value) => plainNumber(value))).toEqual(['1,234', '12.35', '0', '–']);
	});
});

describe('the drawing of a series', () => {
	const colours = {
		text: '#000', soft: '#000', line: '#000', surface: '#fff', observed: '#111', expected: '#222', band: '#333', alarm: '#444', threshold: '#555', font: 'x'
	};
	const look = (points: SeriesLook['points']): SeriesLook => ({
		points, kind: 'line', threshold: null, marks: [], colours, larger: 1, axisLabel: (period) => period, tooltip: () => '',
		words: { observed: 'o', expected: 'e', band: 'b', alarm: 'a', threshold: 't' }
	});
	const named = (option: Record<string, unknown>) => (option['series'] as { name: string; data: unknown[] }[]).map((series) => series.name);

	it('stacks the band upon its lower bound', () => {
		const option = seriesOption(look([{ period: '1', observed: 5, expected: 4, lower: 2, upper: 7 }]));
		expect(named(option)).toEqual(['base', 'b', 'e', 'o', 'a']);
		const [base, band] = option['series'] as { data: unknown[] }[];
		expect([base?.data, band?.data]).toEqual([[2], [5]]);
	});
	it('draws no band and no expectation where there is none', () => {
		expect(named(seriesOption(look([{ period: '1', observed: 5 }])))).toEqual(['o', 'a']);
	});
});

it('marks stand at the period that holds their day, and before the first there are none', () => {
	const points = ['2026-06-01', '2026-06-08', '2026-06-15'].map((period) => ({ period, observed: 1 }));
	const marks = [{ on: '2026-05-30', label: '2' }, { on: '2026-06-08', label: '3' }, { on: '2026-06-14', label: '4' }, { on: '2026-07-09', label: '5' }];
	expect(marksIn(points, marks)).toEqual([{ period: '2026-06-08', label: '3 · 4' }, { period: '2026-06-15', label: '5' }]);
	expect(marksIn([], marks)).toEqual([]);
});
