import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { fileRefusal, type FileRefusal } from './inspect-file.ts';
import { limits } from '#lib/intake/limits.ts';
import { makeFillDown, mergedCells, type MergedCells } from './merged-cells.ts';
import { makeSharedTexts, type SharedTexts } from './shared-texts.ts';
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
	/** Rows of the first sheet that is not hidden, piece by piece. Throws what `refusalOf` turns into a refusal when a limit breaks on the way. */
	readonly rows: () => AsyncGenerator<readonly SheetRow[]>;
	/** Names of the other sheets, which are not read. */
	readonly otherSheets: readonly string[];
	readonly close: () => void;
};

/**
 * Opens an XLSX and streams its first sheet. Sizes are counted while unpacking, as a bomb lies about them.
 */
export async function openWorkbook(path: string, packedBytes: number): Promise<Workbook | FileRefusal> {
	let zip: ZipFile;
	try {
		zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true });
	} catch {
		return fileRefusal('not-xlsx', '文件以 ZIP 开头但无法打开，可能不完整；请重新导出 XLSX');
	}
	const texts = makeSharedTexts();
	const close = () => {
		zip.close();
		texts.close();
	};
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
		const sheet = sheets.find(({ hidden }) => !hidden) ?? sheets[0];
		const part = sheet === undefined ? undefined : entries.get(sheet.part);
		if (part === undefined) return fileRefusal('no-sheet', 'XLSX 里没有工作表');
		const dateStyles = dateStylesOf((await read('xl/styles.xml', 16 * 1024 * 1024)) ?? '');
		const merged = await readMerged(zip, part, packedBytes);
		await readTexts(zip, entries.get('xl/sharedStrings.xml'), budget, texts);
		const from1904 = /<(?:\w+:)?workbookPr[^>]*date1904="(1|true)"/.test(book);
		return {
			ok: true,
			otherSheets: sheets.filter((other) => other !== sheet).map(({ name, hidden }) => (hidden ? `${name}（隐藏）` : name)),
			close,
			async *rows() {
				const reader = makeSheetReader({ texts, dateStyles, from1904, maxColumns: limits.columns });
				const fillDown = makeFillDown(merged);
				for await (const text of textOf(zip, part, budget)) yield reader.push(text).map(fillDown);
			}
		};
	} catch (error) {
		close();
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

async function readTexts(zip: ZipFile, entry: Entry | undefined, budget: Budget, texts: SharedTexts): Promise<void> {
	if (entry === undefined) return;
	let current = '';
	let inside = false;
	let phonetic = false;
	const walk = makeTagWalker((tag, before) => {
		if (inside && !phonetic) current += before;
		if (tag === 't' || tag.startsWith('t ')) inside = true;
		else if (tag === '/t') inside = false;
		else if (tag === 'rPh' || tag.startsWith('rPh ')) phonetic = true;
		else if (tag === '/rPh') phonetic = false;
		else if (tag === 'si/') texts.add('');
		else if (tag === '/si') {
			texts.add(unescapeXml(current));
			current = '';
		}
	});
	for await (const text of textOf(zip, entry, budget)) walk(text);
}

/** More would be a drawing, not a table; each is looked at while its rows are read. */
const mergedAtMost = 200_000;

const dataEnd = /<\/(?:\w+:)?sheetData>/;
/** Of a `dataEnd` that a piece cuts in two. */
const longestEnd = 64;

/** The cells that are one over several rows. They stand behind the rows, so the part is unpacked once for them alone. */
async function readMerged(zip: ZipFile, entry: Entry, packed: number): Promise<MergedCells[]> {
	const found: MergedCells[] = [];
	let tail = '';
	let behind = false;
	const walk = makeTagWalker((tag) => {
		if (!tag.startsWith('mergeCell ')) return;
		const cells = mergedCells(attribute(tag, 'ref') ?? '');
		if (cells !== null) found.push(cells);
		if (found.length > mergedAtMost) throw new UnzipLimit(fileRefusal('not-xlsx', `XLSX 的合并单元格超过 ${mergedAtMost} 处；请取消合并后重新导出，或改用 CSV`));
	});
	for await (const text of textOf(zip, entry, { packed, unpacked: 0 })) {
		if (behind) walk(text);
		else {
			const both = tail + text;
			const end = dataEnd.exec(both);
			behind = end !== null;
			if (end !== null) walk(both.slice(end.index + end[0].length));
			tail = both.slice(-longestEnd);
		}
	}
	return found;
}

type Sheet = { readonly name: string; readonly part: string; readonly hidden: boolean };

function sheetsOf(book: string, relations: string): Sheet[] {
	const targets = new Map<string, string>();
	makeTagWalker((tag) => {
		const [id, target] = [attribute(tag, 'Id'), attribute(tag, 'Target')];
		if (tag.startsWith('Relationship ') && id !== null && target !== null) targets.set(id, target);
	})(relations);
	const sheets: Sheet[] = [];
	makeTagWalker((tag) => {
		if (!tag.startsWith('sheet ')) return;
		// The relations' prefix is `r` by habit only.
		const target = targets.get(/\s\w+:id="([^"]*)"/.exec(tag)?.[1] ?? '');
		if (target === undefined) return;
		const hidden = ['hidden', 'veryHidden'].includes(attribute(tag, 'state') ?? '');
		sheets.push({ name: attribute(tag, 'name') ?? '', part: target.startsWith('/') ? target.slice(1) : `xl/${target}`, hidden });
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
