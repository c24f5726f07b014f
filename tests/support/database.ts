import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { openDatabase } from '#db/connection.ts';
import { migrateToLatest, migrationNames } from '#db/migrator.ts';
import type { DB } from '#db/types.ts';

/** One maker of the template at a time ("QSTT"). */
const templateLock = 0x51535454;
const templatePrefix = 'qianshao_template_';
const testPrefix = `qianshao_test_${hash(hostname()).slice(0, 6)}_`;
const keepTemplatesHours = 24;

export type TestDatabase = AsyncDisposable & {
	/** As the application sees it. */
	readonly db: Kysely<DB>;
	/** As the schema's owner sees it. */
	readonly owner: Kysely<DB>;
	readonly url: string;
};

/**
 * A freshly migrated, empty database of one's own, dropped at the end.
 *
 * @example
 * await using database = await testDatabase();
 * await database.db.selectFrom('region').selectAll().execute();
 */
export async function testDatabase(): Promise<TestDatabase> {
	const server = serverUrl();
	const template = await ensureTemplate(server);
	const name = `${testPrefix}${process.pid}_${randomBytes(4).toString('hex')}`;
	await onServer(server, (client) => client.query(`create database ${name} template ${template} strategy file_copy`));
	const url = databaseUrl(server, name);
	const db = openDatabase({ url, max: 6, name: 'test' });
	const owner = openDatabase({ url, role: 'owner', max: 2, name: 'test owner' });
	return {
		db,
		owner,
		url,
		async [Symbol.asyncDispose]() {
			await Promise.all([db.destroy(), owner.destroy()]);
			await onServer(server, (client) => client.query(`drop database if exists ${name} with (force)`));
		}
	};
}

function serverUrl(): string {
	const url = process.env['TEST_DATABASE_URL'];
	if (!url) throw new Error('TEST_DATABASE_URL is not set: database tests run under vitest, whose global setup brings a server up');
	return url;
}

/** The name of the migrated template for the migrations as they are now; made once and kept across runs. */
async function ensureTemplate(server: string): Promise<string> {
	const name = `${templatePrefix}${await schemaHash()}`;
	await onServer(server, async (client) => {
		const exists = async () => {
			const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
			return rowCount === 1;
		};
		if (await exists()) return;
		await client.query('select pg_advisory_lock($1)', [templateLock]);
		if (await exists()) return;
		// Migrated under another name first: a run that is stopped half-way leaves no half-made template.
		const draft = `${name}_draft`;
		await client.query(`drop database if exists ${draft} with (force)`);
		await client.query(`create database ${draft} template template0 encoding 'UTF8'`);
		const migrated = await migrateToLatest(databaseUrl(server, draft));
		if (!migrated.ok) throw new Error(`Migration ${migrated.failed ?? ''} failed: ${migrated.reason}`, { cause: migrated.error });
		await client.query(`alter database ${draft} rename to ${name}`);
		await client.query(`comment on database ${name} is '${new Date().toISOString()}'`);
	});
	return name;
}

async function schemaHash(): Promise<string> {
	const names = await migrationNames();
	const texts = await Promise.all(
		names.map((name) => readFile(new URL(`../../db/migrations/${name}.ts`, import.meta.url), 'utf8'))
	);
	return hash(JSON.stringify([names, texts])).slice(0, 12);
}

/** Drops what earlier runs left: databases of processes that no longer live, and templates of older schemas. */
export async function dropLeftovers(server: string): Promise<void> {
	await onServer(server, async (client) => {
		const { rows } = await client.query<{ name: string; made: string | null }>(
			`select datname as name, shobj_description(oid, 'pg_database') as made from pg_database where datname like 'qianshao\\_%'`
		);
		const current = `${templatePrefix}${await schemaHash()}`;
		const oldest = Date.now() - keepTemplatesHours * 3_600_000;
		for (const { name, made } of rows) {
			const pid = name.startsWith(testPrefix) ? Number(name.slice(testPrefix.length).split('_')[0]) : 0;
			const left = pid > 0 && !isAlive(pid);
			const outdated = name.startsWith(templatePrefix) && name !== current && made !== null && Date.parse(made) < oldest;
			if (left || outdated) await client.query(`drop database if exists ${name} with (force)`);
		}
	});
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

async function onServer<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: server });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

function databaseUrl(server: string, name: string): string {
	const url = new URL(server);
	url.pathname = `/${name}`;
	return url.href;
}

function hash(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
