import { sql, type Kysely } from 'kysely';

/** Lists of the enterprises behind a figure go by county and credit code: a page is read without those before it. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`create index enterprise_place on enterprise (region_code, uscc)`.execute(db);
}
