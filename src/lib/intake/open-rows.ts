import { createReadStream } from 'node:fs';
import { isUscc, normaliseUscc } from '#lib/enterprises/uscc.ts';
import { csvLine, makeCsvParser, sniffDelimiter, type RawRow, type RowParser } from './csv.ts';
import { parseDate } from './dates.ts';
import { fileRefusal, type FileFacts, type FileRefusal } from './inspect-file.ts';
import { limits } from './limits.ts';
import { makeJsonParser } from './ndjson.ts';
import { openWorkbook, refusalOf } from './xlsx.ts';

/** An opened file: its columns, and its rows piece by piece. */
export type OpenedRows = {
	readonly ok: true;
	/** Names of the columns. NDJSON adds keys as it meets them, always at the end. */
	readonly columns: readonly string[];
	readonly delimiter: string;
	/** Rows after the header. Ends with a refusal as its return value when the file breaks a limit on the way. */
	readonly rows: () => AsyncGenerator<readonly RawRow[], FileRefusal | undefined>;
	/** Bytes of the file read so far. */
	readonly bytesRead: () => number;
	readonly otherSheets: readonly string[];
	readonly close: () => void;
};

const chunkBytes = 128 * 1024;

/** Opens a file that `inspectFile` has judged. Memory stays bounded by the limits, whatever the file's size. */
export async function openRows(file: FileFacts): Promise<OpenedRows | FileRefusal> {
	return file.format === 'xlsx' ? openSheet(file) : openText(file);
}

async function openText(file: FileFacts): Promise<OpenedRows | FileRefusal> {
	const stream = createReadStream(file.path, { highWaterMark: chunkBytes });
	let read = 0;
	const decoder = new TextDecoder(file.encoding ?? 'utf-8');
	const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
	/** The next piece of text; null at the end. */
	const next = async (): Promise<string | null> => {
		const { value, done } = await chunks.next();
		if (done === true) return null;
		read += value.length;
		return decoder.decode(value, { stream: true });
	};
	const close = () => void stream.destroy();
	const fail = (refusal: FileRefusal) => (close(), refusal);

	// The first line says what the rest is.
	let head = '';
	for (;;) {
		const piece = await next();
		if (piece === null) break;
		head += piece;
		if (head.trimStart().includes('\n') || head.length > limits.rowBytes) break;
	}
	head = head.trimStart();
	// Only a carriage return between lines: files of very old systems.
	const oldBreaks = !head.includes('\n') && head.includes('\r');
	const unified = (text: string) => (oldBreaks ? text.replaceAll('\r', '\n') : text);
	head = unified(head);

	const columns: string[] = [];
	let parser: RowParser;
	let first: RawRow[] = [];
	let delimiter = ',';
	if (file.format === 'ndjson') {
		parser = makeJsonParser(columns);
		first = parser.push(head);
	} else {
		delimiter = sniffDelimiter(head.slice(0, head.indexOf('\n') < 0 ? undefined : head.indexOf('\n')));
		parser = makeCsvParser(delimiter);
		first = parser.push(head);
		// A header may go on over several lines inside quotes.
		while (first.length === 0) {
			const piece = await next();
			first = piece === null ? parser.end() : parser.push(unified(piece));
			if (piece === null) break;
		}
		const header = first.shift();
		if (header === undefined) return fail(fileRefusal('empty-file', '文件里没有内容，请重新导出后再导入'));
		if (header.fault === 'row-too-long') {
			return fail(fileRefusal('header-too-long', `表头超过 ${limits.rowBytes / 1024 / 1024} MiB（表头最多 ${limits.columns} 列）；请检查文件是否缺少换行`));
		}
		if (header.fault === 'too-many-columns') return fail(tooManyColumns);
		if (header.fault !== null) return fail(fileRefusal('no-header', '第一行不是表头（引号未配对）；请在第一行写列名'));
		const named = headerOf(header.values);
		if (!Array.isArray(named)) return fail(named);
		columns.push(...named);
	}

	return {
		ok: true,
		columns,
		delimiter,
		otherSheets: [],
		bytesRead: () => read,
		close,
		async *rows() {
			try {
				yield first.map(withoutBadCharacters);
				// A piece is looked at once, its rows only where something is: what it left open as well.
				let bad = true;
				const checked = (text: string, rows: readonly RawRow[]) => {
					const here = hasBadCharacters(text);
					const found = bad || here ? rows.map(withoutBadCharacters) : rows;
					bad = here || (bad && rows.length === 0);
					return found;
				};
				for (let text = await next(); text !== null; text = await next()) yield checked(text, parser.push(unified(text)));
				const last = decoder.decode();
				yield checked(last, parser.push(unified(last)));
				yield checked('', parser.end());
			} finally {
				close();
			}
			return undefined;
		}
	};
}

async function openSheet(file: FileFacts): Promise<OpenedRows | FileRefusal> {
	const book = await openWorkbook(file.path, file.bytes);
	if (!book.ok) return book;
	const source = book.rows();
	const columns: string[] = [];
	const first: RawRow[] = [];
	let read = 0;
	const toRaw = (row: { readonly line: number; readonly values: readonly string[]; readonly tooWide: boolean }): RawRow => ({
		line: row.line,
		values: row.values,
		raw: null,
		fault: row.tooWide ? 'too-many-columns' : isLong(row.values) ? 'row-too-long' : null
	});
	try {
		while (columns.length === 0) {
			const { value, done } = await source.next();
			if (done === true) {
				book.close();
				return fileRefusal('empty-file', '第一张工作表是空的；请把数据放在第一张工作表');
			}
			for (const row of value) {
				if (columns.length > 0) first.push(toRaw(row));
				else if (row.tooWide) return tooManyColumns;
				else if (row.values.some((cell) => cell.trim() !== '')) {
					const named = headerOf(row.values);
					if (!Array.isArray(named)) {
						book.close();
						return named;
					}
					columns.push(...named);
				}
			}
		}
	} catch (error) {
		book.close();
		return refusalOf(error);
	}
	return {
		ok: true,
		columns,
		delimiter: ',',
		otherSheets: book.otherSheets,
		bytesRead: () => Math.min(read, file.bytes),
		close: book.close,
		async *rows() {
			try {
				yield first;
				for await (const rows of source) {
					// How far the packed file is read, nobody tells; nine tenths are shown before the end.
					read += (file.bytes - read) * 0.02;
					yield rows.filter((row) => row.values.length > 0 || row.tooWide).map(toRaw);
				}
				read = file.bytes;
			} catch (error) {
				return refusalOf(error);
			} finally {
				book.close();
			}
			return undefined;
		}
	};
}

function isLong(values: readonly string[]): boolean {
	let size = 0;
	for (const value of values) size += value.length;
	return size > limits.rowBytes / 3 && Buffer.byteLength(csvLine(values)) > limits.rowBytes;
}

function hasBadCharacters(text: string): boolean {
	return text.includes('\ufffd') || text.includes('\0');
}

/** PostgreSQL keeps no NUL, and a replacement character is text that was lost. */
function withoutBadCharacters(row: RawRow): RawRow {
	if (row.fault !== null || row.raw === null || !hasBadCharacters(row.raw)) return row;
	return { ...row, raw: row.raw.replaceAll('\0', '\ufffd').slice(0, limits.rawCharacters), fault: 'bad-characters' };
}

const tooManyColumns = fileRefusal('too-many-columns', `表头超过 ${limits.columns} 列；请检查分隔符，或只导出需要的列`);

/** Names of the columns: each once, none empty. A row of data in the header's place is refused. */
function headerOf(cells: readonly string[]): string[] | FileRefusal {
	if (cells.length > limits.columns) return tooManyColumns;
	const names = cells.map((cell) => cell.trim());
	const endless = names.findIndex((name) => name.length > limits.columnNameCharacters);
	if (endless >= 0) {
		return fileRefusal('header-too-long', `第 ${endless + 1} 列的列名超过 ${limits.columnNameCharacters} 个字（“${names[endless]!.slice(0, 20)}…”）；请在第一行写列名`);
	}
	const datum = names.find((name) => isUscc(normaliseUscc(name)) || parseDate(name).ok);
	if (datum !== undefined) return fileRefusal('no-header', `第一行是数据（“${datum}”），不是表头；请在第一行写列名`);
	if (names.every((name) => name === '' || /^[\d.]+$/.test(name))) return fileRefusal('no-header', '第一行没有列名；请在第一行写列名');
	const seen = new Map<string, number>();
	return names.map((name, i) => {
		const base = name || `列${i + 1}`;
		const times = (seen.get(base) ?? 0) + 1;
		seen.set(base, times);
		return times === 1 ? base : `${base}#${times}`;
	});
}
