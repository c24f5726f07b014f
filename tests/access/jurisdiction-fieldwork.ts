import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** Ids of what a place's visit left behind. */
export const fileOf = (mark: string) => `evidence-${mark}`;
export const rectificationOf = (mark: string) => `rectification-${mark}`;

/** What came of the place's drawn task and its lead check: findings, a photograph, what was sent back, publication and rectification. */
export async function writeFieldwork(db: Kysely<DB>, code: string, mark: string, uscc: string): Promise<void> {
	const department = `department-${mark}`;
	const by = `user-inspector-${mark}`;
	for (const ref of [`task:task-${mark}`, `lead:lead-${mark}`]) {
		await db.insertInto('inspection_result').values({ uscc, ref, item_id: 'item', result: 'ordered-to-correct', note: `情况${mark}`, entered_by: by }).execute();
		await db.insertInto('result_return').values({ uscc, ref, n: 1, reason: `退回${mark}`, returned_by: `user-planner-${mark}` }).execute();
		await db.insertInto('result_publication').values({ uscc, ref, department_id: department, due_on: '2026-11-01', state: 'due' }).execute();
	}
	await db
		.insertInto('inspection_file')
		.values({
			uscc, id: fileOf(mark), ref: `task:task-${mark}`, name: `照片${mark}.jpg`, media_type: 'image/jpeg', bytes: Buffer.from(mark), size: mark.length, hash: mark, added_by: by
		})
		.execute();
	await db
		.insertInto('rectification')
		.values({
			uscc, id: rectificationOf(mark), ref: `task:task-${mark}`, item_id: 'item', department_id: department, region_code: code, demand: `整改${mark}`, due_on: '2026-11-10',
			state: 'open', created_by: `user-planner-${mark}`
		})
		.execute();
}
