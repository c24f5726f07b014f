import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';

/** A lead check, a sampling task or a campaign that an inspection led to, as far as its results have come. */
export type InspectionVisit = {
	readonly kind: 'lead-check' | 'task' | 'campaign';
	readonly id: string;
	readonly number: string;
	readonly state: string;
	readonly dueOn: string | null;
	/** Results that a planner has accepted. */
	readonly results: readonly { readonly uscc: string; readonly name: string; readonly result: string; readonly note: string | null; readonly visitedOn: string | null }[];
	readonly wanted: number;
	readonly done: boolean;
};

/**
 * What the planners made of an inspection that was asked for: lead checks, tasks and campaigns of its warning that were not over when it was asked, of
 * the enterprise it is about where it is about one.
 */
export async function inspectionVisits(
	db: Kysely<DB>, actor: Actor, about: { readonly warningId: string; readonly uscc: string | null; readonly issuedAt: Date | null }
): Promise<InspectionVisit[]> {
	if (!may(actor, 'task.see') || about.issuedAt === null) return [];
	const { warningId, uscc, issuedAt } = about;
	const within = withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' });
	const { rows } = await sql<InspectionVisit>`
		select 'lead-check' as kind, l.id, l.number, l.state, l.due_on::text as "dueOn", 1 as wanted, l.state = 'done' as done,
			case when l.reviewed_at is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object(
				'uscc', l.uscc, 'name', e.name, 'result', l.result, 'note', l.result_note, 'visitedOn', l.visited_on)) end as results
		from lead_check l join enterprise e on e.uscc = l.uscc
		where l.warning_id = ${warningId} and l.state <> 'cancelled' and coalesce(l.reviewed_at, 'infinity') >= ${issuedAt}
			and (${uscc}::text is null or l.uscc = ${uscc}) and ${within}
		union all
		select 'task', t.id, t.number, t.state, t.due_on::text, count(e.uscc)::int, t.state = 'done',
			coalesce(jsonb_agg(jsonb_build_object('uscc', o.uscc, 'name', e.name, 'result', o.result, 'note', o.result_note, 'visitedOn', o.visited_on)
				order by o.rank) filter (where o.reviewed_at is not null and e.uscc is not null), '[]')
		from sampling_task_warning w join sampling_task t on t.id = w.task_id
		left join sampling_object o on o.task_id = t.id and o.draw_n = t.draw_n left join enterprise e on e.uscc = o.uscc and ${within}
		where w.warning_id = ${warningId} and t.state <> 'cancelled' and ${uscc}::text is null
			and ${withinJurisdiction(scopeOf(actor), { region: 't.region_code' })}
		group by t.id
		having t.state <> 'done' or max(o.reviewed_at) >= ${issuedAt}
		union all
		-- A campaign's tasks that are linked to the warning themselves stand above.
		select 'campaign', c.id, c.number, c.state, c.until_on::text, count(e.uscc)::int, c.state = 'done',
			coalesce(jsonb_agg(jsonb_build_object('uscc', o.uscc, 'name', e.name, 'result', o.result, 'note', o.result_note, 'visitedOn', o.visited_on)
				order by o.task_id, o.rank) filter (where o.reviewed_at is not null and e.uscc is not null), '[]')
		from campaign_warning k join campaign c on c.id = k.campaign_id
		left join sampling_task t on t.campaign_id = c.id and t.state <> 'cancelled'
			and not exists (select from sampling_task_warning w where w.task_id = t.id and w.warning_id = k.warning_id)
		left join sampling_object o on o.task_id = t.id and o.draw_n = coalesce(t.draw_n, 1) left join enterprise e on e.uscc = o.uscc and ${within}
		where k.warning_id = ${warningId} and c.state <> 'cancelled' and ${uscc}::text is null
			and ${withinJurisdiction(scopeOf(actor), { region: 'c.region_code' })}
		group by c.id
		having c.state <> 'done' or max(o.reviewed_at) >= ${issuedAt} or c.decided_at >= ${issuedAt}
		order by 3
	`.execute(db);
	return rows;
}
