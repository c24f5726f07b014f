import { to as copyTo } from 'pg-copy-streams';
import type { PoolClient } from 'pg';

/** One row of a binary COPY: where each column begins in `bytes`, and how long it is (−1: null). Good until the next row. */
export type CopiedRow = { readonly bytes: Buffer; readonly at: Int32Array; readonly length: Int32Array };

/** Signature, flags and length of the header's extension: PostgreSQL's documentation of COPY, "Binary Format". */
const headerBytes = 19;

/**
 * Streams the rows of a query without making an object of each: a province's events of two years are millions.
 *
 * @param query without parameters; what goes in must be a checked day or kind.
 */
export async function copyRows(client: PoolClient, query: string, columns: number, visit: (row: CopiedRow) => void): Promise<void> {
	const stream = client.query(copyTo(`copy (${query}) to stdout (format binary)`));
	const at = new Int32Array(columns);
	const length = new Int32Array(columns);
	let rest: Buffer = Buffer.alloc(0);
	let started = false;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let next = 0;
		if (!started) {
			if (bytes.length < headerBytes) {
				rest = bytes;
				continue;
			}
			started = true;
			next = headerBytes;
		}
		const row = { bytes, at, length };
		for (;;) {
			const end = rowEnd(bytes, next, at, length);
			if (end < 0) break;
			visit(row);
			next = end;
		}
		rest = bytes.subarray(next);
	}
}

/** Finds the columns of the row that begins at `from`; −1 when it is not all there, or there is none left. */
function rowEnd(bytes: Buffer, from: number, at: Int32Array, length: Int32Array): number {
	if (from + 2 > bytes.length || bytes.readInt16BE(from) < 0) return -1;
	let next = from + 2;
	for (let column = 0; column < at.length; column++) {
		if (next + 4 > bytes.length) return -1;
		const size = bytes.readInt32BE(next);
		next += 4;
		at[column] = next;
		length[column] = size;
		if (size > 0) next += size;
	}
	return next <= bytes.length ? next : -1;
}
