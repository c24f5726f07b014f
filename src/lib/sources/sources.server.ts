import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { placeholderDepartment } from '#lib/access/departments.server.ts';

export type Source = { readonly id: string; readonly name: string; readonly ownerDepartmentId: string; readonly created: boolean };

/**
 * The source of a name; an unknown one is made, owned by the default department: the first that is in charge of everything, and
 * one of its own on an instance that has none yet.
 */
export async function ensureSource(db: Kysely<DB>, name: string, kind: string): Promise<Source> {
	const known = await db.selectFrom('source').select(['id', 'name', 'owner_department_id as ownerDepartmentId']).where('name', '=', name).executeTakeFirst();
	if (known !== undefined) return { ...known, created: false };
	const department = await defaultDepartment(db);
	await db
		.insertInto('source')
		.values({ id: randomUUID(), name, owner_department_id: department.id, kinds: [kind], region_code: department.region_code })
		.onConflict((conflict) => conflict.column('name').doNothing())
		.execute();
	const made = await db.selectFrom('source').select(['id', 'name', 'owner_department_id as ownerDepartmentId']).where('name', '=', name).executeTakeFirstOrThrow();
	return { ...made, created: true };
}

async function defaultDepartment(db: Kysely<DB>): Promise<{ readonly id: string; readonly region_code: string }> {
	const found = await db
		.selectFrom('department')
		.select(['id', 'region_code'])
		.where('industries', 'is', null)
		.orderBy(sql`length(rtrim(region_code, '0'))`)
		.orderBy('id')
		.executeTakeFirst();
	if (found !== undefined) return found;
	await db
		.insertInto('department')
		.values(placeholderDepartment)
		.onConflict((conflict) => conflict.column('id').doNothing())
		.execute();
	return placeholderDepartment;
}
