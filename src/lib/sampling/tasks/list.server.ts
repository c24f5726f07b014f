import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import { addDays } from '#lib/calendar/days.ts';
import { heldSkip } from '../paging.ts';
import { databaseToday } from './access.server.ts';
import { taskDoors, taskPage, type TaskDoor, type TaskDue, type TaskFilter, type TaskSourceKind } from './list.ts';
import type { TaskKind, TaskState } from './task.ts';

export type TaskRow = {
	readonly id: string;
	readonly number: string;
	/** Name of the item. */
	readonly item: string;
	readonly kind: TaskKind;
	readonly occurrence: string;
	readonly state: TaskState;
	readonly source: TaskSourceKind;
	/** Number of the plan, campaign or incident it comes from. */
	readonly sourceNumber: string | null;
	/** How many other departments go along. */
	readonly partners: number;
	readonly region: string;
	readonly department: string;
	readonly drawn: number;
	readonly entered: number;
	readonly toReview: number;
	readonly recheck: boolean;
	readonly overdue: boolean;
	readonly dueOn: string | null;
	readonly createdAt: Date;
};

const open = sql`t.state in ('draft', 'committed', 'drawn')`;
// The objects of a draw that was taken back are nobody's work.
const objects = sql`from sampling_object o where o.task_id = t.id and o.draw_n = t.draw_n and t.drawn_at is not null`;
const tables = sql`sampling_task t join department d on d.id = t.department_id join inspection_item i on i.id = t.item_id
	left join region r on r.code = t.region_code left join plan_entry pe on pe.id = t.plan_entry_id left join sampling_plan p on p.id = pe.plan_id
	left join campaign c on c.id = t.campaign_id left join incident n on n.id = t.incident_id`;
const source = sql<TaskSourceKind>`case when t.plan_entry_id is not null then 'plan' when t.campaign_id is not null then 'campaign'
	when t.incident_id is not null then 'incident' when exists (select from sampling_task_warning w where w.task_id = t.id) then 'warning' else 'free' end`;

/** What stands behind a door: the same words for the list and for its count. Waiting is only what the actor's own department can go on with. */
function behindDoor(actor: Actor, door: TaskDoor, today: string): RawBuilder<SqlBool> {
	const own = sql`t.department_id = ${actor.departmentId}`;
	switch (door) {
		case 'all':
			return sql<SqlBool>`true`;
		case 'draft':
			return sql<SqlBool>`${own} and t.state = 'draft'`;
		case 'committed':
			return sql<SqlBool>`${own} and t.state = 'committed'`;
		case 'recheck':
			return sql<SqlBool>`${own} and t.recheck is not null and t.state in ('draft', 'committed', 'drawn')`;
		case 'review':
			return sql<SqlBool>`${own} and t.state = 'drawn' and exists (select ${objects} and o.result is not null and o.reviewed_at is null)`;
		case 'overdue':
			return sql<SqlBool>`${own} and ${open} and t.due_on < ${today}::date`;
	}
}

function dueWithin(due: TaskDue, today: string): RawBuilder<SqlBool> {
	const [week, month] = [addDays(today, 7), addDays(today, 30)];
	switch (due) {
		case 'over':
			return sql<SqlBool>`${open} and t.due_on < ${today}::date`;
		case 'week':
			return sql<SqlBool>`${open} and t.due_on between ${today}::date and ${week}::date`;
		case 'month':
			return sql<SqlBool>`${open} and t.due_on between ${today}::date and ${month}::date`;
		case 'later':
			return sql<SqlBool>`${open} and t.due_on > ${month}::date`;
	}
}

function matching(actor: Actor, filter: TaskFilter, today: string): RawBuilder<SqlBool> {
	const all = [visibleWork(actor, 't'), behindDoor(actor, filter.door, today)];
	if (filter.kind !== null) all.push(sql<SqlBool>`t.kind = ${filter.kind}`);
	if (filter.source !== null) all.push(sql<SqlBool>`${source} = ${filter.source}`);
	if (filter.crossing !== null) {
		const joint = sql<SqlBool>`exists (select from sampling_task_partner a where a.task_id = t.id)`;
		all.push(filter.crossing === 'joint' ? joint : sql<SqlBool>`not ${joint}`);
	}
	if (filter.state !== null) all.push(sql<SqlBool>`t.state = ${filter.state}`);
	if (filter.due !== null) all.push(dueWithin(filter.due, today));
	// A plan's lines go on from those of the plan it amends.
	if (filter.plan !== null) all.push(sql<SqlBool>`pe.origin in (select origin from plan_entry where plan_id = ${filter.plan})`);
	if (filter.campaign !== null) all.push(sql<SqlBool>`t.campaign_id = ${filter.campaign}`);
	if (filter.q !== '') {
		const like = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
		all.push(sql<SqlBool>`(t.number ilike ${like} or i.name ilike ${like} or r.name ilike ${like} or d.name ilike ${like}
			or p.number ilike ${like} or c.number ilike ${like} or c.name ilike ${like})`);
	}
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

/** One page of tasks with how many there are; newest first, behind a door what is due first. The last page where one beyond it is asked for. */
export async function pageOfTasks(
	db: Kysely<DB>, actor: Actor, filter: TaskFilter
): Promise<{ readonly rows: readonly TaskRow[]; readonly total: number; readonly skip: number }> {
	if (!may(actor, 'task.see')) return { rows: [], total: 0, skip: 0 };
	const today = await databaseToday(db);
	const where = matching(actor, filter, today);
	const counted = await sql<{ n: number }>`select count(*)::int as n from ${tables} where ${where}`.execute(db);
	const total = counted.rows[0]!.n;
	const skip = heldSkip(filter.skip, total, taskPage);
	const order = filter.door === 'all' ? sql`t.created_at desc, t.id` : sql`t.due_on nulls last, t.created_at, t.id`;
	const { rows } = await sql<TaskRow>`
		select t.id, t.number, i.name as item, t.kind, t.occurrence, t.state, ${source} as source, coalesce(p.number, c.number, n.number) as "sourceNumber",
			(select count(*)::int from sampling_task_partner a where a.task_id = t.id) as partners,
			coalesce(r.name, t.region_code) as region, d.name as department,
			(select count(*)::int ${objects}) as drawn, (select count(*)::int ${objects} and o.result is not null) as entered,
			(select count(*)::int ${objects} and o.result is not null and o.reviewed_at is null) as "toReview",
			t.recheck is not null as recheck, ${open} and t.due_on < ${today}::date as overdue, t.due_on as "dueOn", t.created_at as "createdAt"
		from ${tables} where ${where} order by ${order} limit ${taskPage} offset ${skip}
	`.execute(db);
	return { rows, total, skip };
}

/** How much stands behind each door under the same filter. */
export async function countTaskDoors(db: Kysely<DB>, actor: Actor, filter: TaskFilter): Promise<Partial<Record<TaskDoor, number>>> {
	if (!may(actor, 'task.see')) return {};
	const today = await databaseToday(db);
	const sums = taskDoors.map((door) => sql`(count(*) filter (where ${matching(actor, { ...filter, door }, today)}))::int as ${sql.ref(door)}`);
	const { rows } = await sql<Record<TaskDoor, number>>`select ${sql.join(sums)} from ${tables} where ${visibleWork(actor, 't')}`.execute(db);
	return rows[0]!;
}
