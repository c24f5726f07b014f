import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { rebuildStructure } from '#lib/structure/summarise.server.ts';

/** Classes of two months of each place's enterprise, and the summaries made of everybody's: what the pages of moves and cohorts add up. */
export async function writeStructure(db: Kysely<DB>, usccs: readonly string[]): Promise<void> {
	await db
		.insertInto('enterprise_class')
		.values(usccs.flatMap((uscc) => [['2026-09-01', 'B'], ['2026-08-01', 'A']].map(([month, value]) => ({ uscc, month: month!, class: value!, source_id: 's', received_at: new Date() }))))
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	await db.updateTable('enterprise').set({ established_on: '2025-03-05' }).where('uscc', 'in', usccs).execute();
	await db.transaction().execute(rebuildStructure);
}
