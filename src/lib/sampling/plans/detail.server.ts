import { sql, type Kysely } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, type Refusal } from '#lib/access/refuse.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import { namedCells } from '../tasks/names.server.ts';
import { taskScopeSchema, type TaskScope } from '../tasks/scope.ts';
import { findPlan } from './access.server.ts';
import { coveragePercent, promisedCount } from './entry.ts';
import type { Occurrence, PromiseMode, RandomKind } from './kinds.ts';
import { scopeSize } from './scope-size.server.ts';
import { planInForce } from './states.ts';

type EntryRow = {
	readonly id: string;
	readonly origin: string;
	readonly itemId: string;
	readonly item: string;
	readonly objectKinds: string[] | null;
	readonly kind: RandomKind;
	readonly occurrence: Occurrence;
	readonly scope: unknown;
	readonly departmentIds: string[];
	readonly departments: string[];
	readonly fromOn: string;
	readonly untilOn: string;
	readonly mode: PromiseMode;
	readonly promised: number;
	readonly note: string | null;
	readonly tasks: number;
	readonly drawn: number;
	readonly visited: number;
};

/** What was done under a line `e` and under its earlier versions: tasks, and visits drawn and made. */
const doneUnder = sql`
	select count(distinct t.id) as tasks, count(o.uscc) as drawn, count(o.uscc) filter (where o.result is not null) as visited
	from plan_entry same join sampling_task t on t.plan_entry_id = same.id and t.state <> 'cancelled'
	left join sampling_object o on o.task_id = t.id and o.draw_n = coalesce(t.draw_n, 1)
	where same.origin = e.origin`;

/** The lines of a plan with what was done under them and under their earlier versions. The caller has checked access to the plan. */
async function entriesOf(db: Kysely<DB>, planId: string): Promise<EntryRow[]> {
	const { rows } = await sql<EntryRow>`
		select e.id, e.origin, e.item_id as "itemId", i.name as item, i.object_kinds as "objectKinds", e.kind, e.occurrence, e.scope,
			e.department_ids as "departmentIds",
			array(select d.name from department d where d.id = any(e.department_ids) order by d.id) as departments,
			e.from_on as "fromOn", e.until_on as "untilOn", e.mode, e.promised, e.note,
			coalesce(c.tasks, 0)::int as tasks, coalesce(c.drawn, 0)::int as drawn, coalesce(c.visited, 0)::int as visited
		from plan_entry e join inspection_item i on i.id = e.item_id
		left join lateral (${doneUnder}) c on true
		where e.plan_id = ${planId}
		order by e.position, e.id
	`.execute(db);
	return rows;
}

/** A line's scope with the names of its regions and industries. */
export type NamedScope = Omit<TaskScope, 'cells'> & { readonly cells: Awaited<ReturnType<typeof namedCells>> };

/** One plan with its lines, each with its coverage: what was drawn and visited of what is promised. */
export async function planDetail(db: Kysely<DB>, actor: Actor, id: string) {
	const found = await findPlan(db, actor, id);
	if (!found.ok) return found;
	const { plan } = found;
	const [rows, people, amends, amendedBy] = await Promise.all([
		entriesOf(db, id),
		db
			.selectFrom('sampling_plan as p')
			.innerJoin('department as d', 'd.id', 'p.department_id')
			.leftJoin('app_user as c', 'c.id', 'p.created_by')
			.leftJoin('app_user as s', 's.id', 'p.submitted_by')
			.leftJoin('app_user as a', 'a.id', 'p.decided_by')
			.select(['d.name as department', 'c.display_name as createdBy', 's.display_name as submittedBy', 'a.display_name as decidedBy'])
			.where('p.id', '=', id)
			.executeTakeFirstOrThrow(),
		plan.amends === null ? null : db.selectFrom('sampling_plan').select(['id', 'number']).where('id', '=', plan.amends).executeTakeFirst(),
		db.selectFrom('sampling_plan').select(['id', 'number', 'state']).where('amends', '=', id).where('state', '<>', 'closed').orderBy('number', 'desc').executeTakeFirst()
	]);
	const entries = await Promise.all(
		rows.map(async ({ scope: stored, ...row }) => {
			const scope = v.parse(taskScopeSchema, stored);
			// A number needs no counting of a province's millions.
			const inScope = row.mode === 'ratio' ? await scopeSize(db, scope, row.objectKinds) : null;
			const promise = promisedCount(row.mode, row.promised, inScope ?? 0);
			return {
				...row, scope: { ...scope, cells: await namedCells(db, scope.cells) } satisfies NamedScope, inScope, promise,
				drawnPercent: coveragePercent(row.drawn, promise), visitedPercent: coveragePercent(row.visited, promise)
			};
		})
	);
	const own = plan.department_id === actor.departmentId;
	return {
		ok: true as const, plan, ...people, amends: amends ?? null, amendedBy: amendedBy ?? null, entries,
		mayEdit: check(actor, 'plan.edit', { departmentId: plan.department_id }) === null,
		mayDecide: own && plan.state === 'submitted' && may(actor, 'plan.approve') && plan.created_by !== actor.id && plan.submitted_by !== actor.id,
		mayTask: own && planInForce(plan.state) && may(actor, 'task.create')
	};
}
export type PlanDetail = Extract<Awaited<ReturnType<typeof planDetail>>, { ok: true }>;

/** A line of a plan in force of the actor's own department, for a task under it. */
export async function entryForTask(db: Kysely<DB>, actor: Actor, entryId: string) {
	const row = await db
		.selectFrom('plan_entry as e')
		.innerJoin('sampling_plan as p', 'p.id', 'e.plan_id')
		.select(['e.id', 'e.origin', 'e.item_id', 'e.kind', 'e.occurrence', 'e.scope', 'e.department_ids', 'e.from_on', 'e.until_on', 'e.mode', 'e.promised', 'e.position'])
		.select(['p.id as plan_id', 'p.number', 'p.name', 'p.state', 'p.department_id'])
		.select(sql<number>`(select c.drawn::int from (${doneUnder}) c)`.as('drawn'))
		.where('e.id', '=', entryId)
		.where(visibleWork(actor, 'p'))
		.where('p.department_id', '=', actor.departmentId)
		.executeTakeFirst();
	if (!row) return notFound;
	if (!planInForce(row.state)) return { ok: false, reason: 'plan-not-in-force' } satisfies Refusal;
	return { ok: true as const, entry: { ...row, kind: row.kind as RandomKind, occurrence: row.occurrence as Occurrence, mode: row.mode as PromiseMode, scope: v.parse(taskScopeSchema, row.scope) } };
}
