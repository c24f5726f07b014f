import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { tagLimit, type Way } from '../registers/registers.ts';
import { tagOf } from '../registers/tags.ts';
import { objectFilterFields, type ObjectFilter } from './filter.ts';
import { keepObjects } from './keep.server.ts';
import { objectCondition, objectRows } from './list.server.ts';

/** One writer of tags at a time ("QSTG"): two that set many at once would wait for each other's rows. */
const tagLock = 0x51535447;
export const lockTags = (trx: Kysely<DB>) => sql`select pg_advisory_xact_lock(${tagLock})`.execute(trx);

/** Tags to set and to take back; of those to take back only the ones that the actor's own department set. */
export type TagChange = { readonly uscc: string; readonly add: readonly string[]; readonly remove: readonly string[] };

/**
 * Writes changes of tags, the objects' register and its history, in the caller's transaction and under `lockTags`.
 *
 * @returns how many enterprises changed; a tag that is there, or is not the department's own, changes nothing.
 */
export async function writeTags(trx: Kysely<DB>, actor: Actor, changes: readonly TagChange[], way: Way): Promise<number> {
	const pairs = (what: 'add' | 'remove') => JSON.stringify(changes.flatMap((change) => change[what].map((tag) => ({ uscc: change.uscc, tag }))));
	const removed = await sql<{ uscc: string }>`
		update object_tag g set removed_at = now(), removed_by = ${actor.id}
		from jsonb_to_recordset(${pairs('remove')}::jsonb) x (uscc text, tag text)
		where g.uscc = x.uscc and g.tag = x.tag and g.removed_at is null and g.department_id = ${actor.departmentId}
		returning g.uscc
	`.execute(trx);
	const added = await sql<{ uscc: string }>`
		insert into object_tag (uscc, tag, set_by, department_id)
		select x.uscc, x.tag, ${actor.id}, ${actor.departmentId} from jsonb_to_recordset(${pairs('add')}::jsonb) x (uscc text, tag text)
		order by 1, 2
		on conflict (uscc, tag) where removed_at is null do nothing
		returning uscc
	`.execute(trx);
	const usccs = [...new Set([...removed.rows, ...added.rows].map(({ uscc }) => uscc))];
	if (usccs.length === 0) return 0;
	await sql`
		insert into register_version (register, id, version, content, way, changed_by)
		select 'object', u.uscc, coalesce((select max(r.version) from register_version r where r.register = 'object' and r.id = u.uscc), 0) + 1,
			jsonb_build_object('tags', coalesce((select jsonb_agg(g.tag order by g.tag) from object_tag g where g.uscc = u.uscc and g.removed_at is null), '[]')), ${way}, ${actor.id}
		from unnest(${usccs}::text[]) u (uscc)
	`.execute(trx);
	await keepObjects(trx, sql`select unnest(${usccs}::text[])`);
	return usccs.length;
}

/** Whom a step is about: some objects by their codes, or all that a filter finds. */
export type TagTarget = { readonly usccs: readonly string[] } | { readonly filter: ObjectFilter };

/**
 * Sets a tag on, or takes it back from, several objects of the jurisdiction at once.
 *
 * @returns how many enterprises changed and how many were looked at; refused: no tag, nobody chosen, or more than `tagLimit` at once.
 */
export async function changeTags(
	db: Kysely<DB>, actor: Actor, what: 'add' | 'remove', text: string, target: TagTarget
): Promise<{ readonly ok: true; readonly changed: number; readonly looked: number } | Refusal> {
	const refusal = check(actor, 'register.edit', { departmentId: actor.departmentId });
	if (refusal) return refusal;
	const tag = what === 'add' ? tagOf(text) : text.trim() || null;
	if (tag === null) return refuse('tag-invalid');
	const which = await conditionOf(db, actor, target);
	return inOneStep(db, async (trx) => {
		await lockTags(trx);
		const { rows } = await sql<{ uscc: string }>`select o.uscc from inspection_object o where ${which} order by o.uscc limit ${tagLimit + 1}`.execute(trx);
		if (rows.length > tagLimit) return refuse('too-many', { limit: tagLimit });
		if (rows.length === 0) return refuse('nobody-chosen');
		const empty = { add: [], remove: [] };
		const changed = await writeTags(trx, actor, rows.map(({ uscc }) => ({ uscc, ...empty, [what]: [tag] })), 'form');
		const detail = { name: tag, rows: changed, ...('filter' in target ? { fields: objectFilterFields(target.filter) } : {}) };
		const objectId = rows.length === 1 ? rows[0]!.uscc : null;
		if (changed > 0) await audit(trx, actor, { action: what === 'add' ? 'object.tag' : 'object.untag', objectKind: 'inspection_object', objectId, detail });
		return { ok: true as const, changed, looked: rows.length };
	});
}

async function conditionOf(db: Kysely<DB>, actor: Actor, target: TagTarget): Promise<RawBuilder<unknown>> {
	if ('filter' in target) return objectCondition(db, actor, target.filter);
	const within = withinJurisdiction(scopeOf(actor), { region: 'o.region_code', industry: 'o.industry_key' });
	return sql`o.uscc = any (${target.usccs.slice(0, tagLimit + 1)}::text[]) and ${within}`;
}

/** A transaction; data that comes in at the same moment may need the same rows in another order, and the database then gives up one of the two. */
export async function inOneStep<T>(db: Kysely<DB>, work: (trx: Kysely<DB>) => Promise<T>): Promise<T | typeof conflict> {
	try {
		return await db.transaction().execute(work);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === '40P01') return conflict;
		throw error;
	}
}

/** An object with the history of its tags: who set which when, and who took it back. */
export async function objectDetail(db: Kysely<DB>, actor: Actor, uscc: string) {
	const object = may(actor, 'task.see') ? (await objectRows(db, actor, [uscc]))[0] : undefined;
	if (object === undefined) return notFound;
	const { rows } = await sql<{ tag: string; department: string | null; setAt: Date; setBy: string; removedAt: Date | null; removedBy: string | null; way: string | null }>`
		select g.tag, d.name as department, g.set_at as "setAt", coalesce(s.display_name, g.set_by) as "setBy", g.removed_at as "removedAt",
			coalesce(t.display_name, g.removed_by) as "removedBy",
			(select r.way from register_version r where r.register = 'object' and r.id = g.uscc and r.changed_at = g.set_at limit 1) as way
		from object_tag g left join department d on d.id = g.department_id left join app_user s on s.id = g.set_by left join app_user t on t.id = g.removed_by
		where g.uscc = ${uscc} order by greatest(g.set_at, coalesce(g.removed_at, g.set_at)) desc, g.tag limit 200
	`.execute(db);
	return { ok: true as const, object, history: rows };
}
