import { sql, type Kysely } from 'kysely';

/** Most objects have no tag: who looks for tags, or counts them, reads those that have one. No column of it changes with the classes. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`create index inspection_object_tagged on inspection_object (region_code) where tags <> '{}'`.execute(db);
}
