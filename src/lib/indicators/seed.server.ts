import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { shippedIndicators } from './defaults.ts';

/**
 * Puts the shipped indicators into a database, each with an active version 1. Says nothing twice: an indicator that is there already,
 * changed or retired, is left alone.
 *
 * @param ownerDepartmentId department that owns them; default: the one with the widest jurisdiction.
 * @returns how many were added.
 */
export async function seedIndicators(db: Kysely<DB>, ownerDepartmentId?: string): Promise<number> {
	const owner = ownerDepartmentId ?? (await widestDepartment(db));
	if (owner === undefined) throw new Error('There is no department yet: add one first, every indicator needs an owner.');
	return db.transaction().execute(async (trx) => {
		const added = await trx
			.insertInto('indicator')
			.values(
				shippedIndicators.map((indicator) => ({
					id: indicator.id,
					name: indicator.name,
					name_en: indicator.nameEn,
					item: indicator.item,
					parent_indicator: indicator.parent,
					owner_department_id: owner
				}))
			)
			.onConflict((conflict) => conflict.column('id').doNothing())
			.returning('id')
			.execute();
		const ids = new Set(added.map((row) => row.id));
		const fresh = shippedIndicators.filter((indicator) => ids.has(indicator.id));
		if (fresh.length > 0) {
			const now = sql<Date>`now()`;
			await trx
				.insertInto('indicator_version')
				.values(
					fresh.map((indicator) => ({
						indicator_id: indicator.id,
						version: 1,
						definition: JSON.stringify(indicator.definition),
						state: 'active',
						valid_from: now,
						decided_at: now
					}))
				)
				.execute();
		}
		return fresh.length;
	});
}

async function widestDepartment(db: Kysely<DB>): Promise<string | undefined> {
	const rows = await db.selectFrom('department').select(['id', 'region_code', 'industries']).execute();
	const breadth = (code: string) => (code.match(/(00)*$/)?.[0].length ?? 0);
	return rows.sort(
		(a, b) =>
			breadth(b.region_code) - breadth(a.region_code) ||
			Number(a.industries !== null) - Number(b.industries !== null) ||
			(a.id < b.id ? -1 : 1)
	)[0]?.id;
}
