import { sql, type Kysely } from 'kysely';

/** People are also told about plans, campaigns and tasks, and inspectors about the visits they were drawn for. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table notice drop constraint notice_object_kind;
		alter table notice add constraint notice_object_kind check (object_kind in (
			'warning', 'incident', 'disposal', 'warnings', 'sampling_plan', 'campaign', 'sampling_task', 'lead_check', 'own_task', 'own_lead_check'
		));
		-- What waits for nobody any more is taken back from everybody.
		create index notice_unread_about on notice (object_id, object_kind) where read_at is null;
	`.execute(db);
}
