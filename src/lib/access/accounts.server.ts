import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { accountName, grantsOfRole, type AccountState } from './accounts.ts';
import { administratorRoles, type Actor, type Grant, type Role } from './actor.ts';
import { audit } from './audit.server.ts';
import { passwordFault, type PasswordFault } from './password-rules.ts';
import { hashPassword, temporaryPassword, verifyPassword } from './passwords.server.ts';
import { check } from './permissions.ts';
import { notAllowed, notFound, ownWork, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from './refuse.ts';
import { regionWithin } from './scope.server.ts';
import { regionPrefix } from './scope.ts';
import { endSessionsOf } from './sessions.server.ts';
import { forgetFailures } from './sign-in.server.ts';

/** Guards "there is always one left" against two administrators acting at the same moment: "QSAC". */
const accountsLock = 0x51534143;

export type NewAccount = {
	readonly id?: string;
	readonly name: string;
	readonly displayName: string;
	/** From `hashPassword`; one hash may serve several accounts. */
	readonly passwordHash: string;
	readonly role: Role | 'none';
	readonly grants?: readonly Grant[];
	readonly departmentId: string;
	readonly regionCode: string;
	readonly industries?: readonly string[] | null;
	readonly inspectorId?: string | null;
	readonly demo?: boolean;
	readonly mustChangePassword?: boolean;
	readonly createdBy?: string | null;
};

/**
 * Writes an account. Asks nobody: for the demo loader and `cli user add`; in the pages an account is opened by one administrator
 * (`openAccount`) and given its role by another (`grantRole`).
 *
 * @returns the account's id.
 */
export async function createAccount(trx: Kysely<DB> | Transaction<DB>, account: NewAccount): Promise<string> {
	const id = account.id ?? randomUUID();
	await trx
		.insertInto('app_user')
		.values({
			id,
			name: account.name,
			display_name: account.displayName,
			password_hash: account.passwordHash,
			role: account.role,
			grants: [...(account.grants ?? [])],
			department_id: account.departmentId,
			region_code: account.regionCode,
			industries: account.industries ? [...account.industries] : null,
			inspector_id: account.inspectorId ?? null,
			state: account.role === 'none' ? 'pending' : 'active',
			demo: account.demo ?? false,
			must_change_password: account.mustChangePassword ?? false,
			created_by: account.createdBy ?? null
		})
		.execute();
	return id;
}

type Opened = { readonly ok: true; readonly id: string; readonly password: string };

/**
 * The system administrator opens an account: without a role, with a password that is shown once and has to be changed.
 * Nobody can sign in with it before the security administrator has given it a role.
 */
export async function openAccount(
	db: Kysely<DB>,
	actor: Actor,
	input: { readonly name: string; readonly displayName: string; readonly departmentId: string }
): Promise<Opened | NotAllowed | Refusal<'bad-name' | 'no-display-name' | 'name-taken' | 'no-department'>> {
	if (check(actor, 'account.create')) return notAllowed;
	const name = input.name.trim().toLowerCase();
	const displayName = input.displayName.trim();
	if (!accountName.test(name)) return refuse('bad-name');
	if (displayName === '' || displayName.length > 40) return refuse('no-display-name');
	const password = temporaryPassword();
	const passwordHash = await hashPassword(password);
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${accountsLock})`.execute(trx);
		const taken = await trx.selectFrom('app_user').select('id').where('name', '=', name).executeTakeFirst();
		if (taken !== undefined) return refuse('name-taken');
		const department = await trx
			.selectFrom('department')
			.select(['id', 'region_code', 'industries'])
			.where('id', '=', input.departmentId)
			.where(regionWithin(regionPrefix(actor.regionCode), 'region_code'))
			.executeTakeFirst();
		if (department === undefined) return refuse('no-department');
		const id = await createAccount(trx, {
			name,
			displayName,
			passwordHash,
			role: 'none',
			departmentId: department.id,
			regionCode: department.region_code,
			industries: department.industries,
			mustChangePassword: true,
			createdBy: actor.id
		});
		await audit(trx, actor, {
			action: 'account.create',
			objectKind: 'account',
			objectId: id,
			detail: { name, departmentId: department.id }
		});
		return { ok: true as const, id, password };
	});
}

export type RoleInput = {
	readonly role: Role;
	readonly grants: readonly Grant[];
	readonly departmentId: string;
	readonly regionCode: string;
	readonly industries: readonly string[] | null;
	readonly inspectorId: string | null;
};

type GrantRefusal =
	| NotAllowed
	| NotFound
	| OwnWork
	| Refusal<'grant-not-of-role' | 'no-region' | 'no-department' | 'no-industry' | 'no-inspector' | 'last-administrator'>;

/**
 * The security administrator gives role, grants and jurisdiction. Never to themselves, and one role only, so that no account can be
 * two of the three administrators; never more region than they administer. The person is signed out and works with the new rights from the next sign-in on.
 */
export async function grantRole(
	db: Kysely<DB>,
	actor: Actor,
	accountId: string,
	input: RoleInput
): Promise<{ readonly ok: true } | GrantRefusal> {
	if (check(actor, 'role.grant')) return notAllowed;
	if (accountId === actor.id) return ownWork;
	if (!input.regionCode.startsWith(regionPrefix(actor.regionCode))) return refuse('no-region');
	if (input.grants.some((grant) => !grantsOfRole[input.role].includes(grant))) return refuse('grant-not-of-role');
	return db.transaction().execute(async (trx) => {
		const account = await lockAccount(trx, actor, accountId);
		if (account === undefined) return notFound;
		const missing = await missingReference(trx, actor, account.department_id, input);
		if (missing !== null) return missing;
		if (account.role !== input.role && (await isLastAdministrator(trx, account))) return refuse('last-administrator');
		await trx
			.updateTable('app_user')
			.set({
				role: input.role,
				grants: [...input.grants],
				department_id: input.departmentId,
				region_code: input.regionCode,
				industries: input.industries === null ? null : [...input.industries],
				inspector_id: input.role === 'inspector' ? input.inspectorId : null,
				state: account.state === 'disabled' ? 'disabled' : 'active',
				role_granted_by: actor.id,
				role_granted_at: sql<Date>`now()`
			})
			.where('id', '=', accountId)
			.execute();
		await endSessionsOf(trx, accountId);
		await audit(trx, actor, {
			action: 'role.grant',
			objectKind: 'account',
			objectId: accountId,
			detail: {
				from: {
					role: account.role,
					grants: account.grants,
					departmentId: account.department_id,
					regionCode: account.region_code,
					industries: account.industries,
					inspectorId: account.inspector_id
				},
				to: input
			}
		});
		return { ok: true as const };
	});
}

/** Closes an account at once, or opens it again with the role it had. Never one's own, never the last administrator of its kind. */
export async function setDisabled(
	db: Kysely<DB>,
	actor: Actor,
	accountId: string,
	disabled: boolean
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Refusal<'last-administrator'>> {
	if (check(actor, 'account.disable')) return notAllowed;
	if (accountId === actor.id) return ownWork;
	return db.transaction().execute(async (trx) => {
		const account = await lockAccount(trx, actor, accountId);
		if (account === undefined) return notFound;
		if (disabled && (await isLastAdministrator(trx, account))) return refuse('last-administrator');
		const state: AccountState = disabled ? 'disabled' : account.role === 'none' ? 'pending' : 'active';
		await trx.updateTable('app_user').set({ state }).where('id', '=', accountId).execute();
		await endSessionsOf(trx, accountId);
		await audit(trx, actor, {
			action: disabled ? 'account.disable' : 'account.enable',
			objectKind: 'account',
			objectId: accountId,
			detail: { from: account.state, to: state }
		});
		return { ok: true as const };
	});
}

/**
 * Sets a password that is shown once and has to be changed. Not for the security administrator and the auditor: who could reset
 * theirs could become them. For those a new account is made on the server with `cli user add`.
 */
export async function resetPassword(
	db: Kysely<DB>,
	actor: Actor,
	accountId: string
): Promise<{ readonly ok: true; readonly password: string } | NotAllowed | NotFound | OwnWork | Refusal<'administrator'>> {
	if (check(actor, 'account.reset-password')) return notAllowed;
	if (accountId === actor.id) return ownWork;
	const password = temporaryPassword();
	const passwordHash = await hashPassword(password);
	return db.transaction().execute(async (trx) => {
		const account = await lockAccount(trx, actor, accountId);
		if (account === undefined) return notFound;
		if ((administratorRoles as readonly string[]).includes(account.role)) return refuse('administrator');
		await trx
			.updateTable('app_user')
			.set({ password_hash: passwordHash, must_change_password: true })
			.where('id', '=', accountId)
			.execute();
		await endSessionsOf(trx, accountId);
		await forgetFailures(trx, account.name);
		await audit(trx, actor, { action: 'account.reset-password', objectKind: 'account', objectId: accountId });
		return { ok: true as const, password };
	});
}

/** A person changes their own password. Ends all their sessions, the present one too: the page starts a new one. */
export async function changeOwnPassword(
	db: Kysely<DB>,
	actor: Actor,
	current: string,
	next: string
): Promise<{ readonly ok: true } | NotAllowed | NotFound | Refusal<'wrong' | 'same' | PasswordFault>> {
	if (check(actor, 'own-account.edit')) return notAllowed;
	const account = await db
		.selectFrom('app_user')
		.select('password_hash')
		.where('id', '=', actor.id)
		.executeTakeFirst();
	if (account === undefined) return notFound;
	if (!(await verifyPassword(account.password_hash, current))) return refuse('wrong');
	if (next === current) return refuse('same');
	const fault = passwordFault(next, actor.name);
	if (fault !== null) return refuse(fault);
	const passwordHash = await hashPassword(next);
	await db.transaction().execute(async (trx) => {
		await trx
			.updateTable('app_user')
			.set({ password_hash: passwordHash, must_change_password: false })
			.where('id', '=', actor.id)
			.execute();
		await endSessionsOf(trx, actor.id);
		await audit(trx, actor, { action: 'account.change-password', objectKind: 'account', objectId: actor.id });
	});
	return { ok: true };
}

/** The account if it lies in the administrator's region; all changes of accounts take turns until their transaction ends, there are few. */
async function lockAccount(trx: Transaction<DB>, actor: Actor, id: string) {
	await sql`select pg_advisory_xact_lock(${accountsLock})`.execute(trx);
	return trx
		.selectFrom('app_user')
		.select(['id', 'name', 'role', 'grants', 'state', 'department_id', 'region_code', 'industries', 'inspector_id'])
		.where('id', '=', id)
		.where(regionWithin(regionPrefix(actor.regionCode), 'region_code'))
		.executeTakeFirst();
}

/** Would this account's loss leave the instance without an active administrator of its kind? */
async function isLastAdministrator(trx: Transaction<DB>, account: { id: string; role: string; state: string }): Promise<boolean> {
	if (account.state !== 'active' || !(administratorRoles as readonly string[]).includes(account.role)) return false;
	const other = await trx
		.selectFrom('app_user')
		.select('id')
		.where('role', '=', account.role)
		.where('state', '=', 'active')
		.where('id', '<>', account.id)
		.limit(1)
		.executeTakeFirst();
	return other === undefined;
}

/** What the new rights name must be there and lie in the administrator's region; only the department may stay what it was. */
async function missingReference(trx: Transaction<DB>, actor: Actor, departmentId: string, input: RoleInput) {
	const inside = regionWithin(regionPrefix(actor.regionCode), 'region_code');
	const region = await trx.selectFrom('region').select('code').where('code', '=', input.regionCode).executeTakeFirst();
	if (region === undefined) return refuse('no-region');
	const department = await trx
		.selectFrom('department')
		.select('id')
		.where('id', '=', input.departmentId)
		.where((is) => is.or([is('id', '=', departmentId), inside]))
		.executeTakeFirst();
	if (department === undefined) return refuse('no-department');
	if (input.industries?.length === 0) return refuse('no-industry');
	if (input.industries !== null) {
		const known = await trx.selectFrom('industry').select('key').where('key', 'in', [...input.industries]).execute();
		if (known.length !== new Set(input.industries).size) return refuse('no-industry');
	}
	if (input.role === 'inspector') {
		const inspector = await trx
			.selectFrom('inspector')
			.select('id')
			.where('id', '=', input.inspectorId ?? '')
			.where(inside)
			.executeTakeFirst();
		if (inspector === undefined) return refuse('no-inspector');
	}
	return null;
}
