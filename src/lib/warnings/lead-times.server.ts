import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { due, today } from './due.server.ts';

/** How a desk does, over the warnings raised in a span. Days; null where nothing has got so far. */
export type LeadTimes = {
	readonly departmentId: string;
	readonly departmentName: string;
	readonly raised: number;
	/** Half of them took at most so long, nine of ten at most so long. */
	readonly toWarn: Half;
	readonly toAcknowledge: Half;
	readonly toDispose: Half;
	/** Acknowledged or disposed by their day, and of how many that were due. */
	readonly acknowledgedInTime: number;
	readonly acknowledgeDue: number;
	readonly disposedInTime: number;
	readonly disposeDue: number;
	/** Open and overdue today. */
	readonly overdue: number;
};
export type Half = { readonly half: number | null; readonly most: number | null };

/**
 * Lead times of each desk (前置时间: from occurrence to warning to disposal; D10), of warnings raised from a day to a day within the
 * actor's jurisdiction. What is closed without disposal ends its way there: closing counts as its disposal.
 */
export async function leadTimes(db: Kysely<DB>, actor: Actor, from: string, to: string): Promise<readonly LeadTimes[]> {
	if (!may(actor, 'warning.see')) return [];
	const spread = (days: ReturnType<typeof sql>) => sql`jsonb_build_object(
		'half', percentile_cont(0.5) within group (order by ${days}), 'most', percentile_cont(0.9) within group (order by ${days})
	)`;
	const days = (a: string, b: string) => sql`extract(epoch from ${sql.raw(b)} - ${sql.raw(a)}) / 86400.0`;
	const { rows } = await sql<LeadTimes>`
		select w.department_id as "departmentId", d.name as "departmentName", count(*)::int as raised,
			${spread(sql`(w.raised_on - w.occurred_on)::float8`)} as "toWarn",
			${spread(days('w.raised_at', 'w.acknowledged_at'))} as "toAcknowledge",
			${spread(days('w.raised_at', 'coalesce(w.disposed_at, w.closed_at)'))} as "toDispose",
			count(*) filter (where (w.acknowledged_at at time zone 'Asia/Shanghai')::date <= w.acknowledge_due)::int as "acknowledgedInTime",
			count(*) filter (where w.acknowledged_at is not null or w.acknowledge_due < ${today})::int as "acknowledgeDue",
			count(*) filter (where (coalesce(w.disposed_at, w.closed_at) at time zone 'Asia/Shanghai')::date <= w.dispose_due)::int as "disposedInTime",
			count(*) filter (where coalesce(w.disposed_at, w.closed_at) is not null or w.dispose_due < ${today})::int as "disposeDue",
			count(*) filter (where ${due} < ${today})::int as overdue
		from warning w join department d on d.id = w.department_id
		where w.raised_on between ${from} and ${to}
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		group by w.department_id, d.name
		order by d.name
	`.execute(db);
	return rows;
}
