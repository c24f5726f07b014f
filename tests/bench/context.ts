import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { openDatabase } from '#db/connection.ts';
import { startEmbedded } from '#db/embedded/server.ts';
import { migrateToLatest } from '#db/migrator.ts';
import { seedReference } from '#db/reference/seed.ts';
import { addDays } from '#lib/calendar/days.ts';
import type { DB } from '#db/types.ts';
import { raisePast } from './warnings.ts';

/** S = 50,000 enterprises and 500,000 events, M ten times, L a hundred times as many. */
export const sizes = { S: { enterprises: 50_000, events: 500_000 }, M: { enterprises: 500_000, events: 5_000_000 }, L: { enterprises: 5_000_000, events: 50_000_000 } } as const;
export type Size = keyof typeof sizes;

export type BenchDatabase = AsyncDisposable & {
	/** As the application sees it. */
	readonly db: Kysely<DB>;
	readonly owner: Kysely<DB>;
	readonly url: string;
	/** It was made just now and holds reference data only. */
	readonly isNew: boolean;
};

export type BenchContext = {
	readonly size: Size;
	readonly enterprises: number;
	readonly events: number;
	/** Where the benchmark may keep files between runs. */
	readonly folder: string;
	/** Prints one line: `{"bench":…,"size":…,"metric":…,"value":…,"unit":…}`. */
	readonly report: (metric: string, value: number, unit: string) => void;
	/** What is being done, on stderr. */
	readonly log: (text: string) => void;
	/**
	 * A database of the benchmarks' own, kept between runs, on the server of DATABASE_URL or an embedded one in BENCH_DIR.
	 * `fresh`: dropped and made anew first.
	 */
	readonly database: (name: string, options?: { readonly fresh?: boolean }) => Promise<BenchDatabase>;
	/** The demo jurisdiction in this size: loaded once, kept. Change nothing in it. */
	readonly demo: () => Promise<BenchDatabase>;
};

/** A benchmark: a file `tests/bench/<name>.ts` exports `run`. */
export type Bench = { readonly run: (context: BenchContext) => Promise<void> };

/** Opens what benchmarks share; `close` stops a server that was started. */
export async function openBench(name: string, size: Size): Promise<{ readonly context: BenchContext; readonly close: () => Promise<void> }> {
	const folder = resolve(process.env['BENCH_DIR'] || '.bench');
	await mkdir(folder, { recursive: true });
	const log = (text: string) => void process.stderr.write(`${text}\n`);
	let server: Promise<{ readonly url: string; readonly stop: () => Promise<void> }> | undefined;
	const serverUrl = async () => {
		const given = process.env['DATABASE_URL'];
		if (given) return given;
		server ??= startEmbedded({ folder: join(folder, 'postgres'), log });
		return (await server).url;
	};

	const database = async (wanted: string, options: { readonly fresh?: boolean } = {}): Promise<BenchDatabase> => {
		const own = `qianshao_bench_${wanted}_${size}`.toLowerCase();
		const url = new URL(await serverUrl());
		const isNew = await ensureDatabase(url.href, own, options.fresh === true);
		url.pathname = `/${own}`;
		const migrated = await migrateToLatest(url.href);
		if (!migrated.ok) throw new Error(migrated.reason);
		const owner = openDatabase({ url: url.href, role: 'owner', max: 2, name: `bench ${name}` });
		await seedReference(owner);
		const db = openDatabase({ url: url.href, max: 10, name: `bench ${name}` });
		return { db, owner, url: url.href, isNew, [Symbol.asyncDispose]: async () => void (await Promise.all([db.destroy(), owner.destroy()])) };
	};

	return {
		close: async () => (await server)?.stop(),
		context: {
			size, ...sizes[size], folder, log, database,
			report: (metric, value, unit) => console.log(JSON.stringify({ bench: name, size, metric, value: Number(value.toPrecision(6)), unit })),
			async demo() {
				const kept = await database('demo');
				const there = await kept.db.selectFrom('enterprise').select('uscc').limit(1).executeTakeFirst();
				if (there === undefined) {
					log(`loading the demo jurisdiction, size ${size}`);
					const { loadDemo } = await import('#db/demo/load.ts');
					const loaded = await loadDemo({ url: kept.url, size, password: 'benchmark only', progress: log });
					if (!loaded.ok) throw new Error(loaded.message);
				}
				// Its own evenings take hours at size L: one that was stopped at them is given warnings.
				const warned = await kept.db.selectFrom('warning').select('id').limit(1).executeTakeFirst();
				if (warned === undefined) {
					log('raising warnings of two and a half years');
					const { complete_up_to: until } = await kept.db.selectFrom('count_mark').select('complete_up_to').where('name', '=', 'counts').executeTakeFirstOrThrow();
					await raisePast(kept.db, '32', addDays(until!, 1));
				}
				return kept;
			}
		}
	};
}

async function ensureDatabase(serverUrl: string, name: string, fresh: boolean): Promise<boolean> {
	const client = new pg.Client({ connectionString: serverUrl });
	await client.connect();
	try {
		if (fresh) await client.query(`drop database if exists ${name} with (force)`);
		const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
		if (rowCount === 1) return false;
		await client.query(`create database ${name} template template0 encoding 'UTF8'`);
		return true;
	} finally {
		await client.end();
	}
}
