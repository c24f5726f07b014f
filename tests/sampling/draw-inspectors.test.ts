import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawTeams, refusalOf, type InspectorFacts } from '#lib/sampling/draw/inspectors.ts';

const item = { id: 'item', departmentId: 'own' };
const inspector: InspectorFacts = { id: 'i1', departmentId: 'own', state: 'active', expert: false, certificateUntil: '2026-12-31', itemIds: null, recused: [] };
const seed = '5e'.repeat(32);

describe('who may be drawn as inspector', () => {
	test.each([
		['a certified inspector of the scope', {}, null],
		['on the last day of the certificate', { certificateUntil: '2026-06-30' }, null],
		['after the certificate ended', { certificateUntil: '2026-06-29' }, 'certificate-expired'],
		['an expert does not count', { expert: true }, 'expert'],
		['on leave', { state: 'leave' }, 'left'],
		['another item', { itemIds: ['other'] }, 'item-not-in-scope'],
		['this item', { itemIds: ['item'] }, null],
		['every item of another department', { departmentId: 'other' }, 'item-not-in-scope'],
		['this item, named, of another department', { departmentId: 'other', itemIds: ['item'] }, null]
	])('%s', (_what, change, refusal) => {
		expect(refusalOf({ ...inspector, ...change }, item, '2026-06-30')).toBe(refusal);
	});
});

const objects = ['a', 'b', 'c'].map((uscc) => ({ uscc, objectId: `id-${uscc}`, lastTeam: [] as string[] }));

/** Two inspectors for each object. */
const pair = { size: 2, label: 'inspectors', mode: 'object' } as const;

describe('drawing teams', () => {
	test('two different inspectors, never one with an interest, whatever the seed', () => {
		const candidates = ['p', 'q', 'r', 's'].map((id) => ({ id, recused: id === 'p' ? ['a'] : [] }));
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e9 }), fc.constantFrom('object' as const, 'task' as const), (n, mode) => {
				const drawn = drawTeams(candidates, objects, { ...pair, mode }, n.toString(16).padStart(64, '0'));
				if (!drawn.ok) throw new Error(drawn.reason);
				for (const team of drawn.teams.values()) expect(new Set(team).size).toBe(2);
				expect(drawn.teams.get('a')).not.toContain('p');
				if (mode === 'task') expect(new Set([...drawn.teams.values()].map(String)).size).toBe(1);
			})
		);
	});

	test('not the same as last time, as long as two others are left', () => {
		const candidates = ['p', 'q', 'r', 's'].map((id) => ({ id, recused: [] }));
		const again = [{ uscc: 'a', objectId: 'id-a', lastTeam: ['p', 'q'] }];
		const drawn = drawTeams(candidates, again, pair, seed);
		expect(drawn.ok && [...(drawn.teams.get('a') ?? [])].sort()).toEqual(['r', 's']);
		const few = drawTeams(candidates.slice(0, 3), again, pair, seed);
		expect(few.ok).toBe(true);
	});

	test('fewer than two is refused, and says for whom', () => {
		const candidates = [{ id: 'p', recused: ['b'] }, { id: 'q', recused: [] }];
		expect(drawTeams(candidates, objects, pair, seed)).toEqual({ ok: false, reason: 'too-few-inspectors', uscc: 'b', available: 1 });
	});
});
