import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { heldSkip } from '#lib/sampling/paging.ts';
import { disposalDoors, disposalPage, type DisposalDoor, type DisposalFilter } from './list-filter.ts';
import type { Measure } from './measure.ts';
import { openStates, type DisposalState } from './states.ts';

export type DisposalRow = {
	readonly id: string;
	readonly number: string | null;
	readonly state: DisposalState;
	readonly measureName: string;
	readonly measureNameEn: string;
	readonly follow: Measure['follow'];
	readonly addressee: string;
	readonly warningId: string;
	readonly warningNumber: string;
	readonly department: string;
	readonly author: string;
	readonly approver: string | null;
	readonly issuedOn: string | null;
	readonly changedAt: Date;
	readonly disposeDue: string | null;
};

const columns = sql`d.id, d.number, d.state, d.measure ->> 'name' as "measureName", d.measure ->> 'nameEn' as "measureNameEn", d.measure ->> 'follow' as follow, d.addressee, w.id as "warningId",
	w.number as "warningNumber", p.name as department, a.display_name as author, v.display_name as approver, d.issued_on::text as "issuedOn",
	d.changed_at as "changedAt", case when w.disposed_at is null then w.dispose_due::text end as "disposeDue"`;
const tables = sql`disposal d join warning w on w.id = d.warning_id join department p on p.id = w.department_id
	join app_user a on a.id = d.created_by left join app_user v on v.id = d.approver_id`;

const within = (actor: Actor) => withinJurisdiction(scopeOf(actor), { region: 'd.region_code', industry: 'd.industry_key' });

/** What stands behind a door: the same words for the list and for its count. */
function behindDoor(actor: Actor, door: DisposalDoor): RawBuilder<SqlBool> {
	switch (door) {
		case 'approve':
			return sql<SqlBool>`d.state = 'submitted' and d.approver_id = ${actor.id}`;
		case 'mine':
			return sql<SqlBool>`d.state = any(${[...openStates]}) and (w.owner_id = ${actor.id} or (d.created_by = ${actor.id} and w.department_id = ${actor.departmentId}))`;
		case 'inspections':
			return sql<SqlBool>`d.state = 'issued' and d.measure ->> 'follow' = 'inspection' and w.department_id = ${actor.departmentId}
				and not exists (select from lead_check l where l.warning_id = d.warning_id and l.state <> 'cancelled' and (d.uscc is null or l.uscc = d.uscc) and coalesce(l.reviewed_at, 'infinity') >= d.issued_at)
				and not exists (select from sampling_task_warning s join sampling_task t on t.id = s.task_id where s.warning_id = d.warning_id and d.uscc is null and t.state not in ('cancelled', 'done'))
				and not exists (select from sampling_task_warning s join sampling_task t on t.id = s.task_id join sampling_object o on o.task_id = t.id and o.draw_n = t.draw_n where s.warning_id = d.warning_id and d.uscc is null and o.reviewed_at >= d.issued_at)
				and not exists (select from campaign_warning k join campaign c on c.id = k.campaign_id where k.warning_id = d.warning_id and d.uscc is null and c.state in ('submitted', 'approved'))`;
		case 'all':
			return sql<SqlBool>`true`;
	}
}

function matching(actor: Actor, { door, state, measure, q }: DisposalFilter): RawBuilder<SqlBool> {
	const all = [within(actor), behindDoor(actor, door)];
	if (state !== null) all.push(sql<SqlBool>`d.state = ${state}`);
	if (measure !== null) all.push(sql<SqlBool>`d.measure_id = ${measure}`);
	if (q !== '') {
		const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
		all.push(sql<SqlBool>`(d.number ilike ${like} or w.number ilike ${like} or d.addressee ilike ${like} or d.uscc = ${q.toUpperCase()})`);
	}
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

/** The doors that mean something to a person. */
export function doorsOf(actor: Actor): readonly DisposalDoor[] {
	const open: Readonly<Record<DisposalDoor, boolean>> = {
		approve: may(actor, 'disposal.approve'), mine: may(actor, 'warning.work'), inspections: may(actor, 'lead-check.create'), all: may(actor, 'warning.see')
	};
	return disposalDoors.filter((door) => open[door]);
}

/** One page of disposals, what waits longest first; of all, the newest first. The last page where one beyond it is asked for. */
export async function listDisposals(
	db: Kysely<DB>, actor: Actor, filter: DisposalFilter
): Promise<{ readonly rows: readonly DisposalRow[]; readonly total: number; readonly skip: number }> {
	if (!may(actor, 'warning.see')) return { rows: [], total: 0, skip: 0 };
	const where = matching(actor, filter);
	const order = filter.door === 'all' ? sql`d.changed_at desc, d.id` : sql`w.dispose_due nulls last, d.changed_at, d.id`;
	const counted = await sql<{ n: number }>`select count(*)::int as n from ${tables} where ${where}`.execute(db);
	const total = counted.rows[0]!.n;
	const skip = heldSkip(filter.skip, total, disposalPage);
	const { rows } = await sql<DisposalRow>`
		select ${columns} from ${tables} where ${where} order by ${order} limit ${disposalPage} offset ${skip}
	`.execute(db);
	return { rows, total, skip };
}

/** How much stands behind each door under the same filter. */
export async function countDisposalDoors(db: Kysely<DB>, actor: Actor, filter: DisposalFilter): Promise<Partial<Record<DisposalDoor, number>>> {
	const doors = doorsOf(actor);
	if (doors.length === 0) return {};
	const sums = doors.map((door) => sql`count(*) filter (where ${matching(actor, { ...filter, door })})::int as ${sql.ref(door)}`);
	const { rows } = await sql<Record<DisposalDoor, number>>`select ${sql.join(sums)} from ${tables} where ${within(actor)}`.execute(db);
	return rows[0]!;
}

/** The disposals of a warning, oldest first; none when it cannot be seen. */
export async function disposalsOfWarning(db: Kysely<DB>, actor: Actor, warningId: string): Promise<readonly DisposalRow[]> {
	if (!may(actor, 'warning.see')) return [];
	const { rows } = await sql<DisposalRow>`
		select ${columns} from ${tables} where d.warning_id = ${warningId} and ${within(actor)} order by d.created_at, d.id
	`.execute(db);
	return rows;
}
