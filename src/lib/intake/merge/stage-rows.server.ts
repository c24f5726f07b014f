import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { DB } from '#db/types.ts';
import { makeRowCheck, type CheckContext } from '#lib/intake/check-row.ts';
import { refused } from '#lib/intake/row/refused.ts';
import type { RawRow } from '#lib/intake/read/csv.ts';
import type { ImportInput } from '#lib/intake/import.server.ts';
import type { FileFacts, FileRefusal } from '#lib/intake/read/inspect-file.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import { makeLeftOut } from '#lib/intake/read/left-out.ts';
import { limits } from '#lib/intake/limits.ts';
import { bindMapping, completeMapping, doubtfulColumns, type BoundMapping, type DoubtfulColumn, type Mapping } from '#lib/intake/mapping.ts';
import { rememberedMends } from '#lib/mending/rules.server.ts';
import { mendingCheck } from '#lib/mending/mending.ts';
import { withOtherSheets, type OpenedRows } from '#lib/intake/read/open-rows.ts';
import { makeUnreadColumns } from '#lib/intake/read/unread-columns.ts';
import { stageColumnsOf, stageLine } from './stage.ts';

/** Characters of staged lines that are sent at once; for its size see `chunkBytes` in open-rows.ts. */
const sendCharacters = 32 * 1024;

export type Staged = {
	readonly ok: true;
	readonly rows: number;
	readonly mapping: Mapping;
	readonly columns: readonly string[];
	/** Columns of which something stood in the file and nothing was taken in. */
	readonly unread: readonly string[];
	readonly doubtful: readonly DoubtfulColumn[];
	readonly mended: readonly { readonly rule: string; readonly rows: number }[];
};

type Work = {
	readonly input: Pick<ImportInput, 'sourceId' | 'signal' | 'judgeStage' | 'progress'>;
	readonly kind: KindFacts;
	readonly file: FileFacts;
	readonly opened: OpenedRows;
	readonly mapping: Mapping | null;
	readonly context: CheckContext;
};

/** Judges a file's rows and copies them into the staging table, while the database takes in those before. */
export async function stageRows(connection: Kysely<DB>, client: pg.PoolClient, work: Work): Promise<Staged | FileRefusal> {
	const { input, kind, file, opened, mapping, context } = work;
	const { check, counts } = mendingCheck(await rememberedMends(connection, input.sourceId, kind.stored), makeRowCheck(context), refused);
	const columns = stageColumnsOf(kind.effect);
	const copy = copyIn(client, `copy stage (${columns.join(', ')}) from stdin`);
	let complete = completeMapping(kind, opened.columns, mapping);
	let bound: BoundMapping | null = null;
	let boundColumns = 0;
	let isLeftOut: (row: RawRow) => boolean = () => false;
	const unread = makeUnreadColumns();
	let rows = 0;
	let out = '';
	const source = opened.rows();
	for (;;) {
		const { value, done } = await source.next();
		if (done === true) {
			if (value !== undefined) return copy.abandon(value);
			break;
		}
		input.signal?.throwIfAborted();
		// NDJSON may bring further keys at any time; a file's header never changes.
		if (bound === null || opened.columns.length > boundColumns) {
			if (file.format === 'ndjson' && value.length === 0) continue;
			complete = completeMapping(kind, opened.columns, mapping);
			const result = bindMapping(kind, opened.columns, complete);
			if (!result.ok && (bound === null || file.format !== 'ndjson')) return copy.abandon(withOtherSheets(result, opened.otherSheets));
			if (result.ok) bound = result.bound;
			unread.bind(opened.columns, bound!);
			boundColumns = opened.columns.length;
			if (file.format !== 'ndjson') isLeftOut = leavingOut(opened.columns, bound!, context);
		}
		for (const row of value) {
			if (isLeftOut(row)) continue;
			unread.see(row.values);
			const checked = check(row, opened.columns, bound!);
			if (input.judgeStage !== undefined) checked.raw ??= row.raw?.slice(0, limits.rawCharacters) ?? null;
			out += stageLine(checked, columns);
			rows++;
			if (out.length < sendCharacters) continue;
			await copy.send(out);
			out = '';
		}
		input.progress?.({ step: 'read', share: opened.bytesRead() / file.bytes, rows });
	}
	await copy.end(out);
	return {
		ok: true, rows, mapping: complete, columns: opened.columns, mended: counts(), unread: unread.names(),
		doubtful: doubtfulColumns(kind, opened.columns, complete, mapping)
	};
}

/** Rows of a table that are no data are told of, not refused: nobody has to mend them. */
function leavingOut(columns: readonly string[], bound: BoundMapping, { kind, warn }: CheckContext): (row: RawRow) => boolean {
	const leftOut = makeLeftOut(kind, columns, bound);
	return (row) => {
		if (row.fault !== null) return false;
		const why = leftOut(row.values);
		if (why !== null) warn(why, row.line, row.raw ?? row.values.join(','));
		return why !== null;
	};
}

type CopyIn = {
	/** Resolves when more may be sent. */
	readonly send: (text: string) => Promise<void>;
	/** Resolves when the database has all of it. */
	readonly end: (text: string) => Promise<void>;
	/** The transaction is rolled back with its connection; the COPY only has to be let go. */
	readonly abandon: (refusal: FileRefusal) => FileRefusal;
};

function copyIn(client: pg.PoolClient, statement: string): CopyIn {
	const copy: CopyStreamQuery = client.query(copyFrom(statement));
	/** Whoever waits just now: there is one at most. */
	let waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;
	let failure: Error | null = null;
	const settle = (error: Error | null) => {
		const one = waiting;
		waiting = null;
		if (error === null) one?.resolve();
		else one?.reject(error);
	};
	copy.on('error', (error) => settle((failure = error))).on('drain', () => settle(null)).on('finish', () => settle(null));
	const wait = (begin: () => boolean) =>
		new Promise<void>((resolve, reject) => {
			if (failure !== null) return reject(failure);
			waiting = { resolve, reject };
			if (begin()) settle(null);
		});
	return {
		send: (text) => wait(() => copy.write(text)),
		end: (text) => wait(() => (copy.end(text), false)),
		abandon(refusal) {
			copy.destroy();
			return refusal;
		}
	};
}
