import { describe, expect, it } from 'vitest';
import { changeOwnPassword, grantRole, openAccount, resetPassword, setDisabled, type RoleInput } from '#lib/access/accounts.server.ts';
import { roles } from '#lib/access/actor.ts';
import { verifyAudit } from '#lib/access/audit.server.ts';
import { readSession, startSession } from '#lib/access/sessions.server.ts';
import { signIn } from '#lib/access/sign-in.server.ts';
import { testDatabase } from '../support/database.ts';
import { password, writeActor, writePlaces } from './fixtures.ts';

async function administrators() {
	const database = await testDatabase();
	const { db } = database;
	await writePlaces(db);
	return {
		database,
		db,
		sysadmin: await writeActor(db, 'sys', 'sysadmin'),
		secadmin: await writeActor(db, 'sec', 'secadmin'),
		auditor: await writeActor(db, 'aud', 'auditor')
	};
}

const wanted: RoleInput = { role: 'monitor', grants: [], departmentId: 'office', regionCode: '320412', industries: ['H', 'C13'], inspectorId: null };
const newcomer = { name: 'new.comer', displayName: '新人', departmentId: 'office' };

describe('accounts', () => {
	it('need two administrators: one opens, the other gives the role', async () => {
		const { database, db, sysadmin, secadmin } = await administrators();
		await using _ = database;
		const opened = await openAccount(db, sysadmin, newcomer);
		expect(opened).toMatchObject({ ok: true });
		if (!opened.ok) return;
		const attempt = { name: 'new.comer', password: opened.password, address: '10.0.0.1', userAgent: null };
		expect(await signIn(db, attempt)).toMatchObject({ reason: 'inactive' });
		expect(await grantRole(db, sysadmin, opened.id, wanted)).toMatchObject({ reason: 'not-allowed' });
		expect(await grantRole(db, secadmin, opened.id, wanted)).toEqual({ ok: true });
		const entered = await signIn(db, attempt);
		expect(entered).toMatchObject({ ok: true });
		if (!entered.ok) return;
		const session = await readSession(db, entered.sessionId, null);
		expect(session).toMatchObject({ mustChangePassword: true, actor: { role: 'monitor', regionCode: '320412', industries: ['H', 'C13'] } });
		expect(await verifyAudit(db)).toMatchObject({ valid: true });
	});

	it('are opened by the system administrator only', async () => {
		const { database, db, secadmin, auditor } = await administrators();
		await using _ = database;
		const others = [secadmin, auditor];
		for (const role of ['leader', 'monitor', 'planner', 'inspector'] as const) others.push(await writeActor(db, role, role));
		for (const actor of others) {
			expect(await openAccount(db, actor, newcomer), actor.role).toMatchObject({ reason: 'not-allowed' });
			expect(await setDisabled(db, actor, 'any', true), actor.role).toMatchObject({ reason: 'not-allowed' });
			expect(await resetPassword(db, actor, 'any'), actor.role).toMatchObject({ reason: 'not-allowed' });
		}
	});

	it('get roles from the security administrator only, never their own', async () => {
		const { database, db, secadmin } = await administrators();
		await using _ = database;
		const target = await writeActor(db, 'target', 'monitor');
		for (const role of roles.filter((role) => role !== 'secadmin')) {
			const actor = await writeActor(db, `${role}1`, role);
			expect(await grantRole(db, actor, target.id, wanted), role).toMatchObject({ reason: 'not-allowed' });
		}
		expect(await grantRole(db, secadmin, secadmin.id, { ...wanted, role: 'leader', grants: [] })).toMatchObject({ reason: 'own-work' });
	});

	it('hold one role: an administrator who gets another stops being the first', async () => {
		const { database, db, secadmin } = await administrators();
		await using _ = database;
		const second = await writeActor(db, 'sys2', 'sysadmin');
		expect(await grantRole(db, secadmin, second.id, { ...wanted, role: 'auditor', industries: null })).toEqual({ ok: true });
		expect(await db.selectFrom('app_user').select('role').where('id', '=', second.id).execute()).toEqual([{ role: 'auditor' }]);
	});

	it('keep the last administrator of each kind', async () => {
		const { database, db, sysadmin, secadmin, auditor } = await administrators();
		await using _ = database;
		expect(await setDisabled(db, sysadmin, secadmin.id, true)).toMatchObject({ reason: 'last-administrator' });
		expect(await setDisabled(db, sysadmin, auditor.id, true)).toMatchObject({ reason: 'last-administrator' });
		expect(await grantRole(db, secadmin, sysadmin.id, wanted)).toMatchObject({ reason: 'last-administrator' });
		expect(await setDisabled(db, sysadmin, sysadmin.id, true)).toMatchObject({ reason: 'own-work' });
	});

	it('of another region do not exist for an administrator, and no larger region is given away', async () => {
		const { database, db } = await administrators();
		await using _ = database;
		const sysadmin = await writeActor(db, 'county.sys', 'sysadmin', { regionCode: '320412' });
		const secadmin = await writeActor(db, 'county.sec', 'secadmin', { regionCode: '320412' });
		const { id } = await writeActor(db, 'target', 'monitor');
		expect(await setDisabled(db, sysadmin, id, true)).toMatchObject({ reason: 'not-found' });
		expect(await resetPassword(db, sysadmin, id)).toMatchObject({ reason: 'not-found' });
		expect(await openAccount(db, sysadmin, newcomer)).toMatchObject({ reason: 'no-department' });
		expect(await grantRole(db, secadmin, id, wanted)).toMatchObject({ reason: 'not-found' });
		const own = await writeActor(db, 'own', 'monitor', { regionCode: '320412' });
		expect(await grantRole(db, secadmin, own.id, { ...wanted, regionCode: '320400' })).toMatchObject({ reason: 'no-region' });
		await db.insertInto('department').values({ id: 'province', name: '省局', region_code: '320000' }).execute();
		await db
			.insertInto('inspector')
			.values({ id: 'i', name: '检', unit: '队', department_id: 'office', region_code: '320400', certificate_no: '1', certificate_until: '2099-12-31' })
			.execute();
		expect(await grantRole(db, secadmin, own.id, { ...wanted, departmentId: 'province' })).toMatchObject({ reason: 'no-department' });
		expect(await grantRole(db, secadmin, own.id, { ...wanted, role: 'inspector', grants: [], inspectorId: 'i' })).toMatchObject({ reason: 'no-inspector' });
		expect(await grantRole(db, secadmin, own.id, wanted)).toEqual({ ok: true });
	});

	it('take no grant that does not go with the role, and no place that does not exist', async () => {
		const { database, db, secadmin } = await administrators();
		await using _ = database;
		const { id } = await writeActor(db, 'target', 'monitor');
		const cases = [
			[{ grants: ['approver'] }, 'grant-not-of-role'],
			[{ role: 'leader', grants: ['steward'] }, 'grant-not-of-role'],
			[{ role: 'sysadmin', grants: ['editor'] }, 'grant-not-of-role'],
			[{ regionCode: '999999' }, 'no-region'],
			[{ departmentId: 'none' }, 'no-department'],
			[{ industries: ['Z99'] }, 'no-industry'],
			[{ industries: [] }, 'no-industry'],
			[{ role: 'inspector', inspectorId: 'nobody' }, 'no-inspector']
		] as const;
		for (const [change, reason] of cases) expect(await grantRole(db, secadmin, id, { ...wanted, ...change })).toMatchObject({ reason });
	});

	it('refuse names that are taken or cannot be typed', async () => {
		const { database, db, sysadmin } = await administrators();
		await using _ = database;
		expect(await openAccount(db, sysadmin, { ...newcomer, name: 'SYS' })).toMatchObject({ reason: 'name-taken' });
		for (const name of ['', 'a', '1abc', '王磊', 'a b', 'x'.repeat(40)]) {
			expect(await openAccount(db, sysadmin, { ...newcomer, name })).toMatchObject({ reason: 'bad-name' });
		}
		expect(await openAccount(db, sysadmin, { ...newcomer, displayName: ' ' })).toMatchObject({ reason: 'no-display-name' });
		expect(await openAccount(db, sysadmin, { ...newcomer, departmentId: 'none' })).toMatchObject({ reason: 'no-department' });
	});

	it('are signed out when closed, and can be opened again', async () => {
		const { database, db, sysadmin } = await administrators();
		await using _ = database;
		const person = await writeActor(db, 'person', 'monitor');
		const cookie = await startSession(db, person.id, { address: null, userAgent: null });
		expect(await setDisabled(db, sysadmin, person.id, true)).toEqual({ ok: true });
		expect(await readSession(db, cookie, null)).toBeNull();
		expect(await setDisabled(db, sysadmin, person.id, false)).toEqual({ ok: true });
		expect(await signIn(db, { name: 'person', password, address: '10.0.0.1', userAgent: null })).toMatchObject({ ok: true });
	});

	it('get a new password that opens a locked door, unless they are administrators', async () => {
		const { database, db, sysadmin, secadmin, auditor } = await administrators();
		await using _ = database;
		const person = await writeActor(db, 'person', 'monitor');
		const attempt = (secret: string) => signIn(db, { name: 'person', password: secret, address: '10.0.0.1', userAgent: null });
		for (let i = 0; i < 5; i++) await attempt('wrong');
		const reset = await resetPassword(db, sysadmin, person.id);
		expect(reset).toMatchObject({ ok: true });
		if (reset.ok) expect(await attempt(reset.password)).toMatchObject({ ok: true });
		for (const { id } of [secadmin, auditor]) expect(await resetPassword(db, sysadmin, id)).toMatchObject({ reason: 'administrator' });
	});

	it('change their own password, which signs them out everywhere', async () => {
		const { database, db } = await administrators();
		await using _ = database;
		const person = await writeActor(db, 'person', 'monitor', { mustChangePassword: true });
		const cookie = await startSession(db, person.id, { address: null, userAgent: null });
		expect(await changeOwnPassword(db, person, 'wrong', 'Other8-green-hill')).toMatchObject({ reason: 'wrong' });
		expect(await changeOwnPassword(db, person, password, password)).toMatchObject({ reason: 'same' });
		expect(await changeOwnPassword(db, person, password, 'short')).toMatchObject({ reason: 'too-short' });
		expect(await changeOwnPassword(db, person, password, 'Other8-green-hill')).toEqual({ ok: true });
		expect(await readSession(db, cookie, null)).toBeNull();
		const account = await db.selectFrom('app_user').select('must_change_password').where('id', '=', person.id).executeTakeFirstOrThrow();
		expect(account.must_change_password).toBe(false);
	});
});
