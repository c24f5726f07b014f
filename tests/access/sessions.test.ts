import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { endSession, endSessionsOf, readSession, sessionAdapter, startSession, storedSessionId } from '#lib/access/sessions.server.ts';
import { testDatabase } from '../support/database.ts';
import { writeAccount, writePlaces } from './fixtures.ts';

async function signedIn() {
	const database = await testDatabase();
	const { db } = database;
	await writePlaces(db);
	const userId = await writeAccount(db, 'li.na', 'monitor', { grants: ['editor'], industries: ['H'] });
	const cookie = await startSession(db, userId, { address: '10.0.0.1', userAgent: 'test' });
	return { database, db, userId, cookie };
}

describe('sessions', () => {
	it('know their person, with everything that decides what they see', async () => {
		const { database, db, userId, cookie } = await signedIn();
		await using _ = database;
		const session = await readSession(db, cookie, '10.0.0.9');
		expect(session?.mustChangePassword).toBe(false);
		expect(session?.now).toBeInstanceOf(Date);
		expect(session?.actor).toEqual({
			id: userId,
			name: 'li.na',
			displayName: 'li.na',
			role: 'monitor',
			grants: ['editor'],
			departmentId: 'office',
			regionCode: '320400',
			industries: ['H'],
			inspectorId: null,
			address: '10.0.0.9'
		});
	});

	it('keep in the table only what nobody can sign in with', async () => {
		const { database, db, cookie } = await signedIn();
		await using _ = database;
		const { id } = await db.selectFrom('app_session').select('id').executeTakeFirstOrThrow();
		expect(id).toBe(storedSessionId(cookie));
		expect(id).not.toContain(cookie);
		expect(await readSession(db, id, null)).toBeNull();
	});

	it('end after half an hour without a request, and are kept awake by people only', async () => {
		const { database, db, cookie } = await signedIn();
		await using _ = database;
		const quietFor = (minutes: number) => sql`update app_session set last_seen = now() - make_interval(mins => ${minutes})`.execute(db);
		await quietFor(29);
		expect(await readSession(db, cookie, null, true)).not.toBeNull();
		await quietFor(31);
		expect(await readSession(db, cookie, null)).toBeNull();
		await quietFor(29);
		expect(await readSession(db, cookie, null)).not.toBeNull();
		const { rows } = await sql<{ awake: boolean }>`select last_seen > now() - interval '10 seconds' as awake from app_session`.execute(db);
		expect(rows).toEqual([{ awake: true }]);
	});

	it('are prolonged after half their life, under the stored id', async () => {
		const { database, db, cookie } = await signedIn();
		await using _ = database;
		await sql`update app_session set expires_at = now() + interval '1 hour'`.execute(db);
		await readSession(db, cookie, null);
		const { rows } = await sql<{ longer: boolean }>`select expires_at > now() + interval '11 hours' as longer from app_session`.execute(db);
		expect(rows).toEqual([{ longer: true }]);
	});

	it('leave the table when they have ended', async () => {
		const { database, db, cookie, userId } = await signedIn();
		await using _ = database;
		await sql`update app_session set expires_at = now() - interval '1 second'`.execute(db);
		expect(await readSession(db, cookie, null)).toBeNull();
		expect(await db.selectFrom('app_session').select('id').execute()).toEqual([]);
		const other = await startSession(db, userId, { address: null, userAgent: null });
		await endSession(db, other);
		expect(await db.selectFrom('app_session').select('id').execute()).toEqual([]);
	});

	it('end at once when the account is closed or loses its role', async () => {
		const { database, db, cookie, userId } = await signedIn();
		await using _ = database;
		await db.updateTable('app_user').set({ state: 'disabled' }).execute();
		expect(await readSession(db, cookie, null)).toBeNull();
		await db.updateTable('app_user').set({ state: 'active', role: 'none' }).execute();
		const again = await startSession(db, userId, { address: null, userAgent: null });
		expect(await readSession(db, again, null)).toBeNull();
	});

	it('end everywhere together', async () => {
		const { database, db, cookie, userId } = await signedIn();
		await using _ = database;
		const second = await startSession(db, userId, { address: null, userAgent: null });
		expect(await sessionAdapter(db).getUserSessions(userId)).toHaveLength(2);
		await endSessionsOf(db, userId);
		expect([await readSession(db, cookie, null), await readSession(db, second, null)]).toEqual([null, null]);
	});

	it('do not answer to nonsense', async () => {
		const { database, db } = await signedIn();
		await using _ = database;
		for (const cookie of ['', 'x', "' or 1=1", '\u0000', 'a'.repeat(100_000)]) expect(await readSession(db, cookie, null)).toBeNull();
	});
});
