import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { workCalendar, type WorkCalendar } from './working-days.ts';

/** The whole calendar, corrections included: some ten thousand days. */
export async function loadWorkCalendar(db: Kysely<DB>): Promise<WorkCalendar> {
	const rows = await db.selectFrom('calendar_day').select(['day', 'off']).execute();
	return workCalendar(new Map(rows.map((row) => [row.day, row.off])));
}
