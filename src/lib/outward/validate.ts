import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import manifestSchema from '../../../docs/outward/manifest.schema.json' with { type: 'json' };
import { isDay } from '#lib/calendar/days.ts';
import { rowSchemas, type Dataset } from './datasets.ts';
import type { Manifest } from './manifest.ts';

/** Something in a file that is not as the format says. `line` counts from 1, the manifest's. */
export type Finding = { readonly line: number; readonly field: string | null; readonly expected: string };

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
 * numbers, that nothing stands twice or revises what is not before it, the count and the checksum.
 *
 * Memory grows with the number of different objects, about 100 bytes each, not with the file.
 */
export async function validateFile(path: string): Promise<Validation> {
	const findings: Finding[] = [];
	let errors = 0;
	const find = (line: number, field: string | null, expected: string) => {
		errors++;
		if (findings.length < mostFindings) findings.push({ line, field, expected });
	};
	let manifest: Manifest | null = null;
	let check: ReturnType<typeof makeRowCheck> | null = null;
	let rows = 0;
	const hash = createHash('sha256');
	for await (const { number, bytes, whole } of lines(path)) {
		if (number > 1) hash.update(bytes);
		if (!whole) find(number, null, bytes.length > longestLine ? `a line of at most ${longestLine} bytes` : 'a line feed at the end: the file was cut off');
		const value = parse(bytes);
		if (value === undefined) {
			find(number, null, 'one JSON object in UTF-8');
			if (number === 1) break;
			continue;
		}
		if (number === 1) {
			const wrong = faults(validators().manifest, value);
			for (const { field, expected } of wrong) find(1, field, expected);
			if (wrong.length > 0) break;
			manifest = value as Manifest;
			check = makeRowCheck(manifest);
		} else {
			rows++;
			check!(value, (field, expected) => find(number, field, expected));
		}
	}
	if (manifest === null && errors === 0) find(1, null, 'a manifest: the file is empty');
	if (manifest !== null) {
		if (rows !== manifest.rows) find(1, 'rows', `${manifest.rows} rows, not ${rows}`);
		const sha256 = hash.digest('hex');
		if (sha256 !== manifest.sha256) find(1, 'sha256', `the checksum of what follows, ${sha256}`);
	}
	return { valid: errors === 0, dataset: manifest?.dataset ?? null, rows, errors, findings };
}

type Tell = (field: string | null, expected: string) => void;

/** The rules that bind rows to each other and to the manifest. */
function makeRowCheck({ dataset, sequence }: Manifest): (value: unknown, tell: Tell) => void {
	const validate = validators()[dataset];
	const key = rowSchemas[dataset]['x-key'];
	const seen = new Set<string>();
	let last = sequence.after;
	return (value, tell) => {
		const wrong = faults(validate, value);
		for (const { field, expected } of wrong) tell(field, expected);
		if (wrong.length > 0) return;
		const row = value as Readonly<Record<string, unknown>> & { readonly seq: number; readonly revises: number | null };
		if (row.seq <= last) tell('seq', `a number above ${last}, not ${row.seq}: each row stands once, in order`);
		else last = row.seq;
		if (row.seq > sequence.through) tell('seq', `at most ${sequence.through}, where the manifest ends`);
		if (row.revises !== null && row.revises >= row.seq) tell('revises', `the number of an earlier row, not ${row.revises}`);
		const object = key.map((field) => String(row[field])).join('\n');
		if (row.revises === null && seen.has(object)) tell(key.join(', '), 'what the row is about only once, or "revises" with the number of the row it corrects');
		seen.add(object);
	};
}

let made: Readonly<Record<Dataset | 'manifest', ValidateFunction>> | undefined;

function validators(): Readonly<Record<Dataset | 'manifest', ValidateFunction>> {
	if (made !== undefined) return made;
	const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
	ajv.addVocabulary(['x-key']);
	ajv.addFormat('date', isDay);
	ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)));
	const of = (dataset: Dataset) => ajv.compile(rowSchemas[dataset]);
	return (made = { manifest: ajv.compile(manifestSchema), classes: of('classes'), grades: of('grades'), warnings: of('warnings'), results: of('results') });
}

function faults(validate: ValidateFunction, value: unknown): readonly { readonly field: string | null; readonly expected: string }[] {
	if (validate(value)) return [];
	// "if" fails together with what it asks for, which says more.
	return (validate.errors ?? []).filter((error) => error.keyword !== 'if').map((error) => ({ field: fieldOf(error), expected: expectedOf(error) }));
}

function fieldOf({ instancePath, params }: ErrorObject): string | null {
	const below = (params['missingProperty'] ?? params['additionalProperty']) as string | undefined;
	return [...instancePath.split('/').slice(1), ...(below === undefined ? [] : [below])].join('.') || null;
}

function expectedOf({ keyword, params, message }: ErrorObject): string {
	switch (keyword) {
		case 'required':
			return 'this field, which is missing';
		case 'additionalProperties':
			return 'no such field';
		case 'enum':
			return `one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
		case 'const':
			return JSON.stringify(params['allowedValue']);
		default:
			return message ?? keyword;
	}
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
