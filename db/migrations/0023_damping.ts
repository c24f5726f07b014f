import { sql, type Kysely } from 'kysely';

/** What damps flapping: when a series breached last, whoever works on its episode, and when it was last as bad as its episode says. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table warning_series
			add column last_breach_on date,
			-- The last evening whose level was the episode's, or a worse one.
			add column level_on date;
		update warning_series s set last_breach_on = w.last_breach_on, level_on = w.last_breach_on from warning w where w.id = s.warning_id;
	`.execute(db);
}
