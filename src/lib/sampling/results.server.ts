import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { tellResultBack } from '#lib/disposals/result-back.server.ts';
import { inspectionResults, visitDayRefusal } from './results.ts';
import { databaseToday, findTask, lockTask } from './task-access.server.ts';
import { afterMove } from './task.ts';

/** What an inspector writes after a visit. `visitedOn` is `YYYY-MM-DD`. */
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
};

const objectRows = (where: ReturnType<typeof sql>) => sql<ObjectRow>`
	select o.uscc, e.name, e.address, coalesce(r.name, e.region_code) as region, o.result, o.result_note as note,
		o.visited_on as "visitedOn", o.entered_at as "enteredAt", o.reviewed_at as "reviewedAt",
		(select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'name', i.name, 'unit', i.unit) order by s.rank), '[]')
			from task_inspector s join inspector i on i.id = s.inspector_id where s.task_id = o.task_id and s.uscc = o.uscc) as inspectors
	from sampling_object o join enterprise e on e.uscc = o.uscc left join region r on r.code = e.region_code
	where ${where} order by e.uscc`;

/** The drawn list with its results, for those who may see the task. */
export async function drawnObjects(db: Kysely<DB>, actor: Actor, taskId: string) {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const { rows } = await objectRows(sql`o.task_id = ${taskId}`).execute(db);
	return { ok: true as const, objects: rows };
}

/** An inspector's own tasks, open ones first. */
export async function myTasks(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'task.see-own') || actor.inspectorId === null) return [];
	const { rows } = await sql<{ id: string; number: string; name: string; state: string; dueOn: string | null; mine: number; open: number }>`
		select t.id, t.number, t.name, t.state, t.due_on as "dueOn", count(*)::int as mine,
			count(*) filter (where o.result is null)::int as open
		from task_inspector s join sampling_task t on t.id = s.task_id join sampling_object o on o.task_id = s.task_id and o.uscc = s.uscc
		where s.inspector_id = ${actor.inspectorId} and t.state in ('drawn', 'done')
		group by t.id order by count(*) filter (where o.result is null) = 0, t.due_on, t.number
	`.execute(db);
	return rows;
}

/** One of the inspector's own tasks: only the objects they are drawn for, no class, no warning. */
export async function myTask(db: Kysely<DB>, actor: Actor, taskId: string) {
	if (!may(actor, 'task.see-own') || actor.inspectorId === null) return notFound;
	const { rows } = await objectRows(sql`o.task_id = ${taskId} and exists (
		select 1 from task_inspector x where x.task_id = o.task_id and x.uscc = o.uscc and x.inspector_id = ${actor.inspectorId}
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

/** An inspector enters what they found at one enterprise of their own task; it can be corrected until it is reviewed. */
export async function enterResult(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string,
	uscc: string,
	entered: EnteredResult
): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const team = await trx.selectFrom('task_inspector').select('inspector_id').where('task_id', '=', taskId).where('uscc', '=', uscc).execute();
		const refusal = check(actor, 'result.enter', { memberIds: team.map((t) => t.inspector_id) });
		if (refusal) return refusal;
		const result = inspectionResults.find((r) => r === entered.result);
		if (!result) return refuse('result-unknown');
		const task = await trx.selectFrom('sampling_task').selectAll().where('id', '=', taskId).forUpdate().executeTakeFirstOrThrow();
		if (task.state !== 'drawn') return refuse('wrong-state', { state: task.state });
		const { rows } = await sql<{ drawn: string }>`select ((${task.drawn_at}::timestamptz at time zone 'Asia/Shanghai')::date)::text as drawn`.execute(trx);
		const dayRefusal = visitDayRefusal(entered.visitedOn, rows[0]?.drawn ?? '', await databaseToday(trx));
		if (dayRefusal) return refuse(dayRefusal);
		const updated = await trx
			.updateTable('sampling_object')
			.set({ result, result_note: entered.note.trim() || null, visited_on: entered.visitedOn, entered_by: actor.id, entered_at: sql`now()` })
			.where('task_id', '=', taskId)
			.where('uscc', '=', uscc)
			.where('reviewed_at', 'is', null)
			.executeTakeFirst();
		if (updated.numUpdatedRows === 0n) return refuse('already-reviewed');
		const pooled = await trx.selectFrom('sampling_pool').select('class').where('task_id', '=', taskId).where('uscc', '=', uscc).executeTakeFirst();
		const joint = (task.settings as { joint?: boolean }).joint === true;
		const visit = { visited_on: entered.visitedOn, result };
		await trx
			.insertInto('inspection_visit')
			.values({
				...visit,
				uscc,
				id: `task:${taskId}`,
				department_id: task.department_id,
				item_id: task.item_id,
				path: joint ? 'joint' : 'random',
				planned: true,
				task_id: taskId,
				class: pooled?.class ?? null
			})
			.onConflict((oc) => oc.columns(['uscc', 'id']).doUpdateSet(visit))
			.execute();
		await audit(trx, actor, {
			action: 'result.enter',
			objectKind: 'sampling_task',
			objectId: taskId,
			detail: { number: task.number, uscc, ...visit }
		});
		return { ok: true };
	});
}

/** The planner accepts entered results; when all of a task are accepted, the task is done. @param usccs null: all that are entered. */
export async function reviewResults(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string,
	usccs: readonly string[] | null
): Promise<{ ok: true; reviewed: number; done: boolean } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'result.review', taskId);
		if (!found.ok) return found;
		const state = afterMove(found.task.state, 'finish');
		if (!state) return refuse('wrong-state', { state: found.task.state });
		const reviewed = await trx
			.updateTable('sampling_object')
			.set({ reviewed_by: actor.id, reviewed_at: sql`now()` })
			.where('task_id', '=', taskId)
			.where('result', 'is not', null)
			.where('reviewed_at', 'is', null)
			.$if(usccs !== null, (qb) => qb.where('uscc', 'in', [...(usccs ?? [])]))
			.executeTakeFirst();
		const open = await trx
			.selectFrom('sampling_object')
			.select('uscc')
			.where('task_id', '=', taskId)
			.where('reviewed_at', 'is', null)
			.limit(1)
			.executeTakeFirst();
		const done = open === undefined;
		if (done) {
			await trx.updateTable('sampling_task').set({ state, version: found.task.version + 1 }).where('id', '=', taskId).execute();
			const warnings = await trx.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', taskId).execute();
			await tellResultBack(trx, warnings.map((one) => one.warning_id), { id: taskId, uscc: null });
		}
		const count = Number(reviewed.numUpdatedRows);
		await audit(trx, actor, {
			action: 'result.review',
			objectKind: 'sampling_task',
			objectId: taskId,
			detail: { number: found.task.number, reviewed: count, done }
		});
		return { ok: true, reviewed: count, done };
	});
}
