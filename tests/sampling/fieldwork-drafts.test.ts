import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftKey, draftsOf, dropDraft, forgetDrafts, keepDraft, readDraft, sweepDrafts, type Draft, type DraftStore } from '#lib/sampling/fieldwork/draft.ts';
import { qrPath } from '#lib/sampling/fieldwork/qr.ts';
import { recordPath, refOf, refText, sheetPath } from '#lib/sampling/fieldwork/refs.ts';
import { visitOf } from '#lib/sampling/fieldwork/visit-form.ts';

function store(full = false): DraftStore & { readonly kept: Map<string, string> } {
	const kept = new Map<string, string>();
	return {
		kept,
		get length() {
			return kept.size;
		},
		key: (i) => [...kept.keys()][i] ?? null,
		getItem: (key) => kept.get(key) ?? null,
		setItem: (key, value) => {
			if (full) throw new DOMException('full', 'QuotaExceededError');
			kept.set(key, value);
		},
		removeItem: (key) => void kept.delete(key)
	};
}
const draft = (change: Partial<Draft> = {}): Draft => ({
	savedAt: '2026-11-22T02:00:00.000Z', visitedOn: '2026-11-22', seenOn: '', sent: false, items: { registration: { result: 'unreachable', note: '门锁着', seen: '' } }, ...change
});

describe('what was typed on a device', () => {
	test('comes back as it was, for the same person, list and enterprise alone', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.record({ result: fc.string(), note: fc.string(), seen: fc.string() })), fc.boolean(), (items, sent) => {
				const s = store();
				expect(keepDraft(s, draftKey('acc', 'task:1', 'u1'), draft({ items, sent }))).toBe(true);
				expect(readDraft(s, draftKey('acc', 'task:1', 'u1'))).toEqual(JSON.parse(JSON.stringify(draft({ items, sent }))));
				for (const other of [draftKey('acc2', 'task:1', 'u1'), draftKey('acc', 'task:2', 'u1'), draftKey('acc', 'task:1', 'u2')]) expect(readDraft(s, other)).toBeNull();
			})
		);
	});

	test('is listed by list and enterprise, and forgotten one by one or all of a person', () => {
		const s = store();
		for (const [who, ref] of [['a', 'task:1'], ['a', 'lead:2'], ['b', 'task:1']] as const) keepDraft(s, draftKey(who, ref, 'u'), draft());
		expect([...draftsOf(s, 'a').keys()]).toEqual(['task:1|u', 'lead:2|u']);
		dropDraft(s, draftKey('a', 'lead:2', 'u'));
		expect([...draftsOf(s, 'a').keys()]).toEqual(['task:1|u']);
		forgetDrafts(s, 'a');
		expect([draftsOf(s, 'a').size, draftsOf(s, 'b').size]).toEqual([0, 1]);
	});

	test('a week later it is gone, whoever wrote it; other things of the device stay', () => {
		const s = store();
		keepDraft(s, draftKey('a', 'task:1', 'new'), draft({ savedAt: '2026-11-20T02:00:00.000Z' }));
		keepDraft(s, draftKey('b', 'task:1', 'old'), draft({ savedAt: '2026-11-14T02:00:00.000Z' }));
		s.kept.set(draftKey('b', 'task:1', 'broken'), '{');
		s.kept.set('theme', 'dark');
		sweepDrafts(s, '2026-11-22T02:00:00.000Z');
		expect([...s.kept.keys()]).toEqual([draftKey('a', 'task:1', 'new'), 'theme']);
	});

	test.each(['', '{', 'null', '[]', '{"savedAt":1}', JSON.stringify({ ...draft(), items: { a: null } }), JSON.stringify({ ...draft(), sent: 'yes' })])('what cannot be read (%s) is none', (text) => {
		const s = store();
		s.kept.set('k', text);
		expect(readDraft(s, 'k')).toBeNull();
	});

	test('a device that keeps nothing says so', () => {
		expect(keepDraft(store(true), 'k', draft())).toBe(false);
	});
});

test('addresses of visits lead back to what they name', () => {
	for (const kind of ['task', 'lead'] as const) expect(refOf(refText({ kind, id: 'a-1' }))).toEqual({ kind, id: 'a-1' });
	for (const text of ['', 'task', 'plan:1', 'task:', 'task:a/b', `task:${'x'.repeat(61)}`]) expect(refOf(text)).toBeNull();
	expect([sheetPath({ kind: 'task', id: 't' }, 'u'), sheetPath({ kind: 'lead', id: 'l' }, 'u')]).toEqual(['/my-tasks/t/u', '/my-tasks/lead-checks/l']);
	expect([recordPath({ kind: 'task', id: 't' }, 'u'), recordPath({ kind: 'lead', id: 'l' }, 'u')]).toEqual(['/tasks/t/results/u', '/lead-checks/l/results']);
});

test('a form’s untouched items are not entered, a note without a result is', () => {
	const form = new FormData();
	for (const [name, value] of Object.entries({ visited: '2026-11-22', seenOn: '', 'result:a': 'no-problem', 'note:a': '', 'seen:a': '', 'result:b': '', 'note:b': ' ', 'seen:b': '', 'result:c:d': '', 'note:c:d': '待补', 'seen:c:d': 'x' })) form.set(name, value);
	expect(visitOf(form)).toEqual({
		visitedOn: '2026-11-22', seenOn: '',
		findings: [{ itemId: 'a', result: 'no-problem', note: '', seen: '' }, { itemId: 'c:d', result: '', note: '待补', seen: 'x' }]
	});
});

test('a QR code has its quiet zone of four modules and its three finders', () => {
	const { size, path } = qrPath('https://qianshao.example.gov.cn/my-tasks/0f0e8a7e-8a39-4a8f-9b8e-6b1c9d2f4a55/91320412MA00000017');
	const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map((match) => `${match[1]},${match[2]}`));
	const at = (x: number, y: number) => dark.has(`${x},${y}`);
	for (const one of dark) for (const n of one.split(',').map(Number)) expect(n >= 4 && n < size - 4).toBe(true);
	for (const [x, y] of [[4, 4], [size - 11, 4], [4, size - 11]] as const) {
		for (let i = 0; i < 7; i++) expect([at(x + i, y), at(x, y + i), at(x + i, y + 6), at(x + 6, y + i), at(x + 3, y + 3)]).toEqual([true, true, true, true, true]);
		expect([at(x + 1, y + 1), at(x + 5, y + 5)]).toEqual([false, false]);
	}
});
