import { sql, type Kysely } from 'kysely';

/** A plan that was approved is never edited: it is amended by another one, whose lines remember what they go on from. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- The plan that this one takes the place of once it is approved; null: the first of its kind.
		alter table sampling_plan add column amends text references sampling_plan (id);
		create index sampling_plan_amends on sampling_plan (amends) where amends is not null;
		-- Id of the line's first version: what was done under any of its versions counts towards the promise.
		alter table plan_entry add column origin text;
		update plan_entry set origin = id;
		alter table plan_entry alter column origin set not null;
		create index plan_entry_origin on plan_entry (origin);
		create index sampling_task_plan_entry on sampling_task (plan_entry_id) where plan_entry_id is not null;
		create index sampling_task_campaign on sampling_task (campaign_id) where campaign_id is not null;
		create index lead_check_report on lead_check (report_id) where report_id is not null;
	`.execute(db);
}
