import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { backupFormat, frame, type Header } from './frames.ts';
import { migrationsOf, partitionsOf, plainForms, quoted, sequencesOf, tablesInOrder } from './schema.server.ts';
import { sealOf } from './seal.ts';

/** Told before each table, with the rows written so far; waited for. */
type Progress = (table: string, rows: number) => void | Promise<void>;

export type BackupMade = { readonly ok: true; readonly bytes: number; readonly sha256: string; readonly tables: number; readonly rows: number };

/** The fastest step: rows of text shrink to a fifth with it already, and the processor is what a backup waits for. */
const compression = { level: 1 } as const;

/**
 * Writes the whole database to a file: every table as of one instant, streamed in bounded memory. Others go on reading and writing.
 * The file appears under its name when it is complete and on the disk; one that is there is not touched.
 */
export async function writeBackup(
	db: Kysely<DB>, path: string, { signal, progress }: { readonly signal?: AbortSignal; readonly progress?: Progress } = {}
): Promise<BackupMade | Refusal<'file-exists'>> {
	if ((await stat(path).catch(() => null)) !== null) return refuse('file-exists');
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const part = join(dirname(path), `.${basename(path)}.part`);
	const sums = { tables: 0, rows: 0 };
	const hash = createHash('sha256');
	const hashed = new Transform({
		transform(chunk: Buffer, _, done) {
			hash.update(chunk);
			done(null, chunk);
		}
	});
	try {
		await withClient(db, ({ client }) =>
			pipeline(Readable.from(dump(client, sums, progress), { objectMode: false }), createGzip(compression), hashed, createWriteStream(part, { mode: 0o600 }), { signal })
		);
		const sha256 = hash.digest('hex');
		await seal(part, sha256);
		await rename(part, path);
		return { ok: true, bytes: (await stat(path)).size, sha256, ...sums };
	} finally {
		await rm(part, { force: true });
	}
}

/** Puts the seal at the end and waits until all is on the disk. */
async function seal(path: string, sha256: string): Promise<void> {
	const file = await open(path, 'a');
	try {
		await file.writeFile(sealOf(sha256));
		await file.sync();
	} finally {
		await file.close();
	}
}

async function* dump(client: pg.PoolClient, sums: { tables: number; rows: number }, progress: Progress = () => undefined): AsyncGenerator<Buffer> {
	await client.query('begin isolation level repeatable read read only');
	await client.query(plainForms);
	const { rows: now } = await client.query<{ at: Date; server: string }>(`select now() as at, current_setting('server_version') as server`);
	const header: Header = {
		format: backupFormat, madeAt: now[0]!.at.toISOString(), server: now[0]!.server, migrations: await migrationsOf(client), partitions: await partitionsOf(client)
	};
	yield frame('H', header);
	for (const table of await tablesInOrder(client)) {
		await progress(table.name, sums.rows);
		yield frame('T', table);
		const columns = table.columns.map(quoted).join(', ');
		// A partitioned table can be copied by a query only; it brings the rows of all its parts once.
		const copy = client.query(copyTo(`copy (select ${columns} from ${quoted(table.name)}) to stdout`));
		for await (const chunk of copy as AsyncIterable<Buffer>) yield frame('D', chunk);
		sums.tables++;
		sums.rows += copy.rowCount;
		yield frame('E', { name: table.name, rows: copy.rowCount });
	}
	yield frame('S', await sequencesOf(client));
	yield frame('Z', sums);
	await client.query('commit');
}
