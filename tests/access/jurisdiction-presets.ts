import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** An enterprise of a place under observation: what the pages of presets show of enterprises. */
export async function writePresets(db: Kysely<DB>, code: string, mark: string, uscc: string): Promise<void> {
	await db
		.insertInto('inspection_object')
		.values({ uscc, region_code: code, industry_key: 'H62', key_class: false, class: 'B', class_month: '2026-11-01' })
		.onConflict((oc) => oc.doNothing())
		.execute();
	await db
		.insertInto('observation_period')
		.values({
			uscc, id: `period-${mark}`, department_id: `department-${mark}`, newness: 'form', from_on: '2026-11-01', until_on: '2099-12-31', bottom_lines: mark,
			class_then: 'B', granted_by: `user-planner-${mark}`
		})
		.execute();
}
