import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A value of a COPY row; undefined and null are SQL nulls. */
export type CopyValue = string | number | boolean | null | undefined;

const special = /[\\\t\n\r]/;

/** One line of COPY's text format. */
export function copyLine(values: readonly CopyValue[]): string {
	let line = '';
	for (let k = 0; k < values.length; k++) {
		const value = values[k];
		if (k > 0) line += '\t';
		if (value === null || value === undefined) line += '\\N';
		else if (typeof value !== 'string') line += String(value);
		else line += special.test(value) ? value.replace(/[\\\t\n\r]/g, escape) : value;
	}
	return line + '\n';
}

function escape(character: string): string {
	return character === '\\' ? '\\\\' : character === '\t' ? '\\t' : character === '\n' ? '\\n' : '\\r';
}

/** Bytes handed to the socket at once; lines are gathered up to here. */
const chunkSize = 128 * 1024;

function* chunks(lines: Iterable<string>): Generator<Buffer> {
	let text = '';
	for (const line of lines) {
		text += line;
		if (text.length >= chunkSize) {
			yield Buffer.from(text);
			text = '';
		}
	}
	if (text !== '') yield Buffer.from(text);
}

/** Streams lines into a table; memory stays at a few chunks. `target` is `table (column, …)`. */
export async function copyInto(client: pg.ClientBase, target: string, lines: Iterable<string>): Promise<void> {
	await pipeline(Readable.from(chunks(lines)), client.query(copyFrom(`copy ${target} from stdin`)));
}
