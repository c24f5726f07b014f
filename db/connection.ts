import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { DB } from '#db/types.ts';
import { settings } from '#lib/settings/settings.ts';

/** `application` may read and write rows, `owner` may also change the schema. */
export type DatabaseRole = 'application' | 'owner';

export type DatabaseOptions = {
	/** `postgres://user:password@host:port/database`; default: DATABASE_URL, which `npm start` gives to its children. */
	readonly url?: string;
	/** Default: `application`. */
	readonly role?: DatabaseRole;
	/** Connections at most; default 10. */
	readonly max?: number;
	/** Shown in `pg_stat_activity`. */
	readonly name?: string;
	/** Told when an idle connection breaks. The pool replaces it by itself. */
	readonly onConnectionLost?: (error: Error) => void;
};

const applicationRole = 'qianshao_app';
/** Long enough for a busy server, short enough that a page can still say that the database is away. */
const connectTimeoutMs = 5_000;

const oid = { int8: 20, date: 1082, dateArray: 1182 } as const;

/**
 * How values arrive, whatever pg's defaults: `date` stays `YYYY-MM-DD` (a day has no time zone), `int8` is a number and an
 * error beyond 2^53, `numeric` stays a string (a sum of integers is `int8`, but an average or a sum of `int8` is `numeric`:
 * cast in SQL, `avg(x)::float8`).
 */
const types: pg.CustomTypesConfig = {
	getTypeParser(id: number, format?: 'text' | 'binary'): (value: string) => unknown {
		if (id === oid.date) return (value: string) => value;
		if (id === oid.int8) return safeInteger;
		if (id === oid.dateArray) return textArray;
		return pg.types.getTypeParser(id, format as 'text') as (value: string) => unknown;
	}
};

/** The parser of `text[]`. */
const textArray = pg.types.getTypeParser(1009 as number, 'text') as (value: string) => unknown;

function safeInteger(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value)) throw new RangeError(`int8 value ${text} is beyond 2^53; cast it to text in SQL`);
	return value;
}

const pools = new WeakMap<object, pg.Pool>();

/**
 * Opens a pool of connections. Close it with `db.destroy()`.
 *
 * @example
 * const db = openDatabase();
 * await db.selectFrom('region').selectAll().execute();
 */
export function openDatabase(options: DatabaseOptions = {}): Kysely<DB> {
	const pool = openPool(options);
	const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
	pools.set(db, pool);
	return db;
}

/** The bare pool, for what Kysely has no words for (LISTEN, COPY outside a transaction). */
export function poolOf(db: Kysely<DB>): pg.Pool {
	const pool = pools.get(db);
	if (pool === undefined) throw new Error('This database was not opened by openDatabase (a transaction has no pool)');
	return pool;
}

/**
 * Runs work on one connection, known both as a `pg` client (for `COPY … FROM STDIN` by `pg-copy-streams`) and as Kysely, so that
 * rows copied in and statements built by Kysely share one transaction.
 *
 * @example
 * await withClient(db, ({ client, connection }) =>
 * 	connection.transaction().execute(async (trx) => {
 * 		await pipeline(rows, client.query(copyFrom('copy staging from stdin')));
 * 		await merge(trx);
 * 	})
 * );
 */
export async function withClient<T>(
	db: Kysely<DB>,
	work: (one: { readonly client: pg.PoolClient; readonly connection: Kysely<DB> }) => Promise<T>
): Promise<T> {
	const client = await poolOf(db).connect();
	let failure: unknown;
	try {
		// Kysely believes this is a pool; it hands out the same client each time and leaves releasing it to us.
		const lent = new Proxy(client, {
			get: (target, property) => {
				if (property === 'release') return () => undefined;
				const value: unknown = Reflect.get(target, property, target);
				return typeof value === 'function' ? value.bind(target) : value;
			}
		}) as unknown as PostgresPoolClient;
		const single: PostgresPool = { connect: async () => lent, end: async () => undefined } as unknown as PostgresPool;
		return await work({ client, connection: new Kysely<DB>({ dialect: new PostgresDialect({ pool: single }) }) });
	} catch (error) {
		failure = error;
		throw error;
	} finally {
		// After a failure nobody knows the connection's state (an open COPY, an aborted transaction): throw it away.
		client.release(failure !== undefined);
	}
}

function openPool(options: DatabaseOptions): pg.Pool {
	const pool = new pg.Pool({
		...connectionOptions(options.url ?? configuredUrl(), options.role ?? 'application'),
		max: options.max ?? 10,
		application_name: options.name ?? 'qianshao',
		connectionTimeoutMillis: connectTimeoutMs,
		keepAlive: true,
		types
	});
	// Without these listeners a server that goes away would end the process: the pool tells of idle connections only,
	// one that is in use reports through its client (its query fails as well, so nothing is hidden here).
	pool.on('error', (error) => options.onConnectionLost?.(error));
	pool.on('connect', (client) => client.on('error', () => undefined));
	return pool;
}

function configuredUrl(): string {
	const url = settings().databaseUrl;
	if (url === null) throw new Error('DATABASE_URL is not set (`npm start` sets it for the servers it starts)');
	return url;
}

/** The URL with our start-up settings added to those it may bring itself (`?options=…`); pg would let the URL's replace ours. */
function connectionOptions(url: string, role: DatabaseRole): { connectionString: string } {
	// Compiling a plan over hundreds of partitions takes longer than running it: a server that can must not.
	const settings = ['-c timezone=Asia/Shanghai', '-c jit=off'];
	if (role === 'application') settings.push(`-c role=${applicationRole}`);
	const parsed = new URL(url);
	const own = parsed.searchParams.get('options');
	parsed.searchParams.set('options', [own, ...settings].filter(Boolean).join(' '));
	return { connectionString: parsed.href };
}
