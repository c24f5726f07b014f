import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosen, linkGraph } from '#lib/links/graph.ts';
import type { SharedTie } from '#lib/links/ties.server.ts';

const own = 'OWN';
type Given = { readonly members: readonly number[]; readonly extra: number; readonly outside: number; readonly ended: boolean };
const kinds = ['address', 'place', 'person', 'phone', 'agent'] as const;
function tieOf({ members, extra, outside, ended }: Given, i: number): SharedTie {
	const enterprises = [own, ...members.map((n) => `E${n}`)].map((uscc, at) => ({
		uscc, name: `企业${uscc}`, since: '2026-01-01', until: ended && at === 1 ? '2026-06-01' : null, judgement: null
	}));
	const current = enterprises.filter(({ until }) => until === null).length;
	return { kind: kinds[i % kinds.length]!, ref: `tie${String(i).padStart(2, '0')}`, label: `标签${i}`, total: current + extra, outside, enterprises };
}
const ties = fc.array(
	fc.record({ members: fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 12 }), extra: fc.nat({ max: 500 }), outside: fc.nat({ max: 30 }), ended: fc.boolean() }), { maxLength: 16 }
).map((all) => all.map(tieOf));

describe('the graph of links', () => {
	it('has no two boxes that overlap, none outside, and lines that end at boxes, at any width', () => {
		fc.assert(fc.property(ties, fc.integer({ min: 300, max: 1800 }), (some, width) => {
			const graph = linkGraph(own, some, width);
			for (const node of graph.nodes) {
				expect(node.x).toBeGreaterThanOrEqual(0);
				expect(node.y).toBeGreaterThanOrEqual(0);
				expect(node.width).toBeGreaterThan(40);
				expect(node.x + node.width).toBeLessThanOrEqual(width + 0.01);
				expect(node.y + node.height).toBeLessThanOrEqual(graph.height + 0.01);
			}
			for (const [i, a] of graph.nodes.entries()) {
				for (const b of graph.nodes.slice(i + 1)) {
					const apart = a.x + a.width <= b.x + 0.01 || b.x + b.width <= a.x + 0.01 || a.y + a.height <= b.y + 0.01 || b.y + b.height <= a.y + 0.01;
					expect(apart).toBe(true);
				}
			}
			const ends = (x: number, y: number) => graph.nodes.some((node) => y >= node.y && y <= node.y + node.height + 0.01 && x >= node.x - 0.01 && x <= node.x + node.width + 0.01);
			for (const { from, to } of graph.edges) expect(ends(...from) && ends(...to)).toBe(true);
		}));
	});

	it('is the same for the same ties in whatever order, each enterprise once, nobody uncounted', () => {
		fc.assert(fc.property(ties, fc.integer({ min: 300, max: 1800 }), (some, width) => {
			const graph = linkGraph(own, some, width);
			expect(linkGraph(own, [...some].reverse(), width)).toEqual(graph);
			const drawn = graph.nodes.flatMap((node) => (node.type === 'enterprise' ? [node.uscc] : []));
			expect(new Set(drawn).size).toBe(drawn.length);
			expect(drawn).not.toContain(own);
			const { placed, left } = chosen(own, some);
			expect(placed.length + left).toBe(some.length);
			for (const { tie, rest } of placed) {
				const shown = tie.enterprises.filter(({ uscc, until }) => until === null && drawn.includes(uscc)).length;
				expect(shown + rest.more + 1).toBe(tie.total);
				expect(rest.outside).toBe(tie.outside);
			}
		}));
	});

	it('draws the rarest thing first, and who shares most before who shares one', () => {
		const building = tieOf({ members: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], extra: 400, outside: 0, ended: false }, 0);
		const phone = tieOf({ members: [9], extra: 0, outside: 0, ended: false }, 3);
		const { placed } = chosen(own, [building, phone]);
		expect(placed.map(({ tie }) => tie.kind)).toEqual(['phone', 'address']);
		expect(placed[0]!.enterprises.map(({ uscc }) => uscc)).toEqual(['E9']);
		expect(placed[1]!.rest.more).toBe(410 - placed[1]!.enterprises.length - 1);
	});

	it('tells ended ties and those judged to be none apart', () => {
		const tie = tieOf({ members: [1, 2], extra: 0, outside: 0, ended: true }, 0);
		const judged = { ...tie, enterprises: tie.enterprises.map((one) => (one.uscc === 'E2' ? { ...one, judgement: { verdict: 'not-same' as const, note: '', by: '', on: '' } } : one)) };
		expect(linkGraph(own, [judged], 1200).edges.map(({ state }) => state).sort()).toEqual(['current', 'denied', 'ended']);
	});

	it('is the enterprise alone where nothing is shared', () => {
		expect(linkGraph(own, [], 1200)).toMatchObject({ nodes: [{ type: 'own' }], edges: [] });
	});
});
