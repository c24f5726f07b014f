import { readdir } from 'node:fs/promises';
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration';
import { openDatabase, poolOf } from '#db/connection.ts';

const folder = new URL('./migrations/', import.meta.url);
/** Session advisory lock around migrating ("QSMI"). Kysely's own lock is taken only after its tables were made. */
const migrationLock = 0x51534d49;

export type MigrationOutcome =
	| { readonly ok: true; readonly applied: readonly string[] }
	| { readonly ok: false; readonly failed: string | null; readonly reason: string; readonly error: unknown };

/** Names of all migrations, in order: `0001_reference`, … */
export async function migrationNames(): Promise<string[]> {
	const files = await readdir(folder);
	return files
		.filter((file) => /^\d{4}_.+\.ts$/.test(file))
		.map((file) => file.slice(0, -'.ts'.length))
		.sort();
}

const provider: MigrationProvider = {
	async getMigrations() {
		const migrations: Record<string, Migration> = {};
		for (const name of await migrationNames()) {
			migrations[name] = (await import(new URL(`${name}.ts`, folder).href)) as Migration;
		}
		return migrations;
	}
};

/**
 * Brings the schema up to date as its owner. Several processes may call it at once: one works, the others wait for it.
 *
 * @param last the migration to end with; default: the newest.
 */
export async function migrateToLatest(url: string, last?: string): Promise<MigrationOutcome> {
	const db = openDatabase({ url, role: 'owner', max: 2, name: 'qianshao migrate' });
	try {
		const guard = await poolOf(db).connect();
		try {
			await guard.query('select pg_advisory_lock($1)', [migrationLock]);
			// The migrator never throws: what went wrong stands in its results.
			const migrator = new Migrator({ db, provider });
			const { error, results = [] } = await (last === undefined ? migrator.migrateToLatest() : migrator.migrateTo(last));
			if (error === undefined) return { ok: true, applied: results.map((result) => result.migrationName) };
			const failed = results.find((result) => result.status === 'Error')?.migrationName ?? null;
			return { ok: false, failed, reason: messageOf(error), error };
		} finally {
			// Closing the session gives the lock back.
			guard.release(true);
		}
	} catch (error) {
		return { ok: false, failed: null, reason: messageOf(error), error };
	} finally {
		await db.destroy();
	}
}

/** `AggregateError` (several addresses tried) has no message of its own. */
function messageOf(error: unknown): string {
	if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
	return error instanceof Error ? error.message : String(error);
}
