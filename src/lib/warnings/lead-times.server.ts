import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { due, today } from './due.server.ts';

/** How a desk does, over the warnings raised in a span. */
export type LeadTimes = LeadSpans & {
	readonly departmentId: string;
	readonly departmentName: string;
	readonly raised: number;
	/** Acknowledged or disposed by their day, and of how many that were due. */
	readonly acknowledgedInTime: number;
	readonly acknowledgeDue: number;
	readonly disposedInTime: number;
	readonly disposeDue: number;
	/** Open and overdue today. */
	readonly overdue: number;
};
/** From occurrence to warning, from there to who acknowledged it, and to its disposal. */
export type LeadSpans = { readonly toWarn: LeadSpan; readonly toAcknowledge: LeadSpan; readonly toDispose: LeadSpan };
/** Of `n` that got so far: one of ten took at most `least`, half of them at most `half`, nine of ten at most `most`. Days; null of none. */
export type LeadSpan = { readonly n: number; readonly least: number | null; readonly half: number | null; readonly most: number | null };

function spread(days: RawBuilder<unknown>): RawBuilder<LeadSpan> {
	const part = (share: number) => sql`percentile_cont(${sql.lit(share)}) within group (order by ${days})`;
	return sql`jsonb_build_object('n', count(${days})::int, 'least', ${part(0.1)}, 'half', ${part(0.5)}, 'most', ${part(0.9)})`;
}
const days = (a: string, b: string) => sql`extract(epoch from ${sql.raw(b)} - ${sql.raw(a)}) / 86400.0`;
const spans = sql`
	${spread(sql`(w.raised_on - w.occurred_on)::float8`)} as "toWarn",
	${spread(days('w.raised_at', 'w.acknowledged_at'))} as "toAcknowledge",
	${spread(days('w.raised_at', 'coalesce(w.disposed_at, w.closed_at)'))} as "toDispose"`;
const chosen = (actor: Actor, from: string, to: string) => sql`w.raised_on between ${from} and ${to}
	and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}`;

/**
 * Lead times of each desk (前置时间: from occurrence to warning to disposal; D10), of warnings raised from a day to a day within the
 * actor's jurisdiction. What is closed without disposal ends its way there: closing counts as its disposal.
 */
export async function leadTimes(db: Kysely<DB>, actor: Actor, from: string, to: string): Promise<readonly LeadTimes[]> {
	if (!may(actor, 'warning.see')) return [];
	const { rows } = await sql<LeadTimes>`
		select w.department_id as "departmentId", d.name as "departmentName", count(*)::int as raised, ${spans},
			count(*) filter (where (w.acknowledged_at at time zone 'Asia/Shanghai')::date <= w.acknowledge_due)::int as "acknowledgedInTime",
			count(*) filter (where w.acknowledged_at is not null or w.acknowledge_due < ${today})::int as "acknowledgeDue",
			count(*) filter (where (coalesce(w.disposed_at, w.closed_at) at time zone 'Asia/Shanghai')::date <= w.dispose_due)::int as "disposedInTime",
			count(*) filter (where coalesce(w.disposed_at, w.closed_at) is not null or w.dispose_due < ${today})::int as "disposeDue",
			count(*) filter (where ${due} < ${today})::int as overdue
		from warning w join department d on d.id = w.department_id
		where ${chosen(actor, from, to)}
		group by w.department_id, d.name
		order by d.name
	`.execute(db);
	return rows;
}

/** The same of all desks together: what is said of a whole cannot be put together from its parts' middles. */
export async function leadSpans(db: Kysely<DB>, actor: Actor, from: string, to: string): Promise<LeadSpans> {
	if (!may(actor, 'warning.see')) return { toWarn: noSpan, toAcknowledge: noSpan, toDispose: noSpan };
	const { rows } = await sql<LeadSpans>`select ${spans} from warning w where ${chosen(actor, from, to)}`.execute(db);
	return rows[0]!;
}

const noSpan: LeadSpan = { n: 0, least: null, half: null, most: null };
