import { sql, type Kysely } from 'kysely';
import { isDatabaseDown } from '#db/errors.ts';
import type { DB } from '#db/types.ts';

export type Readiness =
	| { readonly ready: true }
	| { readonly ready: false; readonly reason: 'database-away' }
	/** `missing`: migrations that this program needs and that the database has not had. */
	| { readonly ready: false; readonly reason: 'not-migrated'; readonly missing: readonly string[] };

const undefinedTable = '42P01';

/** Can the database be reached, and has it the schema of these migrations? */
export async function readiness(db: Kysely<DB>, migrations: readonly string[]): Promise<Readiness> {
	try {
		const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
		const done = new Set(rows.map((row) => row.name));
		const missing = migrations.filter((name) => !done.has(name));
		return missing.length === 0 ? { ready: true } : { ready: false, reason: 'not-migrated', missing };
	} catch (error) {
		// The application's role is made by a migration as well: without it nobody gets in.
		if (isCode(error, undefinedTable) || isCode(error, '22023')) return { ready: false, reason: 'not-migrated', missing: migrations };
		if (isDatabaseDown(error)) return { ready: false, reason: 'database-away' };
		throw error;
	}
}

function isCode(error: unknown, code: string): boolean {
	return error instanceof Error && 'code' in error && error.code === code;
}
