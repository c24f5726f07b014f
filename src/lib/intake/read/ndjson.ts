import { makeLineParser, type OddValue, type RawRow, type RowParser } from './csv.ts';
import { limits } from '#lib/intake/limits.ts';

/** Rows of NDJSON: `columns` grows as keys are met, every row's values stand in its order. */
export function makeJsonParser(columns: string[]): RowParser {
	const index = new Map(columns.map((column, i) => [column, i]));
	return makeLineParser((text, line): RawRow | null => {
		if (text.trim() === '') return null;
		const fault = (reason: 'not-json' | 'too-many-columns' | 'bad-characters'): RawRow => ({ line, values: [], raw: text.slice(0, limits.rawCharacters), fault: reason });
		let object: unknown;
		try {
			object = longNumber.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
		} catch {
			return fault('not-json');
		}
		if (typeof object !== 'object' || object === null || Array.isArray(object)) return fault('not-json');
		// Escapes can spell what no database keeps: NUL, and halves of characters.
		if (text.includes('\\u') && Object.entries(object).some(([key, value]) => isBad(key) || isBad(textOf(value)))) return fault('bad-characters');
		const values: string[] = new Array<string>(columns.length).fill('');
		let odd: Map<number, OddValue> | undefined;
		for (const [key, value] of Object.entries(object)) {
			let at = index.get(key);
			if (at === undefined) {
				if (columns.length >= limits.columns) return fault('too-many-columns');
				at = columns.push(key) - 1;
				index.set(key, at);
			}
			values[at] = textOf(value);
			const kind = oddness(value);
			if (kind !== null) (odd ??= new Map()).set(at, kind);
		}
		return odd === undefined ? { line, values, raw: text, fault: null } : { line, values, raw: text, fault: null, odd };
	});
}

const isBad = (text: string) => text.includes('\0') || !text.isWellFormed();

function textOf(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return value;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function oddness(value: unknown): OddValue | null {
	if (typeof value === 'boolean') return 'boolean';
	if (typeof value !== 'object' || value === null) return null;
	return Array.isArray(value) ? 'array' : 'object';
}

/** From sixteen digits on a number may be rounded when it is read. */
const longNumber = /\d{16}/;

/** Ids of other systems that are no exact numbers here stay as they were written: rounded, two rows would be one. */
function exactly(_: string, value: unknown, context?: { readonly source?: string }): unknown {
	return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? (context?.source ?? value) : value;
}
