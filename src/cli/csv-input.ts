import { createReadStream } from 'node:fs';
import { makeCsvParser, type RawRow } from '#lib/intake/read/csv.ts';

/** What is wrong with a file given on the command line: names file, line and remedy. */
export class InputError extends Error {}

/** One row: its line, and the text of each asked column; '' where an optional one is missing. */
export type InputRow = { readonly line: number; readonly values: readonly string[] };

const chunkBytes = 128 * 1024;

/**
 * Reads a CSV with a header, row by row in bounded memory.
 *
 * @param file a path, or `-` for standard input.
 * @param columns names asked for, in the order in which the values are wanted; a name that ends in `?` may be missing.
 * @throws InputError for a file that cannot be read, a missing column, or a row that is not as long as the header.
 */
export async function* readCsv(file: string, columns: readonly string[]): AsyncGenerator<InputRow> {
	const parser = makeCsvParser(',');
	const decoder = new TextDecoder('utf-8');
	let header: readonly string[] | null = null;
	let places: readonly number[] = [];
	const take = function* (rows: readonly RawRow[]): Generator<InputRow> {
		for (const row of rows) {
			if (row.fault !== null) throw new InputError(`${file}, line ${row.line}: the row cannot be read (${row.fault}); mend it and try again`);
			if (header === null) {
				header = row.values.map((name) => name.trim().replace(/^\uFEFF/, ''));
				places = placesOf(file, header, columns);
				continue;
			}
			if (row.values.length !== header.length) {
				throw new InputError(`${file}, line ${row.line}: ${row.values.length} fields where the header has ${header.length}`);
			}
			yield { line: row.line, values: places.map((at) => (at < 0 ? '' : row.values[at]!.trim())) };
		}
	};
	const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: chunkBytes });
	try {
		for await (const piece of stream as AsyncIterable<Buffer>) yield* take(parser.push(decoder.decode(piece, { stream: true })));
	} catch (error) {
		if (error instanceof Error && 'code' in error) throw new InputError(`${file} cannot be read: ${error.message}`);
		throw error;
	}
	yield* take(parser.push(decoder.decode()));
	yield* take(parser.end());
	if (header === null) throw new InputError(`${file} is empty: a header with ${columns.map(plainName).join(',')} is needed`);
}

const plainName = (name: string) => name.replace(/\?$/, '');

function placesOf(file: string, header: readonly string[], columns: readonly string[]): readonly number[] {
	const twice = header.find((name, k) => header.indexOf(name) !== k);
	if (twice !== undefined) throw new InputError(`${file}: the column ${twice} is there twice`);
	return columns.map((column) => {
		const at = header.indexOf(plainName(column));
		if (at < 0 && !column.endsWith('?')) throw new InputError(`${file}: no column ${column}; the header has ${header.join(',')}`);
		return at;
	});
}
