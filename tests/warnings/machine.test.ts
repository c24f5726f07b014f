import { afterAll, expect, test } from 'vitest';
import { act } from '#lib/warnings/desk.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import type { DeskStep } from '#lib/warnings/work-steps.ts';
import { testDatabase } from '../support/database.ts';
import { evaluation, latest, monitor, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

async function step(id: string, asked: DeskStep) {
	const { version } = await db.selectFrom('warning').select('version').where('id', '=', id).executeTakeFirstOrThrow();
	return act(db, monitor, { id, version }, asked);
}

test('a rise months after a clear is an episode of its own, with its own deadlines; the first keeps its open work and owner', async () => {
	await run(db, '2026-03-02', [evaluation()]);
	const first = await latest(db);
	await step(first.id, { action: 'acknowledge', note: '' });
	await run(db, '2026-03-10', [evaluation({ verdict: 'cleared' })]);
	expect(await run(db, '2026-03-20', [evaluation()])).toMatchObject({ raised: 0, refreshed: 1 });
	expect(await latest(db)).toMatchObject({ id: first.id, evaluation: 'breaching', cleared_on: null });
	const resumed = await db.selectFrom('warning_event').select('data').where('warning_id', '=', first.id).where('action', '=', 'resume').executeTakeFirstOrThrow();
	expect(resumed.data).toMatchObject({ hadCleared: '2026-03-10' });
	await run(db, '2026-03-30', [evaluation({ verdict: 'cleared' })]);

	const result = await run(db, '2026-06-08', [evaluation()]);
	expect(result).toMatchObject({ raised: 1 });
	expect(result.byIndicator.get('complaint-surge')).toEqual({ raised: 1, cleared: 0 });
	const second = await latest(db);
	expect(second).toMatchObject({ work: 'new', first_breach_on: '2026-06-08', occurred_on: '2026-06-08', raised_on: '2026-06-08', acknowledge_due: '2026-06-11' });
	const old = await db.selectFrom('warning').selectAll().where('id', '=', first.id).executeTakeFirstOrThrow();
	expect(old).toMatchObject({ evaluation: 'cleared', cleared_on: '2026-03-30', work: 'acknowledged', owner_id: monitor.id });
	const detail = await warningDetail(db, monitor, second.id);
	expect(detail.ok && detail.previous).toMatchObject({ id: first.id, number: first.number });

	// Both go on by themselves, and the first can be worked on to its end, but not begin again.
	await run(db, '2026-06-09', [evaluation({ observed: 50 })]);
	expect(await latest(db)).toMatchObject({ id: second.id, observed: 50 });
	expect(await step(first.id, { action: 'close', reason: 'normal-cause', cause: 'promotion', note: '春季促销' })).toMatchObject({ ok: true });
	expect(await step(first.id, { action: 'reopen', note: '再看' })).toMatchObject({ reason: 'newer-episode' });
	expect(await step(second.id, { action: 'acknowledge', note: '' })).toMatchObject({ ok: true });
});
