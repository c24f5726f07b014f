import { createHash, randomUUID } from 'node:crypto';
import { open, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { sql, type Kysely, type Selectable } from 'kysely';
import type { DB, Exchange } from '#db/types.ts';
import { diskState, diskText } from '#lib/settings/disk.ts';
import { columnChanges, highKindOf, pullQuery, rowLine, type Columns } from './exchange.ts';
import { exchangeRefusal, foreignRefusal, openExchange, readColumns, type ConnectionSettings, type ExchangeRefusal } from './connection.server.ts';
import { importFile } from '#lib/intake/import.server.ts';

export type ExchangeRow = Selectable<Exchange>;

export type PullContext = {
	readonly from: ConnectionSettings;
	readonly signal: AbortSignal;
	readonly disk?: typeof diskState;
	/** Default: {@link longestPullMs}. */
	readonly longestMs?: number;
};

type Pulled = { readonly ok: true; readonly rows: number; readonly accepted: number; readonly rejected: number; readonly batches: number };

/** Rows asked for at once: bounds memory, and is few round trips to another office. */
const fetchRows = 2_000;
/** A first pull of years goes on in the next run, so that the evening's work is not kept waiting and no snapshot stands for hours. */
const longestPullMs = 5 * 60_000;

/**
 * Reads an exchange table from its mark on and takes the rows in, batch by batch, by the same checks and merge as files. The mark
 * moves in the transaction of each merge: broken off anywhere, the next pull reads on from there, and what is read twice is
 * duplicates.
 */
export async function pullExchange(db: Kysely<DB>, exchange: ExchangeRow, context: PullContext): Promise<Pulled | ExchangeRefusal> {
	const disk = await (context.disk ?? diskState)();
	if (disk.level === 'full') return exchangeRefusal('disk-full', diskText(disk));
	const opened = await openExchange(exchange.connection, context.from);
	if (!opened.ok) return opened;
	try {
		const columns = await settleColumns(db, exchange, opened.client);
		if (!columns.ok) return columns;
		return await pullRows(db, exchange, columns.columns, opened.client, context);
	} finally {
		await opened.client.end().catch(() => undefined);
	}
}

/** The table's columns, kept on the first pull and compared on every other. */
async function settleColumns(db: Kysely<DB>, exchange: ExchangeRow, client: pg.Client): Promise<{ readonly ok: true; readonly columns: Columns } | ExchangeRefusal> {
	const found = await readColumns(client, exchange.table_schema, exchange.table_name);
	if (!found.ok) return found;
	const settled = (exchange.columns ?? {}) as Columns;
	const changes = columnChanges(settled, found.columns);
	if (changes.length > 0) return exchangeRefusal('columns-changed', changes.map(({ column, was, is }) => `${column}: ${was} → ${is ?? '∅'}`).join('; ').slice(0, 500));
	const type = found.columns[exchange.high_column];
	if (type === undefined) return exchangeRefusal('high-missing', exchange.high_column);
	if (highKindOf(type) === null) return exchangeRefusal('high-type', `${exchange.high_column}: ${type}`);
	if (Object.keys(settled).length !== Object.keys(found.columns).length) {
		await db.updateTable('exchange').set({ columns: JSON.stringify(found.columns) }).where('id', '=', exchange.id).execute();
	}
	return found;
}

/** Ends a merge whose mark somebody else has moved or set anew meanwhile. */
class MarkMoved extends Error {}

async function pullRows(db: Kysely<DB>, exchange: ExchangeRow, columns: Columns, client: pg.Client, context: PullContext): Promise<Pulled | ExchangeRefusal> {
	const names = Object.keys(columns);
	const table = { schema: exchange.table_schema, table: exchange.table_name, high: exchange.high_column };
	const ends = Date.now() + (context.longestMs ?? longestPullMs);
	const total = { rows: 0, accepted: 0, rejected: 0, batches: 0 };
	let mark = exchange.high_water;
	const reader = cursorOf(client, pullQuery(table, columns, exchange.overlap), mark);
	let next = await reader();
	while (next.ok && next.rows.length > 0) {
		context.signal.throwIfAborted();
		const batch = await writeBatch(context.from.dataDir, names, exchange.batch_rows, next.rows, reader);
		try {
			if (!batch.ok) return batch;
			const seen = batch.sha256 === exchange.last_sha256 && batch.reached === null;
			if (!seen) {
				const imported = await importBatch(db, exchange, batch, mark, context.signal);
				if (!imported.ok) return imported;
				total.rows += imported.rows;
				total.accepted += imported.accepted;
				total.rejected += imported.rejected;
				total.batches++;
			}
		} finally {
			if (batch.ok) await rm(batch.path, { force: true });
		}
		const beyond = batch.reached !== null;
		mark = batch.reached ?? mark;
		next = { ok: true, rows: batch.rest };
		if (next.rows.length === 0 || (beyond && Date.now() > ends)) break;
	}
	return next.ok ? { ok: true, ...total } : next;
}

/** `mark`, whether it lies beyond the old one, then the columns. */
type ForeignRow = readonly [mark: string, beyond: boolean, ...values: (string | null)[]];
type Read = { readonly ok: true; readonly rows: readonly ForeignRow[] } | ExchangeRefusal;

/** Reads through a cursor of the other database, piece by piece; no rows: the end. */
function cursorOf(client: pg.Client, query: string, mark: string | null): () => Promise<Read> {
	let declared = false;
	return async () => {
		try {
			if (!declared) await client.query({ text: `declare pulled no scroll cursor for ${query}`, values: [mark] });
			declared = true;
			const { rows } = await client.query<ForeignRow[]>({ text: `fetch ${fetchRows} from pulled`, rowMode: 'array' });
			return { ok: true, rows: rows as unknown as readonly ForeignRow[] };
		} catch (error) {
			return foreignRefusal(error);
		}
	};
}

type Batch = {
	readonly ok: true;
	readonly path: string;
	readonly sha256: string;
	/** The last row's mark; null when no row lies beyond the mark that there was. */
	readonly reached: string | null;
	/** Rows that were read and belong to the next batch. */
	readonly rest: readonly ForeignRow[];
};

/**
 * Writes rows to a file until it has as many as wanted. Rows of the same mark stay together: the mark may only move to a value of
 * which nothing is left.
 */
async function writeBatch(dataDir: string, names: readonly string[], wanted: number, first: readonly ForeignRow[], reader: () => Promise<Read>): Promise<Batch | ExchangeRefusal> {
	const folder = join(dataDir, 'pushed');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const path = join(folder, randomUUID());
	const file = await open(path, 'w', 0o600);
	const hash = createHash('sha256');
	let written = 0;
	let last: ForeignRow | null = null;
	try {
		for (let rows = first; ; ) {
			let text = '';
			let i = 0;
			for (; i < rows.length; i++) {
				const row = rows[i]!;
				if (written >= wanted && last !== null && row[0] !== last[0]) break;
				text += rowLine(names, row.slice(2) as (string | null)[]);
				last = row;
				written++;
			}
			hash.update(text);
			await file.write(text);
			const rest = rows.slice(i);
			const more: Read = rest.length > 0 ? { ok: true, rows: rest } : await reader();
			if (!more.ok) {
				await rm(path, { force: true });
				return more;
			}
			if (rest.length > 0 || more.rows.length === 0) return { ok: true, path, sha256: hash.digest('hex'), reached: last![1] ? last![0] : null, rest };
			rows = more.rows;
		}
	} finally {
		await file.close();
	}
}

async function importBatch(db: Kysely<DB>, exchange: ExchangeRow, batch: Batch, mark: string | null, signal: AbortSignal) {
	const batchId = randomUUID();
	try {
		const result = await importFile(db, {
			kind: exchange.kind, sourceId: exchange.source_id, path: batch.path, batchId, format: 'ndjson', mapping: null, actor: null, signal,
			fileName: `${exchange.name} ${batch.reached ?? mark ?? ''}`.trim(),
			async alongside(trx, { rows }) {
				const { numUpdatedRows } = await trx
					.updateTable('exchange')
					.set({ high_water: batch.reached ?? mark, last_sha256: batch.sha256, last_batch_id: batchId, last_rows: rows })
					.where('id', '=', exchange.id)
					.where('state', '=', 'on')
					.where(sql<boolean>`high_water is not distinct from ${mark}`)
					.executeTakeFirst();
				if (numUpdatedRows !== 1n) throw new MarkMoved();
			}
		});
		if (!result.ok) return exchangeRefusal('refused', 'message' in result ? result.message : result.reason);
		return result;
	} catch (error) {
		if (error instanceof MarkMoved) return exchangeRefusal('refused', '拉取期间设置已被更改，下次从新的起点继续');
		throw error;
	}
}
