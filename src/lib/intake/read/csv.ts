import { limits } from '#lib/intake/limits.ts';

/** Why a row could not even be read. */
export const rowFaults = ['row-too-long', 'too-many-columns', 'quote-open', 'not-json', 'bad-characters'] as const;
export type RowFault = (typeof rowFaults)[number];

/** One row as the file has it. */
export type RawRow = {
	/** Line of the file on which the row begins, from 1; for sheets the row. */
	readonly line: number;
	/** Cells in order of the columns; short where the row is. */
	readonly values: readonly string[];
	/** The text of the row; null where the format has none (sheets). */
	readonly raw: string | null;
	readonly fault: RowFault | null;
	/** Cells that are neither text nor number where the format tells (NDJSON), by column. */
	readonly odd?: ReadonlyMap<number, OddValue>;
};

/** What NDJSON can hold that a table's cell cannot. */
export type OddValue = 'boolean' | 'array' | 'object';

/** Takes pieces of text, gives the rows that are complete. `end` gives the last one. */
export type RowParser = { readonly push: (text: string) => RawRow[]; readonly end: () => RawRow[] };

const none: readonly string[] = [];

/** Splits text into lines no longer than the limit; what is longer is dropped up to its end and given by its beginning. */
export function makeLineParser(read: (text: string, line: number) => RawRow | null): RowParser {
	let rest = '';
	let line = 1;
	/** Beginning of a line that is too long, while its end has not come. */
	let skipped: string | null = null;

	const take = (rows: RawRow[], text: string): void => {
		const plain = text.endsWith('\r') ? text.slice(0, -1) : text;
		const row = isTooLong(plain) ? tooLong(plain, line) : read(plain, line);
		line++;
		if (row !== null) rows.push(row);
	};

	return {
		push(text) {
			const rows: RawRow[] = [];
			let from = 0;
			let end = text.indexOf('\n');
			if (skipped !== null) {
				if (end < 0) return rows;
				rows.push(tooLong(skipped, line++));
				skipped = null;
				from = end + 1;
				end = text.indexOf('\n', from);
			}
			while (end >= 0) {
				take(rows, rest + text.slice(from, end));
				rest = '';
				from = end + 1;
				end = text.indexOf('\n', from);
			}
			rest += text.slice(from);
			if (rest.length > limits.rowBytes) {
				skipped = rest.slice(0, limits.rawCharacters);
				rest = '';
			}
			return rows;
		},
		end() {
			const rows: RawRow[] = [];
			if (skipped !== null) rows.push(tooLong(skipped, line));
			else if (rest !== '') take(rows, rest);
			rest = '';
			skipped = null;
			return rows;
		}
	};
}

function isTooLong(text: string): boolean {
	// A character has at most three bytes per UTF-16 unit.
	return text.length > limits.rowBytes / 3 && Buffer.byteLength(text) > limits.rowBytes;
}

function tooLong(text: string, line: number): RawRow {
	return { line, values: none, raw: text.slice(0, limits.rawCharacters), fault: 'row-too-long' };
}

/**
 * CSV after RFC 4180, streaming. Lenient where files of offices are: quotes inside an unquoted field are text, a field may go on after
 * its closing quote. A quote that is never closed, or that the next line's opening quote would close, costs its own line only, not the
 * lines after it.
 */
export function makeCsvParser(delimiter: string): RowParser {
	let rest = '';
	let line = 1;
	let skipped: string | null = null;

	function parse(text: string, last: boolean): RawRow[] {
		const rows: RawRow[] = [];
		let at = 0;
		let quote = -1;
		if (skipped !== null) {
			const end = text.indexOf('\n');
			if (end < 0 && !last) return rows;
			rows.push(tooLong(skipped, line++));
			skipped = null;
			if (end < 0) return rows;
			at = end + 1;
		}
		while (at < text.length) {
			let end = text.indexOf('\n', at);
			if (end < 0) {
				if (!last) break;
				end = text.length;
			}
			// Offices' rows hold no quotes mostly, and splitting is several times faster than walking.
			if (quote < at) quote = text.indexOf('"', at);
			if (quote < 0) quote = Infinity;
			if (quote >= end) {
				const raw = text.slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
				if (raw !== '') rows.push(isTooLong(raw) ? tooLong(raw, line) : counted(raw.split(delimiter), raw, line));
				line++;
				at = end + 1;
				continue;
			}
			const walked = walk(text, at, delimiter, last);
			if (walked === null && !last && text.length - at <= limits.rowBytes) break;
			if (walked === null || walked === 'misquoted' || walked.end - at > limits.rowBytes) {
				const raw = text.slice(at, end).replace(/\r$/, '');
				rows.push(isTooLong(raw) ? tooLong(raw, line) : { line, values: none, raw: raw.slice(0, limits.rawCharacters), fault: 'quote-open' });
				line++;
				at = end + 1;
				continue;
			}
			const raw = text.slice(at, walked.end).replace(/\r$/, '');
			rows.push(isTooLong(raw) ? tooLong(raw, line) : counted(walked.values, raw, line));
			line += walked.lines;
			at = walked.end + 1;
		}
		rest = at < text.length ? text.slice(at) : '';
		if (rest.length > limits.rowBytes && !rest.includes('\n')) {
			skipped = rest.slice(0, limits.rawCharacters);
			rest = '';
		}
		return rows;
	}

	return {
		push: (text) => parse(rest === '' ? text : rest + text, false),
		end: () => parse(rest, true)
	};
}

function counted(values: readonly string[], raw: string, line: number): RawRow {
	if (values.length <= limits.columns) return { line, values, raw, fault: null };
	return { line, values: none, raw: raw.slice(0, limits.rawCharacters), fault: 'too-many-columns' };
}

type Walked = { readonly values: string[]; readonly end: number; readonly lines: number };

/**
 * Walks one row with quotes; `end` is its line break or the text's end. Null when a quote is still open there; misquoted when one was
 * closed lines later by a quote that text follows: that one opens a field of another row.
 */
function walk(text: string, from: number, delimiter: string, last: boolean): Walked | 'misquoted' | null {
	const values: string[] = [];
	const separator = delimiter.charCodeAt(0);
	let lines = 1;
	let at = from;
	for (;;) {
		let value = '';
		let broken = false;
		if (text.charCodeAt(at) === 34) {
			at++;
			for (;;) {
				const close = text.indexOf('"', at);
				if (close < 0) return null;
				value += text.slice(at, close);
				at = close + 1;
				if (text.charCodeAt(at) !== 34) break;
				value += '"';
				at++;
			}
			broken = value.includes('\n');
			for (let i = value.indexOf('\n'); i >= 0; i = value.indexOf('\n', i + 1)) lines++;
			// A quote at the very end of the piece may be the first half of a doubled one.
			if (at >= text.length && !last) return null;
		}
		const start = at;
		while (at < text.length && text.charCodeAt(at) !== separator && text.charCodeAt(at) !== 10) at++;
		if (at >= text.length && !last) return null;
		if (broken && text.slice(start, at).trim() !== '') return 'misquoted';
		value += text.slice(start, text.charCodeAt(at) === 10 && text.charCodeAt(at - 1) === 13 && at > start ? at - 1 : at);
		values.push(value);
		if (at >= text.length || text.charCodeAt(at) === 10) return { values, end: at, lines };
		at++;
	}
}

/** One line of a CSV file; what a spreadsheet would take for a formula gets an apostrophe, which the intake takes away again. */
export function csvLine(values: readonly string[]): string {
	return values.map(csvCell).join(',');
}

function csvCell(value: string): string {
	const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The cells of one row, as a parser reads them. */
export function cellsOf(raw: string, delimiter: string): readonly string[] {
	const parser = makeCsvParser(delimiter);
	return [...parser.push(raw), ...parser.end()][0]?.values ?? [];
}

/** The delimiter that a header line speaks for: the most frequent of the usual four outside quotes. */
export function sniffDelimiter(header: string): string {
	const plain = header.replace(/"[^"]*"/g, '');
	const count = (delimiter: string) => plain.split(delimiter).length - 1;
	return [',', '\t', ';', '|'].reduce((best, one) => (count(one) > count(best) ? one : best));
}
