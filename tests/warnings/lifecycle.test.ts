import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closingReasonNames } from '#lib/warnings/closing-reasons.ts';
import { defaultDeadlines } from '#lib/warnings/deadlines.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { checkedPatch, fold, type Current, type HistoryEvent } from '#lib/warnings/history.ts';
import { levels } from '#lib/warnings/levels.ts';
import { move, moves, obligationOf, openActions, workActions, workStates } from '#lib/warnings/lifecycle.ts';
import { judge, raised } from '#lib/warnings/machine.ts';
import { measures } from '#lib/warnings/measures.ts';
import { applyStep, type WorkStep } from '#lib/warnings/work-steps.ts';
import { addDays } from '#lib/calendar/days.ts';
import { evaluation } from './fixtures.ts';

const rules = { deadlines: defaultDeadlines, addWorkingDays: (day: string, n: number) => addDays(day, n) };

const machineTurn = fc.record({
	verdict: fc.constantFrom('breaching', 'pending', 'cleared', 'held'),
	level: fc.constantFrom(...levels),
	observed: fc.integer({ min: 1, max: 99 })
});
const people = ['ann', 'bob'];
const humanTurn: fc.Arbitrary<WorkStep> = fc.oneof(
	fc.constantFrom('acknowledge', 'investigate', 'reopen', 'note').map((action) => ({ action, note: 'x' }) as WorkStep),
	fc.constantFrom(...measures).map((measure) => ({ action: 'dispose', measure, note: 'x' }) as const),
	fc.constantFrom(...closingReasonNames).map((reason) => ({ action: 'close', reason, note: 'x' }) as const),
	fc.constantFrom(...people).map((ownerId) => ({ action: 'assign', ownerId, note: '' }) as const),
	fc.constantFrom('d1', 'd2').map((departmentId) => ({ action: 'hand-over', departmentId, note: 'x' }) as const)
);
const turns = fc.array(fc.oneof(machineTurn.map((machine) => ({ machine })), humanTurn.map((step) => ({ step }))), { maxLength: 40 });

/** Plays machine and people against one series; calls back after each event of an episode. */
function play(sequence: readonly ({ machine: { verdict: string; level: string; observed: number } } | { step: WorkStep })[],
	after: (row: Current, history: readonly HistoryEvent[], before: Current | null, by: 'machine' | 'person') => void) {
	let history: HistoryEvent[] = [];
	let row: Current | null = null;
	let day = '2026-03-02';
	const write = (event: HistoryEvent, by: 'machine' | 'person') => {
		const before = event.action === 'raise' ? null : row;
		history = event.action === 'raise' ? [event] : [...history, event];
		row = (before ? { ...before, ...checkedPatch(event.axis, event.action, event.set), version: event.seq } : fold([event])!) as Current;
		after(row, history, before, by);
	};
	for (const turn of sequence) {
		day = addDays(day, 1);
		if ('machine' in turn) {
			const said = evaluation(turn.machine as Partial<Evaluation>);
			const judgement = judge(row, said, day, rules);
			if (judgement.kind === 'raise') write(raised(said, day, 'd1', rules), 'machine');
			if (judgement.kind === 'change') write({ seq: row!.version + 1, axis: 'evaluation', action: judgement.action, set: judgement.set }, 'machine');
		} else if (row !== null) {
			const current: Current = row;
			const context = { actorId: 'ann', now: `${day}T01:00:00.000Z`, today: day, ...rules };
			const applied = applyStep(current, turn.step, context);
			if (applied.ok) write({ seq: current.version + 1, axis: 'work', action: turn.step.action, set: applied.set }, 'person');
		}
	}
}

describe('a warning', () => {
	test('is the fold of its history after any sequence of machine and human events', () => {
		fc.assert(fc.property(turns, (sequence) => play(sequence, (row, history) => expect(fold(history)).toEqual(row))), { numRuns: 500 });
	});

	test('never has an obligation without an owner', () => {
		fc.assert(
			fc.property(turns, (sequence) =>
				play(sequence, (row) => {
					const owed = obligationOf(row.work);
					if (owed === null) return;
					expect(row.departmentId).not.toBe('');
					if (owed === 'acknowledge') expect(row.acknowledgeDue).not.toBeNull();
					else expect(row.ownerId).not.toBeNull();
					if (owed === 'dispose') expect(row.disposeDue).not.toBeNull();
				})
			),
			{ numRuns: 500 }
		);
	});

	test('keeps what people did when the machine speaks, and what the machine found when people act', () => {
		fc.assert(
			fc.property(turns, (sequence) =>
				play(sequence, (row, _history, before, by) => {
					if (before === null) return;
					const kept: (keyof Current)[] =
						by === 'machine'
							? ['work', 'departmentId', 'ownerId', 'acknowledgedAt', 'disposedAt', 'closedAt', 'closeReason']
							: ['level', 'evaluation', 'observed', 'expected', 'upper', 'lastBreachOn', 'clearedOn'];
					for (const field of kept) expect(row[field], field).toEqual(before[field]);
				})
			),
			{ numRuns: 500 }
		);
	});

	test('says nothing more about a closed episode that goes on, until it gets worse', () => {
		const closed = { ...fold([raised(evaluation(), '2026-03-02', 'd1', rules)])!, work: 'closed' as const };
		expect(judge(closed, evaluation({ observed: 99 }), '2026-03-03', rules)).toEqual({ kind: 'quiet' });
		expect(judge(closed, evaluation({ level: 'blue' }), '2026-03-03', rules)).toEqual({ kind: 'quiet' });
		expect(judge(closed, evaluation({ level: 'red' }), '2026-03-03', rules)).toEqual({ kind: 'raise', after: 'worse' });
		expect(judge({ ...closed, evaluation: 'cleared' }, evaluation(), '2026-03-03', rules)).toEqual({ kind: 'raise', after: 'cleared' });
	});

	test('comes back when it breaches again soon after clearing; later it is another rise, whoever still works on the first', () => {
		const open = fold([raised(evaluation(), '2026-03-02', 'd1', rules)])!;
		for (const work of ['new', 'acknowledged', 'investigating', 'disposed', 'reopened'] as const) {
			const cleared: Current = { ...open, work, evaluation: 'cleared', clearedOn: '2026-03-10' };
			expect(judge(cleared, evaluation(), '2026-03-24', rules)).toMatchObject({ action: 'resume', set: { clearedOn: null } });
			expect(judge(cleared, evaluation(), '2026-03-25', rules)).toEqual({ kind: 'raise', after: 'cleared' });
			expect(judge(cleared, evaluation({ verdict: 'held' }), '2026-05-25', rules)).toEqual({ kind: 'nothing' });
		}
	});

	test('is not cleared by missing data', () => {
		const open = fold([raised(evaluation(), '2026-03-02', 'd1', rules)])!;
		expect(judge(open, evaluation({ verdict: 'held' }), '2026-03-03', rules)).toMatchObject({ action: 'hold', set: { evaluation: 'held' } });
	});

	test('gets a shorter deadline when it worsens, never a longer one', () => {
		const open = fold([raised(evaluation({ level: 'yellow' }), '2026-03-02', 'd1', rules)])!;
		const worse = judge(open, evaluation({ level: 'red' }), '2026-03-03', rules);
		expect(worse).toMatchObject({ action: 'worsen', set: { acknowledgeDue: '2026-03-03', disposeDue: '2026-03-06' } });
		const late = judge(open, evaluation({ level: 'orange' }), '2026-03-30', rules);
		expect(late.kind === 'change' && late.set.disposeDue).toBeUndefined();
	});
});

describe('the table of moves', () => {
	const legal = new Set(workStates.flatMap((from) => Object.keys(moves[from]).map((action) => `${from} ${action}`)));

	test.each(workStates.flatMap((from) => workActions.map((action) => [from, action] as const)))('%s, %s', (from, action) => {
		const moved = move(from, action);
		expect(moved.ok).toBe(legal.has(`${from} ${action}`));
		expect(openActions(from).includes(action)).toBe(moved.ok);
		if (!moved.ok) expect(moved).toMatchObject({ reason: 'illegal-move', from, action });
	});

	test('nothing is closed or disposed of by somebody who has not taken it', () => {
		for (const from of ['new', 'reopened'] as const) {
			expect(move(from, 'close').ok).toBe(false);
			expect(move(from, 'dispose').ok).toBe(false);
		}
	});

	test('closing as confirmed needs a disposal first', () => {
		const refused = move('investigating', 'close', { reason: 'confirmed', everDisposed: false });
		expect(refused).toMatchObject({ ok: false, reason: 'not-disposed' });
		expect(move('disposed', 'close', { reason: 'confirmed', everDisposed: true }).ok).toBe(true);
		expect(move('acknowledged', 'close', { reason: 'data-wrong', everDisposed: false }).ok).toBe(true);
	});
});

test('an axis refuses to write what is not its own', () => {
	expect(() => checkedPatch('evaluation', 'refresh', { ownerId: 'x' })).toThrow(/evaluation axis/);
	expect(() => checkedPatch('work', 'acknowledge', { level: 'red' })).toThrow(/work axis/);
	expect(() => checkedPatch('visibility', 'snooze', { work: 'closed' })).toThrow(/visibility axis/);
});
