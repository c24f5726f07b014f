import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { monthEnd, monthOf } from '#lib/calendar/days.ts';
import { maskNames } from '#lib/enterprises/mask.ts';
import { pageOf, perPage, type ListPage, type Turn } from '#lib/enterprises/turn.ts';
import { outcomeOf, outcomeWeight, type Outcome } from '#lib/sampling/effect/outcomes.ts';
import type { EnterpriseRowKind, RowsQuery, VisitResult } from './query.ts';
import { withinPlace } from './within-place.server.ts';

/** An enterprise behind a figure: of classes with the month's class, of inspections with its last visit in the span. Persons are masked. */
export type EnterpriseRow = {
	readonly uscc: string;
	readonly name: string;
	readonly legalRep: string;
	readonly regionName: string | null;
	readonly industryKey: string;
	readonly industryName: string | null;
	readonly class: 'A' | 'B' | 'C' | 'D' | null;
	/** Of inspections the day of the visit, of those in business the day they were established. */
	readonly day: string | null;
	readonly department: string | null;
	readonly result: string | null;
};

/** Where a row stands in the list: by county, then by credit code, then by visit. */
type Key = { readonly regionCode: string; readonly uscc: string; readonly id: string };

const keyText = ({ regionCode, uscc, id }: Key) => `${regionCode}-${uscc}${id === '' ? '' : `~${id}`}`;
const keyIn = (text: string): Key => ({ regionCode: text.slice(0, 6), uscc: text.slice(7, 25), id: text.slice(26) });

/**
 * A page of the enterprises behind a figure, and how many the summaries count. In the order of an index, so that a page is read without
 * those before it and without the rest: the enterprises are gone through, and of each is looked up what the figure is of.
 */
export async function enterpriseRows(
	db: Kysely<DB>, actor: Actor, query: RowsQuery, of: EnterpriseRowKind, turn: Turn
): Promise<ListPage<EnterpriseRow> & { readonly counted: number }> {
	const place = (alias: string) => withinPlace(scopeOf(actor), query, alias);
	const [counted, lookup] = await Promise.all([countedIn(db, query, of, place), lookupOf(db, query, of)]);
	const isBack = turn.before !== null;
	const begin = turn.before ?? turn.after;
	const from = begin === null ? null : keyIn(begin);
	const beyond = sql.raw(isBack ? '<' : '>');
	const direction = sql.raw(isBack ? 'desc' : 'asc');
	// Of the enterprise that a page was cut in the rest is on the next.
	const start = from === null ? sql`true` : sql`(e.region_code, e.uscc) ${beyond}= (${from.regionCode}, ${from.uscc})`;
	const rest = from === null ? sql`true` : sql`(e.region_code, e.uscc, l.id) ${beyond} (${from.regionCode}, ${from.uscc}, ${from.id})`;
	const { rows } = await sql<EnterpriseRow & Key>`
		with page as (
			select e.region_code, e.uscc, l.* from enterprise e cross join lateral (${lookup}) l
			where ${place('e')} and ${start} and ${rest}
			order by e.region_code ${direction}, e.uscc ${direction}, l.id ${direction} limit ${perPage + 1}
		)
		select p.uscc, p.region_code as "regionCode", p.id, p.class, p.day, p.result, e.name, e.legal_rep as "legalRep", r.name as "regionName",
			e.industry_key as "industryKey", i.name as "industryName", d.name as department
		from page p join enterprise e on e.uscc = p.uscc
		left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key left join department d on d.id = p.department_id
		order by p.region_code ${direction}, p.uscc ${direction}, p.id ${direction}`.execute(db);
	const page = pageOf(rows, turn, keyText);
	return { ...page, rows: page.rows.map(({ id: _id, regionCode: _region, ...row }) => ({ ...row, legalRep: maskNames(row.legalRep ?? '') })), counted };
}

const visited = (query: RowsQuery) => sql`v.uscc = e.uscc and v.visited_on between ${query.from}::date and ${query.to}::date`;

/** Of months alone, and of divisions at the finest: so the summaries count them. */
async function countedIn(db: Kysely<DB>, query: RowsQuery, of: EnterpriseRowKind, place: (alias: string) => RawBuilder<unknown>): Promise<number> {
	const found = { problem: sql`s.found`, undecided: sql`s.undecided`, decided: sql`s.visits - s.undecided`, all: sql`s.visits` }[query.found ?? 'all'];
	const classes = sql.join([...(query.classes ?? 'ABCD')].map((one) => sql.ref(`s.${one.toLowerCase()}`)), sql` + `);
	const from = {
		classes: sql`sum(${classes}) as n from class_month s where s.month = ${query.from}::date`,
		active: sql`sum(s.n) as n from active_month s where s.month = ${query.from}::date`,
		visited: sql`sum(s.visited) as n from inspection_month s where s.month = ${monthOf(query.to)}::date`,
		visits: sql`sum(${found}) as n from inspection_month s where s.month between ${query.from}::date and ${query.to}::date`
	}[of];
	const { rows } = await sql<{ n: number }>`select coalesce(n, 0)::int as n from (select ${from} and ${place('s')}) counted`.execute(db);
	return rows[0]!.n;
}

/** The gravest results that answer what is asked of a visit. */
const answering: Readonly<Record<VisitResult, readonly Outcome[]>> = { problem: ['problem'], undecided: ['undecided', 'unknown'], decided: ['problem', 'none'] };

/** What is looked up of an enterprise `e`; no row where it does not count. */
async function lookupOf(db: Kysely<DB>, query: RowsQuery, of: EnterpriseRowKind): Promise<RawBuilder<unknown>> {
	const end = monthEnd(query.from);
	switch (of) {
		case 'classes':
			// The newest version of the month's class.
			return sql`
				select '' as id, n.class, null::date as day, null::text as result, null::text as department_id from (
					select c.class from enterprise_class c where c.uscc = e.uscc and c.month = ${query.from}::date order by c.version desc limit 1
				) n where n.class = any(${[...(query.classes ?? 'ABCD')]}::text[])`;
		case 'active':
			return sql`
				select '' as id, null::text as class, e.established_on as day, null::text as result, null::text as department_id
				where (e.status = 'active' or e.cancelled_on is not null) and coalesce(e.established_on, date '1900-01-01') <= ${end}::date
					and (e.cancelled_on is null or e.cancelled_on > ${end}::date)`;
		case 'visited':
			return sql`
				select '' as id, null::text as class, v.visited_on as day, v.result, v.department_id from inspection_visit v
				where ${visited(query)} order by v.visited_on desc, v.id limit 1`;
		case 'visits': {
			const { rows: texts } = await sql<{ result: string }>`
				select distinct v.result from inspection_visit v where v.visited_on between ${query.from}::date and ${query.to}::date`.execute(db);
			const weights = texts.map(({ result }) => ({ result, w: outcomeWeight[outcomeOf(result)] }));
			// A visit of several items is one, with its gravest result.
			return sql`
				select id, class, day, result, department_id from (
					select distinct on (v.visited_on, coalesce(v.task_id, v.lead_check_id, v.id)) v.id, null::text as class, v.visited_on as day, v.result, v.department_id, o.w
					from inspection_visit v join jsonb_to_recordset(${JSON.stringify(weights)}::jsonb) as o (result text, w int) on o.result = v.result
					where ${visited(query)}
					order by v.visited_on, coalesce(v.task_id, v.lead_check_id, v.id), o.w desc, v.id
				) visit where ${query.found ? sql`w = any(${answering[query.found].map((outcome) => outcomeWeight[outcome])}::int[])` : sql`true`}`;
		}
	}
}
