import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyMove, classHref, classRowsHref, misreadMoves, pairsOf, parseClassQuery, parseMoveFilter } from '#lib/structure/class-query.ts';
import { firstPage, parseTurn, type Turn } from '#lib/enterprises/turn.ts';
import { classSentence } from '#lib/structure/class-words.ts';
import { flowSize, layoutFlow, orderOf } from '#lib/structure/flow-layout.ts';
import { balanceOf, ends, highShare, pairs, shiftOf, shifts, spans, standingOf, stepsOf, type Move } from '#lib/structure/moves.ts';

const moves = fc.uniqueArray(
	fc.record({ pair: fc.constantFrom(...pairs), n: fc.integer({ min: 0, max: 3_000_000 }) }), { selector: ({ pair }) => pair.join(), maxLength: pairs.length }
).map((list) => list.map(({ pair: [from, to], n }): Move => ({ from, to, n })));

describe('moves of classes', () => {
	it.each([
		['A', 'D', 3, 'up'], ['B', 'C', 1, 'up'], ['D', 'B', -2, 'down'], ['C', 'C', 0, 'same'], ['none', 'B', null, 'joined'], ['D', 'none', null, 'left'], ['none', 'none', null, null]
	] as const)('%s → %s is %s steps: %s', (from, to, steps, shift) => {
		expect([stepsOf(from, to), shiftOf(from, to)]).toEqual([steps, shift]);
	});

	it('adds up by hand', () => {
		const balance = balanceOf([
			{ from: 'A', to: 'A', n: 50 }, { from: 'A', to: 'B', n: 4 }, { from: 'A', to: 'D', n: 1 }, { from: 'D', to: 'C', n: 2 }, { from: 'none', to: 'C', n: 3 }, { from: 'B', to: 'none', n: 6 }
		]);
		expect(balance).toEqual({
			now: 60, then: 63, byShift: { up: 5, down: 2, same: 50, joined: 3, left: 6 }, up: [4, 0, 1], down: [2, 0, 0], nowBy: [50, 4, 5, 1], thenBy: [55, 6, 0, 2]
		});
		expect(highShare(balance.nowBy)).toBeCloseTo(0.1);
	});

	it('loses nobody, whatever moved', () => {
		fc.assert(fc.property(moves, (list) => {
			const { byShift, up, down, now, then } = balanceOf(list);
			const all = list.reduce((sum, { n }) => sum + n, 0);
			expect(shifts.reduce((sum, shift) => sum + byShift[shift], 0)).toBe(all);
			expect([up[0] + up[1] + up[2], down[0] + down[1] + down[2]]).toEqual([byShift.up, byShift.down]);
			expect([now + byShift.left, then + byShift.joined]).toEqual([all, all]);
		}));
	});

	it.each([
		[0, 500, 'none-now'], [500, 0, 'none-then'], [29, 29, 'few'], [30, 12, 'plain'], [200, 500, 'partial'], [300, 500, 'plain']
	] as const)('of %i classified now and %i then says: %s', (now, then, standing) => {
		expect(standingOf({ now, then })).toBe(standing);
	});

	it('names in words what rose by how many steps, and what cannot be compared', () => {
		const list: Move[] = [{ from: 'A', to: 'A', n: 90 }, { from: 'A', to: 'B', n: 7 }, { from: 'B', to: 'D', n: 2 }, { from: 'C', to: 'B', n: 1 }];
		const months = { now: '2026-11-01', then: '2026-10-01' };
		const text = classSentence('常州市', balanceOf(list), months);
		expect(text).toContain('风险上升 9 户（一级 7 户、二级 2 户、三级 0 户）');
		expect(text).toContain('风险下降 1 户');
		expect(text).toContain('C、D 类 2 户，占 2.0%');
		expect(classSentence('常州市', balanceOf([]), months)).toBe('2026年11月常州市的分类结果尚未下达。');
		expect(classSentence('常州市', balanceOf([{ from: 'A', to: 'A', n: 50 }]), months)).toContain('与2026年10月相比，占比持平');
		expect(classSentence('常州市', balanceOf([{ from: 'none', to: 'A', n: 5 }]), months)).toContain('2026年10月没有分类结果，无法比较');
		expect(classSentence('常州市', balanceOf([{ from: 'A', to: 'A', n: 5 }]), months)).toContain('仅 5 户，数量过少');
	});
});

describe('addresses of moves', () => {
	const defaults = { region: '320000', month: '2026-11-01', latest: '2026-12-01' };

	it('come back as they were asked, and fall back where they make no sense', () => {
		const fallen = { region: defaults.region, month: defaults.month, back: 1, industry: null };
		const query = { region: '320400', month: '2026-09-01', back: 12 as const, industry: 'C13' };
		expect(parseClassQuery(new URL(classHref(query), 'http://x').searchParams, defaults)).toEqual(query);
		expect(parseClassQuery(new URLSearchParams({ region: 'x', month: '2026-13', back: '2', industry: 'ZZ' }), defaults)).toEqual(fallen);
		expect(parseClassQuery(new URLSearchParams({ month: '2031-01' }), defaults).month).toBe(defaults.latest);
	});

	it('turn a page by the credit code it begins after or ends before, and begin again where it is none', () => {
		const read = (turn: Turn) => parseTurn(new URL(classRowsHref({ ...defaults, back: 1, industry: null }, {}, turn), 'http://x').searchParams);
		const code = '91320412XD0UXC1M4T';
		for (const turn of [firstPage, { after: code, before: null, page: 3 }, { after: null, before: code, page: 0 }]) expect(read(turn)).toEqual(turn);
		for (const wrong of ['page=4', 'after=1&page=2', "before=' or 1"]) expect(parseTurn(new URLSearchParams(wrong))).toEqual(firstPage);
	});

	it('ask for exactly the moves of a figure', () => {
		const filter = (change: Parameters<typeof classRowsHref>[1]) => parseMoveFilter(new URL(classRowsHref({ ...defaults, back: 1, industry: null }, change), 'http://x').searchParams);
		expect(pairsOf(filter({ from: 'A', to: 'D' }))).toEqual([['A', 'D']]);
		expect(pairsOf(filter({ steps: -2 }))).toEqual([['C', 'A'], ['D', 'B']]);
		expect(pairsOf(filter({ shift: 'left' }))).toEqual([['A', 'none'], ['B', 'none'], ['C', 'none'], ['D', 'none']]);
		expect(pairsOf(filter({}))).toEqual(pairs);
		expect(shifts.flatMap((shift) => pairsOf({ ...anyMove, shift }))).toHaveLength(pairs.length);
		expect(parseMoveFilter(new URLSearchParams({ steps: '9', from: 'E' }))).toEqual(anyMove);
	});

	it('say what they ask that nobody understands, and nothing of what the pages write', () => {
		const misread = (address: string) => misreadMoves(new URLSearchParams(address), defaults.latest);
		expect(misread('steps=99&region=320400')).toEqual(['steps=99']);
		expect(misread('steps=1.5')).toEqual(['steps=1.5']);
		expect(misread('from=E&to=a&shift=sideways&back=2&industry=ZZ&exact=yes&month=2026-13&region=x')).toEqual([
			'region=x', 'month=2026-13', 'back=2', 'industry=ZZ', 'exact=yes', 'from=E', 'to=a', 'shift=sideways'
		]);
		expect(misread('month=2027-01')).toEqual(['month=2027-01']);
		expect(misread(`steps=${'9'.repeat(500)}`)[0]!.length).toBeLessThan(60);
		fc.assert(
			fc.property(
				fc.record({ from: fc.constantFrom(null, ...ends), to: fc.constantFrom(null, ...ends), shift: fc.constantFrom(null, ...shifts), steps: fc.constantFrom(null, -3, -2, -1, 1, 2, 3) }),
				fc.record({ region: fc.constantFrom('320000', '320412'), month: fc.constantFrom('2026-12-01', '2025-01-01'), back: fc.constantFrom(...spans), industry: fc.constantFrom(null, 'C', 'C13', '-'), exact: fc.boolean() }),
				(filter, query) => {
					const params = new URL(classRowsHref(query, filter), 'http://x').searchParams;
					expect(misreadMoves(params, defaults.latest)).toEqual([]);
					expect(parseMoveFilter(params)).toEqual(filter);
				}
			)
		);
	});
});

describe('the drawing of moves', () => {
	it('keeps bands inside their blocks, thick as their numbers, and labels apart', () => {
		fc.assert(fc.property(moves, (list) => {
			const { left, right, bands, height } = layoutFlow(list);
			expect(bands.map(({ from, to }) => from + to).sort()).toEqual(list.filter(({ n }) => n > 0).map(({ from, to }) => from + to).sort());
			for (const [nodes, edge, side] of [[left, 'leftY', 'from'], [right, 'rightY', 'to']] as const) {
				for (const node of nodes) {
					const own = bands.filter((band) => band[side] === node.end).sort((a, b) => a[edge] - b[edge]);
					let y = node.y;
					for (const band of own) {
						expect(band[edge]).toBeCloseTo(y, 6);
						y += band.thickness;
					}
					expect(y).toBeCloseTo(node.y + node.height, 6);
					expect(own.reduce((sum, { n }) => sum + n, 0)).toBe(node.n);
				}
			}
			// A name and the number below it are not written over the next.
			const named = left.filter(({ n }) => n > 0).map(({ y }) => y);
			for (const [i, y] of named.entries()) expect((named[i + 1] ?? height) - y).toBeGreaterThanOrEqual(flowSize.name - 1e-3);
			const labels = orderOf(bands).map(({ labelY }) => labelY);
			for (const [i, y] of labels.entries()) {
				expect(y).toBeLessThanOrEqual(height + 1e-3);
				if (i > 0) expect(y - labels[i - 1]!).toBeGreaterThanOrEqual(flowSize.label - 1e-3);
			}
			const thick = bands.filter(({ thickness }) => thickness > 0.5);
			for (const band of thick) expect(band.n / band.thickness).toBeCloseTo(thick[0]!.n / thick[0]!.thickness, 3);
		}), { numRuns: 300 });
	});

	it('goes through bands by where they come from', () => {
		const { bands } = layoutFlow(pairs.map(([from, to]) => ({ from, to, n: 5 })));
		expect(orderOf(bands).map(({ from, to }) => ends.indexOf(from) * 5 + ends.indexOf(to))).toEqual([...Array(24).keys()]);
	});
});
