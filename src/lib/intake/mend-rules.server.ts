import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { RememberedMend } from './mending.ts';

/** The rules that are applied to each file of a source and kind before its rows are judged, oldest first. */
export async function rememberedMends(db: Kysely<DB>, sourceId: string, kind: string): Promise<readonly RememberedMend[]> {
	const { rows } = await sql<RememberedMend>`
		select r.id, r.number, r.step from mend_rule r
		where r.source_id = ${sourceId} and r.kind = ${kind}
			and (select e.action from mend_entry e where e.rule_id = r.id order by e.at desc limit 1) = 'remember'
		order by r.number
	`.execute(db);
	return rows;
}
