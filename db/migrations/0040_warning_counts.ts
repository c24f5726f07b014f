import { sql, type Kysely } from 'kysely';

/**
 * What the leader's page counts of warnings is read from indexes alone: those raised in a month by place, level and step, those open or
 * overdue in a part of the map, and the obligations that fell due in a month. The rows themselves are wide, each holds its explanation.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		drop index warning_raised;
		create index warning_raised on warning (raised_on, region_code, industry_key) include (level, work);
		create index warning_open on warning (region_code, industry_key) include (work, acknowledge_due, dispose_due) where work <> 'closed';
		create index warning_dispose_due on warning (dispose_due);
	`.execute(db);
}
