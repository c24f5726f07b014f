import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closingReasonNames } from '#lib/warnings/closing-reasons.ts';
import { deadlinesFrom, defaultDeadlines } from '#lib/warnings/deadlines.ts';
import type { Escalation } from '#lib/warnings/escalation.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { checkedPatch, fold, type Current, type HistoryEvent } from '#lib/warnings/history.ts';
import { levels, worsened, type Level } from '#lib/warnings/levels.ts';
import { move, moves, obligationOf, openActions, workActions, workStates } from '#lib/warnings/lifecycle.ts';
import { judge, raised, settleDays, standingAfter, type Standing } from '#lib/warnings/machine.ts';
import { undoable, undone } from '#lib/warnings/undo.ts';
import { applyStep, type WorkStep } from '#lib/warnings/work-steps.ts';
import { outsideIndicator } from '#lib/warnings/outside.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { evaluation } from './fixtures.ts';

const rules = { deadlines: defaultDeadlines, addWorkingDays: (day: string, n: number) => addDays(day, n) };

const machineTurn = fc.record({
	verdict: fc.constantFrom('breaching', 'pending', 'cleared', 'held'),
	level: fc.constantFrom(...levels),
	observed: fc.integer({ min: 1, max: 99 })
});
const people = ['ann', 'bob'];
const humanTurn: fc.Arbitrary<WorkStep> = fc.oneof(
	fc.constantFrom('acknowledge', 'investigate', 'reopen', 'accept', 'decline', 'recall', 'split', 'note').map((action) => ({ action, note: 'x' }) as WorkStep),
	fc.constantFrom('remind', 'interview').map((measure) => ({ action: 'dispose', measure, note: 'x' }) as const),
	fc.constantFrom(...closingReasonNames).map((reason) => ({ action: 'close', reason, cause: 'promotion', note: 'x' }) as const),
	fc.constantFrom(...people).map((ownerId) => ({ action: 'assign', ownerId, note: '' }) as const),
	fc.tuple(fc.constantFrom('hand-over', 'reassign'), fc.constantFrom('d1', 'd2')).map(([action, departmentId]) => ({ action, departmentId, note: 'x' }) as const),
	fc.constantFrom('i1', 'i2').map((incidentId) => ({ action: 'merge', incidentId, note: '' }) as const)
);
/** What the clock does: reports upwards, puts under a wider episode and gives back, or takes work from who cannot do it any more. */
const clockTurn = fc.constantFrom('escalate', 'absorb', 'release', 'return');
type Turn =
	| { readonly machine: { verdict: string; level: string; observed: number } }
	| { readonly step: WorkStep; readonly by: string; readonly minutes: number }
	| { readonly undo: string; readonly minutes: number }
	| { readonly clock: string };
const minutes = fc.integer({ min: 0, max: 40 });
const turns: fc.Arbitrary<Turn[]> = fc.array(
	fc.oneof(
		machineTurn.map((machine) => ({ machine })),
		fc.record({ step: humanTurn, by: fc.constantFrom(...people), minutes }),
		fc.record({ undo: fc.constantFrom(...people), minutes }),
		clockTurn.map((clock) => ({ clock }))
	),
	{ minLength: 20, maxLength: 60 }
);
const breach: Turn = { machine: { verdict: 'breaching', level: 'yellow', observed: 9 } };

type By = 'machine' | 'person' | 'clock';
type TimedEvent = HistoryEvent & { readonly actorId: string | null; readonly at: Date };
const asSeenBy = (actorId: string, history: readonly TimedEvent[]) => history.map((event) => ({ ...event, mine: event.actorId === actorId }));

/** Plays machine, people and clock against one series; calls back after each event of an episode. */
function play(
	sequence: readonly Turn[],
	after: (row: Current, history: readonly TimedEvent[], before: Current | null, by: By) => void,
	evening: (day: string, said: Evaluation) => void = () => undefined
) {
	let history: TimedEvent[] = [];
	let row: Current | null = null;
	let seen: Seen = { lastBreachOn: null, levelOn: null };
	let day = '2026-03-02';
	let now = new Date(`${day}T01:00:00.000Z`);
	const write = (event: HistoryEvent, by: By, actorId: string | null = null) => {
		const before = event.action === 'raise' ? null : row;
		const timed = { ...event, actorId, at: now };
		history = event.action === 'raise' ? [timed] : [...history, timed];
		row = (before ? { ...before, ...checkedPatch(event.axis, event.action, event.set), version: event.seq } : fold([event])!) as Current;
		after(row, history, before, by);
	};
	for (const turn of [breach, ...sequence]) {
		if ('machine' in turn) {
			day = addDays(day, 1);
			now = new Date(`${day}T01:00:00.000Z`);
			const said = evaluation(turn.machine as Partial<Evaluation>);
			evening(day, said);
			const standing: Standing = { latest: row, closedFor: null, ...seen };
			const judgement = judge(standing, said, day, rules);
			seen = standingAfter(standing, said, judgement, day);
			if (judgement.kind === 'raise') write(raised(said, day, 'd1', rules), 'machine');
			if (judgement.kind === 'change') write({ seq: row!.version + 1, axis: 'evaluation', action: judgement.action, set: judgement.set }, 'machine');
			continue;
		}
		if (row === null) continue;
		const current: Current = row;
		if ('clock' in turn) {
			const event = clockEvent(current, turn.clock, day);
			if (event) write({ seq: current.version + 1, ...event }, 'clock');
			continue;
		}
		now = new Date(now.getTime() + turn.minutes * 60_000);
		if ('undo' in turn) {
			const taken = undone(current, asSeenBy(turn.undo, history), now);
			if (taken.ok) write({ seq: current.version + 1, axis: 'work', action: 'undo', set: taken.set }, 'person', turn.undo);
			continue;
		}
		const applied = applyStep(current, turn.step, { actorId: turn.by, now: now.toISOString(), today: day, ...rules });
		if (applied.ok) write({ seq: current.version + 1, axis: 'work', action: turn.step.action, set: applied.set }, 'person', turn.by);
	}
}

/** The clock's event as its verbs write it, where they would. */
function clockEvent(current: Current, what: string, day: string): Omit<HistoryEvent, 'seq'> | null {
	if (current.work === 'closed') return null;
	const waits = obligationOf(current.work) === 'acknowledge';
	const due = deadlinesFrom(rules.deadlines, current.level, day, rules.addWorkingDays);
	switch (what) {
		case 'escalate':
			return current.escalation < 3 ? { axis: 'work', action: 'escalate', set: { escalation: (current.escalation + 1) as Escalation } } : null;
		case 'absorb':
			return current.parentId === null ? { axis: 'evaluation', action: 'absorb', set: { parentId: 'p' } } : null;
		case 'release':
			return current.parentId === null ? null : { axis: 'evaluation', action: 'release', set: { parentId: null, ...(waits ? due : {}) } };
		default:
			if (current.ownerId === null) return null;
			return { axis: 'work', action: 'return', set: { ownerId: null, ...(waits ? {} : { work: 'new', acknowledgedAt: null, acknowledgeDue: due.acknowledgeDue, escalation: 0 }) } };
	}
}

type Seen = Pick<Standing, 'lastBreachOn' | 'levelOn'>;
const judged = (latest: Current, said: Evaluation, day: string, closedFor: Standing['closedFor'] = null, seen: Seen = { lastBreachOn: null, levelOn: null }) =>
	judge({ latest, closedFor, ...seen }, said, day, rules);

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

	test('says at no evening that a breach is over, or easier, that it saw within the last days', () => {
		let lasted = 0;
		fc.assert(
			fc.property(turns, (sequence) => {
				const evenings: { readonly day: string; readonly level: Level | null }[] = [];
				play(
					sequence,
					(row, history, before, by) => {
						const event = history.at(-1)!;
						if (by !== 'machine' || before === null || (event.action !== 'clear' && event.action !== 'ease')) return;
						const recent = evenings.filter(({ day }) => daysBetween(day, evenings.at(-1)!.day) < settleDays).map(({ level }) => level);
						const atLeast = event.action === 'clear' ? 'blue' : before.level;
						expect(recent.filter((level) => level !== null && !worsened(level, atLeast))).toEqual([]);
						lasted++;
					},
					(day, said) => evenings.push({ day, level: said.verdict === 'breaching' ? said.level : null })
				);
			}),
			{ numRuns: 500 }
		);
		expect(lasted).toBeGreaterThan(50);
	});

	test('keeps what people did when the machine speaks, and what the machine found when people act', () => {
		fc.assert(
			fc.property(turns, (sequence) =>
				play(sequence, (row, _history, before, by) => {
					if (before === null) return;
					const kept: (keyof Current)[] =
						by === 'machine'
							? ['work', 'departmentId', 'ownerId', 'acknowledgedAt', 'disposedAt', 'closedAt', 'closeReason', 'handOverTo', 'incidentId', 'escalation']
							: ['level', 'evaluation', 'observed', 'expected', 'upper', 'lastBreachOn', 'clearedOn'];
					for (const field of kept) expect(row[field], field).toEqual(before[field]);
				})
			),
			{ numRuns: 500 }
		);
	});

	test('is offered to another desk or not, but always lies on one', () => {
		fc.assert(
			fc.property(turns, (sequence) =>
				play(sequence, (row, history, before) => {
					if (row.work === 'closed') expect(row.handOverTo).toBeNull();
					expect(row.handOverTo).not.toBe(row.departmentId);
					// While somebody is asked, whoever has the work keeps it.
					if (before && history.at(-1)!.action === 'hand-over') {
						expect([row.departmentId, row.ownerId, row.work]).toEqual([before.departmentId, before.ownerId, before.work]);
					}
				})
			),
			{ numRuns: 500 }
		);
	});

	test('loses no event and no note when a step is taken back', () => {
		fc.assert(
			fc.property(turns, (sequence) => {
				let last: readonly TimedEvent[] = [];
				play(sequence, (_row, history) => {
					if (history.length > 1) expect(history.slice(0, -1)).toEqual(last);
					last = history;
				});
			}),
			{ numRuns: 300 }
		);
	});

	test('is as before the step when it is taken back at once', () => {
		let undoneOnce = 0;
		fc.assert(
			fc.property(turns, fc.constantFrom(...people), (sequence, actorId) =>
				play(sequence, (row, history, before, by) => {
					if (by !== 'person' || before === null) return;
					const last = history.at(-1)!;
					const taken = undone(row, asSeenBy(actorId, history), last.at);
					if (last.actorId !== actorId || !(undoable as readonly string[]).includes(last.action)) {
						if (last.action !== 'note') expect(taken.ok).toBe(false);
						return;
					}
					undoneOnce++;
					expect(taken.ok && { ...row, ...taken.set, version: 0 }).toEqual({ ...before, version: 0 });
				})
			),
			{ numRuns: 500 }
		);
		expect(undoneOnce).toBeGreaterThan(100);
	});

	test('keeps what the machine changed meanwhile when a step is taken back', () => {
		const opened = raised(evaluation({ level: 'yellow' }), '2026-03-02', 'd1', rules);
		const at = new Date('2026-03-02T01:00:00Z');
		const first = fold([opened])!;
		const order = applyStep(first, { action: 'reassign', departmentId: 'd2', note: 'x' }, { actorId: 'ann', now: at.toISOString(), today: '2026-03-04', ...rules });
		if (!order.ok) throw new Error(order.reason);
		const events: TimedEvent[] = [
			{ ...opened, actorId: null, at },
			{ seq: 2, axis: 'work', action: 'reassign', set: order.set, actorId: 'ann', at },
			{ seq: 3, axis: 'evaluation', action: 'worsen', set: { level: 'red', acknowledgeDue: '2026-03-04' }, actorId: null, at }
		];
		const taken = undone(fold(events)!, asSeenBy('ann', events), at);
		expect(taken).toMatchObject({ ok: true, set: { departmentId: 'd1' } });
		expect(taken.ok && taken.set.acknowledgeDue).toBeUndefined();
	});

	test('cannot be undone by anybody else, after half an hour, or after somebody acted', () => {
		const opened = raised(evaluation(), '2026-03-02', 'd1', rules);
		const at = new Date('2026-03-02T01:00:00Z');
		const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);
		const taken: TimedEvent = { seq: 2, axis: 'work', action: 'acknowledge', set: { work: 'acknowledged', ownerId: 'ann', acknowledgedAt: at.toISOString() }, actorId: 'ann', at };
		const events: TimedEvent[] = [{ ...opened, actorId: null, at }, taken];
		const row = fold(events)!;
		expect(undone(row, asSeenBy('ann', events), later(30))).toMatchObject({ ok: true, set: { work: 'new', ownerId: null, acknowledgedAt: null } });
		expect(undone(row, asSeenBy('ann', events), later(31))).toMatchObject({ reason: 'undo-too-late' });
		expect(undone(row, asSeenBy('bob', events), at)).toMatchObject({ reason: 'nothing-to-undo' });
		const further: TimedEvent[] = [...events, { seq: 3, axis: 'work', action: 'investigate', set: { work: 'investigating' }, actorId: 'bob', at }];
		expect(undone(fold(further)!, asSeenBy('ann', further), at)).toMatchObject({ reason: 'nothing-to-undo' });
	});

	test('says nothing more about a closed episode that goes on, until it gets worse or has another cause', () => {
		const closed = { ...fold([raised(evaluation(), '2026-03-02', 'd1', rules)])!, work: 'closed' as const };
		expect(judged(closed, evaluation({ observed: 99 }), '2026-03-03')).toEqual({ kind: 'quiet' });
		expect(judged(closed, evaluation({ level: 'blue' }), '2026-03-03')).toEqual({ kind: 'quiet' });
		expect(judged(closed, evaluation({ level: 'red' }), '2026-03-03')).toEqual({ kind: 'raise', after: 'worse' });
		expect(judged({ ...closed, evaluation: 'cleared' }, evaluation(), '2026-03-03')).toEqual({ kind: 'raise', after: 'cleared' });
		const { explanation } = evaluation();
		const led = (key: string) => ({ ...explanation!.contributors, enterprises: [{ key, observed: 30, share: 0.8 }] });
		const said = evaluation({ explanation: { ...explanation!, contributors: led('B') } });
		expect(judged(closed, said, '2026-03-03', led('B'))).toEqual({ kind: 'quiet' });
		expect(judged(closed, said, '2026-03-03', led('A'))).toEqual({ kind: 'raise', after: 'cause' });
		expect(judged(closed, said, '2026-03-03', null)).toEqual({ kind: 'quiet' });
	});

	test('comes back when it breaches again soon after clearing; later it is another rise, whoever still works on the first', () => {
		const open = fold([raised(evaluation(), '2026-03-02', 'd1', rules)])!;
		for (const work of ['new', 'acknowledged', 'investigating', 'disposed', 'reopened'] as const) {
			const cleared: Current = { ...open, work, evaluation: 'cleared', clearedOn: '2026-03-10' };
			expect(judged(cleared, evaluation(), '2026-03-24')).toMatchObject({ action: 'resume', set: { clearedOn: null } });
			expect(judged(cleared, evaluation(), '2026-03-25')).toEqual({ kind: 'raise', after: 'cleared' });
			expect(judged(cleared, evaluation({ verdict: 'held' }), '2026-05-25')).toEqual({ kind: 'nothing' });
		}
	});

	test('neither clears nor eases before that has lasted, whoever has closed it; a platform is taken at its word', () => {
		const open = fold([raised(evaluation({ level: 'red' }), '2026-03-02', 'd1', rules)])!;
		const seen = { lastBreachOn: '2026-03-09', levelOn: '2026-03-09' };
		const calm = evaluation({ verdict: 'cleared' });
		for (const latest of [open, { ...open, work: 'closed' as const }]) {
			expect(judged(latest, calm, '2026-03-11', null, seen)).toEqual({ kind: 'nothing' });
			expect(judged(latest, calm, '2026-03-12', null, seen)).toMatchObject({ action: 'clear' });
		}
		const lower = evaluation({ level: 'yellow', observed: 8 });
		expect(judged(open, lower, '2026-03-11', null, seen)).toMatchObject({ action: 'refresh', set: { observed: 8 } });
		expect(judged(open, lower, '2026-03-12', null, seen)).toMatchObject({ action: 'ease', set: { level: 'yellow', observed: 8 } });
		const word = { indicatorId: outsideIndicator('xy') };
		expect(judged(open, { ...lower, ...word }, '2026-03-10', null, seen)).toMatchObject({ action: 'ease' });
		expect(judged(open, { ...calm, ...word }, '2026-03-10', null, seen)).toMatchObject({ action: 'clear' });
	});

	test('counts the days of an evening that was judged late from that evening', () => {
		const none: Standing = { latest: null, closedFor: null, lastBreachOn: null, levelOn: null };
		const late = evaluation({ lastBreachOn: '2026-03-02' });
		const after = standingAfter(none, late, judge(none, late, '2026-03-20', rules), '2026-03-20');
		expect(after).toEqual({ lastBreachOn: '2026-03-02', levelOn: '2026-03-02' });
		const earlier = standingAfter({ ...none, lastBreachOn: '2026-03-09', levelOn: '2026-03-09' }, late, { kind: 'quiet' }, '2026-03-20');
		expect(earlier.lastBreachOn).toBe('2026-03-09');
	});

	test('is not cleared by missing data', () => {
		const open = fold([raised(evaluation(), '2026-03-02', 'd1', rules)])!;
		expect(judged(open, evaluation({ verdict: 'held' }), '2026-03-03')).toMatchObject({ action: 'hold', set: { evaluation: 'held' } });
	});

	test('gets a shorter deadline when it worsens, never a longer one', () => {
		const open = fold([raised(evaluation({ level: 'yellow' }), '2026-03-02', 'd1', rules)])!;
		const worse = judged(open, evaluation({ level: 'red' }), '2026-03-03');
		expect(worse).toMatchObject({ action: 'worsen', set: { acknowledgeDue: '2026-03-03', disposeDue: '2026-03-06' } });
		const late = judged(open, evaluation({ level: 'orange' }), '2026-03-30');
		expect(late.kind === 'change' && late.set.disposeDue).toBeUndefined();
	});
});

describe('the table of moves', () => {
	const legal = new Set(workStates.flatMap((from) => Object.keys(moves[from]).map((action) => `${from} ${action}`)));

	test.each(workStates.flatMap((from) => workActions.map((action) => [from, action] as const)))('%s, %s', (from, action) => {
		const moved = move(from, action);
		expect(moved.ok).toBe(legal.has(`${from} ${action}`));
		const answers = action === 'accept' || action === 'decline' || action === 'recall';
		expect(openActions({ work: from, handOverTo: answers ? 'd2' : null, incidentId: 'i' }).includes(action)).toBe(moved.ok);
		expect(openActions({ work: from, handOverTo: answers ? null : 'd2', incidentId: null }).includes(action))
			.toBe(moved.ok && !answers && action !== 'hand-over' && action !== 'split');
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
