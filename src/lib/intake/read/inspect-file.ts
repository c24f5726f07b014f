import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { encodingOfMost, type Encoding } from './encoding.ts';
import { foreignFile, isPrintedJson } from './foreign-files.ts';

export const formats = ['csv', 'ndjson', 'xlsx'] as const;
export type Format = (typeof formats)[number];

export type FileFacts = {
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
	readonly format: Format;
	/** Of the text; null for a sheet. */
	readonly encoding: Encoding | null;
};

/** Why a file as a whole cannot be taken in. `message` names what was found and what to do. */
export type FileRefusal = Refusal<FileFault, { readonly message: string }>;
export const fileFaults = [
	'no-file', 'empty-file', 'old-excel', 'not-rows', 'binary', 'encoding', 'no-header', 'header-too-long', 'too-many-columns',
	'duplicate-column', 'missing-columns', 'no-kind', 'bad-mapping', 'not-xlsx', 'unzip-size', 'unzip-ratio', 'no-sheet', 'source-stopped', 'kind-not-registered', 'too-large'
] as const;
export type FileFault = (typeof fileFaults)[number];

export function fileRefusal(reason: FileFault, message: string): FileRefusal {
	return refuse(reason, { message });
}

const chunkBytes = 256 * 1024;

/** Reads a file once from end to end, in bounded memory: its checksum, format and encoding. */
export async function inspectFile(path: string): Promise<({ readonly ok: true } & FileFacts) | FileRefusal> {
	let size: number;
	try {
		const facts = await stat(path);
		if (!facts.isFile()) return fileRefusal('no-file', `${path} 不是文件`);
		size = facts.size;
	} catch {
		return fileRefusal('no-file', `找不到文件 ${path}`);
	}
	if (size === 0) return fileRefusal('empty-file', '文件是空的（0 字节），请重新导出后再导入');
	const head = await firstBytes(path);
	const hash = createHash('sha256');
	const utf8 = makeUtf8Check();
	let nulls = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
		hash.update(chunk);
		utf8.push(chunk);
		if (nulls === 0 && chunk.includes(0)) nulls++;
	}
	const facts = { ok: true as const, path, bytes: size, sha256: hash.digest('hex') };
	if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return { ...facts, format: 'xlsx', encoding: null };
	if (head.subarray(0, 4).toString('hex') === 'd0cf11e0') {
		return fileRefusal('old-excel', '这是旧版 Excel 文件（.xls），请另存为 .xlsx 或 CSV 后再导入');
	}
	const foreign = foreignFile(head);
	if (foreign !== null) return fileRefusal('binary', `这是 ${foreign}，不是文本，也不是 XLSX；请从原系统导出为 CSV、NDJSON 或 XLSX 后再导入`);
	const encoding = await encodingOf(path, head, utf8.isValid(), nulls > 0);
	if (typeof encoding !== 'string') return encoding;
	const first = new TextDecoder(encoding).decode(head).trimStart();
	if (first === '' && size <= head.length) return fileRefusal('empty-file', '文件里只有空白，请重新导出后再导入');
	if (isPrintedJson(first)) return fileRefusal('not-rows', '这是排版成多行的 JSON；请改为每行一个对象（NDJSON，一行之内不换行），或使用 CSV、XLSX');
	if (first.startsWith('[')) return fileRefusal('not-rows', '这是一个 JSON 数组；请改为每行一个对象（NDJSON），或使用 CSV、XLSX');
	if (first.startsWith('<')) return fileRefusal('not-rows', '这是网页或 XML，不是表格；请导出为 CSV、NDJSON 或 XLSX');
	return { ...facts, format: first.startsWith('{') ? 'ndjson' : 'csv', encoding };
}

async function firstBytes(path: string): Promise<Buffer> {
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await file.close();
	}
}

/** UTF-8 or not, over pieces: a character cut in two belongs to the next piece. */
function makeUtf8Check(): { readonly push: (chunk: Buffer) => void; readonly isValid: () => boolean } {
	let valid = true;
	let rest = Buffer.alloc(0);
	return {
		push(chunk) {
			if (!valid) return;
			const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
			let end = all.length;
			// Go back over at most three continuation bytes to the beginning of an unfinished character.
			for (let back = 1; back <= 3 && back <= all.length; back++) {
				const byte = all[all.length - back]!;
				if ((byte & 0xc0) === 0x80) continue;
				if (byte >= 0xc0) end = all.length - back;
				break;
			}
			valid = isUtf8(all.subarray(0, end));
			rest = Buffer.from(all.subarray(end));
		},
		isValid: () => valid && isUtf8(rest)
	};
}

async function encodingOf(path: string, head: Buffer, utf8: boolean, nulls: boolean): Promise<Encoding | FileRefusal> {
	if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
	if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
	if (nulls) return fileRefusal('binary', '文件含有空字节，不是文本；请导出为 UTF-8 或 GB18030 编码的 CSV、NDJSON，或 XLSX');
	if (utf8) return 'utf-8';
	// Neither is perfect: the one of most lines, whose bad rows are refused one by one.
	const most = await encodingOfMost(path);
	if (most !== null) return most;
	return fileRefusal('encoding', '无法识别文件编码（既不是 UTF-8 也不是 GB18030），请另存为 UTF-8 后再导入');
}
