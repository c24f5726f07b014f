import { sql, type Kysely } from 'kysely';

/** A notice may also be about one day on which a source entered what had gathered: not a new level, but a day that says nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table coverage_notice
			add what text not null default 'level' constraint coverage_notice_what check (what in ('level', 'bulk'))
	`.execute(db);
}
