import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { quotaShares } from './commit.server.ts';
import type { DrawRecord } from './draw-record.server.ts';
import { scopePredicate } from './pool-facts.server.ts';
import { judgePool } from './pool.server.ts';
import { leftThisYear } from './quota.ts';
import { databaseToday, type Task } from './task-access.server.ts';

/**
 * A month of classes that some enterprise of the task's scope has and the frozen pool was not made with; null when there is none. Months
 * come place by place: only those of the scope matter.
 */
export async function newerClassMonth(db: Kysely<DB>, task: Task): Promise<string | null> {
	const anybody = { role: 'planner', regionCode: task.region_code, industries: null } as const;
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
