import { sql, type SqlBool } from 'kysely';

/** The day the next obligation of the warning `w` falls due: the SQL twin of `dueOf`. */
export const due = sql<string | null>`case
	when w.work in ('new', 'reopened') then w.acknowledge_due
	when w.work in ('acknowledged', 'investigating') then w.dispose_due
end`;

/** The day the warning `w` was disposed of, or closed without; null: neither yet. */
export const disposedOn = sql<string | null>`(coalesce(w.disposed_at, w.closed_at) at time zone 'Asia/Shanghai')::date`;

/** The worse the level of the warning `w`, the lower: sorts the worst first. */
export const rank = sql<number>`case w.level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end`;

/** Today in Asia/Shanghai by the database's clock. */
export const today = sql`(now() at time zone 'Asia/Shanghai')::date`;
/**
 * The warning `w` waits under a wider episode of its own desk: who works on that one answers for it. Once somebody has taken it, or the
 * parent is closed or has subsided without it, it stands for itself.
 */
export const underParent = sql<SqlBool>`(w.parent_id is not null and w.work in ('new', 'reopened') and exists (
	select from warning p where p.id = w.parent_id and p.work <> 'closed' and p.department_id = w.department_id
		and (p.evaluation <> 'cleared' or w.evaluation = 'cleared')
))`;
