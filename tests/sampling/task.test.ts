import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemDefaults, itemForIndustries } from '#lib/sampling/registers/item-defaults.ts';
import { evidenceRefusal, visitDayRefusal } from '#lib/sampling/tasks/results.ts';
import { afterMove, taskName, taskNumber, taskStates, type TaskMove, type TaskState } from '#lib/sampling/tasks/task.ts';

const moves: TaskMove[] = ['commit', 'reopen', 'draw', 'redraw', 'finish', 'cancel'];

describe('a task', () => {
	test('is never drawn without a commitment right before, nor changed after the draw but for drawing it again', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 30 }), (sequence) => {
				let state: TaskState = 'draft';
				for (const move of sequence) {
					const next = afterMove(state, move);
					if (next === null) continue;
					if (next === 'drawn') expect([state, move]).toEqual(['committed', 'draw']);
					if (state === 'drawn') expect([[move, next]]).toEqual([move === 'redraw' ? ['redraw', 'draft'] : ['finish', 'done']]);
					expect(['done', 'cancelled']).not.toContain(state);
					state = next;
				}
				expect(taskStates).toContain(state);
			})
		);
	});

	test('has a name of year, item and number only', () => {
		expect(taskName('2026', '登记事项检查', taskNumber('2026', 12))).toBe('2026年度登记事项检查双随机抽查（CC2026-000012）');
		for (const item of itemDefaults) expect(taskName('2026', item.name, 'X')).not.toMatch(/风险|预警|分类|定向|失信|[ABCD]级|[ABCD]类/);
	});
});

test.each([
	[['H6210'], 'food-catering', true],
	[['O8051'], 'prepaid', true],
	[['C13'], 'product-quality', true],
	[['A01'], 'registration', false],
	[[], 'registration', false],
	// Several industries: what fits every one of them, however closely it fits some.
	[['H62', 'O80'], 'prepaid', true],
	[['F51', 'F52'], 'food-sale', true],
	[['H62', 'C13'], 'registration', false],
	[['H62', '*'], 'registration', false],
	// Wider than an item: it is not meant for all of it.
	[['H'], 'prepaid', true]
])('industries %j suggest %s, by industry: %s', (industries, id, byIndustry) => {
	const found = itemForIndustries(itemDefaults, industries);
	expect({ id: found?.item.id, byIndustry: found?.byIndustry }).toEqual({ id, byIndustry });
});

test('no item is suggested that does not fit, where none is general', () => {
	const narrow = itemDefaults.filter((item) => item.industries !== null);
	expect(itemForIndustries(narrow, ['A01'])).toBeNull();
	expect(itemForIndustries([], ['H62'])).toBeNull();
});

describe('evidence', () => {
	const uscc = '91320400MA1ABCDE0X';
	test.each([
		[`举报称 ${uscc} 停业后拒不退费`, null],
		[`举报称 ${uscc.toLowerCase()} 停业后拒不退费`, null],
		['该区域美容行业投诉大幅上升', 'evidence-not-naming'],
		[uscc, 'evidence-too-short']
	])('%s → %s', (evidence, refusal) => {
		expect(evidenceRefusal(evidence, uscc)).toBe(refusal);
	});
});

test.each([
	['2026-03-05', null],
	['2026-03-01', null],
	['2026-03-10', null],
	['2026-02-28', 'before-the-draw'],
	['2026-03-11', 'in-the-future'],
	['2026-02-30', 'not-a-day'],
	['5.3.2026', 'not-a-day'],
	['', 'not-a-day']
])('a visit on %s, drawn on the 1st, told on the 10th: %s', (day, refusal) => {
	expect(visitDayRefusal(day, '2026-03-01', '2026-03-10')).toBe(refusal);
});
