import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notFound, ownWork, refuse, type Refusal } from '#lib/access/refuse.ts';
import { tellResultBack } from '#lib/disposals/result-back.server.ts';
import { enterFindings } from '../fieldwork/enter.server.ts';
import { owePublication } from '../fieldwork/review.server.ts';
import { partnersOf } from '../fieldwork/subject.server.ts';
import { retireReview } from '../notices.server.ts';
import { databaseToday, findTask, lockTask } from './access.server.ts';
import { afterMove } from './task.ts';

/** One finding for a whole visit. `visitedOn` is `YYYY-MM-DD`. */
export type EnteredResult = { readonly result: string; readonly note: string; readonly visitedOn: string };

export type ObjectRow = {
	readonly uscc: string;
	readonly name: string;
	readonly address: string | null;
	readonly region: string;
	readonly result: string | null;
	readonly note: string | null;
	readonly visitedOn: string | null;
	readonly enteredAt: Date | null;
	readonly reviewedAt: Date | null;
	readonly inspectors: readonly { readonly id: string; readonly name: string; readonly unit: string }[];
	/** Items that have a result, of a visit that is not complete. */
	readonly partly: number;
	readonly files: number;
	/** Why the reviewer sent it back, while it waits to be entered again. */
	readonly returned: string | null;
};

/** Objects of the draw that counts. */
const objectRows = (where: ReturnType<typeof sql>) => sql<ObjectRow>`
	select o.uscc, e.name, e.address, coalesce(r.name, e.region_code) as region, o.result, o.result_note as note,
		o.visited_on as "visitedOn", o.entered_at as "enteredAt", o.reviewed_at as "reviewedAt",
		(select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'name', i.name, 'unit', i.unit) order by s.rank), '[]')
			from task_inspector s join inspector i on i.id = s.inspector_id
			where s.task_id = o.task_id and s.uscc = o.uscc and s.draw_n = o.draw_n) as inspectors,
		case when o.result is null then (select count(*)::int from inspection_result f where f.uscc = o.uscc and f.ref = 'task:' || o.task_id) else 0 end as partly,
		(select count(*)::int from inspection_file f where f.uscc = o.uscc and f.ref = 'task:' || o.task_id) as files,
		case when o.result is null then (select b.reason from result_return b
			where b.uscc = o.uscc and b.ref = 'task:' || o.task_id order by b.n desc limit 1) end as returned
	from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
	join enterprise e on e.uscc = o.uscc left join region r on r.code = e.region_code
	where ${where} order by e.uscc`;

/** The drawn list with its results, for those who may see the task. */
export async function drawnObjects(db: Kysely<DB>, actor: Actor, taskId: string) {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const { rows } = await objectRows(sql`o.task_id = ${taskId}`).execute(db);
	return { ok: true as const, task: found.task, objects: rows };
}

/** Tasks an inspector was drawn for, those with open objects first; `returned`: objects the reviewer sent back. */
export async function myTasks(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'task.see-own') || actor.inspectorId === null) return [];
	const { rows } = await sql<{ id: string; number: string; name: string; state: string; dueOn: string | null; mine: number; open: number; returned: number }>`
		select t.id, t.number, t.name, t.state, t.due_on as "dueOn", count(*)::int as mine,
			count(*) filter (where o.result is null)::int as open,
			count(*) filter (where o.result is null and exists (select 1 from result_return b where b.uscc = o.uscc and b.ref = 'task:' || t.id))::int as returned
		from task_inspector s join sampling_task t on t.id = s.task_id and t.draw_n = s.draw_n
		join sampling_object o on o.task_id = s.task_id and o.uscc = s.uscc and o.draw_n = s.draw_n
		where s.inspector_id = ${actor.inspectorId} and t.state in ('drawn', 'done')
		group by t.id order by count(*) filter (where o.result is null) = 0, t.due_on, t.number
	`.execute(db);
	return rows;
}

/** One of the inspector's own tasks: only the objects they are drawn for, no class, no warning. */
export async function myTask(db: Kysely<DB>, actor: Actor, taskId: string) {
	if (!may(actor, 'task.see-own') || actor.inspectorId === null) return notFound;
	const { rows } = await objectRows(sql`o.task_id = ${taskId} and t.state in ('drawn', 'done') and exists (
		select 1 from task_inspector x
		where x.task_id = o.task_id and x.uscc = o.uscc and x.draw_n = o.draw_n and x.inspector_id = ${actor.inspectorId}
	)`).execute(db);
	if (rows.length === 0) return notFound;
	const task = await db
		.selectFrom('sampling_task as t')
		.innerJoin('inspection_item as i', 'i.id', 't.item_id')
		.select(['t.id', 't.number', 't.name', 't.state', 't.due_on', 't.drawn_at', 'i.name as item', 'i.sub_item', 'i.legal_basis'])
		.where('t.id', '=', taskId)
		.executeTakeFirstOrThrow();
	return { ok: true as const, task, objects: rows, today: await databaseToday(db) };
}

/** An inspector enters one finding for every item of a visit. @see enterFindings */
export async function enterResult(db: Kysely<DB>, actor: Actor, taskId: string, uscc: string, entered: EnteredResult): Promise<{ ok: true } | Refusal> {
	const task = await db.selectFrom('sampling_task').select('item_id').where('id', '=', taskId).executeTakeFirst();
	if (!task) return notFound;
	const items = [task.item_id, ...(await partnersOf(db, taskId)).map((p) => p.id)];
	const findings = items.map((itemId) => ({ itemId, result: entered.result, note: entered.note }));
	const done = await enterFindings(db, actor, { kind: 'task', id: taskId }, uscc, { visitedOn: entered.visitedOn, findings });
	return done.ok ? { ok: true } : done;
}

/**
 * The planner accepts entered results, never their own; when all of a task are accepted, the task is done. What is accepted has to become
 * public within its days.
 *
 * @param usccs null: all that are entered.
 */
export async function reviewResults(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string,
	usccs: readonly string[] | null
): Promise<{ ok: true; reviewed: number; done: boolean } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'result.review', taskId);
		if (!found.ok) return found;
		const { task } = found;
		const state = afterMove(task.state, 'finish');
		if (!state) return refuse('wrong-state', { state: task.state });
		const { rows: accepted } = await sql<{ uscc: string; visitedOn: string }>`
			update sampling_object o set reviewed_by = ${actor.id}, reviewed_at = now()
			where o.task_id = ${taskId} and o.draw_n = (select draw_n from sampling_task where id = ${taskId})
				and o.result is not null and o.reviewed_at is null and (${usccs}::text[] is null or o.uscc = any(${usccs}::text[]))
				and o.entered_by is distinct from ${actor.id}
				and not exists (select 1 from inspection_result f where f.uscc = o.uscc and f.ref = 'task:' || o.task_id and f.entered_by = ${actor.id})
			returning o.uscc, o.visited_on::text as "visitedOn"
		`.execute(trx);
		const { rows: left } = await sql<{ open: boolean; waiting: boolean }>`
			select bool_or(o.reviewed_at is null) as open, bool_or(o.reviewed_at is null and o.result is not null) as waiting
			from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
			where o.task_id = ${taskId} and (${usccs}::text[] is null or o.uscc = any(${usccs}::text[]))
		`.execute(trx);
		// What waits and was not taken was entered by who reviews.
		if (accepted.length === 0 && left[0]?.waiting) return ownWork;
		if (accepted.length === 0 && usccs !== null) return left[0]?.open ? refuse('not-entered') : refuse('already-reviewed');
		await owePublication(trx, { kind: 'task', id: taskId }, task.department_id, accepted);
		const open = await sql<{ one: number }>`
			select 1 as one from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
			where o.task_id = ${taskId} and o.reviewed_at is null limit 1
		`.execute(trx);
		const done = open.rows.length === 0;
		if (done) {
			await trx.updateTable('sampling_task').set({ state, version: task.version + 1 }).where('id', '=', taskId).execute();
			const warnings = await trx.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', taskId).execute();
			await tellResultBack(trx, warnings.map((one) => one.warning_id), { id: taskId, uscc: null });
		}
		await audit(trx, actor, {
			action: 'result.review',
			objectKind: 'sampling_task',
			objectId: taskId,
			detail: { number: task.number, reviewed: accepted.length, done, ...(usccs === null ? {} : { uscc: accepted.map((a) => a.uscc) }) }
		});
		await retireReview(trx, { kind: 'task', id: taskId });
		return { ok: true, reviewed: accepted.length, done };
	});
}
