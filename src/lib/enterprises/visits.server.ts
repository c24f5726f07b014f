import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { visibleWork } from '#lib/access/scope.server.ts';

/** A visit that took place, or a lead check that is still to be made. */
export type Visit = {
	readonly id: string;
	/** Null: still to come. */
	readonly visitedOn: string | null;
	/** Of one to come. */
	readonly dueOn: string | null;
	readonly path: string;
	/** What was looked into; null where an imported row did not say. */
	readonly item: string | null;
	readonly result: string | null;
	readonly department: string | null;
	/** The task or lead check it belongs to, for who may open it. */
	readonly href: string | null;
	readonly number: string | null;
};

const mostVisits = 100;

/** Visits of an enterprise with their results by item, those still to come first. The caller has judged who may see the enterprise. */
export async function visitsOf(db: Kysely<DB>, actor: Actor, uscc: string): Promise<{ readonly rows: readonly Visit[]; readonly more: boolean }> {
	const { rows } = await sql<Omit<Visit, 'href'> & { leadCheckId: string | null; taskId: string | null }>`
		select v.id, v.visited_on::text as "visitedOn", null as "dueOn", v.path, i.name as item, v.result, d.name as department,
			v.lead_check_id as "leadCheckId", t.id as "taskId", coalesce(l.number, t.number) as number
		from inspection_visit v
		left join department d on d.id = v.department_id
		left join inspection_item i on i.id = v.item_id
		left join lead_check l on l.id = v.lead_check_id
		left join sampling_task t on t.id = v.task_id and ${visibleWork(actor, 't')}
		where v.uscc = ${uscc}
		union all
		select l.id, null, l.due_on::text, 'lead-check', i.name, null, d.name, l.id, null, l.number
		from lead_check l
		left join department d on d.id = l.department_id
		left join inspection_item i on i.id = l.item_id
		where l.uscc = ${uscc} and l.state = 'open'
		order by 2 desc nulls first, 3, 1
		limit ${mostVisits + 1}
	`.execute(db);
	const hrefOf = (leadCheckId: string | null, taskId: string | null) => (leadCheckId !== null ? `/lead-checks/${leadCheckId}` : taskId === null ? null : `/tasks/${taskId}`);
	const opens = may(actor, 'task.see');
	const shown = rows.slice(0, mostVisits).map(({ leadCheckId, taskId, ...row }) => ({ ...row, href: opens ? hrefOf(leadCheckId, taskId) : null }));
	return { rows: shown, more: rows.length > mostVisits };
}
