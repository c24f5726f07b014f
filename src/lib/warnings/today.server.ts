import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** Today by the database's clock, in Asia/Shanghai. */
export async function databaseToday(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(db);
	return rows[0]!.today;
}
