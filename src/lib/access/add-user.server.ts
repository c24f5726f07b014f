import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { accountName, grantsOfRole } from './accounts.ts';
import { createAccount } from './accounts.server.ts';
import { administratorRoles, type Grant, type Role } from './actor.ts';
import { audit } from './audit.server.ts';
import { placeholderDepartment } from './departments.server.ts';
import { passwordFault, type PasswordFault } from './password-rules.ts';
import { hashPassword } from './passwords.server.ts';
import { refuse, type Refusal } from './refuse.ts';

export type UserInput = {
	readonly name: string;
	readonly password: string;
	readonly role: Role;
	readonly grants: readonly Grant[];
	readonly regionCode: string;
	/** Null: every industry. */
	readonly industries: readonly string[] | null;
	/** For tests: any role, any password. */
	readonly test: boolean;
};

type AddRefusal =
	| Refusal<'bad-name' | 'name-taken' | 'not-an-administrator' | 'grant-not-of-role' | 'no-region' | 'no-industry'>
	| Refusal<PasswordFault>;

/**
 * Makes an account from the server's own terminal: the first administrators of an empty instance, a new one when all have lost
 * their passwords, and accounts for tests. Everybody else is made in the pages, by two administrators.
 */
export async function addUser(db: Kysely<DB>, input: UserInput): Promise<{ readonly ok: true; readonly id: string } | AddRefusal> {
	const name = input.name.toLowerCase();
	if (!accountName.test(name)) return refuse('bad-name');
	if (!input.test && !(administratorRoles as readonly Role[]).includes(input.role)) return refuse('not-an-administrator');
	if (input.grants.some((grant) => !grantsOfRole[input.role].includes(grant))) return refuse('grant-not-of-role');
	const fault = input.test ? null : passwordFault(input.password, name);
	if (fault !== null) return refuse(fault);
	const passwordHash = await hashPassword(input.password);
	return db.transaction().execute(async (trx) => {
		const taken = await trx.selectFrom('app_user').select('id').where('name', '=', name).executeTakeFirst();
		if (taken !== undefined) return refuse('name-taken');
		const region = await trx.selectFrom('region').select(['code', 'name']).where('code', '=', input.regionCode).executeTakeFirst();
		if (region === undefined) return refuse('no-region');
		if (input.industries !== null) {
			const known = await trx.selectFrom('industry').select('key').where('key', 'in', [...input.industries, '']).execute();
			if (known.length === 0 || known.length !== new Set(input.industries).size) return refuse('no-industry');
		}
		const id = await createAccount(trx, {
			name,
			displayName: input.name,
			passwordHash,
			role: input.role,
			grants: input.grants,
			departmentId: await generalDepartment(trx, region),
			regionCode: region.code,
			industries: input.industries
		});
		await audit(trx, { id: null, name: 'cli', address: null }, {
			action: 'account.create',
			objectKind: 'account',
			objectId: id,
			detail: { name, role: input.role, grants: input.grants, regionCode: region.code, industries: input.industries, test: input.test }
		});
		return { ok: true as const, id };
	});
}

/** The region's general department; an empty instance has none yet, so it is made, or made of the one that imports left. */
async function generalDepartment(trx: Transaction<DB>, region: { readonly code: string; readonly name: string }): Promise<string> {
	const department = await trx
		.selectFrom('department')
		.select('id')
		.where('region_code', '=', region.code)
		.where('industries', 'is', null)
		.orderBy('created_at')
		.orderBy('id')
		.executeTakeFirst();
	if (department !== undefined) return department.id;
	const values = { name: `${region.name}市场监督管理局`, region_code: region.code };
	const { id: placeholder, ...untouched } = placeholderDepartment;
	const taken = await trx
		.updateTable('department')
		.set(values)
		.where('id', '=', placeholder)
		.where('name', '=', untouched.name)
		.where('region_code', '=', untouched.region_code)
		.returning('id')
		.executeTakeFirst();
	if (taken !== undefined) {
		await trx
			.updateTable('source')
			.set({ region_code: region.code })
			.where('owner_department_id', '=', placeholder)
			.where('region_code', '=', untouched.region_code)
			.execute();
		return placeholder;
	}
	const id = randomUUID();
	await trx.insertInto('department').values({ id, ...values }).execute();
	return id;
}
