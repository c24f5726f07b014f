import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { heldSkip } from '../paging.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { pendingVisits, type PendingRow } from './pending.server.ts';
import { groupsOf, isDecided, leadOf, type Decided, type JointWindow, type LeadRule } from './propose.ts';

export type Proposal = {
	readonly uscc: string;
	readonly name: string;
	readonly region: string;
	readonly parts: readonly PendingRow[];
	readonly lead: string;
	readonly rule: LeadRule;
	/** A part is of the actor's own department: they may decide. */
	readonly own: boolean;
};

/** Visits that could be one and about which nobody has decided; those with the most departments first. */
export async function proposals(db: Kysely<DB>, actor: Actor, window: JointWindow): Promise<Proposal[]> {
	if (!may(actor, 'task.see')) return [];
	const visits = await pendingVisits(db, actor);
	const decided = await decisions(db, [...new Set(visits.map((v) => v.uscc))]);
	const found = [...Map.groupBy(visits, (v) => v.uscc)].flatMap(([uscc, rows]) =>
		(groupsOf(rows, window) as PendingRow[][]).filter((group) => !isDecided(group, decided.get(uscc) ?? [])).map((parts): Proposal => {
			const { departmentId, rule } = leadOf(parts);
			const first = parts[0]!;
			return {
				uscc, name: first.name, region: first.region, parts, lead: parts.find((p) => p.departmentId === departmentId)!.department, rule,
				own: parts.some((p) => p.departmentId === actor.departmentId)
			};
		})
	);
	const departments = (p: Proposal): number => new Set(p.parts.map((part) => part.departmentId)).size;
	return found.sort((a, b) => Number(b.own) - Number(a.own) || departments(b) - departments(a) || (a.uscc < b.uscc ? -1 : 1));
}

async function decisions(db: Kysely<DB>, usccs: readonly string[]): Promise<Map<string, Decided[]>> {
	if (usccs.length === 0) return new Map();
	const { rows } = await sql<Decided & { uscc: string }>`
		select j.uscc, j.state, array_agg(p.ref) as refs from joint_visit j join joint_visit_part p on p.joint_id = j.id
		where j.uscc = any(${[...usccs]}::text[]) and j.state in ('joined', 'apart') group by j.id
	`.execute(db);
	return Map.groupBy(rows, (r) => r.uscc);
}

export type DecidedRow = {
	readonly id: string;
	readonly number: string;
	readonly uscc: string;
	readonly name: string;
	readonly region: string;
	readonly lead: string;
	readonly rule: LeadRule;
	readonly reason: string | null;
	readonly until: string | null;
	readonly by: string;
	readonly at: Date;
	readonly parts: readonly { readonly department: string; readonly item: string | null; readonly visitedOn: string | null }[];
	/** Nothing was visited yet, and a part is of the actor's own department. */
	readonly undoable: boolean;
};

export const jointPage = 50;

/** Decisions of the jurisdiction, newest first. @param wanted so many come before the page; the last page where that is beyond it. */
export async function decidedVisits(
	db: Kysely<DB>, actor: Actor, state: 'joined' | 'apart', wanted: number
): Promise<{ readonly rows: readonly DecidedRow[]; readonly total: number; readonly skip: number }> {
	if (!may(actor, 'task.see')) return { rows: [], total: 0, skip: 0 };
	const within = withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' });
	const counted = await sql<{ n: number }>`
		select count(*)::int as n from joint_visit j join enterprise e on e.uscc = j.uscc where j.state = ${state} and ${within}
	`.execute(db);
	const total = counted.rows[0]!.n;
	const skip = heldSkip(wanted, total, jointPage);
	const { rows } = await sql<DecidedRow>`
		select j.id, j.number, j.uscc, e.name, coalesce(r.name, e.region_code) as region, d.name as lead, j.lead_rule as rule, j.reason, j.visit_until::text as until,
			coalesce(u.display_name, j.decided_by) as by, j.decided_at as at,
			parts.parts, not parts.visited and parts.own and ${may(actor, 'task.merge')} as undoable
		from joint_visit j join enterprise e on e.uscc = j.uscc join department d on d.id = j.lead_department_id
		left join region r on r.code = e.region_code left join app_user u on u.id = j.decided_by
		cross join lateral (
			select jsonb_agg(jsonb_build_object('department', pd.name, 'item', i.name, 'visitedOn', v.visited_on::text) order by pd.id, p.ref) as parts,
				bool_or(v.visited_on is not null) as visited, bool_or(p.department_id = ${actor.departmentId}) as own
			from joint_visit_part p join department pd on pd.id = p.department_id left join inspection_item i on i.id = p.item_id
			left join inspection_visit v on v.uscc = p.uscc and v.id = p.ref
			where p.joint_id = j.id
		) parts
		where j.state = ${state} and ${within}
		order by j.decided_at desc, j.id limit ${jointPage} offset ${skip}
	`.execute(db);
	return { rows, total, skip };
}

export type JointCount = {
	readonly joined: number;
	/** Visits that need not be made because of it: parts beyond the first. */
	readonly planned: number;
	/** Of these, those that really were made on one day with another part. */
	readonly saved: number;
	readonly apart: number;
};

/** What joint visits saved this year in the jurisdiction. */
export async function jointCount(db: Kysely<DB>, actor: Actor): Promise<JointCount> {
	if (!may(actor, 'task.see')) return { joined: 0, planned: 0, saved: 0, apart: 0 };
	const year = `${(await databaseToday(db)).slice(0, 4)}-01-01`;
	const { rows } = await sql<JointCount>`
		select count(*) filter (where j.state = 'joined')::int as joined, count(*) filter (where j.state = 'apart')::int as apart,
			coalesce(sum(n.parts - 1) filter (where j.state = 'joined'), 0)::int as planned,
			coalesce(sum(n.visited - n.days) filter (where j.state = 'joined'), 0)::int as saved
		from joint_visit j join enterprise e on e.uscc = j.uscc
		cross join lateral (
			select count(*) as parts, count(v.uscc) as visited, count(distinct v.visited_on) as days
			from joint_visit_part p left join inspection_visit v on v.uscc = p.uscc and v.id = p.ref where p.joint_id = j.id
		) n
		where j.decided_at >= ${year}::date and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
	`.execute(db);
	return rows[0]!;
}

export type JoinedWith = { readonly uscc: string; readonly number: string; readonly lead: string; readonly until: string | null; readonly others: readonly { readonly department: string; readonly item: string | null }[] };

/** With whom the visits of a list or lead check are made together; for the sheets of those who go. The caller has checked access to the list. */
export async function joinedWith(db: Kysely<DB>, ref: string): Promise<JoinedWith[]> {
	const { rows } = await sql<JoinedWith>`
		select j.uscc, j.number, d.name as lead, j.visit_until::text as until,
			(select jsonb_agg(jsonb_build_object('department', od.name, 'item', i.name) order by od.id, o.ref)
				from joint_visit_part o join department od on od.id = o.department_id left join inspection_item i on i.id = o.item_id
				where o.joint_id = j.id and o.ref <> p.ref) as others
		from joint_visit_part p join joint_visit j on j.id = p.joint_id and j.state = 'joined' join department d on d.id = j.lead_department_id
		where p.ref = ${ref}
	`.execute(db);
	return rows;
}
