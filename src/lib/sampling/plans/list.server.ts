import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import type { PlanState } from './states.ts';

export type PlanRow = {
	readonly id: string;
	readonly number: string;
	readonly name: string;
	readonly year: number;
	readonly state: PlanState;
	readonly department: string;
	readonly own: boolean;
	readonly entries: number;
	readonly tasks: number;
	readonly filedOn: string | null;
	readonly filingNo: string | null;
	/** Number of the plan that it amends. */
	readonly amends: string | null;
	/** Waits for this actor's decision. */
	readonly mine: boolean;
};

/** Yearly plans of the jurisdiction, newest year first. A department has a handful in a year, so the year is the page. @param year null: every year. */
export async function listPlans(db: Kysely<DB>, actor: Actor, year: number | null): Promise<PlanRow[]> {
	const decides = may(actor, 'plan.approve');
	const { rows } = await sql<PlanRow>`
		select p.id, p.number, p.name, p.year, p.state, d.name as department, p.department_id = ${actor.departmentId} as own,
			(select count(*)::int from plan_entry e where e.plan_id = p.id) as entries,
			(select count(*)::int from sampling_task t join plan_entry e on e.id = t.plan_entry_id where e.plan_id = p.id and t.state <> 'cancelled') as tasks,
			p.filed_on as "filedOn", p.filing_no as "filingNo", a.number as amends,
			${decides} and p.state = 'submitted' and p.department_id = ${actor.departmentId}
				and p.created_by <> ${actor.id} and p.submitted_by is distinct from ${actor.id} as mine
		from sampling_plan p join department d on d.id = p.department_id left join sampling_plan a on a.id = p.amends
		where ${visibleWork(actor, 'p')} and (${year}::int is null or p.year = ${year})
		order by p.year desc, p.department_id <> ${actor.departmentId}, d.region_code, p.number desc
	`.execute(db);
	return rows;
}

/** The years for which the jurisdiction has plans, newest first. */
export async function planYears(db: Kysely<DB>, actor: Actor): Promise<number[]> {
	const { rows } = await sql<{ year: number }>`select distinct p.year from sampling_plan p where ${visibleWork(actor, 'p')} order by 1 desc`.execute(db);
	return rows.map((row) => row.year);
}
