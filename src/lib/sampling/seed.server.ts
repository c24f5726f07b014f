import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import { itemDefaults } from './registers/item-defaults.ts';
import { presetDefaults } from './presets/defaults.ts';
import { presetRulesSchema } from './presets/presets.ts';
import { itemContentOf } from './registers/items.server.ts';
import { addVersions } from './registers/versions.server.ts';

/**
 * Shipped presets whose rules came with an earlier release and that nobody has touched get the present rules as a new version; tasks keep
 * theirs. A preset of which an office made a version, or has a draft, is left alone.
 */
async function renewPresets(db: Kysely<DB>): Promise<void> {
	for (const { id, name, regionCode, source, rules } of presetDefaults) {
		const versions = await db.selectFrom('sampling_preset').select(['version', 'state', 'created_by', 'rules']).where('id', '=', id).orderBy('version', 'desc').execute();
		const last = versions[0];
		if (!last || last.state !== 'active' || versions.some((x) => x.created_by !== null)) continue;
		const stored = v.safeParse(presetRulesSchema, last.rules);
		if (stored.success && isDeepStrictEqual(stored.output, rules)) continue;
		await db.transaction().execute(async (trx) => {
			await trx.updateTable('sampling_preset').set({ state: 'superseded' }).where('id', '=', id).where('state', '=', 'active').execute();
			await trx
				.insertInto('sampling_preset')
				.values({ id, version: last.version + 1, name, region_code: regionCode, source, rules: JSON.stringify(rules), state: 'active' })
				.onConflict((oc) => oc.columns(['id', 'version']).doNothing())
				.execute();
		});
	}
}

/**
 * Presets and inspection items that ship with the product; what an office changed is left alone. Items need a department to belong to:
 * the general department of the widest region; without any department only the presets are written.
 */
export async function seedSampling(db: Kysely<DB>): Promise<{ presets: number; items: number }> {
	const presets = await db
		.insertInto('sampling_preset')
		.values(
			presetDefaults.map((p) => ({
				id: p.id,
				version: 1,
				name: p.name,
				region_code: p.regionCode,
				source: p.source,
				rules: JSON.stringify(p.rules),
				state: 'active'
			}))
		)
		.onConflict((oc) => oc.columns(['id', 'version']).doNothing())
		.executeTakeFirst();
	await renewPresets(db);
	const department = await db
		.selectFrom('department')
		.select('id')
		.orderBy((eb) => eb('industries', 'is not', null))
		.orderBy('region_code')
		.orderBy('id')
		.limit(1)
		.executeTakeFirst();
	if (!department) return { presets: Number(presets.numInsertedOrUpdatedRows ?? 0), items: 0 };
	const items = db.isTransaction ? await seedItems(db, department.id) : await db.transaction().execute((trx) => seedItems(trx, department.id));
	return { presets: Number(presets.numInsertedOrUpdatedRows ?? 0), items };
}

/** The items that are not there yet, each with its first version. */
async function seedItems(trx: Kysely<DB>, departmentId: string): Promise<number> {
	const added = await trx
		.insertInto('inspection_item')
		.values(
			itemDefaults.map((i) => ({
				id: i.id,
				number: i.number,
				name: i.name,
				sub_item: i.subItem,
				legal_basis: i.legalBasis,
				department_id: departmentId,
				industries: i.industries === null ? null : [...i.industries],
				method: i.method
			}))
		)
		.onConflict((oc) => oc.column('id').doNothing())
		.returningAll()
		.execute();
	await addVersions(trx, 'item', 'seed', null, added.map((row) => ({ id: row.id, content: itemContentOf(row) })));
	return added.length;
}
