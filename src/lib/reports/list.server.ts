import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { reportPage, type ReportFilter } from './list-filter.ts';
import { periodText, type ReportKind } from './period.ts';
import type { ReportState } from './states.ts';
import { visibleReports } from './visible.server.ts';

/** One page of reports, the newest period first. */
export async function listReports(db: Kysely<DB>, actor: Actor, filter: ReportFilter) {
	if (!may(actor, 'report.see')) return { rows: [], total: 0, units: [] };
	const { kind, state, unit, year, skip } = filter;
	const where = sql`${visibleReports(actor)}
		${kind === null ? sql`` : sql`and r.kind = ${kind}`} ${unit === null ? sql`` : sql`and r.department_id = ${unit}`}
		${state === null ? sql`and r.state <> 'discarded'` : sql`and r.state = ${state}`}
		${year === null ? sql`` : sql`and r.to_day between ${`${year}-01-01`}::date and ${`${year}-12-31`}::date`}`;
	const { rows } = await sql<{
		id: string; kind: ReportKind; state: ReportState; from: string; to: string; edition: number; number: string | null; title: string | null; department: string; region: string; issuedOn: string | null;
		changedAt: Date; by: string | null;
	}>`
		select r.id, r.kind, r.state, r.from_day as "from", r.to_day as "to", r.edition, r.number, r.content ->> 'title' as title, d.name as department, g.name as region,
			r.issued_on as "issuedOn", r.changed_at as "changedAt", u.display_name as by
		from report r join department d on d.id = r.department_id left join region g on g.code = r.region_code
		left join app_user u on u.id = case r.state when 'submitted' then r.reviewer_id when 'reviewed' then r.approver_id end
		where ${where} order by r.to_day desc, r.from_day, r.region_code, d.name, r.edition desc, r.id limit ${reportPage} offset ${skip}
	`.execute(db);
	const [counted, units] = await Promise.all([
		sql<{ n: number }>`select count(*)::int as n from report r where ${where}`.execute(db),
		sql<{ id: string; name: string }>`
			select d.id, d.name from department d where exists (select from report r where r.department_id = d.id and ${visibleReports(actor)}) order by d.region_code, d.name`.execute(db)
	]);
	return { rows: rows.map((row) => ({ ...row, period: periodText({ kind: row.kind, from: row.from, to: row.to }) })), total: counted.rows[0]!.n, units: units.rows };
}
