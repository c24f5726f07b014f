import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrateToLatest, migrationNames } from '#db/migrator.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { backupFormat, framesOf, valueOf, type Frame, type Header, type PartitionFrame, type SequenceFrame, type TableFrame } from './frames.ts';
import { migrationsOf, partitionsOf, plainForms, quoted, tablesInOrder } from './schema.server.ts';
import { checkSeal, sealBytes } from './seal.ts';

export type RestoreReason = 'no-file' | 'incomplete' | 'changed' | 'not-a-backup' | 'not-empty' | 'newer-version' | 'other-version' | 'migration-failed';

export type Restored = { readonly ok: true; readonly bytes: number; readonly sha256: string; readonly tables: number; readonly rows: number; readonly madeAt: string };

type Options = { readonly signal?: AbortSignal; readonly progress?: (step: string, share: number) => void };

/**
 * Restores a backup into an empty database: checks the whole file first, brings the schema to the backup's version by the product's own
 * migrations, then copies all tables in one transaction. Whatever goes wrong, the database holds no row afterwards.
 *
 * A backup of an earlier version is restored at that version; the next start brings it up to date.
 *
 * @param url the database, as its owner.
 */
export async function restoreBackup(url: string, path: string, { signal, progress = () => undefined }: Options = {}): Promise<Restored | Refusal<RestoreReason, { readonly message: string }>> {
	const sealed = await checkSeal(path, (share) => progress('checking', share));
	if (!sealed.ok) return refuse(sealed.reason, { message: sealTexts[sealed.reason](path) });
	const header = await readHeader(path, sealed.bytes);
	if (header === null) return refuse('not-a-backup', { message: `${path} is no backup in the format ${backupFormat}.` });
	const client = new pg.Client({ connectionString: url, application_name: 'qianshao restore' });
	// A connection that breaks is told by the statement that was under way.
	client.on('error', () => undefined);
	await client.connect();
	try {
		const refusal = (await refuseUnlessEmpty(client)) ?? (await refuseVersion(client, header));
		if (refusal !== null) return refusal;
		const migrated = await migrateToLatest(url, header.migrations.at(-1));
		if (!migrated.ok) return refuse('migration-failed', { message: `Migration ${migrated.failed ?? ''} failed: ${migrated.reason}` });
		const sums = await copyIn(client, header, path, sealed.bytes, { signal, progress });
		progress('measuring', 1);
		await client.query('analyze');
		return { ok: true, bytes: sealed.bytes, sha256: sealed.sha256, madeAt: header.madeAt, ...sums };
	} finally {
		await client.end();
	}
}

const sealTexts = {
	'no-file': (path: string) => `There is no file ${path}.`,
	incomplete: (path: string) => `${path} is not complete: it ends before its end, or is no backup at all. Nothing was restored; take another copy.`,
	changed: (path: string) => `${path} is not as it was written: its checksum differs. Nothing was restored; take another copy.`
} as const;

function bytesOf(path: string, size: number): AsyncIterable<Buffer> {
	// With a callback, so that both are closed whichever ends first; errors come out where the bytes are read.
	return pipeline(createReadStream(path, { end: size - sealBytes - 1, highWaterMark: 256 * 1024 }), createGunzip(), () => undefined);
}

async function readHeader(path: string, size: number): Promise<Header | null> {
	try {
		for await (const frame of framesOf(bytesOf(path, size))) {
			const header = valueOf<Partial<Header>>(frame);
			return frame.type === 'H' && header.format === backupFormat ? (header as Header) : null;
		}
		return null;
	} catch {
		// No compressed frames: a sealed file of some other kind.
		return null;
	}
}

async function refuseUnlessEmpty(client: pg.Client): Promise<Refusal<'not-empty', { readonly message: string }> | null> {
	for (const { name } of await tablesInOrder(client)) {
		const { rowCount } = await client.query(`select from ${quoted(name)} limit 1`);
		if (rowCount !== 0) {
			return refuse('not-empty', {
				message: `The database is not empty (table ${name} has rows). A backup is restored into an empty one only: make a new database and name it in DATABASE_URL, or a new folder in DATA_DIR.`
			});
		}
	}
	return null;
}

async function refuseVersion(client: pg.Client, { migrations }: Header): Promise<Refusal<'newer-version' | 'other-version', { readonly message: string }> | null> {
	const known = await migrationNames();
	const unknown = migrations.filter((name) => !known.includes(name));
	if (unknown.length > 0) {
		return refuse('newer-version', { message: `The backup is of a newer version of the program (it has ${unknown.join(', ')}). Nothing was restored; install that version.` });
	}
	const isBeginning = (short: readonly string[], long: readonly string[]) => short.every((name, i) => name === long[i]);
	if (migrations.length === 0 || !isBeginning(migrations, known)) {
		return refuse('other-version', { message: 'The backup is of a version of the program whose schema this one does not come from. Nothing was restored.' });
	}
	if (!isBeginning(await migrationsOf(client), migrations)) {
		return refuse('other-version', { message: `The database is empty, but its schema is newer than the backup's (${migrations.at(-1)}). Nothing was restored; make a new database.` });
	}
	return null;
}

async function copyIn(client: pg.Client, header: Header, path: string, size: number, { signal, progress }: Options): Promise<{ readonly tables: number; readonly rows: number }> {
	let copying: Copying | null = null;
	await client.query('begin');
	try {
		await client.query(plainForms);
		const tables = await tablesInOrder(client);
		// What migrations wrote themselves is in the backup as well.
		await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`);
		await makePartitions(client, header.partitions);
		const sums = { tables: 0, rows: 0 };
		for await (const frame of framesOf(bytesOf(path, size))) {
			signal?.throwIfAborted();
			if (frame.type === 'T') {
				const table = valueOf<TableFrame>(frame);
				progress?.(table.name, 0);
				copying = openCopy(client, table);
			} else if (frame.type === 'D') await copying!.write(frame.payload);
			else if (frame.type === 'E') {
				const { name, rows } = valueOf<{ readonly name: string; readonly rows: number }>(frame);
				const copied = await copying!.end();
				copying = null;
				if (copied !== rows) throw new Error(`${name}: ${copied} rows of ${rows} came in`);
				sums.tables++;
				sums.rows += rows;
			} else if (frame.type === 'S') await setSequences(client, valueOf<readonly SequenceFrame[]>(frame));
			else if (frame.type === 'Z') checkSums(frame, sums, tables.length);
		}
		await client.query('commit');
		return sums;
	} catch (error) {
		copying?.abandon();
		await client.query('rollback').catch(() => undefined);
		throw error;
	}
}

function checkSums(frame: Frame, sums: { readonly tables: number; readonly rows: number }, known: number): void {
	const said = valueOf<typeof sums>(frame);
	if (said.tables !== sums.tables || said.rows !== sums.rows || sums.tables !== known) {
		throw new Error(`${sums.tables} tables with ${sums.rows} rows came in, not ${said.tables} (of ${known}) with ${said.rows}`);
	}
}

type Copying = { readonly write: (chunk: Buffer) => Promise<void>; readonly end: () => Promise<number>; readonly abandon: () => void };

function openCopy(client: pg.Client, { name, columns }: TableFrame): Copying {
	const copy = client.query(copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`));
	const failed = new Promise<never>((_, reject) => copy.on('error', reject));
	failed.catch(() => undefined);
	return {
		async write(chunk) {
			if (!copy.write(chunk)) await Promise.race([once(copy, 'drain'), failed]);
		},
		async end() {
			const done = once(copy, 'finish');
			copy.end();
			await Promise.race([done, failed]);
			return copy.rowCount;
		},
		// Tells the server that no more rows come: it would wait for them, and we for it.
		abandon: () => void copy.on('error', () => undefined).destroy()
	};
}

/** Months that the backup's database had made ahead and the migrations do not make. */
async function makePartitions(client: pg.Client, wanted: readonly PartitionFrame[]): Promise<void> {
	const there = new Set((await partitionsOf(client)).map(({ name }) => name));
	for (const { name, parent, from, to } of wanted) {
		if (there.has(name)) continue;
		await client.query(
			`create table ${quoted(name)} partition of ${quoted(parent)} for values from (${client.escapeLiteral(from)}) to (${client.escapeLiteral(to)})`
		);
	}
}

async function setSequences(client: pg.Client, sequences: readonly SequenceFrame[]): Promise<void> {
	for (const { name, last, called } of sequences) await client.query('select setval($1::regclass, $2::bigint, $3)', [quoted(name), last, called]);
}
