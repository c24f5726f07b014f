import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { isDatabaseUrl, type Settings } from '#lib/settings/settings.ts';
import { connectionName, type Columns, type ExchangeProblem } from './exchange.ts';

export type ConnectionSettings = Pick<Settings, 'dataDir' | 'exchangeUrls'>;

export type ExchangeRefusal = Refusal<ExchangeProblem, { readonly detail: string }>;

export const exchangeRefusal = (reason: ExchangeProblem, detail = ''): ExchangeRefusal => refuse(reason, { detail });

/** Nobody waits longer for another office's server. */
const connectTimeoutMs = 10_000;
const statementTimeoutMs = 10 * 60_000;

/**
 * The address of a connection, with its password: from the environment, else from a file that only its owner may read. It stands in
 * no table, so that backups and administrators' pages never hold it.
 */
async function connectionUrl(name: string, { dataDir, exchangeUrls }: ConnectionSettings): Promise<{ readonly ok: true; readonly url: string } | ExchangeRefusal> {
	if (!connectionName.test(name)) return exchangeRefusal('no-connection', name);
	const given = exchangeUrls[name];
	if (given !== undefined) return { ok: true, url: given };
	const path = join(dataDir, 'exchanges', `${name}.url`);
	const facts = await stat(path).catch(() => null);
	if (facts === null || !facts.isFile()) return exchangeRefusal('no-connection', `EXCHANGE_URL_${name.toUpperCase().replaceAll('-', '_')} / exchanges/${name}.url`);
	if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) return exchangeRefusal('file-open', `chmod 600 exchanges/${name}.url`);
	const url = (await readFile(path, 'utf8')).trim();
	return isDatabaseUrl(url) ? { ok: true, url } : exchangeRefusal('no-connection', `exchanges/${name}.url: postgres://user:password@host:5432/database`);
}

/** Connects for reading only, in one snapshot. Times come as text of China time. */
export async function openExchange(name: string, from: ConnectionSettings): Promise<{ readonly ok: true; readonly client: pg.Client } | ExchangeRefusal> {
	const found = await connectionUrl(name, from);
	if (!found.ok) return found;
	const client = new pg.Client({
		connectionString: found.url, application_name: 'qianshao exchange', connectionTimeoutMillis: connectTimeoutMs, statement_timeout: statementTimeoutMs
	});
	// Told by the query that fails; without a listener it would end the process.
	client.on('error', () => undefined);
	try {
		await client.connect();
		await client.query(`set timezone = 'Asia/Shanghai'; set datestyle = 'ISO, YMD'; set bytea_output = 'hex'`);
		await client.query('begin transaction isolation level repeatable read read only');
		return { ok: true, client };
	} catch (error) {
		await client.end().catch(() => undefined);
		return foreignRefusal(error);
	}
}

/** What another database's error means for us. Its message names tables and users, never passwords. */
export function foreignRefusal(error: unknown): ExchangeRefusal {
	const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
	const detail = error instanceof Error ? error.message.slice(0, 300) : '';
	if (code === '42501') return exchangeRefusal('no-privilege', detail);
	if (/^(28...|3D000)$/.test(code)) return exchangeRefusal('login-refused', detail);
	if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|53)/.test(code)) return exchangeRefusal('read-failed', `${code} ${detail}`);
	return exchangeRefusal('unreachable', code || detail);
}

/** The columns of a table or view with their types. */
export async function readColumns(client: pg.Client, schema: string, table: string): Promise<{ readonly ok: true; readonly columns: Columns } | ExchangeRefusal> {
	try {
		const { rows } = await client.query<{ name: string; type: string }>(
			`select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped order by a.attnum`,
			[schema, table]
		);
		if (rows.length === 0) return exchangeRefusal('table-missing', `${schema}.${table}`);
		return { ok: true, columns: Object.fromEntries(rows.map(({ name, type }) => [name, type])) };
	} catch (error) {
		return foreignRefusal(error);
	}
}
