import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { PendingVisit } from './propose.ts';

export type PendingRow = PendingVisit & {
	readonly name: string;
	readonly region: string;
	readonly department: string;
	readonly item: string | null;
	/** Number of the list or lead check. */
	readonly number: string;
	/** Page of the list or lead check; whether the reader may open it is decided there. */
	readonly href: string;
};

/**
 * Visits that nobody has made yet: drawn objects of each department that goes, open lead checks, and rectifications to be looked at. A joint
 * task is one visit already, of its own department.
 */
const pending: RawBuilder<unknown> = sql`
	select o.uscc, 'task:' || t.id as ref, t.department_id, t.item_id, t.due_on, false as for_cause, t.number, '/tasks/' || t.id as href
	from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
	where t.state = 'drawn' and o.result is null
	union all
	select l.uscc, 'lead:' || l.id, l.department_id, l.item_id, l.due_on, true, l.number, '/lead-checks/' || l.id
	from lead_check l where l.state = 'open' and l.result is null
	union all
	select r.uscc, 'rect:' || r.id, r.department_id, r.item_id, r.due_on, true, coalesce(t.number, l.number, ''), '/sampling/follow-up?tab=rectification'
	from rectification r
	left join sampling_task t on r.ref = 'task:' || t.id left join lead_check l on r.ref = 'lead:' || l.id
	where r.state = 'open'`;

/** Pending visits of enterprises of the jurisdiction that have more than one, by enterprise. @param usccs of these only; null: all. */
export async function pendingVisits(db: Kysely<DB>, actor: Actor, usccs: readonly string[] | null = null): Promise<PendingRow[]> {
	const { rows } = await sql<PendingRow>`
		with pending as (${pending}), several as (select uscc from pending group by uscc having count(*) > 1)
		select p.uscc, e.name, coalesce(r.name, e.region_code) as region, p.ref, p.department_id as "departmentId", d.name as department,
			p.item_id as "itemId", i.name as item, p.due_on::text as "dueOn", p.for_cause as "forCause", p.number, p.href
		from pending p
		join several s on s.uscc = p.uscc
		join enterprise e on e.uscc = p.uscc
		join department d on d.id = p.department_id
		left join inspection_item i on i.id = p.item_id left join region r on r.code = e.region_code
		where (${usccs === null ? null : [...usccs]}::text[] is null or p.uscc = any(${usccs === null ? null : [...usccs]}::text[]))
			and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
		order by p.uscc, p.due_on nulls last, p.ref
	`.execute(db);
	return rows;
}
