import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { isDay } from '#lib/calendar/days.ts';
import { correctableResults } from '../tasks/results.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { tellRectificationChecked, tellRectificationOpened } from '../notices.server.ts';
import { refOf } from './refs.ts';
import { mayMove } from './rectification.ts';

export type Rectification = {
	readonly uscc: string;
	readonly id: string;
	readonly ref: string;
	readonly itemId: string;
	readonly name: string;
	readonly address: string | null;
	readonly item: string;
	readonly legalBasis: string | null;
	readonly number: string;
	readonly department: string;
	readonly departmentId: string;
	readonly demand: string;
	/** `YYYY-MM-DD` */
	readonly dueOn: string;
	readonly state: string;
	readonly late: boolean;
	readonly checkedOn: string | null;
	readonly finding: string | null;
	readonly checkedBy: string | null;
	readonly visitedOn: string | null;
	readonly version: number;
};

/** Rectifications an actor may look at: an inspector those of the visits they were on, others those of their jurisdiction. */
function visible(actor: Actor): RawBuilder<SqlBool> {
	if (may(actor, 'task.see-own')) {
		return sql<SqlBool>`(exists (select 1 from task_inspector s join sampling_task x on x.id = s.task_id and x.draw_n = s.draw_n
				where q.ref = 'task:' || s.task_id and s.uscc = q.uscc and s.inspector_id = ${actor.inspectorId})
			or exists (select 1 from lead_check x where q.ref = 'lead:' || x.id and ${actor.inspectorId} = any(x.inspector_ids)))`;
	}
	return may(actor, 'task.see') ? withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }) : sql<SqlBool>`false`;
}

const rectifications = (actor: Actor, where: RawBuilder<unknown>, today: string) => sql<Rectification>`
	select q.uscc, q.id, q.ref, q.item_id as "itemId", e.name, e.address, coalesce(i.name, '–') as item, i.legal_basis as "legalBasis", coalesce(t.number, l.number) as number,
		d.name as department, q.department_id as "departmentId", q.demand, q.due_on::text as "dueOn", q.state, q.state = 'open' and q.due_on < ${today} as late,
		q.checked_on::text as "checkedOn", q.finding, u.display_name as "checkedBy", coalesce(o.visited_on, l.visited_on)::text as "visitedOn", q.version
	from rectification q join enterprise e on e.uscc = q.uscc join department d on d.id = q.department_id
	left join inspection_item i on i.id = q.item_id left join app_user u on u.id = q.checked_by
	left join sampling_task t on q.ref = 'task:' || t.id
	left join sampling_object o on o.task_id = t.id and o.draw_n = t.draw_n and o.uscc = q.uscc
	left join lead_check l on q.ref = 'lead:' || l.id
	where ${visible(actor)} and ${where}`;

export const rectificationViews = ['open', 'overdue', 'not-corrected', 'over'] as const;
export type RectificationView = (typeof rectificationViews)[number];

const inView = (view: RectificationView, today: string): RawBuilder<SqlBool> =>
	view === 'overdue' ? sql<SqlBool>`q.state = 'open' and q.due_on < ${today}` : view === 'over' ? sql<SqlBool>`q.state in ('corrected', 'dropped')` : sql<SqlBool>`q.state = ${view}`;

/** Rectifications of one view, those due first, at most two hundred. */
export async function listRectifications(db: Kysely<DB>, actor: Actor, view: RectificationView): Promise<Rectification[]> {
	const today = await databaseToday(db);
	const { rows } = await sql<Rectification>`${rectifications(actor, inView(view, today), today)} order by q.due_on, q.uscc, q.id limit 200`.execute(db);
	return rows;
}

/** How many are in each view; `ownOverdue`: those of the actor's department that are late. */
export async function countRectifications(db: Kysely<DB>, actor: Actor): Promise<Record<RectificationView | 'ownOverdue', number>> {
	const today = await databaseToday(db);
	const { rows } = await sql<Record<RectificationView | 'ownOverdue', number>>`
		select count(*) filter (where q.state = 'open')::int as open, count(*) filter (where q.state = 'open' and q.due_on < ${today})::int as overdue,
			count(*) filter (where q.state = 'not-corrected')::int as "not-corrected", count(*) filter (where q.state in ('corrected', 'dropped'))::int as over,
			count(*) filter (where q.state = 'open' and q.due_on < ${today} and q.department_id = ${actor.departmentId})::int as "ownOverdue"
		from rectification q join enterprise e on e.uscc = q.uscc where ${visible(actor)}
	`.execute(db);
	return rows[0]!;
}

/** One rectification; outside of what the actor may see it does not exist. */
export async function findRectification(db: Kysely<DB>, actor: Actor, uscc: string, id: string): Promise<{ readonly ok: true; readonly rectification: Rectification; readonly today: string } | NotFound> {
	const today = await databaseToday(db);
	const { rows } = await rectifications(actor, sql`q.uscc = ${uscc} and q.id = ${id}`, today).execute(db);
	return rows[0] ? { ok: true, rectification: rows[0], today } : notFound;
}

/** A reviewed finding that may need something put right, and for which nobody has asked yet. */
export type Correctable = {
	readonly uscc: string; readonly ref: string; readonly itemId: string; readonly name: string; readonly item: string; readonly result: string;
	readonly note: string | null; readonly visitedOn: string; readonly number: string; readonly department: string; readonly own: boolean;
};

const correctables = (actor: Actor, where: RawBuilder<unknown>) => sql<Correctable & { readonly departmentId: string; readonly regionCode: string }>`
	select f.uscc, f.ref, f.item_id as "itemId", e.name, coalesce(i.name, '–') as item, f.result, f.note, v.visited_on::text as "visitedOn",
		coalesce(t.number, l.number) as number, d.name as department, d.id = ${actor.departmentId} as own, d.id as "departmentId", e.region_code as "regionCode"
	from inspection_result f join enterprise e on e.uscc = f.uscc
	left join sampling_task t on f.ref = 'task:' || t.id
	left join sampling_object o on o.task_id = t.id and o.draw_n = t.draw_n and o.uscc = f.uscc
	left join lead_check l on f.ref = 'lead:' || l.id
	join lateral (select coalesce(o.visited_on, l.visited_on) as visited_on) v on true
	-- Each item's own department sees to it that what it asked for is done.
	join department d on d.id = coalesce((select p.department_id from sampling_task_partner p where p.task_id = t.id and p.item_id = f.item_id), t.department_id, l.department_id)
	left join inspection_item i on i.id = f.item_id
	where coalesce(o.reviewed_at, l.reviewed_at) is not null and f.result = any(${[...correctableResults]}::text[])
		and not exists (select 1 from rectification q where q.uscc = f.uscc and q.ref = f.ref and q.item_id = f.item_id and q.state <> 'dropped')
		and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })} and ${where}`;

/** Reviewed findings of the actor's department for which a rectification may be opened, the newest first, at most a hundred. */
export async function listCorrectable(db: Kysely<DB>, actor: Actor): Promise<Correctable[]> {
	if (!may(actor, 'task.see')) return [];
	const { rows } = await sql<Correctable>`${correctables(actor, sql`d.id = ${actor.departmentId}`)} order by v.visited_on desc, f.uscc, f.item_id limit 100`.execute(db);
	return rows;
}

export type NewRectification = { readonly uscc: string; readonly ref: string; readonly itemId: string; readonly demand: string; readonly dueOn: string };

/** The planner opens a rectification of a reviewed finding: what has to be put right, until when. */
export async function openRectification(db: Kysely<DB>, actor: Actor, wanted: NewRectification): Promise<{ readonly ok: true; readonly id: string } | Refusal> {
	if (!may(actor, 'result.review')) return notAllowed;
	const demand = wanted.demand.trim();
	if (demand.length < 4 || demand.length > 1000) return refuse('demand-missing');
	if (!isDay(wanted.dueOn)) return refuse('not-a-day');
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(hashtextextended(${`${wanted.uscc}|${wanted.ref}|${wanted.itemId}`}, 0))`.execute(trx);
		const { rows } = await correctables(actor, sql`f.uscc = ${wanted.uscc} and f.ref = ${wanted.ref} and f.item_id = ${wanted.itemId}`).execute(trx);
		const found = rows[0];
		if (!found) return notFound;
		const refusal = check(actor, 'rectification.check', { departmentId: found.departmentId });
		if (refusal) return refusal;
		if (wanted.dueOn <= found.visitedOn) return refuse('due-before-the-visit');
		const id = randomUUID();
		await trx
			.insertInto('rectification')
			.values({
				uscc: found.uscc, id, ref: found.ref, item_id: found.itemId, department_id: found.departmentId, region_code: found.regionCode, demand, due_on: wanted.dueOn,
				state: 'open', created_by: actor.id
			})
			.execute();
		await audit(trx, actor, {
			action: 'rectification.open', objectKind: 'rectification', objectId: id, detail: { number: found.number, uscc: found.uscc, due: wanted.dueOn, note: demand }
		});
		await tellRectificationOpened(trx, refOf(found.ref)!, found.uscc, found.number, id, actor);
		return { ok: true, id };
	});
}

export type FollowUp = { readonly outcome: string; readonly checkedOn: string; readonly finding: string };

/**
 * A follow-up check: put right, not put right, or dropped with a reason (by the planner). It is no visit of its own and counts against no
 * planned cap: it belongs to the visit that found it.
 */
export async function checkRectification(
	db: Kysely<DB>, actor: Actor, uscc: string, seen: { readonly id: string; readonly version: number }, found: FollowUp
): Promise<{ readonly ok: true } | Refusal> {
	if (!may(actor, 'rectification.check')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await trx.selectFrom('rectification').select('created_by').where('uscc', '=', uscc).where('id', '=', seen.id).forUpdate().executeTakeFirst();
		const there = await findRectification(trx, actor, uscc, seen.id);
		if (!there.ok) return there;
		const { rectification: row, today } = there;
		const refusal = check(actor, 'rectification.check', { departmentId: row.departmentId });
		if (refusal) return refusal;
		if (row.version !== seen.version) return conflict;
		if (!mayMove(row.state, found.outcome)) return refuse('wrong-state', { state: row.state });
		// Giving up what was asked for is the planner's to decide.
		if (found.outcome === 'dropped' && !may(actor, 'result.review')) return notAllowed;
		const finding = found.finding.trim();
		if (found.outcome === 'dropped' ? finding.length < 4 : found.outcome === 'not-corrected' && finding.length < 2) return refuse('finding-missing');
		if (finding.length > 1000) return refuse('note-too-long');
		if (!isDay(found.checkedOn)) return refuse('not-a-day');
		if (found.checkedOn > today) return refuse('in-the-future');
		if (row.visitedOn !== null && found.checkedOn < row.visitedOn) return refuse('before-the-visit');
		await trx
			.updateTable('rectification')
			.set({
				state: found.outcome, checked_on: found.checkedOn, finding: finding || null, checked_by: actor.id, checked_at: sql<Date>`now()`, version: row.version + 1
			})
			.where('uscc', '=', uscc).where('id', '=', seen.id)
			.execute();
		await audit(trx, actor, {
			action: 'rectification.check', objectKind: 'rectification', objectId: seen.id,
			detail: { number: row.number, uscc, from: row.state, to: found.outcome, day: found.checkedOn, note: finding || null }
		});
		const asked = { id: seen.id, createdBy: locked?.created_by ?? null, departmentId: row.departmentId };
		await tellRectificationChecked(trx, refOf(row.ref)!, row.number, asked, row.version, actor);
		return { ok: true };
	});
}
