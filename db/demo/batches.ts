import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { dayText } from './frame.ts';
import type { BatchFacts } from './rows.ts';

/** One line in the list of deliveries for each batch that the events name. */
export async function writeBatches(db: Kysely<DB>, batches: ReadonlyMap<string, BatchFacts>): Promise<void> {
	const rows = [...batches].map(([id, facts]) => {
		const received = `${dayText(facts.receivedDay)} 23:50:00+08`;
		return {
			id,
			source_id: facts.source,
			kind: facts.kind,
			file_name: `${id}.csv`,
			state: 'done',
			rows: facts.rows,
			accepted: facts.rows,
			first_day: dayText(facts.firstDay),
			last_day: dayText(facts.lastDay),
			started_at: sql<Date>`${received}::timestamptz`,
			finished_at: sql<Date>`${received}::timestamptz + interval '40 seconds'`
		};
	});
	for (let k = 0; k < rows.length; k += 500) await db.insertInto('intake_batch').values(rows.slice(k, k + 500)).execute();
}
