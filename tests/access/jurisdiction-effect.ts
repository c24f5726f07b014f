import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { occurredOn } from './jurisdiction-world.ts';

/** An imported visit of each place, with a result in words and a scale of its source: what the pages of effect quote. */
export async function writeEffect(db: Kysely<DB>, mark: string, uscc: string): Promise<void> {
	await db
		.insertInto('inspection_visit')
		.values({
			uscc, id: `effect-${mark}`, visited_on: occurredOn, department_id: `department-${mark}`, path: 'imported', kind: 'random', planned: true, result: `见附件${mark}`,
			scale: `分级${mark}`, scale_value: '高'
		})
		.execute();
}
