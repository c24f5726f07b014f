import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** What a place's registers say of its own: a tag of its enterprise, and who changed its inspector. */
export async function writeRegisters(db: Kysely<DB>, code: string, mark: string, uscc: string): Promise<void> {
	const tag = `标签${mark}`;
	await db.insertInto('object_tag').values({ uscc, tag, set_by: `user-planner-${mark}`, department_id: `department-${mark}` }).execute();
	const object = { region_code: code, industry_key: 'H62', key_class: false, tags: [tag] };
	await db.insertInto('inspection_object').values({ uscc, ...object }).onConflict((oc) => oc.column('uscc').doUpdateSet(object)).execute();
	const version = { version: 1, way: 'form', changed_by: `user-planner-${mark}` };
	const person = {
		name: `检${mark}`, unit: `旧队${mark}`, post: mark, regionCode: code, certificateNo: mark, certificateUntil: '2099-12-31', itemIds: null, expert: false, state: 'active', recused: [uscc]
	};
	await db
		.insertInto('register_version')
		.values([
			{ register: 'inspector', id: `inspector-${mark}`, content: JSON.stringify(person), ...version },
			{ register: 'inspector', id: `inspector-${mark}`, content: JSON.stringify({ ...person, unit: `队${mark}` }), ...version, version: 2 },
			{ register: 'object', id: uscc, content: JSON.stringify({ tags: [tag] }), ...version }
		])
		.execute();
}
