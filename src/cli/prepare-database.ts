import { sql } from 'kysely';
import { openDatabase } from '#db/connection.ts';
import { isDatabaseDown } from '#db/errors.ts';
import { startEmbedded, type EmbeddedServer } from '#db/embedded/server.ts';
import { migrateToLatest } from '#db/migrator.ts';
import { seedReference } from '#db/reference/seed.ts';
import { seedIndicators } from '#lib/indicators/seed.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';

export type PreparedDatabase = {
	readonly ok: true;
	readonly url: string;
	/** `PostgreSQL 18.4, .data/postgres/cluster` */
	readonly description: string;
	/** Null with a DATABASE_URL. */
	readonly embedded: EmbeddedServer | null;
	readonly stop: () => Promise<void>;
};

/** PostgreSQL versions that the product is made for. */
const supported = { from: 15, to: 18 } as const;

/** Brings the database into the state that every process expects: reachable, of a known version, migrated, reference loaded. */
export async function prepareDatabase(options: {
	/** Null: the embedded server. */
	readonly url: string | null;
	readonly folder: string;
	readonly log: (line: string) => void;
	readonly signal?: AbortSignal;
}): Promise<PreparedDatabase | { readonly ok: false; readonly reason: string }> {
	let embedded: EmbeddedServer | null = null;
	try {
		if (options.url === null) embedded = await startEmbedded({ folder: options.folder, log: options.log, signal: options.signal });
		const url = options.url ?? embedded!.url;
		const version = await serverVersion(url);
		const major = Number.parseInt(version, 10);
		if (major < supported.from || major > supported.to) {
			await embedded?.stop();
			return { ok: false, reason: `DATABASE_URL leads to PostgreSQL ${version}: ${supported.from} to ${supported.to} are supported` };
		}
		const migrated = await migrateToLatest(url);
		if (!migrated.ok) {
			await embedded?.stop();
			return { ok: false, reason: `migration ${migrated.failed ?? ''} failed: ${migrated.reason}` };
		}
		if (migrated.applied.length > 0) options.log(`migrated the database (${migrated.applied.length} steps)`);
		await seed(url);
		const where = embedded?.folder ?? new URL(url).host;
		return { ok: true, url, embedded, description: `PostgreSQL ${version}, ${where}`, stop: async () => embedded?.stop() };
	} catch (error) {
		await embedded?.stop();
		if (options.url !== null && isDatabaseDown(error)) {
			return { ok: false, reason: `the database of DATABASE_URL (${new URL(options.url).host}) does not answer` };
		}
		return { ok: false, reason: error instanceof Error ? error.message : String(error) };
	}
}

async function serverVersion(url: string): Promise<string> {
	const db = openDatabase({ url, role: 'owner', max: 1 });
	try {
		const { rows } = await sql<{ version: string }>`select split_part(current_setting('server_version'), ' ', 1) as version`.execute(db);
		return rows[0]!.version;
	} finally {
		await db.destroy();
	}
}

/**
 * What ships with the product: divisions, industries, calendar, presets, and the indicators as soon as there is a department to
 * own them. All of it idempotent, and nothing that an office changed is touched.
 */
async function seed(url: string): Promise<void> {
	const db = openDatabase({ url, role: 'owner', max: 2, name: 'qianshao seed' });
	try {
		await seedReference(db);
		await seedSampling(db);
		const department = await db.selectFrom('department').select('id').limit(1).executeTakeFirst();
		if (department !== undefined) await seedIndicators(db);
	} finally {
		await db.destroy();
	}
}
