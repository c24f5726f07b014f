import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycled, cycleKeys, cycleStart, type CycleStep } from '#lib/wall/cycle.ts';
import { screenState } from '#lib/wall/state.ts';
import { axisOf, trendBars } from '#lib/wall/trend.ts';
import { viewsAmong, wallViews } from '#lib/wall/views.ts';

describe('the round of views', () => {
	it.each([
		[['tick'], 1, false],
		[['tick', 'tick', 'tick'], 0, false],
		[['back'], 2, false],
		[['hold', 'tick', 'tick'], 0, true],
		[['hold', 'on', 'tick'], 1, true],
		[['hold', 'on', 'hold', 'tick'], 2, false]
	] as const)('%j of three leads to %i', (steps, at, held) => {
		expect(steps.reduce((cycle, step) => cycled(cycle, step, 3), cycleStart)).toEqual({ at, held });
	});

	it('stays within the views there are, whatever is pressed', () => {
		const steps = fc.array(fc.constantFrom<CycleStep[]>('tick', 'on', 'back', 'hold'));
		fc.assert(
			fc.property(steps, fc.integer({ min: 1, max: 6 }), (pressed, count) => {
				const { at } = pressed.reduce((cycle, step) => cycled(cycle, step, count), cycleStart);
				expect(at).toBeGreaterThanOrEqual(0);
				expect(at).toBeLessThan(count);
			})
		);
	});

	it('has keys for back, on and hold only', () => {
		expect(cycleKeys).toEqual({ ArrowLeft: 'back', ArrowRight: 'on', ' ': 'hold' });
	});
});

describe('the views of a screen', () => {
	it('are the known ones in the order of the wall, each once', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom<string[]>(...wallViews), fc.string())), (names) => {
				const views = viewsAmong(names);
				expect(views).toEqual(wallViews.filter((view) => names.includes(view)));
			})
		);
	});
});

describe('the state of a screen', () => {
	const now = new Date('2026-11-22T04:00:00Z');
	const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
	const life = { revokedAt: null, lastDay: null, lastSeenAt: ago(30), keyFits: true };
	it.each([
		['running while it asks', {}, 'running'],
		['silent when it has not asked for three minutes', { lastSeenAt: ago(181) }, 'silent'],
		['not opened before it was ever seen', { lastSeenAt: null }, 'unopened'],
		['good until the end of its last day', { lastDay: '2026-11-22' }, 'running'],
		['ended the day after', { lastDay: '2026-11-21' }, 'ended'],
		['void with another key file', { keyFits: false }, 'key'],
		['revoked, whatever else', { revokedAt: ago(1), lastDay: '2026-11-21', keyFits: false }, 'revoked']
	] as const)('is %s', (_, change, state) => {
		expect(screenState({ ...life, ...change }, '2026-11-22', now)).toBe(state);
	});
});

describe('the two years of a trend', () => {
	const months = Array.from({ length: 36 }, (_, i) => `${2023 + Math.floor((i + 11) / 12)}-${String(((i + 11) % 12) + 1).padStart(2, '0')}-01`);

	it('have each month beside the same one a year before', () => {
		const bars = trendBars(months.map((month, i) => ({ month, n: i < 5 ? null : i })));
		expect(bars).toHaveLength(24);
		expect(bars[0]).toEqual({ month: months[12], n: 12, before: null });
		expect(bars[23]).toEqual({ month: months[35], n: 35, before: 23 });
	});

	it('stand on an axis of at most five whole steps that holds them all', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 5_000_000 }), (highest) => {
				const { top, lines } = axisOf(highest);
				expect(top).toBeGreaterThanOrEqual(highest);
				expect(lines.length).toBeLessThanOrEqual(5);
				expect(lines.every((line) => Number.isInteger(line))).toBe(true);
				expect(lines[lines.length - 1]).toBe(top);
			})
		);
		expect(axisOf(0)).toEqual({ top: 1, lines: [] });
	});
});
