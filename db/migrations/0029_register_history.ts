import { sql, type Kysely } from 'kysely';

/** Whose tag it is, and histories that can only be added to: the application role takes a tag back, and deletes none. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Only the department that set a tag takes it back; null: set before departments were kept, and nobody's account tells.
		alter table object_tag add column department_id text;
		update object_tag g set department_id = u.department_id from app_user u where u.id = g.set_by;

		revoke update, delete, truncate on register_version from qianshao_app;
		revoke update, delete, truncate on object_tag from qianshao_app;
		grant update (removed_at, removed_by) on object_tag to qianshao_app;
	`.execute(db);
}
