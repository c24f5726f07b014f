import { sql, type Kysely } from 'kysely';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, refuse, type NotAllowed, type Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import type { ObjectFilter } from '../objects/filter.ts';
import { objectFilterFields } from '../objects/filter.ts';
import { objectCondition, objectRows } from '../objects/list.server.ts';
import type { FileColumn } from './columns.ts';
import { classColumns, fileColumns } from './file-columns.ts';
import { inspectorColumns } from './inspector-columns.ts';
import type { InspectorFilter } from './inspector-filter.ts';
import { inspectorNames, listInspectors } from './inspectors.server.ts';
import { itemColumns } from './item-columns.ts';
import { itemMatches, type ItemFilter } from './item-filter.ts';
import { itemContentOf, listItems } from './items.server.ts';
import { objectColumns } from './object-columns.ts';
import { exportLimit, type Register } from './registers.ts';

export type Exported = { readonly ok: true; readonly fileName: string; readonly file: Buffer };
const chinese = { locale: 'zh-CN' } as const;

const cells = <C, N>(columns: readonly FileColumn<C, N>[], content: C, names: N): string[] => columns.map(({ write }) => write(content, names, chinese));

/** The list of items as a file that an import reads: those that a filter finds. */
export async function exportItems(db: Kysely<DB>, actor: Actor, filter: ItemFilter): Promise<Exported | NotAllowed> {
	if (!may(actor, 'business.export')) return notAllowed;
	const rows = (await listItems(db, actor)).filter((item) => itemMatches(filter, { ...item, mine: item.department_id === actor.departmentId }));
	const table = rows.map((row) => [...cells(itemColumns, itemContentOf(row), null), row.department]);
	return finish(db, actor, 'items', headersOf('items'), table, { ...filter });
}

/** The register of inspectors as a file that an import reads: those that a filter finds. Nothing of what they were assigned to or found. */
export async function exportInspectors(db: Kysely<DB>, actor: Actor, filter: InspectorFilter): Promise<Exported | NotAllowed> {
	if (!may(actor, 'business.export')) return notAllowed;
	const [{ inspectors }, names] = await Promise.all([listInspectors(db, actor, filter), inspectorNames(db, actor)]);
	const table = inspectors.map((row) => [...cells(inspectorColumns, row, names), row.department]);
	return finish(db, actor, 'inspectors', headersOf('inspectors'), table, { ...filter });
}

/**
 * Objects that a filter finds, at most `exportLimit`, with the own department's tags in the column that an import reads.
 *
 * @param withClass adds the newest class, below the notice that it is an internal reference (H1); for who may export business data.
 */
export async function exportObjects(db: Kysely<DB>, actor: Actor, filter: ObjectFilter, withClass: boolean): Promise<Exported | NotAllowed | Refusal<'too-many', { readonly limit: number }>> {
	if (!may(actor, 'task.see') || (withClass && !may(actor, 'business.export'))) return notAllowed;
	const condition = await objectCondition(db, actor, filter);
	const { rows: found } = await sql<{ uscc: string }>`select o.uscc from inspection_object o where ${condition} order by o.uscc limit ${exportLimit + 1}`.execute(db);
	if (found.length > exportLimit) return refuse('too-many', { limit: exportLimit });
	const rows = await objectRows(db, actor, found.map(({ uscc }) => uscc));
	const table = rows.map((row) => {
		const others = [...new Set([...row.tags, ...row.sourceTags])].filter((tag) => !row.ownTags.includes(tag)).sort();
		const shown = [row.region, row.industry, others.join('、'), ...(withClass ? [row.class ?? '', row.classMonth?.slice(0, 7) ?? ''] : [])];
		return [...cells(objectColumns, { id: row.uscc, name: row.name, tags: row.ownTags }, null), ...shown];
	});
	const headers = headersOf('objects').filter((header) => withClass || !classColumns.some((column) => column.header === header));
	return finish(db, actor, 'objects', headers, table, { ...objectFilterFields(filter), class: withClass }, withClass ? m.common_class_notice({}, chinese) : null);
}

const headersOf = (register: Register): readonly string[] => [...fileColumns[register].held, ...fileColumns[register].shown].map(({ header }) => header);

/** An empty file with the header an import reads, and its notes. */
export async function templateFile(actor: Actor, register: Register): Promise<Exported | NotAllowed> {
	if (!may(actor, 'task.see')) return notAllowed;
	const headers = fileColumns[register].held.map(({ header }) => header);
	return { ok: true, fileName: `${titles[register]()}${m.registers_template_name({}, chinese)}.xlsx`, file: await workbook(actor, register, headers, [], null) };
}

const titles = {
	items: () => m.sampling_items_title({}, chinese), inspectors: () => m.sampling_inspectors_title({}, chinese), objects: () => m.registers_objects_file({}, chinese)
} satisfies Record<Register, () => string>;

const bold = (value: string) => ({ value, fontWeight: 'bold' as const });
const line = (values: readonly string[]) => values.map((value) => ({ value, type: String }));

/** The sheet an import reads, and one with what each column may hold and who took the file. */
export async function workbook(actor: Actor, register: Register, headers: readonly string[], rows: readonly (readonly string[])[], notice: string | null): Promise<Buffer> {
	const sheet: SheetData = [...(notice === null ? [] : [line([notice])]), headers.map(bold), ...rows.map(line)];
	const notes: SheetData = [
		[m.registers_notes_column({}, chinese), m.registers_notes_english({}, chinese), m.registers_notes_rule({}, chinese)].map(bold),
		...fileColumns[register].held.map((column) => line([column.header, column.names[0] ?? '', column.rule?.() ?? ''])),
		...fileColumns[register].shown.map((column) => line([column.header, column.names[0] ?? '', m.registers_notes_shown({}, chinese)])),
		line([m.sampling_export_footer({ person: actor.displayName, account: actor.name }, chinese)])
	];
	const wide = (header: string) => ({ width: /名称|依据|单位|标签|项目|行业|回避/.test(header) ? 32 : 16 });
	return writeXlsxFile([
		{ data: sheet, sheet: titles[register](), columns: headers.map(wide) },
		{ data: notes, sheet: m.registers_notes_sheet({}, chinese), columns: [{ width: 22 }, { width: 20 }, { width: 80 }] }
	]).toBuffer();
}

async function finish(
	db: Kysely<DB>, actor: Actor, register: Register, headers: readonly string[], rows: readonly (readonly string[])[], filter: Readonly<Record<string, unknown>>, notice: string | null = null
): Promise<Exported> {
	const file = await workbook(actor, register, headers, rows, notice);
	const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== '' && value !== false));
	await audit(db, actor, { action: 'register.export', objectKind: 'register', objectId: register, detail: { rows: rows.length, ...(Object.keys(asked).length > 0 ? { fields: asked } : {}) } });
	return { ok: true, fileName: `${titles[register]()}.xlsx`, file };
}
