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

/** PostgreSQL counts its days and microseconds from here. */
export const epoch = '2000-01-01';
const microsADay = 86_400_000_000;
/** Asia/Shanghai is eight hours ahead (`calendar/days.ts`). */
const shanghaiMicros = 28_800_000_000;

/** The day of an instant, counted from `epoch`. */
export function dayAt({ bytes, at }: CopiedRow, column: number): number {
	const micros = bytes.readInt32BE(at[column]) * 4_294_967_296 + bytes.readUInt32BE(at[column]! + 4);
	return Math.floor((micros + shanghaiMicros) / microsADay);
}

/** 53 bits of a 64-bit hash: of two million persons two are taken for one about once in five thousand previews. */
export function hashAt({ bytes, at }: CopiedRow, column: number): number {
	return (bytes.readUInt32BE(at[column]) & 0x1fffff) * 4_294_967_296 + bytes.readUInt32BE(at[column]! + 4);
}

const keySpace = 1 << 24;

/** A region and, in the next column, an industry's division in one number that sorts as they do: six digits, and up to three characters. */
export function codeAt({ bytes, at, length }: CopiedRow, column: number): number {
	let region = 0;
	for (let i = 0; i < 6; i++) region = region * 10 + bytes[at[column]! + i]! - 48;
	const from = at[column + 1]!;
	const size = Math.min(3, length[column + 1]!);
	let industry = 0;
	for (let i = 0; i < 3; i++) industry = industry * 256 + (i < size ? bytes[from + i]! : 0);
	return region * keySpace + industry;
}

/** The same of a region and an industry division. */
export function codeOf(region: string, division: string): number {
	let industry = 0;
	for (let i = 0; i < 3; i++) industry = industry * 256 + (i < division.length ? division.charCodeAt(i) : 0);
	return Number(region) * keySpace + industry;
}

export const regionOf = (code: number) => String(Math.floor(code / keySpace)).padStart(6, '0');

export function industryOf(code: number): string {
	const key = code % keySpace;
	return String.fromCharCode(...[key >> 16, (key >> 8) & 255, key & 255].filter((char) => char !== 0));
}
