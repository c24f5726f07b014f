import { sql, type Kysely } from 'kysely';

/** People are also told about plans, campaigns and tasks, and inspectors about the visits they were drawn for. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table notice drop constraint notice_object_kind;
		alter table notice add constraint notice_object_kind check (object_kind in (
			'warning', 'incident', 'disposal', 'warnings', 'plan', 'campaign', 'task', 'lead-check', 'own-task', 'own-lead-check'
		));
	`.execute(db);
}
