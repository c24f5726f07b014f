import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { fileRefusal, type FileRefusal } from './inspect-file.ts';
import { limits } from './limits.ts';
import { attribute, makeSheetReader, makeTagWalker, unescapeXml, type SheetRow } from './xml-cells.ts';

class UnzipLimit extends Error {
	readonly refusal: FileRefusal;
	constructor(refusal: FileRefusal) {
		super(refusal.message);
		this.refusal = refusal;
	}
}

export type Workbook = {
	readonly ok: true;
	/** Rows of the first sheet, piece by piece. Throws what `refusalOf` turns into a refusal when a limit breaks on the way. */
	readonly rows: () => AsyncGenerator<readonly SheetRow[]>;
	/** Names of the sheets after the first, which are not read. */
	readonly otherSheets: readonly string[];
	readonly close: () => void;
};

/**
 * Opens an XLSX and streams its first sheet. Sizes are counted while unpacking, as a bomb lies about them; only the shared texts are
 * held in memory, up to a limit of their own.
 */
export async function openWorkbook(path: string, packedBytes: number): Promise<Workbook | FileRefusal> {
	let zip: ZipFile;
	try {
		zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true });
	} catch {
		return fileRefusal('not-xlsx', '文件以 ZIP 开头但无法打开，可能不完整；请重新导出 XLSX');
	}
	try {
		const entries = new Map<string, Entry>();
		for await (const entry of zip.eachEntry()) {
			// Parts of a workbook are some dozen; an archive of millions is none.
			if (entries.size > 10_000) return fileRefusal('not-xlsx', '压缩包里的文件过多，不是 XLSX 表格');
			entries.set(entry.fileName, entry);
		}
		const budget = { packed: packedBytes, unpacked: 0 };
		const read = (name: string, max: number) => readPart(zip, entries.get(name), budget, max);
		const book = await read('xl/workbook.xml', 4 * 1024 * 1024);
		if (book === null) return fileRefusal('not-xlsx', '这是 ZIP 压缩包，但不是 XLSX 表格；请解压后导入，或另存为 .xlsx');
		const sheets = sheetsOf(book, (await read('xl/_rels/workbook.xml.rels', 4 * 1024 * 1024)) ?? '');
		const first = sheets[0] === undefined ? undefined : entries.get(sheets[0].part);
		if (first === undefined) return fileRefusal('no-sheet', 'XLSX 里没有工作表');
		const dateStyles = dateStylesOf((await read('xl/styles.xml', 16 * 1024 * 1024)) ?? '');
		const texts = await readTexts(zip, entries.get('xl/sharedStrings.xml'), budget);
		const from1904 = /<workbookPr[^>]*date1904="(1|true)"/.test(book);
		return {
			ok: true,
			otherSheets: sheets.slice(1).map((sheet) => sheet.name),
			close: () => zip.close(),
			async *rows() {
				const reader = makeSheetReader({ texts, dateStyles, from1904, maxColumns: limits.columns });
				for await (const text of textOf(zip, first, budget)) yield reader.push(text);
			}
		};
	} catch (error) {
		zip.close();
		return refusalOf(error);
	}
}

/** What went wrong while unpacking, as a refusal. */
export function refusalOf(error: unknown): FileRefusal {
	if (error instanceof UnzipLimit) return error.refusal;
	return fileRefusal('not-xlsx', `XLSX 无法读取（${error instanceof Error ? error.message : String(error)}），请重新导出`);
}

type Budget = { readonly packed: number; unpacked: number };

async function* textOf(zip: ZipFile, entry: Entry, budget: Budget): AsyncGenerator<string> {
	const stream = (await zip.openReadStreamPromise(entry)) as Readable;
	const decoder = new TextDecoder();
	try {
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			budget.unpacked += chunk.length;
			if (budget.unpacked > limits.unzipBytes) {
				throw new UnzipLimit(fileRefusal('unzip-size', `XLSX 解压后超过 ${limits.unzipBytes / 1024 / 1024} MiB，已停止；请拆分文件或改用 CSV`));
			}
			if (budget.unpacked > limits.unzipGraceBytes && budget.unpacked > budget.packed * limits.unzipRatio) {
				throw new UnzipLimit(fileRefusal('unzip-ratio', `XLSX 解压比超过 ${limits.unzipRatio} 倍，已停止；请改用 CSV`));
			}
			yield decoder.decode(chunk, { stream: true });
		}
	} finally {
		stream.destroy();
	}
}

async function readPart(zip: ZipFile, entry: Entry | undefined, budget: Budget, max: number): Promise<string | null> {
	if (entry === undefined) return null;
	let all = '';
	for await (const text of textOf(zip, entry, budget)) {
		all += text;
		if (all.length > max) throw new UnzipLimit(fileRefusal('unzip-size', `XLSX 的 ${entry.fileName} 过大，不是常规表格；请重新导出或改用 CSV`));
	}
	return all;
}

async function readTexts(zip: ZipFile, entry: Entry | undefined, budget: Budget): Promise<string[]> {
	const texts: string[] = [];
	if (entry === undefined) return texts;
	let size = 0;
	let current = '';
	let inside = false;
	let phonetic = false;
	const walk = makeTagWalker((tag, before) => {
		if (inside && !phonetic) current += before;
		if (tag === 't' || tag.startsWith('t ')) inside = true;
		else if (tag === '/t') inside = false;
		else if (tag.startsWith('rPh')) phonetic = true;
		else if (tag === '/rPh') phonetic = false;
		else if (tag === 'si/') texts.push('');
		else if (tag === '/si') {
			size += current.length * 2;
			texts.push(unescapeXml(current));
			current = '';
		}
	});
	for await (const text of textOf(zip, entry, budget)) {
		walk(text);
		if (size > limits.sharedTextBytes) {
			throw new UnzipLimit(fileRefusal('unzip-size', `XLSX 的文字超过 ${limits.sharedTextBytes / 1024 / 1024} MiB；请拆分文件或改用 CSV`));
		}
	}
	return texts;
}

function sheetsOf(book: string, relations: string): { readonly name: string; readonly part: string }[] {
	const targets = new Map<string, string>();
	makeTagWalker((tag) => {
		const [id, target] = [attribute(tag, 'Id'), attribute(tag, 'Target')];
		if (tag.startsWith('Relationship ') && id !== null && target !== null) targets.set(id, target);
	})(relations);
	const sheets: { name: string; part: string }[] = [];
	makeTagWalker((tag) => {
		if (!tag.startsWith('sheet ')) return;
		const target = targets.get(attribute(tag, 'r:id') ?? '');
		if (target !== undefined) sheets.push({ name: attribute(tag, 'name') ?? '', part: target.startsWith('/') ? target.slice(1) : `xl/${target}` });
	})(book);
	return sheets;
}

/** Number formats that ECMA-376 (18.8.30) and Chinese Excel reserve for dates and times. */
const builtInDates = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47, ...range(27, 36), ...range(50, 58)]);

function dateStylesOf(styles: string): Set<number> {
	const formats = new Map<number, string>();
	const dates = new Set<number>();
	let inCells = false;
	let index = 0;
	makeTagWalker((tag) => {
		if (tag.startsWith('numFmt ')) formats.set(Number(attribute(tag, 'numFmtId')), attribute(tag, 'formatCode') ?? '');
		else if (tag.startsWith('cellXfs')) inCells = true;
		else if (tag === '/cellXfs') inCells = false;
		else if (inCells && (tag.startsWith('xf ') || tag === 'xf/')) {
			const id = Number(attribute(tag, 'numFmtId') ?? 0);
			const code = formats.get(id)?.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '') ?? '';
			if (builtInDates.has(id) || /[ymdh年月日]/i.test(code)) dates.add(index);
			index++;
		}
	})(styles);
	return dates;
}

function range(from: number, to: number): number[] {
	return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
