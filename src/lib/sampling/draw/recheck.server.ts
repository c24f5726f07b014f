import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { quotaShares } from './commit.server.ts';
import type { DrawRecord } from './record.server.ts';
import { scopePredicate } from '../pool/facts.server.ts';
import { judgePool } from '../pool/pool.server.ts';
import { leftThisYear } from './quota.ts';
import { tellPlanner } from '../notices.server.ts';
import { beginMonth } from '../objects/keep.server.ts';
import { databaseToday, lockTask, openTasks, type Task } from '../tasks/access.server.ts';

/** Somebody whose jurisdiction is the task's own region: for looking at all of its scope without a person. */
const insideOf = (task: Pick<Task, 'region_code' | 'department_id'>): Actor => ({
	id: 'recheck', name: 'recheck', displayName: 'recheck', role: 'planner', grants: [], departmentId: task.department_id, regionCode: task.region_code,
	industries: null, inspectorId: null, address: null
});

/**
 * A month of classes that some enterprise of the task's scope has and the frozen pool was not made with; null when there is none. Months
 * come place by place: only those of the scope matter.
 */
export async function newerClassMonth(db: Kysely<DB>, task: Task): Promise<string | null> {
	const anybody = insideOf(task);
	// Most often no month is newer for anybody: told by an index, without a look at millions of objects.
	const { rows: anywhere } = await sql<{ newer: boolean }>`
		select exists (select from enterprise_class where month > coalesce(${task.class_month}::date, '-infinity')) as newer
	`.execute(db);
	if (!anywhere[0]!.newer) return null;
	const { rows } = await sql<{ month: string | null }>`
		select max(e.class_month)::text as month from inspection_object e
		where e.class_month > coalesce(${task.class_month}::date, '-infinity') and ${scopePredicate(anybody, task.scope, await databaseToday(db))}
	`.execute(db);
	return rows[0]?.month ?? null;
}

/**
 * Has the department drawn other lists, or got planned visits, since the commitment, so that a class's yearly maximum would be broken? Two
 * planners who freeze overlapping pools at once each see the year without the other. The pool is judged anew only where that happened.
 */
export async function ceilingRefusal(trx: Transaction<DB>, actor: Actor, task: Task, record: DrawRecord): Promise<Refusal | null> {
	if (task.kind === 'campaign') return null;
	const { rows } = await sql<{ changed: boolean }>`
		select exists (
			select from sampling_task t where t.department_id = ${task.department_id} and t.id <> ${task.id} and t.drawn_at > ${record.committed_at}
		) or exists (
			select from inspection_visit v
			where v.department_id = ${task.department_id} and v.planned and v.task_id is null and v.recorded_at > ${record.committed_at}
		) as changed
	`.execute(trx);
	if (!rows[0]!.changed) return null;
	const pool = await judgePool(trx, actor, task);
	const left = new Map(quotaShares(pool.strata, pool.of.rules).map((s, i) => [pool.strata[i]!.key, leftThisYear(s)]));
	return record.frozen.strata.some((s) => s.quota > (left.get(s.key) ?? 0)) ? refuse('pool-changed') : null;
}

/** What a new month of classes did to a task that is not drawn. `before` is null for one that was not committed: its pool is live. */
export type Recheck = { readonly month: string; readonly before: number | null; readonly now: number };

/**
 * Looks at every undrawn task again when a new month of classes has come for its scope (C7, 动态调整): the planner finds it among what waits,
 * a committed one has to be committed to anew. Safe to repeat: a month is told once.
 */
export async function recheckTasks(db: Kysely<DB>): Promise<{ readonly begun: number; readonly rechecked: number }> {
	const begun = await beginMonth(db);
	let rechecked = 0;
	for (const task of await openTasks(db)) {
		const month = await newerClassMonth(db, task);
		if (month === null || (task.recheck as Recheck | null)?.month === month) continue;
		const first = task.state === 'draft' && task.class_month === null;
		const { eligible } = await judgePool(db, insideOf(task), task);
		const found: Recheck = { month, before: task.state === 'committed' ? task.pool_size : null, now: eligible };
		const told = await db.transaction().execute(async (trx) => {
			const changed = await trx
				.updateTable('sampling_task')
				// A draft that nobody has looked at with an earlier month has nothing new to tell.
				.set(task.state === 'draft' ? { class_month: month, recheck: first ? null : JSON.stringify(found) } : { recheck: JSON.stringify(found) })
				.where('id', '=', task.id).where('state', '=', task.state).executeTakeFirst();
			// Decided, or drawn, while its pool was judged.
			if (first || changed.numUpdatedRows === 0n) return false;
			const list = { createdBy: task.created_by, departmentId: task.department_id };
			await tellPlanner(trx, 'task-rechecked', { objectKind: 'sampling_task', objectId: task.id, number: task.number }, list, month, null);
			return true;
		});
		if (told) rechecked++;
	}
	return { begun, rechecked };
}

/** The planner has seen what a new month did to a draft. */
export async function seenRecheck(db: Kysely<DB>, actor: Actor, taskId: string): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.create', taskId);
		if (!found.ok) return found;
		if (found.task.state !== 'draft') return refuse('wrong-state', { state: found.task.state });
		await trx.updateTable('sampling_task').set({ recheck: null }).where('id', '=', taskId).execute();
		await audit(trx, actor, { action: 'task.recheck-seen', objectKind: 'sampling_task', objectId: taskId, detail: { number: found.task.number } });
		return { ok: true };
	});
}
