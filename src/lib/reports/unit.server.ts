import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';

/** A department as whose report something is written: its name, its region and its industries are what the report is about. */
export type Unit = {
	readonly id: string;
	readonly name: string;
	readonly regionCode: string;
	readonly regionName: string;
	readonly level: string;
	readonly industries: readonly string[] | null;
};

export async function unitOf(db: Kysely<DB>, departmentId: string): Promise<Unit | null> {
	const row = await db
		.selectFrom('department as d').innerJoin('region as r', 'r.code', 'd.region_code')
		.select(['d.id', 'd.name', 'd.region_code as regionCode', 'r.name as regionName', 'r.level', 'd.industries'])
		.where('d.id', '=', departmentId).executeTakeFirst();
	return row ?? null;
}

/**
 * The reader on whose behalf a unit's report is composed: sees what a leader of exactly this unit sees, whoever asked for it. No account; it
 * can only read.
 */
export const readerOf = (unit: Pick<Unit, 'id' | 'name' | 'regionCode' | 'industries'>): Actor => ({
	id: `unit:${unit.id}`, name: unit.name, displayName: unit.name, role: 'leader', grants: [], departmentId: unit.id, regionCode: unit.regionCode,
	industries: unit.industries, inspectorId: null, address: null
});
