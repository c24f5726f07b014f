import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { verifyAudit } from '#lib/access/audit.server.ts';
import { addDays } from '#lib/calendar/days.ts';
import { act, undo } from '#lib/warnings/desk.server.ts';
import { fold, type HistoryEvent } from '#lib/warnings/history.ts';
import { merge } from '#lib/warnings/incidents.server.ts';
import { levels } from '#lib/warnings/levels.ts';
import { obligationOf } from '#lib/warnings/lifecycle.ts';
import { keepObligations } from '#lib/warnings/obligations.server.ts';
import { fromRow } from '#lib/warnings/rows.ts';
import { snooze } from '#lib/warnings/snooze.server.ts';
import type { DeskStep } from '#lib/warnings/work-steps.ts';
import { testDatabase } from '../support/database.ts';
import { catering, colleague, evaluation, leader, monitor, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db, owner } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

const { rows: clock } = await sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(db);
const today = clock[0]!.today;

/** A city's rise over two counties', and one of its own. */
const cells = [['320400', 'H62'], ['320412', 'H62'], ['320411', 'H62'], ['320412', 'F']] as const;
const people: readonly Actor[] = [monitor, colleague, catering, leader];

const step: fc.Arbitrary<DeskStep> = fc.oneof(
	fc.constantFrom('acknowledge', 'investigate', 'reopen', 'accept', 'decline', 'recall', 'split').map((action) => ({ action, note: '说明' }) as DeskStep),
	fc.constant({ action: 'close', reason: 'data-wrong', note: '重复导入' } as DeskStep),
	fc.constantFrom(monitor.id, colleague.id).map((ownerId) => ({ action: 'assign', ownerId, note: '' }) as DeskStep),
	fc.constantFrom('hand-over', 'reassign').map((action) => ({ action, departmentId: 'catering', note: '请办理' }) as DeskStep),
	fc.nat(1_000_000).map((n) => ({ action: 'note', note: `记录 ${n}` }) as DeskStep)
);
const who = fc.constantFrom(...people);
const which = fc.nat(cells.length - 1);
const turn = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ kind: fc.constant('step' as const), who, which, step }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('undo' as const), who, which }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('snooze' as const), who, which }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('merge' as const), who, which }) },
	{ weight: 1, arbitrary: fc.constant({ kind: 'clock' as const }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('machine' as const), level: fc.constantFrom(...levels), verdict: fc.constantFrom('breaching' as const, 'cleared' as const, 'held' as const) }) }
);
/** Each group is done at once, group after group. */
const groups = fc.array(fc.array(turn, { minLength: 2, maxLength: 6 }), { minLength: 4, maxLength: 10 });

test('whatever people, machine and clock do at once, history and row agree, no note is lost and nothing lies with nobody', async () => {
	await fc.assert(
		fc.asyncProperty(groups, async (sequence) => {
			await owner.deleteFrom('warning_event').execute();
			await owner.updateTable('warning').set({ parent_id: null }).execute();
			await owner.deleteFrom('warning').execute();
			await owner.deleteFrom('warning_series').execute();
			let day = addDays(today, -sequence.length - 1);
			await run(db, day, cells.map(([regionCode, industryKey]) => evaluation({ regionCode, industryKey })));
			const notes: string[] = [];
			for (const group of sequence) {
				day = addDays(day, 1);
				const rows = await db.selectFrom('warning').select(['id', 'version', 'region_code', 'industry_key']).orderBy('raised_at').execute();
				const newest = (n: number) => rows.findLast((row) => row.region_code === cells[n]![0] && row.industry_key === cells[n]![1])!;
				const done = await Promise.allSettled(
					group.map(async (one) => {
						if (one.kind === 'clock') return keepObligations(db);
						if (one.kind === 'machine') {
							return run(db, day, cells.map(([regionCode, industryKey]) => evaluation({ regionCode, industryKey, level: one.level, verdict: one.verdict })));
						}
						const seen = newest(one.which);
						if (one.kind === 'undo') return undo(db, one.who, seen.id);
						if (one.kind === 'snooze') return snooze(db, one.who, seen.id, addDays(today, 3), '促销周');
						if (one.kind === 'merge') return merge(db, one.who, rows.slice(0, 2), { title: '事件' }, '');
						const acted = await act(db, one.who, seen, one.step);
						if (acted.ok && one.step.note !== '') notes.push(one.step.note);
						return acted;
					})
				);
				expect(done.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([]);
			}
			const rows = await db.selectFrom('warning').selectAll().execute();
			const written: string[] = [];
			for (const row of rows) {
				const events = await db.selectFrom('warning_event').selectAll().where('warning_id', '=', row.id).orderBy('seq').execute();
				expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
				expect(fold(events.map((e) => ({ seq: e.seq, axis: e.axis, action: e.action, set: (e.data as { set: object }).set }) as HistoryEvent))).toEqual(fromRow(row));
				written.push(...events.filter((event) => event.axis === 'work').flatMap((event) => event.note ?? []));
				const { work, ownerId, departmentId, acknowledgeDue, disposeDue } = fromRow(row);
				const owed = obligationOf(work);
				if (owed === 'acknowledge') expect([departmentId, acknowledgeDue]).not.toContain(null);
				if (owed === 'dispose') expect([ownerId, disposeDue]).not.toContain(null);
			}
			expect(written.sort()).toEqual(notes.sort());
		}),
		{ numRuns: 12 }
	);
	expect((await verifyAudit(db)).valid).toBe(true);
}, 60_000);
