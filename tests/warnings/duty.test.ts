import { afterAll, describe, expect, test } from 'vitest';
import { rotation } from '#lib/warnings/duty.ts';
import { answerers } from '#lib/warnings/duty.server.ts';
import { appoint, dutyDesks, dutyRoster, fillDuty } from '#lib/warnings/duty-roster.server.ts';
import { testDatabase } from '../support/database.ts';
import { catering, colleague, leader, monitor, outsider, place } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

describe('turns', () => {
	test.each([
		['day', ['a', 'b', 'a', 'b', 'a']],
		// Saturday, Sunday, then the next week.
		['week', ['a', 'a', 'b', 'b', 'b']]
	] as const)('by the %s', (turn, expected) => {
		expect(rotation('2026-06-13', '2026-06-17', ['a', 'b'], turn).map(({ userId }) => userId)).toEqual(expected);
		expect(rotation('2026-06-13', '2026-06-17', [], turn)).toEqual([]);
	});
});

describe('the roster', () => {
	const today = '2026-06-01';
	const span = { departmentId: 'city', from: '2026-06-01', to: '2026-06-14', turn: 'week' } as const;

	test('is filled in turn, and a day for somebody who stands in', async () => {
		expect(await fillDuty(db, monitor, { ...span, userIds: [monitor.id, colleague.id] }, today)).toEqual({ ok: true, filled: 14, emptied: 0 });
		expect(await fillDuty(db, leader, { ...span, from: '2026-06-03', to: '2026-06-03', userIds: [colleague.id] }, today)).toEqual({ ok: true, filled: 1, emptied: 0 });
		const roster = await dutyRoster(db, monitor, 'city', '2026-06-01', '2026-06-09');
		expect(roster!.days.map(({ name }) => name)).toEqual(['王敏', '王敏', '李强', '王敏', '王敏', '王敏', '王敏', '李强', '李强']);
		expect(await answerers(db, 'city', '2026-06-03')).toEqual([colleague.id]);
	});

	test('is nobody else\'s to fill, and holds only people of the department', async () => {
		expect(await fillDuty(db, outsider, { ...span, userIds: [] }, today)).toMatchObject({ reason: 'not-allowed' });
		expect(await fillDuty(db, catering, { ...span, userIds: [] }, today)).toMatchObject({ reason: 'not-allowed' });
		expect(await fillDuty(db, monitor, { ...span, userIds: [catering.id] }, today)).toMatchObject({ reason: 'unknown-person' });
		expect(await fillDuty(db, monitor, { ...span, to: '2026-05-01', userIds: [monitor.id] }, today)).toMatchObject({ reason: 'bad-span' });
		expect(await fillDuty(db, monitor, { ...span, userIds: [monitor.id] }, '2026-06-02')).toEqual({ ok: false, reason: 'past', today: '2026-06-02' });
		expect(await fillDuty(db, leader, { ...span, departmentId: 'catering', userIds: [catering.id] }, today)).toMatchObject({ ok: true });
	});

	test('is emptied where nobody is chosen, and says how many days it was', async () => {
		const after = { ...span, from: '2026-07-06', to: '2026-07-12' };
		await fillDuty(db, monitor, { ...after, to: '2026-07-08', userIds: [monitor.id] }, today);
		expect(await fillDuty(db, monitor, { ...after, userIds: [] }, today)).toEqual({ ok: true, filled: 0, emptied: 3 });
	});

	test('without one the deputy answers, without a deputy everybody who works there', async () => {
		expect(await answerers(db, 'city', '2027-01-01')).toEqual([colleague.id, monitor.id]);
		expect(await appoint(db, monitor, 'city', { headId: leader.id, deputyId: colleague.id })).toMatchObject({ reason: 'not-allowed' });
		expect(await appoint(db, leader, 'city', { headId: leader.id, deputyId: outsider.id })).toMatchObject({ reason: 'unknown-person' });
		expect(await appoint(db, leader, 'other', { headId: null, deputyId: null })).toMatchObject({ reason: 'not-allowed' });
		expect(await appoint(db, leader, 'city', { headId: leader.id, deputyId: colleague.id })).toEqual({ ok: true });
		expect(await answerers(db, 'city', '2027-01-01')).toEqual([colleague.id]);
		await db.updateTable('app_user').set({ state: 'disabled' }).where('id', '=', colleague.id).execute();
		expect(await answerers(db, 'city', '2027-01-01')).toEqual([monitor.id]);
		await db.updateTable('app_user').set({ state: 'active' }).where('id', '=', colleague.id).execute();
	});

	test('shows each department of the jurisdiction with who answers', async () => {
		const desks = await dutyDesks(db, leader, '2026-06-03');
		expect(desks.map(({ id, onDuty, headName }) => ({ id, onDuty, headName }))).toEqual([
			{ id: 'city', onDuty: '李强', headName: '陈局' }, { id: 'catering', onDuty: '赵芳', headName: null }
		]);
		expect((await dutyDesks(db, outsider, '2026-06-03')).map(({ id }) => id)).toEqual(['other']);
	});
});
