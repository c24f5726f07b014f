import type { Kysely } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { objectRows } from '../objects/list.server.ts';
import { inspectorColumns, type InspectorNames, type InspectorRow } from './inspector-columns.ts';
import { inspectorContentSchema, inspectorIdSchema, newInspector } from './inspectors.ts';
import { inspectorContentOf, inspectorNames, isOwn } from './inspectors.server.ts';
import { itemColumns } from './item-columns.ts';
import { itemContentOf } from './items.server.ts';
import { itemContentSchema, newItem, type ItemContent } from './items.ts';
import { settleWith, type Found, type Judging } from './judge.ts';
import { objectColumns, type ObjectRow } from './object-columns.ts';
import { tagsSchema } from './tags.ts';

/** A department that a file names must be the own one: nobody writes another authority's list. */
const otherDepartment = (value: string, own: string) => (value === '' || value === own ? null : { reason: 'other-department' as const, value, own });

async function departmentName(db: Kysely<DB>, actor: Actor): Promise<string> {
	return (await db.selectFrom('department').select('name').where('id', '=', actor.departmentId).executeTakeFirst())?.name ?? actor.departmentId;
}

/** Items are told by their number within the department. */
export async function judgeItems(db: Kysely<DB>, actor: Actor): Promise<Judging<ItemContent, null>> {
	const [rows, own] = await Promise.all([
		db.selectFrom('inspection_item').selectAll().where('department_id', '=', actor.departmentId).execute(),
		departmentName(db, actor)
	]);
	const byNumber = Map.groupBy(rows, (row) => row.number);
	return {
		columns: itemColumns, names: null, fresh: newItem, settle: settleWith<ItemContent>(itemContentSchema),
		title: ({ number, name }) => [number, name].filter(Boolean).join(' '),
		once: ({ number }) => [number],
		find: ({ number }, text): Found<ItemContent> => {
			const other = otherDepartment(text('department'), own);
			if (other !== null) return other;
			const found = byNumber.get(number ?? '') ?? [];
			if (found.length > 1) return { reason: 'ambiguous' };
			return found[0] === undefined ? 'new' : { id: found[0].id, content: itemContentOf(found[0]) };
		}
	};
}

/** An id that is still to be given: whoever has none in the file, and no certificate that is known. */
export const noId = '';

/** Inspectors are told by the number the office gave them, without one by their certificate within the department. */
export async function judgeInspectors(db: Kysely<DB>, actor: Actor): Promise<Judging<InspectorRow, InspectorNames>> {
	const [rows, own, names] = await Promise.all([db.selectFrom('inspector').selectAll().execute(), departmentName(db, actor), inspectorNames(db, actor)]);
	const mine = rows.filter((row) => isOwn(actor, row));
	const [byId, byCertificate] = [new Map(mine.map((row) => [row.id, row])), Map.groupBy(mine, (row) => row.certificate_no)];
	const taken = new Set(rows.filter((row) => !isOwn(actor, row)).map((row) => row.id));
	const schema = v.object({ ...inspectorContentSchema.entries, id: v.union([v.literal(noId), inspectorIdSchema]) });
	return {
		columns: inspectorColumns, names, fresh: { ...newInspector, id: noId }, settle: settleWith<InspectorRow>(schema),
		title: ({ id, name, unit }) => [id, name, unit].filter(Boolean).join(' '),
		once: ({ id, certificateNo }) => [...(id === noId ? [] : [`id ${id}`]), `certificate ${certificateNo}`],
		find: (given, text): Found<InspectorRow> => {
			const other = otherDepartment(text('department'), own);
			if (other !== null) return other;
			const found = given.id ? [byId.get(given.id)].filter((row) => row !== undefined) : (byCertificate.get(given.certificateNo ?? '') ?? []);
			if (found.length > 1) return { reason: 'ambiguous' };
			if (found[0] === undefined) return given.id && (taken.has(given.id) || byCertificate.has(given.certificateNo ?? '')) ? { reason: 'taken' } : 'new';
			// Without a number in the file the person keeps the one there is.
			if (!given.id) delete (given as { id?: string }).id;
			return { id: found[0].id, content: { ...inspectorContentOf(found[0]), id: found[0].id } };
		}
	};
}

/** Objects are told by their code; a file adds none, and speaks of the own department's tags alone. @param usccs the codes that stand in the file. */
export async function judgeObjects(db: Kysely<DB>, actor: Actor, usccs: readonly string[]): Promise<Judging<ObjectRow, null>> {
	const rows = new Map((await objectRows(db, actor, usccs)).map((row) => [row.uscc, row]));
	return {
		columns: objectColumns, names: null, fresh: {},
		settle: (content) => {
			const row = rows.get(content['id'] as string);
			const tags = v.safeParse(tagsSchema, content['tags']);
			if (!tags.success || row === undefined) return { ok: false, keys: ['tags'] };
			// What another department set, or the source says, is there already.
			const others = [...row.tags, ...row.sourceTags].filter((tag) => !row.ownTags.includes(tag));
			return { ok: true, content: { id: row.uscc, name: row.name, tags: tags.output.filter((tag) => !others.includes(tag)) } };
		},
		title: ({ id, name }) => [id, name].filter(Boolean).join(' '),
		once: ({ id }) => [id],
		find: ({ id, name }): Found<ObjectRow> => {
			const row = rows.get(id ?? '');
			if (row === undefined) return { reason: 'unknown' };
			if (name && name !== row.name) return { reason: 'name-differs', value: name, own: row.name };
			return { id: row.uscc, content: { id: row.uscc, name: row.name, tags: row.ownTags } };
		}
	};
}
