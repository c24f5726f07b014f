import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { maskNames } from '#lib/enterprises/mask.ts';
import { outcomeOf, outcomeWeight, type Outcome } from '#lib/sampling/effect/outcomes.ts';
import { rowsPerPage, type RowsQuery, type VisitResult } from './query.ts';

/** An enterprise behind a figure: of classes with the month's class, of inspections with its last visit in the span. */
export type EnterpriseRow = {
	readonly uscc: string;
	readonly name: string;
	readonly legalRep: string;
	readonly regionName: string | null;
	readonly industryKey: string;
	readonly industryName: string | null;
	readonly class: 'A' | 'B' | 'C' | 'D' | null;
	readonly visitedOn: string | null;
	readonly department: string | null;
	readonly result: string | null;
	readonly outcome: Outcome | null;
};

type Page = { readonly total: number; readonly rows: readonly EnterpriseRow[] };

/** Enterprises inside the jurisdiction and the question, as the register has them now: so the summaries count them. */
function asked(actor: Actor, query: RowsQuery): RawBuilder<unknown> {
	const region = query.exact ? sql`e.region_code = ${query.region}` : regionWithin(regionPrefix(query.region), 'e.region_code');
	const industry = query.industry === null ? sql`true` : sql`e.industry_key like ${`${query.industry}%`}`;
	return sql`(${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })} and ${region} and ${industry})`;
}

async function pageOf(db: Kysely<DB>, those: RawBuilder<unknown>, page: number): Promise<Page> {
	const [{ rows: totals }, { rows }] = await Promise.all([
		sql<{ n: number }>`select count(*)::int as n from (${those}) t`.execute(db),
		sql<Omit<EnterpriseRow, 'outcome'>>`
			with page as (select * from (${those}) t order by day desc nulls last, class desc nulls last, uscc, ref limit ${rowsPerPage} offset ${page * rowsPerPage})
			select e.uscc, e.name, e.legal_rep as "legalRep", r.name as "regionName", e.industry_key as "industryKey", i.name as "industryName",
				p.class, p.day as "visitedOn", p.result, d.name as department
			from page p join enterprise e on e.uscc = p.uscc
			left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key left join department d on d.id = p.department_id
			order by p.day desc nulls last, p.class desc nulls last, p.uscc, p.ref`.execute(db)
	]);
	return { total: totals[0]!.n, rows: rows.map((row) => ({ ...row, legalRep: maskNames(row.legalRep ?? ''), outcome: row.result === null ? null : outcomeOf(row.result) })) };
}

/** Enterprises by their newest class of a month, worst first. */
export function classRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Page> {
	return pageOf(db, sql`
		select c.uscc, c.class, null::date as day, null::text as result, null::text as department_id, '' as ref
		from enterprise_class c join enterprise e on e.uscc = c.uscc
		where c.month = ${query.from}::date and ${asked(actor, query)} and c.class = any(${[...(query.classes ?? 'ABCD')]}::text[])
			and not exists (select from enterprise_class newer where newer.uscc = c.uscc and newer.month = c.month and newer.version > c.version)`, page);
}

/** Enterprises visited in a span of days, each with its last visit. */
export function visitedRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Page> {
	return pageOf(db, sql`
		select distinct on (v.uscc) v.uscc, null::text as class, v.visited_on as day, v.result, v.department_id, v.id as ref
		from inspection_visit v join enterprise e on e.uscc = v.uscc
		where v.visited_on between ${query.from}::date and ${query.to}::date and ${asked(actor, query)}
		order by v.uscc, v.visited_on desc, v.id`, page);
}

/** The gravest results that answer what is asked of a visit. */
const answering: Readonly<Record<VisitResult, readonly Outcome[]>> = { problem: ['problem'], undecided: ['undecided', 'unknown'], decided: ['problem', 'none'] };

/** Visits of a span of days, or those with a result of one kind: a visit of several items is one, with its gravest result. */
export async function visitRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Page> {
	const inSpan = sql`v.visited_on between ${query.from}::date and ${query.to}::date`;
	const { rows: texts } = await sql<{ result: string }>`select distinct v.result from inspection_visit v where ${inSpan}`.execute(db);
	const weights = texts.map(({ result }) => ({ result, w: outcomeWeight[outcomeOf(result)] }));
	return pageOf(db, sql`
		select * from (
			select distinct on (v.uscc, v.visited_on, coalesce(v.task_id, v.lead_check_id, v.id))
				v.uscc, null::text as class, v.visited_on as day, v.result, v.department_id, v.id as ref, o.w
			from inspection_visit v join enterprise e on e.uscc = v.uscc
			join jsonb_to_recordset(${JSON.stringify(weights)}::jsonb) as o (result text, w int) on o.result = v.result
			where ${inSpan} and ${asked(actor, query)}
			order by v.uscc, v.visited_on, coalesce(v.task_id, v.lead_check_id, v.id), o.w desc, v.id
		) visit where ${query.found ? sql`w = any(${answering[query.found].map((outcome) => outcomeWeight[outcome])}::int[])` : sql`true`}`, page);
}
