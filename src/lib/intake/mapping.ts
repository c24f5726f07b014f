import { fileRefusal, type FileRefusal } from '#lib/intake/read/inspect-file.ts';
import { fieldFacts, fieldsOf, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { plainHeader } from './plain-header.ts';

/**
 * How a source's columns become fields: what a mapping file holds, and what the upload page remembers.
 *
 * @example
 * { "columns": { "ent_name": "name", "reg_date": "occurredOn", "uscc_valid": null }, "keep": ["scope_160"], "history": true }
 */
export type Mapping = {
	/** Column → field; null: this column is not taken in. Columns that are not named are guessed by their header. */
	readonly columns: Readonly<Record<string, string | null>>;
	/** Columns that are kept with the event as they are, under their own names. */
	readonly keep?: readonly string[];
	/** Without a column for `receivedAt`: true takes rows as received when they happened, false as received now. Default: seen from the rows. */
	readonly history?: boolean;
	/** Unit of bare numbers in the capital column: `万元`. */
	readonly capitalUnit?: string;
};

/** A mapping bound to the columns of one file. */
export type BoundMapping = {
	/** Index of the column of each field that has one. */
	readonly at: ReadonlyMap<string, number>;
	readonly keep: readonly { readonly name: string; readonly at: number }[];
};

/** Reads a mapping file's JSON; the flat form `{ "ent_name": "name" }` will do as well. */
export function parseMapping(value: unknown, kind: KindFacts): { readonly ok: true; readonly mapping: Mapping } | FileRefusal {
	const bad = (message: string) => fileRefusal('bad-mapping', `映射文件：${message}`);
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('应为一个 JSON 对象，如 {"columns": {"企业名称": "name"}}');
	const whole = value as Readonly<Record<string, unknown>>;
	const nested = typeof whole['columns'] === 'object' && whole['columns'] !== null;
	const given = (nested ? whole['columns'] : whole) as Readonly<Record<string, unknown>>;
	const known = fieldsOf(kind);
	const columns: Record<string, string | null> = {};
	const taken = new Map<string, string>();
	for (const [column, target] of Object.entries(given)) {
		if (target === null || target === '') {
			columns[column] = null;
			continue;
		}
		const field = known.find((one) => one === target);
		if (field === undefined) return bad(`列“${column}”指向未知字段 ${JSON.stringify(target)}；${kind.name} 的字段有 ${known.join('、')}`);
		if (taken.has(field)) return bad(`列“${taken.get(field)}”与“${column}”都指向字段 ${field}`);
		taken.set(field, column);
		columns[column] = field;
	}
	if (!nested) return { ok: true, mapping: { columns } };
	const { keep, history, capitalUnit } = whole;
	if (keep !== undefined && !(Array.isArray(keep) && keep.every((one) => typeof one === 'string'))) return bad('keep 应为列名的数组');
	if (history !== undefined && typeof history !== 'boolean') return bad('history 应为 true 或 false');
	if (capitalUnit !== undefined && typeof capitalUnit !== 'string') return bad('capitalUnit 应为文字，如 "万元"');
	return {
		ok: true,
		mapping: {
			columns,
			...(keep === undefined ? {} : { keep: keep as string[] }),
			...(history === undefined ? {} : { history }),
			...(capitalUnit === undefined ? {} : { capitalUnit })
		}
	};
}

/** The field that a header means for a kind, or null. */
export function guessField(kind: KindFacts, header: string): string | null {
	return guessFields(kind, header)[0] ?? null;
}

/** All fields that a header can mean: 成立日期 is the day of a registration, and the enterprise's own. */
function guessFields(kind: KindFacts, header: string): readonly string[] {
	const plain = plainHeader(header);
	if (plain === '') return [];
	return fieldsOf(kind).filter((field) => plainHeader(field) === plain || fieldFacts(kind, field).headers.some((one) => plainHeader(one) === plain));
}

/**
 * The mapping of a file's columns: what is given counts, the rest is guessed. Headers that mean one field only come first; of several
 * that mean the same the first has it, and `doubtfulColumns` names the others.
 */
export function completeMapping(kind: KindFacts, columns: readonly string[], given: Mapping | null): Mapping {
	const chosen: Record<string, string | null> = {};
	// What is remembered of a column that this file lacks takes no field away from the others.
	const taken = new Set(columns.map((column) => (given !== null && Object.hasOwn(given.columns, column) ? (given.columns[column] ?? null) : null)));
	const open: (readonly [column: string, fields: readonly string[]])[] = [];
	for (const column of columns) {
		const isGiven = given !== null && Object.hasOwn(given.columns, column);
		chosen[column] = isGiven ? (given.columns[column] ?? null) : null;
		if (!isGiven) open.push([column, guessFields(kind, column)]);
	}
	for (const [column, fields] of [...open.filter((one) => one[1].length === 1), ...open.filter((one) => one[1].length > 1)]) {
		const field = fields.find((one) => !taken.has(one));
		if (field === undefined) continue;
		taken.add(field);
		chosen[column] = field;
	}
	return { ...given, columns: chosen };
}

/** A column that nobody decided about, and the one that was taken in its place. */
export type DoubtfulColumn = { readonly column: string; readonly taken: string; readonly field: string };

/**
 * Columns that mean a field which another column of the file has: two headers of one meaning, or one header twice.
 *
 * @param mapping what `completeMapping` made of `given`.
 */
export function doubtfulColumns(kind: KindFacts, columns: readonly string[], mapping: Mapping, given: Mapping | null): readonly DoubtfulColumn[] {
	const takers = new Map(columns.flatMap((column) => (mapping.columns[column] ? [[mapping.columns[column], column] as const] : [])));
	return columns.flatMap((column) => {
		if (mapping.columns[column] || (given !== null && Object.hasOwn(given.columns, column)) || mapping.keep?.includes(column)) return [];
		// A header that stands twice has its number behind it: see read/header.ts.
		const field = guessField(kind, column.replace(/#\d+$/, ''));
		const taken = field === null ? undefined : takers.get(field);
		return field === null || taken === undefined ? [] : [{ column, taken, field }];
	});
}

/** Says so where a full-width sign between two names made one column of them; empty where none did. */
function gluedColumns(kind: KindFacts, columns: readonly string[]): string {
	const glued = columns.find((column) => column.split(/[，；｜、]/).filter((part) => guessField(kind, part) !== null).length > 1);
	return glued === undefined ? '' : `；“${glued}”像是用全角标点连在一起的几列，请换成半角分隔符后再导入`;
}

/** Binds a complete mapping to the columns; refuses when a required field has none. */
export function bindMapping(kind: KindFacts, columns: readonly string[], mapping: Mapping): { readonly ok: true; readonly bound: BoundMapping } | FileRefusal {
	const at = new Map<string, number>();
	let twice: string | null = null;
	columns.forEach((column, i) => {
		const field = mapping.columns[column];
		if (field === null || field === undefined) return;
		const first = at.get(field);
		if (first === undefined) at.set(field, i);
		else twice ??= `列“${columns[first]}”与“${column}”都指向字段 ${field}（${fieldFacts(kind, field).headers[0]}）；每个字段只能取一列，请把其中一列改为不导入`;
	});
	if (twice !== null) return fileRefusal('bad-mapping', twice);
	// A file of withdrawals may name its rows by their keys only.
	const undated = at.has('withdrawn') && at.has('sourceKey');
	const missing = kind.required.filter((field) => !at.has(field) && !(undated && field === 'occurredOn'));
	if (missing.length > 0) {
		const shown = columns.slice(0, 30).join('、') + (columns.length > 30 ? '…' : '');
		return fileRefusal('missing-columns', `缺少必填字段 ${missing.map((field) => `${field}（${fieldFacts(kind, field).headers[0]}）`).join('、')}；文件的列是：${shown}。请用映射指明哪一列是它${gluedColumns(kind, columns)}`);
	}
	const keep = (mapping.keep ?? []).map((name) => ({ name, at: columns.indexOf(name) })).filter((one) => one.at >= 0);
	return { ok: true, bound: { at, keep } };
}
