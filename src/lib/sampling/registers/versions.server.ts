import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { VersionName, Way } from './registers.ts';

/** A version of something in a register, as it stands in the history. */
export type Version = {
	readonly version: number;
	readonly content: unknown;
	readonly way: Way;
	/** Name of who changed it; null: the product, when it was set up. */
	readonly changedBy: string | null;
	readonly changedAt: Date;
};

/**
 * Adds versions to the history, in the transaction that changes the register and with its rows locked. The table can only be added to.
 *
 * @param by account id; null: the product.
 */
export async function addVersions(
	trx: Kysely<DB>, register: VersionName, way: Way, by: string | null, rows: readonly { readonly id: string; readonly content: object }[]
): Promise<void> {
	if (rows.length === 0) return;
	await sql`
		insert into register_version (register, id, version, content, way, changed_by)
		select ${register}, x.id, coalesce((select max(r.version) from register_version r where r.register = ${register} and r.id = x.id), 0) + 1, x.content, ${way}, ${by}
		from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x (id text, content jsonb)
	`.execute(trx);
}

/**
 * Writes what stood in the register before the first change that is kept: registers are older than their histories, and a history must
 * begin with what was changed.
 */
export async function addFirstVersion(trx: Kysely<DB>, register: VersionName, id: string, content: object): Promise<void> {
	await sql`
		insert into register_version (register, id, version, content, way)
		select ${register}, ${id}, 1, ${JSON.stringify(content)}::jsonb, 'seed'
		where not exists (select from register_version r where r.register = ${register} and r.id = ${id})
	`.execute(trx);
}

/** All versions, newest first. The caller has checked who may see them. */
export async function versionsOf(db: Kysely<DB>, register: VersionName, id: string): Promise<readonly Version[]> {
	const { rows } = await sql<Version>`
		select r.version, r.content, r.way, coalesce(u.display_name, r.changed_by) as "changedBy", r.changed_at as "changedAt"
		from register_version r left join app_user u on u.id = r.changed_by
		where r.register = ${register} and r.id = ${id} order by r.version desc limit 200
	`.execute(db);
	return rows;
}
