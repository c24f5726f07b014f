import { isUscc, normaliseUscc } from '#lib/enterprises/uscc.ts';
import { withoutInvisible } from '#lib/intake/cell-values.ts';
import { parseDate } from '#lib/intake/dates.ts';
import { fileRefusal, type FileRefusal } from './inspect-file.ts';
import { fields } from '#lib/intake/kinds/kinds.ts';
import { limits } from '#lib/intake/limits.ts';
import { plainHeader } from '#lib/intake/plain-header.ts';

/** Where a table's header stands among its first rows. */
export type Header = {
	readonly ok: true;
	readonly names: readonly string[];
	/** Rows before it: a title, who filled it in. */
	readonly above: number;
	/** Rows of the header itself: two where groups of columns have a name of their own. */
	readonly height: 1 | 2;
};

/** Rows that are looked at; titles are not longer. */
export const headerRows = 12;

const known = new Set(Object.entries(fields).flatMap(([name, { headers }]) => [plainHeader(name), ...headers.map(plainHeader)]));

/** Persons of whom a table may have several columns: 投诉人 over 姓名 and 电话. */
const persons = new Set((['legalRep', 'agent', 'complainant'] as const).flatMap((field) => fields[field].headers.map(plainHeader)));

const ofPerson = /^(姓名|名称|联系方式|(联系|联络|手机|固定)?(电话|手机|号码)(号码?)?|(联系|通讯|通信|家庭)?(地址|住址|住所)|(证件|身份证件?|身份证明)(类型|号码?)?|性别|年龄|职务|邮箱|电子邮箱)$/;

const isKnown = (name: string) => known.has(plainHeader(name));

/** How many cells are words that headers use. */
export function knownCells(cells: readonly string[]): number {
	return cells.filter(isKnown).length;
}

const filled = (cells: readonly string[]) => cells.filter((cell) => cell.trim() !== '');

/**
 * Finds the header: the first row, unless rows above it are plainly a title (one cell only) or a row below is the first with words that
 * headers use. Under a row of groups with gaps the row that fills them belongs to the header.
 *
 * @param rows the first rows, at most `headerRows`.
 */
export function findHeader(rows: readonly (readonly string[])[]): Header | FileRefusal {
	const above = rowsAbove(rows);
	const first = rows[above]!;
	const second = rows[above + 1];
	if (second === undefined || !completes(first, second)) {
		const names = namesOf(first);
		return names.ok ? { ...names, above, height: 1 } : names;
	}
	const names = namesOf(combined(first, second));
	return names.ok ? { ...names, above, height: 2 } : names;
}

function rowsAbove(rows: readonly (readonly string[])[]): number {
	const spoken = rows.findIndex((cells) => knownCells(cells) >= 2);
	if (spoken > 0 && rows.slice(0, spoken).every((cells) => !hasData(cells))) {
		// The groups' row belongs to the header though its words are its own.
		const before = rows[spoken - 1]!;
		const groups = filled(before);
		return (groups.length > 1 || persons.has(plainHeader(groups[0] ?? ''))) && completes(before, rows[spoken]!) ? spoken - 1 : spoken;
	}
	if (spoken === 0) return 0;
	const wide = rows.findIndex((cells) => new Set(filled(cells)).size > 1);
	return wide < 0 ? 0 : wide;
}

/** Does the second row name the columns that the first leaves open? */
function completes(first: readonly string[], second: readonly string[]): boolean {
	const gaps = second.some((cell, i) => cell.trim() !== '' && (first[i] ?? '').trim() === '');
	// 填报单位：某局 stands above a header, not over its columns.
	const pairs = first.some((cell) => /[:：]\s*\S/.test(cell));
	const groups = groupsOf(first, second.length);
	const words = second.filter((cell, i) => isKnown(cell) || isKnown(named(groups[i]!, cell.trim()))).length;
	return gaps && !pairs && words >= 2 && 2 * words >= filled(second).length && !hasData(second);
}

/** The group over each column: its own cell, or the last before it. */
function groupsOf(first: readonly string[], width: number): string[] {
	let group = '';
	return Array.from({ length: Math.max(first.length, width) }, (_, i) => (group = (first[i] ?? '').trim() || group));
}

/** What a column is called that has a group over it. */
function named(group: string, name: string): string {
	// 投诉人 over 电话 is the complainant's telephone, not the enterprise's.
	const personal = persons.has(plainHeader(group)) && ofPerson.test(name);
	if (isKnown(name) && !personal) return name;
	if (isKnown(group + name)) return group + name;
	if (/^(姓名|名称|全称)$/.test(name) && isKnown(group)) return group;
	return personal ? group + name : name;
}

function combined(first: readonly string[], second: readonly string[]): string[] {
	const twice = new Set(filled(second).filter((cell, i, all) => all.indexOf(cell) !== i));
	return groupsOf(first, second.length).map((group, i) => {
		const [upper, lower] = [(first[i] ?? '').trim(), (second[i] ?? '').trim()];
		// One cell over both rows says the same in both.
		if (lower === '' || lower === upper) return upper;
		const name = named(group, lower);
		return twice.has(lower) && name === lower ? group + lower : name;
	});
}

const datumOf = (cells: readonly string[]) => cells.find((cell) => isUscc(normaliseUscc(cell)) || parseDate(cell).ok);
const hasData = (cells: readonly string[]) => datumOf(cells) !== undefined;

export const tooManyColumns = fileRefusal('too-many-columns', `表头超过 ${limits.columns} 列；请检查分隔符，或只导出需要的列`);

/** Names of the columns: each once, none empty. A row of data in the header's place is refused. */
function namesOf(cells: readonly string[]): { readonly ok: true; readonly names: readonly string[] } | FileRefusal {
	if (cells.length > limits.columns) return tooManyColumns;
	const names = cells.map((cell) => withoutInvisible(cell.trim()));
	const endless = names.findIndex((name) => name.length > limits.columnNameCharacters);
	if (endless >= 0) {
		return fileRefusal('header-too-long', `第 ${endless + 1} 列的列名超过 ${limits.columnNameCharacters} 个字（“${names[endless]!.slice(0, 20)}…”）；请在第一行写列名`);
	}
	const datum = datumOf(names);
	if (datum !== undefined) return fileRefusal('no-header', `第一行是数据（“${datum}”），不是表头；请在第一行写列名`);
	if (names.every((name) => name === '' || /^[\d.]+$/.test(name))) return fileRefusal('no-header', '第一行没有列名；请在第一行写列名');
	const seen = new Map<string, number>();
	const unique = names.map((name, i) => {
		const base = name || `列${i + 1}`;
		const times = (seen.get(base) ?? 0) + 1;
		seen.set(base, times);
		return times === 1 ? base : `${base}#${times}`;
	});
	return { ok: true, names: unique };
}
