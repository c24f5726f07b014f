import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { regionPrefix } from '#lib/access/scope.ts';
import { periodOf, rowSchemas, type Dataset } from './datasets.ts';
import type { Manifest } from './manifest.ts';
import { schemaFaults, type Expected } from './schema-faults.ts';

/** Something in a file that is not as the format says. `line` counts from 1, the manifest's. */
export type Finding = { readonly line: number; readonly field: string | null; readonly expected: Expected };

export type Validation = {
	readonly valid: boolean;
	readonly dataset: Dataset | null;
	readonly rows: number;
	/** All there are; `findings` holds the first of them. */
	readonly errors: number;
	readonly findings: readonly Finding[];
};

/** Findings kept: a wrong file is wrong in every line. */
const mostFindings = 50;
/** Characters of a line; the longest row has some hundred. */
const longestLine = 1024 * 1024;

/**
 * Checks a file of the outside format, line by line: the manifest and each row against the published schemas, the order of the
 * numbers, the jurisdiction, that nothing stands twice and a correction names the row it corrects, and that the manifest tells of
 * these rows: their count, numbers, months and checksum.
 *
 * Memory grows with the number of different objects, about 100 bytes each, not with the file.
 */
export async function validateFile(path: string): Promise<Validation> {
	const findings: Finding[] = [];
	let errors = 0;
	const find = (line: number, field: string | null, expected: Expected) => {
		errors++;
		if (findings.length < mostFindings) findings.push({ line, field, expected });
	};
	let manifest: Manifest | null = null;
	let rows: RowCheck | null = null;
	const hash = createHash('sha256');
	for await (const { number, bytes, whole } of lines(path)) {
		if (number > 1) hash.update(bytes);
		if (!whole) find(number, null, bytes.length > longestLine ? lineTooLong : cutOff);
		else if (bytes.at(-2) === carriageReturn) find(number, null, lineFeedOnly);
		const value = parse(bytes);
		if (value === undefined) {
			find(number, null, oneObject);
			if (number === 1) break;
			rows!.countUnread();
			continue;
		}
		const tell: Tell = (field, expected) => find(number, field, expected);
		if (number > 1) {
			rows!.check(value, tell);
			continue;
		}
		const wrong = schemaFaults('manifest', value);
		for (const { field, expected } of wrong) tell(field, expected);
		if (wrong.length > 0) break;
		manifest = value as Manifest;
		rows = makeRowCheck(manifest);
		checkRange(manifest, tell);
	}
	if (manifest === null && errors === 0) find(1, null, { zh: '清单；文件是空的', en: 'a manifest: the file is empty' });
	if (manifest !== null) {
		const tell: Tell = (field, expected) => find(1, field, expected);
		rows!.compare(tell);
		const sha256 = hash.digest('hex');
		if (sha256 !== manifest.sha256) tell('sha256', { zh: `其后全部字节的校验和 ${sha256}`, en: `the checksum of what follows, ${sha256}` });
	}
	return { valid: errors === 0, dataset: manifest?.dataset ?? null, rows: rows?.count() ?? 0, errors, findings };
}

const carriageReturn = 0x0d;
const lineTooLong: Expected = { zh: `一行至多 ${longestLine} 字节`, en: `a line of at most ${longestLine} bytes` };
const cutOff: Expected = { zh: '行末换行；文件被截断', en: 'a line feed at the end: the file was cut off' };
const lineFeedOnly: Expected = { zh: '行末只有 \\n，没有 \\r', en: 'a line feed alone at the end, without a carriage return' };
const oneObject: Expected = { zh: '一个 UTF-8 编码的 JSON 对象', en: 'one JSON object in UTF-8' };

type Tell = (field: string | null, expected: Expected) => void;

/** What a manifest says of numbers has to hold by itself. */
function checkRange({ sequence: { after, first, last, through, head }, rows, period }: Manifest, tell: Tell): void {
	if (through > head) tell('sequence.through', { zh: `不大于当前末尾 head（${head}）`, en: `at most the head, ${head}` });
	if (through < after) tell('sequence.through', { zh: `不小于起点 after（${after}）`, en: `at least where it begins, ${after}` });
	if (last !== null && last > through) tell('sequence.last', { zh: `不大于 through（${through}）`, en: `at most through, ${through}` });
	if (first !== null && first <= after) tell('sequence.first', { zh: `大于 after（${after}）`, en: `above after, ${after}` });
	for (const [field, value] of [['sequence.first', first], ['sequence.last', last], ['period', period]] as const) {
		if ((value === null) !== (rows === 0)) {
			tell(field, rows === 0 ? { zh: 'null，因为没有行', en: 'null where there are no rows' } : { zh: '各行的值，因为有行', en: 'the value of the rows, of which there are some' });
		}
	}
}

type Row = Readonly<Record<string, unknown>> & { readonly seq: number; readonly revises: number | null; readonly regionCode: string };

type RowCheck = {
	readonly check: (value: unknown, tell: Tell) => void;
	/** Counts a line that is no row. */
	readonly countUnread: () => void;
	readonly count: () => number;
	/** What the manifest says beside what the rows were. */
	readonly compare: (tell: Tell) => void;
};

/** The rules that bind rows to each other and to the manifest. */
function makeRowCheck({ dataset, sequence, jurisdiction, rows: announced, period }: Manifest): RowCheck {
	const key = rowSchemas[dataset]['x-key'];
	const prefix = regionPrefix(jurisdiction.regionCode);
	/** The newest row of each object. */
	const newest = new Map<string, number>();
	let [count, first, last, wrongRows] = [0, null as number | null, sequence.after, 0];
	let months: { first: string; last: string } | null = null;

	function checkRevision({ seq, revises, regionCode }: Row, object: string, tell: Tell): void {
		const before = newest.get(object);
		newest.set(object, seq);
		if (revises === null) {
			if (before !== undefined) tell(key.join(', '), { zh: `每个对象只出现一次；更正应在 revises 写明被更正行的序号 ${before}`, en: `what the row is about only once, or "revises" with the number of the row it corrects, ${before}` });
			// A correction goes to whoever got the row, also after an enterprise moved.
			if (!regionCode.startsWith(prefix)) tell('regionCode', { zh: `辖区 ${jurisdiction.regionCode} 内的区划`, en: `a region of the jurisdiction ${jurisdiction.regionCode}` });
		} else if (before !== undefined ? revises !== before : revises > sequence.after) {
			tell('revises', before === undefined
				? { zh: `同一对象先前行的序号；序号 ${revises} 的行不在本文件中，也不在起点 ${sequence.after} 之前`, en: `the number of an earlier row of the same object; ${revises} is neither in this file nor before it` }
				: { zh: `同一对象上一行的序号 ${before}，不是 ${revises}`, en: `the number of the object's row before, ${before}, not ${revises}` });
		}
	}

	return {
		check(value, tell) {
			count++;
			const wrong = schemaFaults(dataset, value);
			for (const { field, expected } of wrong) tell(field, expected);
			if (wrong.length > 0) {
				wrongRows++;
				return;
			}
			const row = value as Row;
			if (row.seq <= last) tell('seq', { zh: `大于 ${last} 的序号，不是 ${row.seq}：每行只出现一次，按序号排列`, en: `a number above ${last}, not ${row.seq}: each row stands once, in order` });
			else last = row.seq;
			if (row.seq > sequence.through) tell('seq', { zh: `至多 ${sequence.through}，清单到此为止`, en: `at most ${sequence.through}, where the manifest ends` });
			first ??= row.seq;
			const month = periodOf(dataset, row);
			months = months === null ? { first: month, last: month } : { first: month < months.first ? month : months.first, last: month > months.last ? month : months.last };
			checkRevision(row, key.map((field) => String(row[field])).join('\n'), tell);
		},
		countUnread() {
			count++;
			wrongRows++;
		},
		count: () => count,
		compare(tell) {
			if (count !== announced) tell('rows', { zh: `清单写明 ${announced} 行，实际 ${count} 行`, en: `${announced} rows, not ${count}` });
			// A row that could not be read may be the one that is missed.
			if (wrongRows > 0 || count === 0) return;
			if (first !== sequence.first) tell('sequence.first', { zh: `首行的序号 ${first}`, en: `the first row's number, ${first}` });
			if (last !== sequence.last) tell('sequence.last', { zh: `末行的序号 ${last}`, en: `the last row's number, ${last}` });
			if (months !== null && period !== null && (months.first !== period.first || months.last !== period.last)) {
				tell('period', { zh: `各行的月份 ${months.first} 至 ${months.last}`, en: `the months of the rows, ${months.first} to ${months.last}` });
			}
		}
	};
}

function parse(line: Buffer): unknown {
	try {
		const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line));
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** The lines of a file with their line feeds. `whole`: ended by one, and not longer than a line may be (what is longer comes in pieces). */
async function* lines(path: string): AsyncGenerator<{ readonly number: number; readonly bytes: Buffer; readonly whole: boolean }> {
	let rest: Buffer[] = [];
	let held = 0;
	let number = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
		let from = 0;
		for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
			const piece = chunk.subarray(from, at + 1);
			const bytes = rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
			[rest, held, from] = [[], 0, at + 1];
			yield { number: ++number, bytes, whole: bytes.length <= longestLine };
		}
		if (from < chunk.length) {
			rest.push(chunk.subarray(from));
			held += chunk.length - from;
		}
		if (held > longestLine) {
			yield { number: ++number, bytes: Buffer.concat(rest), whole: false };
			[rest, held] = [[], 0];
		}
	}
	if (held > 0) yield { number: ++number, bytes: Buffer.concat(rest), whole: false };
}
