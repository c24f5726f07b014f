import { describe, expect, it } from 'vitest';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { signIn } from '#lib/access/sign-in.server.ts';
import { readSession } from '#lib/access/sessions.server.ts';
import { testDatabase } from '../support/database.ts';
import { password, writeAccount, writePlaces } from './fixtures.ts';

/** A clock that stands still until it is moved. */
function fakeClock() {
	let now = new Date();
	return {
		read: async () => now,
		pass(minutes: number) {
			now = new Date(now.getTime() + minutes * 60_000);
		}
	};
}

async function office(...names: string[]) {
	const database = await testDatabase();
	await writePlaces(database.db);
	for (const name of names) await writeAccount(database.db, name, 'monitor');
	const clock = fakeClock();
	const from = (address: string) => (name: string, secret = password) =>
		signIn(database.db, { name, password: secret, address, userAgent: 'test' }, clock.read);
	return { database, db: database.db, clock, from, desk: from('10.0.0.1') };
}

const failuresLeft = (db: Kysely<DB>) => db.selectFrom('login_failure').select(['kind', 'failures']).orderBy('kind').execute();

describe('signing in', () => {
	it('starts a session for the right password, whatever the capitals of the name', async () => {
		const { database, db, desk } = await office('li.na');
		await using _ = database;
		const outcome = await desk(' Li.Na ');
		expect(outcome).toMatchObject({ ok: true });
		if (!outcome.ok) return;
		expect((await readSession(db, outcome.sessionId, null))?.actor.name).toBe('li.na');
	});

	it('says the same for a wrong password and for an account that does not exist', async () => {
		const { database, desk } = await office('li.na');
		await using _ = database;
		expect(await desk('li.na', 'wrong')).toEqual(await desk('nobody', 'wrong'));
	});

	it('locks an account with the fifth failure for a quarter of an hour, even for the right password', async () => {
		const { database, desk, clock } = await office('li.na');
		await using _ = database;
		for (let i = 0; i < 5; i++) expect(await desk('li.na', 'wrong')).toMatchObject({ reason: 'wrong' });
		expect(await desk('li.na')).toMatchObject({ reason: 'locked', kind: 'account' });
		clock.pass(14);
		expect(await desk('li.na')).toMatchObject({ reason: 'locked' });
		clock.pass(2);
		expect(await desk('li.na')).toMatchObject({ ok: true });
	});

	it('locks names that do not exist just the same', async () => {
		const { database, desk } = await office();
		await using _ = database;
		for (let i = 0; i < 5; i++) expect(await desk('nobody', 'x')).toMatchObject({ reason: 'wrong' });
		expect(await desk('nobody', 'x')).toMatchObject({ reason: 'locked', kind: 'account' });
	});

	it('counts guesses that come all at once', async () => {
		const { database, desk } = await office('li.na');
		await using _ = database;
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => desk('li.na', 'wrong')));
		expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'wrong')).toHaveLength(5);
		expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'locked')).toHaveLength(15);
	});

	it('locks an address after failures of five different accounts, also for a sixth', async () => {
		const { database, desk, from, clock } = await office('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
		await using _ = database;
		for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) expect(await desk(name, 'spray')).toMatchObject({ reason: 'wrong' });
		expect(await desk('a6')).toMatchObject({ reason: 'locked', kind: 'address' });
		expect(await from('10.0.0.2')('a6')).toMatchObject({ ok: true });
		clock.pass(16);
		expect(await desk('a6')).toMatchObject({ ok: true });
	});

	it('locks an address that sprays many names at once', async () => {
		const { database, desk } = await office();
		await using _ = database;
		const outcomes = await Promise.all(Array.from({ length: 15 }, (_, i) => desk(`guess${i}`, 'spray')));
		expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'wrong')).toHaveLength(5);
	});

	it('does not lock an office behind one address in which people mistype and then get in', async () => {
		const names = Array.from({ length: 8 }, (_, i) => `clerk${i}`);
		const { database, db, desk } = await office(...names);
		await using _ = database;
		for (const name of names) {
			expect(await desk(name, 'mistyped')).toMatchObject({ reason: 'wrong' });
			expect(await desk(name)).toMatchObject({ ok: true });
		}
		expect(await failuresLeft(db)).toEqual([]);
	});

	it('lets those in who work at a locked address', async () => {
		const { database, desk } = await office('regular', 'newcomer', 'a1', 'a2', 'a3', 'a4', 'a5');
		await using _ = database;
		expect(await desk('regular')).toMatchObject({ ok: true });
		for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) await desk(name, 'spray');
		expect(await desk('newcomer')).toMatchObject({ reason: 'locked', kind: 'address' });
		expect(await desk('regular')).toMatchObject({ ok: true });
	});

	it('lets nobody in without a role or with a closed account, and says so only to who knows the password', async () => {
		const { database, db, desk } = await office('closed');
		await using _ = database;
		await writeAccount(db, 'fresh', 'none');
		await db.updateTable('app_user').set({ state: 'disabled' }).where('name', '=', 'closed').execute();
		for (const name of ['fresh', 'closed']) {
			expect(await desk(name)).toMatchObject({ reason: 'inactive' });
			expect(await desk(name, 'wrong')).toMatchObject({ reason: 'wrong' });
		}
	});

	it('writes down who came and who did not, but never what was typed', async () => {
		const { database, db, desk } = await office('li.na');
		await using _ = database;
		await desk('My-Secret-Password-1', 'li.na');
		await desk('li.na', 'wrong');
		await desk('li.na');
		const entries = await db.selectFrom('audit_entry').selectAll().orderBy('seq').execute();
		expect(entries.map((entry) => entry.action)).toEqual(['session.refuse', 'session.refuse', 'session.start']);
		expect(entries[0]!.object_id).toBeNull();
		expect(JSON.stringify([entries, await db.selectFrom('login_failure').selectAll().execute()]).toLowerCase()).not.toContain('my-secret');
	});
});
