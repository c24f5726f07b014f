import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { noItem } from './subject.server.ts';

/** What is to be looked into at a visit. */
export type VisitItem = {
	readonly id: string;
	readonly name: string;
	readonly subItem: string | null;
	readonly legalBasis: string;
	readonly method: string;
	/** The department whose item it is. */
	readonly department: string;
};

/** Items of a task: its own first, then those of the partner departments. */
export async function itemsOfTask(db: Kysely<DB>, taskId: string): Promise<VisitItem[]> {
	const { rows } = await sql<VisitItem>`
		select i.id, i.name, i.sub_item as "subItem", i.legal_basis as "legalBasis", i.method, d.name as department
		from (
			select 0 as place, item_id, department_id from sampling_task where id = ${taskId}
			union all select 1, item_id, department_id from sampling_task_partner where task_id = ${taskId}
		) x join inspection_item i on i.id = x.item_id join department d on d.id = x.department_id
		order by x.place, x.department_id
	`.execute(db);
	return rows;
}

/** The one item of a lead check; a nameless one where it was made without. */
export async function itemsOfLead(db: Kysely<DB>, leadId: string): Promise<VisitItem[]> {
	const { rows } = await sql<VisitItem>`
		select coalesce(i.id, ${noItem}) as id, coalesce(i.name, '–') as name, i.sub_item as "subItem", coalesce(i.legal_basis, '–') as "legalBasis",
			coalesce(i.method, 'on-site') as method, d.name as department
		from lead_check l join department d on d.id = l.department_id left join inspection_item i on i.id = l.item_id where l.id = ${leadId}
	`.execute(db);
	return rows;
}
