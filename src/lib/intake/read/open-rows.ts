import { createReadStream } from 'node:fs';
import { csvLine, makeCsvParser, sniffDelimiter, type RawRow, type RowParser } from './csv.ts';
import { findHeader, headerRows, knownCells, tooManyColumns } from './header.ts';
import { fileRefusal, type FileFacts, type FileRefusal } from './inspect-file.ts';
import { limits } from '#lib/intake/limits.ts';
import { makeJsonParser } from './ndjson.ts';
import { openWorkbook, refusalOf } from './xlsx.ts';
import type { SheetRow } from './xml-cells.ts';

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
	/** What stands above the header, row by row. */
	readonly above: readonly string[];
	readonly close: () => void;
};

/** Text of more than 128 KiB goes where only a full collection finds it again, and stays: measured, a quarter of the memory. */
const chunkBytes = 48 * 1024;

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
	let above: readonly string[] = [];
	if (file.format === 'ndjson') {
		parser = makeJsonParser(columns);
		first = parser.push(head);
	} else {
		delimiter = sniffDelimiter(widestLine(head));
		parser = makeCsvParser(delimiter);
		first = parser.push(head);
		// A header may go on over several lines inside quotes, and titles may stand above it.
		while (first.length < headerRows) {
			const piece = await next();
			first.push(...(piece === null ? parser.end() : parser.push(unified(piece))));
			if (piece === null) break;
		}
		const top = first.slice(0, headerRows);
		const broken = top.findIndex((row) => row.fault !== null);
		if (top.length === 0) return fail(fileRefusal('empty-file', '文件里没有内容，请重新导出后再导入'));
		if (broken === 0) return fail(brokenHeader(top[0]!));
		const header = findHeader(top.slice(0, broken < 0 ? undefined : broken).map((row) => row.values));
		if (!header.ok) return fail(header);
		const wide = wideDelimiter(header.names);
		if (wide !== null) return fail(fileRefusal('no-header', `表头里用的是全角“${wide}”（“${header.names[0]!.slice(0, 30)}”），整行被读成了一列；请把全文的“${wide}”换成半角“,”后再导入，或导出为 XLSX`));
		columns.push(...header.names);
		above = first.slice(0, header.above).map((row) => row.raw ?? '');
		first = first.slice(header.above + header.height);
	}

	return {
		ok: true,
		columns,
		delimiter,
		otherSheets: [],
		above,
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

/** The full-width sign that separates the names of what was read as a single column; null when it is one. */
function wideDelimiter(names: readonly string[]): string | null {
	if (names.length !== 1) return null;
	return ['，', '；', '｜', '、'].find((sign) => knownCells(names[0]!.split(sign)) >= 2) ?? null;
}

/** Of the first lines the one that has most delimiters: a title has none. */
function widestLine(head: string): string {
	const width = (line: string) => line.split(sniffDelimiter(line)).length;
	return head.split('\n', headerRows).reduce((best, line) => (width(line) > width(best) ? line : best));
}

function brokenHeader({ fault }: RawRow): FileRefusal {
	if (fault === 'row-too-long') {
		return fileRefusal('header-too-long', `表头超过 ${limits.rowBytes / 1024 / 1024} MiB（表头最多 ${limits.columns} 列）；请检查文件是否缺少换行`);
	}
	return fault === 'too-many-columns' ? tooManyColumns : fileRefusal('no-header', '第一行不是表头（引号未配对）；请在第一行写列名');
}

async function openSheet(file: FileFacts): Promise<OpenedRows | FileRefusal> {
	const book = await openWorkbook(file.path, file.bytes);
	if (!book.ok) return book;
	const source = book.rows();
	let read = 0;
	const toRaw = (row: SheetRow): RawRow => ({
		line: row.line,
		values: row.values,
		raw: null,
		fault: row.tooWide ? 'too-many-columns' : isLong(row.values) ? 'row-too-long' : row.values.some(isBad) ? 'bad-characters' : null
	});
	let top: SheetRow[] = [];
	try {
		while (top.length < headerRows) {
			const { value, done } = await source.next();
			if (done === true) break;
			top.push(...value.filter(isFilled));
		}
	} catch (error) {
		book.close();
		return refusalOf(error);
	}
	const refuse = (refusal: FileRefusal) => (book.close(), withOtherSheets(refusal, book.otherSheets));
	if (top.length === 0) return refuse(fileRefusal('empty-file', '第一张工作表是空的；请把数据放在第一张工作表'));
	if (top[0]!.tooWide) return refuse(tooManyColumns);
	const header = findHeader(top.slice(0, headerRows).map((row) => row.values));
	if (!header.ok) return refuse(header);
	const columns = [...header.names];
	const above = top.slice(0, header.above).map((row) => row.values.filter((cell) => cell !== '').join(' '));
	top = top.slice(header.above + header.height);
	return {
		ok: true,
		columns,
		delimiter: ',',
		otherSheets: book.otherSheets,
		above,
		bytesRead: () => Math.min(read, file.bytes),
		close: book.close,
		async *rows() {
			try {
				yield top.map(toRaw);
				for await (const rows of source) {
					// How far the packed file is read, nobody tells; nine tenths are shown before the end.
					read += (file.bytes - read) * 0.02;
					yield rows.filter(isFilled).map(toRaw);
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

/** A refusal of what the first sheet is, with the sheets that were not looked at: the data may be there. */
export function withOtherSheets(refusal: FileRefusal, otherSheets: readonly string[]): FileRefusal {
	if (otherSheets.length === 0) return refusal;
	return { ...refusal, message: `${refusal.message}。只读取第一张未隐藏的工作表；文件里还有：${otherSheets.slice(0, 10).join('、')}。数据在别的工作表时，请把它移到第一张后再导入` };
}

const isFilled = (row: SheetRow) => row.tooWide || row.values.some((cell) => cell.trim() !== '');

/** NUL, and halves of characters: escapes of a sheet's text can spell them. */
const isBad = (cell: string) => cell.includes('\0') || !cell.isWellFormed();

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
