import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { inOneStep, lockTags, writeTags } from '../objects/tags.server.ts';
import { bindColumns, type Bound } from './columns.ts';
import { knownColumns } from './file-columns.ts';
import { writeInspector } from './inspectors.server.ts';
import type { InspectorRow } from './inspector-columns.ts';
import { writeItem } from './items.server.ts';
import type { ItemContent } from './items.ts';
import { isRefusal, judgeRows, readCells, type JudgedRow } from './judge.ts';
import { judgeInspectors, judgeItems, judgeObjects, noId } from './judging.server.ts';
import { objectColumns, type ObjectRow } from './object-columns.ts';
import { readTable, type ReadTable, type TableRefusal } from './read-table.server.ts';
import { importLimits, versionNames, type Register } from './registers.ts';
import { dropFile, keepFile, waitingFile } from './waiting-file.server.ts';

export type JudgedFile = {
	readonly ok: true;
	readonly columns: readonly string[];
	readonly unread: readonly string[];
	readonly rows: readonly JudgedRow<object>[];
	/** Of the file and all that it would change: the same only while the register stays as it is. */
	readonly fingerprint: string;
};
export type ImportRefusal =
	| Refusal<'not-allowed' | 'own-work' | 'not-found' | 'conflict' | 'empty-file' | 'nothing-to-change'>
	| Refusal<'missing-columns' | 'double-columns', { readonly columns: readonly string[] }>
	| Refusal<'too-large', { readonly limit: number }>
	| TableRefusal;

/** May this person import into the register? Items belong to who edits presets, the rest to planners; always of the own department. */
export const importRefusal = (actor: Actor, register: Register) =>
	register === 'items' ? check(actor, 'preset.edit') : check(actor, 'register.edit', { departmentId: actor.departmentId });

/** Keeps a file for a preview. Nothing is written into the register. */
export async function storeFile(actor: Actor, register: Register, bytes: Uint8Array, dataDir: string): Promise<{ ok: true; id: string } | ImportRefusal> {
	const refusal = importRefusal(actor, register);
	if (refusal) return refusal;
	if (bytes.length === 0) return refuse('empty-file');
	if (bytes.length > importLimits.bytes) return refuse('too-large', { limit: importLimits.bytes });
	return { ok: true, id: await keepFile(dataDir, actor, register, bytes) };
}

/** What a kept file would change: every row judged against the register as it is now. */
export async function previewFile(db: Kysely<DB>, actor: Actor, register: Register, id: string, dataDir: string): Promise<JudgedFile | ImportRefusal> {
	const refusal = importRefusal(actor, register);
	if (refusal) return refusal;
	const path = await waitingFile(dataDir, actor, register, id);
	if (path === null) return notFound;
	const table = await readTable(path, importLimits.rows[register]);
	return table.ok ? judgeFile(db, actor, register, table) : table;
}

async function judgeFile(db: Kysely<DB>, actor: Actor, register: Register, table: ReadTable): Promise<JudgedFile | ImportRefusal> {
	const bound = bindColumns(knownColumns(register), table.columns);
	if (!bound.ok) return refuse(bound.reason, { columns: bound.columns });
	if (table.rows.length === 0) return refuse('empty-file');
	const rows = await judged(db, actor, register, table, bound);
	const changing = rows.filter((row) => row.state === 'new' || row.state === 'changed');
	const fingerprint = createHash('sha256').update(JSON.stringify([table.sha256, changing])).digest('hex');
	return { ok: true, columns: table.columns, unread: bound.unread, rows, fingerprint };
}

async function judged(db: Kysely<DB>, actor: Actor, register: Register, table: ReadTable, bound: Bound): Promise<JudgedRow<object>[]> {
	if (register === 'items') return judgeRows(await judgeItems(db, actor), bound, table.rows);
	if (register === 'inspectors') return judgeRows(await judgeInspectors(db, actor), bound, table.rows);
	const usccs = table.rows.flatMap((row) => {
		const given = readCells(objectColumns, null, bound, row);
		return isRefusal(given) || given.id === undefined ? [] : [given.id];
	});
	return judgeRows(await judgeObjects(db, actor, usccs), bound, table.rows);
}

/**
 * Writes what the preview showed, all rows that were not refused or none. When the register has changed since so that something else would
 * be written, nothing is: the preview has to be looked at again.
 */
export async function confirmFile(
	db: Kysely<DB>, actor: Actor, register: Register, id: string, fingerprint: string, dataDir: string
): Promise<{ readonly ok: true; readonly added: number; readonly changed: number } | ImportRefusal> {
	const refusal = importRefusal(actor, register);
	if (refusal) return refusal;
	const path = await waitingFile(dataDir, actor, register, id);
	if (path === null) return notFound;
	const table = await readTable(path, importLimits.rows[register]);
	if (!table.ok) return table;
	const written = await inOneStep(db, async (trx) => {
		await lockRegister(trx, actor, register);
		const now = await judgeFile(trx, actor, register, table);
		if (!now.ok) return now;
		if (now.fingerprint !== fingerprint) return refuse('conflict');
		const added = now.rows.filter((row) => row.state === 'new');
		const changed = now.rows.filter((row) => row.state === 'changed');
		if (added.length + changed.length === 0) return refuse('nothing-to-change');
		await write(trx, actor, register, [...added, ...changed]);
		const refused = now.rows.filter((row) => row.state === 'refused').length;
		await audit(trx, actor, {
			action: 'register.import', objectKind: 'register', objectId: register,
			detail: { name: versionNames[register], rows: now.rows.length, added: added.length, changed: changed.length, rejected: refused, sha256: table.sha256 }
		});
		return { ok: true as const, added: added.length, changed: changed.length };
	});
	if (written.ok) await dropFile(dataDir, actor, register, id);
	return written;
}

/** Throws a kept file away. */
export async function abandonFile(actor: Actor, register: Register, id: string, dataDir: string): Promise<void> {
	await dropFile(dataDir, actor, register, id);
}

/** Nobody changes what the judgement reads until it is written. */
async function lockRegister(trx: Kysely<DB>, actor: Actor, register: Register): Promise<void> {
	if (register === 'objects') await lockTags(trx);
	else await trx.selectFrom(register === 'items' ? 'inspection_item' : 'inspector').select('id').where('department_id', '=', actor.departmentId).orderBy('id').forUpdate().execute();
}

type Changing = Extract<JudgedRow<object>, { state: 'new' | 'changed' }>;

async function write(trx: Kysely<DB>, actor: Actor, register: Register, rows: readonly Changing[]): Promise<void> {
	if (register === 'objects') {
		const before = new Map(rows.map((row) => [(row.content as ObjectRow).id, row]));
		const held = await judgeObjects(trx, actor, [...before.keys()]);
		const changes = [...before].map(([uscc, row]) => {
			const found = held.find({ id: uscc }, () => '');
			const [now, wanted] = [typeof found === 'object' && 'content' in found ? found.content.tags : [], (row.content as ObjectRow).tags];
			return { uscc, add: wanted.filter((tag) => !now.includes(tag)), remove: now.filter((tag) => !wanted.includes(tag)) };
		});
		await writeTags(trx, actor, changes, 'import');
		return;
	}
	for (const row of rows) {
		if (register === 'items') {
			const id = row.state === 'changed' ? row.id : `item-${randomUUID().slice(0, 13)}`;
			const old = await trx.selectFrom('inspection_item').selectAll().where('id', '=', id).executeTakeFirst();
			await writeItem(trx, actor, id, old ?? null, row.content as ItemContent, 'import');
			continue;
		}
		const { id: given, ...person } = row.content as InspectorRow;
		const id = row.state === 'changed' ? row.id : given === noId ? `p-${randomUUID().slice(0, 13)}` : given;
		const old = await trx.selectFrom('inspector').selectAll().where('id', '=', id).executeTakeFirst();
		await writeInspector(trx, actor, id, old ?? null, person, 'import');
	}
}
