import { plainHeader } from '#lib/intake/plain-header.ts';
import { m } from '#lib/messages/messages.js';
import { listOf } from './registers.ts';

/** Which language words are written in: files are Chinese, pages are the reader's. */
export type Said = { readonly locale?: 'zh-CN' | 'en' };
type Word = (inputs?: Record<string, never>, options?: Said) => string;

/** One column of a register's file: how its cells are written and read. What it holds is what the form holds. */
export type FileColumn<C, N> = {
	readonly key: keyof C & string;
	/** What stands over it in our files. */
	readonly header: string;
	/** Other names it is known by, English first. */
	readonly names: readonly string[];
	/** A file without it is refused. */
	readonly must?: boolean;
	readonly label: () => string;
	/** What a cell may hold; told in the file's notes and where a row is refused. */
	readonly rule: () => string;
	readonly write: (content: C, names: N, said: Said) => string;
	/** What a cell says; undefined: nothing that is understood. Limits are the content's schema's. */
	readonly read: (text: string, names: N) => unknown;
};

/** A column that is written to be read by people; an import only compares it, if at all. */
export type GivenColumn = { readonly header: string; readonly names: readonly string[] };

/** Yes and no, in the words of a file. */
export const yesNo = {
	write: (value: boolean, said: Said): string => (value ? m.common_yes({}, said) : m.common_no({}, said)),
	read: (text: string): boolean | undefined =>
		/^(是|有|1|true|yes|y)$/i.test(text) ? true : /^(|否|无|0|false|no|n)$/i.test(text) ? false : undefined
};

/** One of some values, by its code or its word in either language. */
export function choice<T extends string>(words: Readonly<Record<T, Word>>, also: Readonly<Record<string, NoInfer<T>>> = {}) {
	const values = Object.keys(words) as T[];
	return {
		write: (value: T, said: Said): string => words[value]({}, said),
		read: (text: string): T | undefined =>
			values.find((value) => [value, words[value]({}, { locale: 'zh-CN' }), words[value]({}, { locale: 'en' })].some((word) => plainHeader(word) === plainHeader(text))) ?? also[text]
	};
}

/** A whole number, or a decimal one; empty is nothing. */
export const numberOf = (text: string): number | null | undefined => (text === '' ? null : /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined);

export const list = {
	write: (values: readonly string[]): string => [...values].sort().join('、'),
	read: listOf
};

export type Bound = {
	readonly ok: true;
	/** Position in the file of each key that is there. */
	readonly at: ReadonlyMap<string, number>;
	/** Columns that nothing reads. */
	readonly unread: readonly string[];
};

/** Finds the columns of a file by their names. Refused: a column that must be there is missing, or one is there twice. */
export function bindColumns(
	columns: readonly { readonly key: string; readonly header: string; readonly names: readonly string[]; readonly must?: boolean }[],
	found: readonly string[]
): Bound | { readonly ok: false; readonly reason: 'missing-columns' | 'double-columns'; readonly columns: readonly string[] } {
	const at = new Map<string, number>();
	const twice = new Set<string>();
	const unread: string[] = [];
	for (const [i, name] of found.entries()) {
		const plain = plainHeader(name.replace(/#\d+$/, ''));
		const column = columns.find(({ key, header, names }) => [header, key, ...names].some((one) => plainHeader(one) === plain));
		if (column === undefined) unread.push(name);
		else if (at.has(column.key)) twice.add(column.header);
		else at.set(column.key, i);
	}
	if (twice.size > 0) return { ok: false, reason: 'double-columns', columns: [...twice] };
	const missing = columns.filter(({ key, must }) => must === true && !at.has(key));
	return missing.length > 0 ? { ok: false, reason: 'missing-columns', columns: missing.map(({ header }) => header) } : { ok: true, at, unread };
}
