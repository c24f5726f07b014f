import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { limits } from '#lib/intake/limits.ts';

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** Share of lines that must not decode for the file itself, not its lines, to be in a wrong encoding: nearly all. */
const wrongShare = 0.9;

/**
 * Which of the two encodings most lines of a file that is not all UTF-8 are in: line by line, as files put together from several have
 * lines of both. Lines of ASCII say nothing. Null when nearly all lines are in neither.
 */
export async function encodingOfMost(path: string): Promise<'utf-8' | 'gb18030' | null> {
	const gb = new TextDecoder('gb18030');
	let [all, utf8, gb18030] = [0, 0, 0];
	const judge = (line: Buffer) => {
		if (isAscii(line)) return;
		all++;
		// Chinese in GBK is hardly ever UTF-8 by chance, the other way round often.
		if (isUtf8(line)) utf8++;
		else if (!noText.test(gb.decode(line))) gb18030++;
	};
	for await (const line of linesOf(path)) judge(line);
	const most = Math.max(utf8, gb18030);
	if (all - most >= wrongShare * all) return null;
	return utf8 > gb18030 ? 'utf-8' : 'gb18030';
}

/** What no Chinese text has: characters that were lost, private use, controls. */
const noText = /[\ufffd\ue000-\uf8ff\u0000-\u0008\u000e-\u001f\u0080-\u009f]/;

/** Lines of a file as bytes; neither byte of a line break is ever the second half of a character. Endless lines come in pieces. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
	let rest = Buffer.alloc(0);
	for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
		const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let from = 0;
		for (let at = 0; at < bytes.length; at++) {
			if (bytes[at] !== 10 && bytes[at] !== 13) continue;
			if (at > from) yield bytes.subarray(from, at);
			from = at + 1;
		}
		rest = Buffer.from(bytes.subarray(from));
		if (rest.length <= limits.rowBytes) continue;
		yield rest;
		rest = Buffer.alloc(0);
	}
	if (rest.length > 0) yield rest;
}
