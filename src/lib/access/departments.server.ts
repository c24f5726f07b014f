import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from './actor.ts';
import { audit } from './audit.server.ts';
import { check } from './permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from './refuse.ts';
import { regionWithin } from './scope.server.ts';
import { regionPrefix } from './scope.ts';

/** Owns what is imported before anybody has said whose instance this is; the first account's region then takes it over. */
export const placeholderDepartment = { id: 'default', name: '默认部门', region_code: '000000' } as const;

/** Departments of an administrator's region with the number of their accounts. Both administrators of accounts choose from them. */
export function listDepartments(db: Kysely<DB>, actor: Actor) {
	return db
		.selectFrom('department as d')
		.innerJoin('region as r', 'r.code', 'd.region_code')
		.select(['d.id', 'd.name', 'd.region_code', 'r.name as region', 'd.industries'])
		.select(sql<number>`(select count(*)::int from app_user u where u.department_id = d.id)`.as('accounts'))
		.where(regionWithin(regionPrefix(actor.regionCode), 'd.region_code'))
		.orderBy('d.region_code')
		.orderBy('d.name')
		.execute();
}

/** What a department is in charge of; null for one that does not exist. */
export async function departmentScope(db: Kysely<DB>, id: string): Promise<Scope | null> {
	const row = await db.selectFrom('department').select(['region_code', 'industries']).where('id', '=', id).executeTakeFirst();
	return row ? { regionPrefix: regionPrefix(row.region_code), industries: row.industries } : null;
}

/** The smallest place that holds every department: whom a setting of the whole instance binds. */
export async function instanceScope(db: Kysely<DB>): Promise<Scope> {
	const rows = await db.selectFrom('department').select('region_code').distinct().execute();
	const [first = '', ...others] = rows.map((row) => regionPrefix(row.region_code));
	let prefix = first;
	while (!others.every((other) => other.startsWith(prefix))) prefix = prefix.slice(0, -2);
	return { regionPrefix: prefix, industries: null };
}

export type DepartmentInput = {
	/** Missing for a new one. */
	readonly id?: string;
	readonly name: string;
	readonly regionCode: string;
	/** What a professional department is in charge of; null for a general one. */
	readonly industries: readonly string[] | null;
};

/** Adds a department or changes one. Accounts and routing refer to it, so none is ever deleted. */
export async function saveDepartment(
	db: Kysely<DB>,
	actor: Actor,
	input: DepartmentInput
): Promise<{ readonly ok: true; readonly id: string } | NotAllowed | NotFound | Refusal<'no-name' | 'no-region' | 'no-industry'>> {
	if (check(actor, 'department.edit')) return notAllowed;
	const own = regionPrefix(actor.regionCode);
	const name = input.name.trim();
	if (name === '' || name.length > 60) return refuse('no-name');
	if (!input.regionCode.startsWith(own)) return refuse('no-region');
	return db.transaction().execute(async (trx) => {
		const region = await trx.selectFrom('region').select('code').where('code', '=', input.regionCode).executeTakeFirst();
		if (region === undefined) return refuse('no-region');
		if (input.industries !== null) {
			const known = await trx.selectFrom('industry').select('key').where('key', 'in', [...input.industries, '']).execute();
			if (known.length === 0 || known.length !== new Set(input.industries).size) return refuse('no-industry');
		}
		const values = {
			name,
			region_code: input.regionCode,
			industries: input.industries === null ? null : [...input.industries]
		};
		const id = input.id ?? randomUUID();
		let from = null;
		if (input.id === undefined) {
			await trx.insertInto('department').values({ id, ...values }).execute();
		} else {
			from = await trx
				.selectFrom('department')
				.select(['name', 'region_code', 'industries'])
				.where('id', '=', id)
				.where(regionWithin(own, 'region_code'))
				.forUpdate()
				.executeTakeFirst();
			if (from === undefined) return notFound;
			await trx.updateTable('department').set(values).where('id', '=', id).execute();
		}
		await audit(trx, actor, {
			action: input.id === undefined ? 'department.create' : 'department.change',
			objectKind: 'department',
			objectId: id,
			detail: { from, to: values }
		});
		return { ok: true as const, id };
	});
}
