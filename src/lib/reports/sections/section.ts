import type { Chart, Section, Table } from '../content.ts';
import type { Material } from '../material.ts';
import type { Pen } from '../write.ts';

/** Writes one section; null where the unit has nothing of the kind. */
export type Writer = (material: Material) => Section | null;

/** A composed section, as it leaves the pen. */
export const composed = (key: string, title: string, pen: Pen, tables: readonly Table[] = [], charts: readonly Chart[] = []): Section => ({
	key, title, figures: pen.figures, composed: pen.composed, text: null, edited: null, tables: tables.filter((table) => table.rows.length === 0 || !isUnknown(table)).map(withoutEmpty), charts, typed: null
});

/** Whether a table was to hold numbers and none of them is known: names alone are no table. */
export const isUnknown = ({ columns, rows }: Table): boolean =>
	columns.some(({ kind }) => kind === 'number') && rows.every((row) => row.every((cell, i) => columns[i]!.kind !== 'number' || cell === null));

/** Without columns of numbers of which none is known: a year of dashes says nothing. What the note says of dashes goes with the last one. */
function withoutEmpty(table: Table): Table {
	const kept = table.columns.map(({ kind }, i) => kind !== 'number' || table.rows.length === 0 || table.rows.some((row) => row[i] !== null));
	const rows = table.rows.map((row) => row.filter((_, i) => kept[i]));
	const dashed = rows.some((row) => row.includes(null));
	return { ...table, columns: table.columns.filter((_, i) => kept[i]), rows, note: dashed ? table.note : table.note.replace(/[^。]*“—”[^。]*。/, '') };
}

/** A section that people type. */
export const typed = (key: string, title: string, how: 'required' | 'optional'): Section => ({
	key, title, figures: [], composed: [], text: null, edited: null, tables: [], charts: [], typed: how
});

/** Names in a sentence: 甲、乙和丙. Where one is a row of names itself (居民服务、修理和其他服务业) they are kept apart by ；. */
export function listed(names: readonly string[]): string {
	if (names.length > 1 && names.some((name) => name.replace(/（[^）]*）|“[^”]*”/g, '').includes('、'))) return names.join('；');
	return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join('、')}和${names[names.length - 1]}`;
}

export const levelColumns = [
	{ label: '红色', kind: 'number' }, { label: '橙色', kind: 'number' }, { label: '黄色', kind: 'number' }, { label: '蓝色', kind: 'number' }
] as const;
