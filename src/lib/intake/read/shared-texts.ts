import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The texts that a workbook's cells share, by number. */
export type SharedTexts = {
	readonly add: (text: string) => void;
	/** Empty for a number that no text has. */
	readonly at: (index: number) => string;
	readonly close: () => void;
};

/** A page is full from here on; a text is never cut, so one page may be larger. */
const pageBytes = 64 * 1024;
/** Texts up to this stay in memory: sheets of some ten thousand rows. Beyond, a file takes them. */
const memoryBytes = 24 * 1024 * 1024;
/** Pages read back that are kept. Texts are numbered in order of their first cell, so most are found in the last page. */
const pagesKept = 128;

/** The file's name goes at once where the system lets it, and the file with its last reader: nothing stays when we are killed. */
function forget(folder: string): void {
	try {
		rmSync(folder, { recursive: true, force: true });
	} catch {
		// Windows keeps what is open; it goes when it is closed.
	}
}

/** Holds any number of texts in bounded memory: pages of UTF-8, in a temporary file when there are many. Four bytes stay for each text. */
export function makeSharedTexts(limits: { readonly memoryBytes: number } = { memoryBytes }): SharedTexts {
	/** Where each text ends in its page. */
	let ends = new Uint32Array(1024);
	let count = 0;
	/** Of each page: number of its first text, where it lies, and how long it is. */
	const pages: { readonly first: number; readonly position: number; readonly length: number }[] = [];
	const held = new Map<number, Buffer>();
	let page = Buffer.allocUnsafeSlow(2 * pageBytes);
	let used = 0;
	let first = 0;
	let total = 0;
	let file: { readonly folder: string; readonly descriptor: number } | null = null;

	function closePage(): void {
		if (count === first) return;
		const closed = Buffer.from(page.subarray(0, used));
		pages.push({ first, position: total, length: used });
		if (file === null && total + used > limits.memoryBytes) {
			const folder = mkdtempSync(join(tmpdir(), 'qianshao-texts-'));
			file = { folder, descriptor: openSync(join(folder, 'texts'), 'wx+', 0o600) };
			forget(folder);
			for (const [number, bytes] of held) writeSync(file.descriptor, bytes, 0, bytes.length, pages[number]!.position);
			held.clear();
		}
		if (file === null) held.set(pages.length - 1, closed);
		else writeSync(file.descriptor, closed, 0, closed.length, total);
		total += used;
		first = count;
		used = 0;
	}

	function bytesOf(number: number): Buffer {
		const known = held.get(number);
		if (known !== undefined) return known;
		const { position, length } = pages[number]!;
		const bytes = Buffer.allocUnsafeSlow(length);
		readSync(file!.descriptor, bytes, 0, length, position);
		held.set(number, bytes);
		// The oldest goes: a text that many cells share is read again now and then.
		if (held.size > pagesKept) held.delete(held.keys().next().value!);
		return bytes;
	}

	return {
		add(text) {
			const bytes = Buffer.byteLength(text);
			if (used + bytes > page.length) {
				closePage();
				if (bytes > page.length) page = Buffer.allocUnsafeSlow(bytes);
			}
			used += page.write(text, used);
			if (count === ends.length) {
				const longer = new Uint32Array(2 * count);
				longer.set(ends);
				ends = longer;
			}
			ends[count++] = used;
			if (used >= pageBytes) closePage();
		},
		at(index) {
			if (!(index >= 0 && index < count)) return '';
			if (index >= first) return page.toString('utf8', index === first ? 0 : ends[index - 1]!, ends[index]!);
			let [low, high] = [0, pages.length - 1];
			while (low < high) {
				const middle = (low + high + 1) >> 1;
				if (pages[middle]!.first <= index) low = middle;
				else high = middle - 1;
			}
			return bytesOf(low).toString('utf8', index === pages[low]!.first ? 0 : ends[index - 1]!, ends[index]!);
		},
		close() {
			if (file === null) return;
			closeSync(file.descriptor);
			forget(file.folder);
			file = null;
			held.clear();
		}
	};
}
