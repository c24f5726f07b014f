import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { disposedOn } from '#lib/warnings/due.server.ts';
import { unit, type CellsQuery, type WarningSpan } from './cells.server.ts';
import type { Ago, Cell } from './cube.ts';
import { withinPlace } from './within-place.server.ts';

type Asked = Omit<CellsQuery, 'kind'>;

/** Classes of a month may be some weeks late: so many months back the newest ones still stand for a month. Ours. */
const oldestClasses = 2;

/** The month whose classes stand for a month; null: none are known that are new enough. */
export async function classMonthOf(db: Kysely<DB>, month: string): Promise<string | null> {
	const { rows } = await sql<{ month: string | null }>`
		select max(month) as month from class_month where month <= ${month}::date and month >= ${addMonths(month, -oldestClasses)}::date`.execute(db);
	return rows[0]?.month ?? null;
}

const place = (query: Asked, alias: string) => sql`${unit(query, alias)} as unit, substr(${sql.ref(`${alias}.industry_key`)}, 1, ${sql.lit(query.grain === 'section' ? 1 : 3)}) as industry`;

type ShareRow = { readonly unit: string; readonly industry: string } & Readonly<Record<'n' | 'active' | 'monthN' | 'monthActive' | 'yearN' | 'yearActive', number>>;

function shareCell({ unit, industry, n, active, ...before }: ShareRow, known: { readonly month: boolean; readonly year: boolean }): Cell {
	const monthAgo: Ago = known.month ? { n: before.monthN, active: before.monthActive } : null;
	const yearAgo: Ago = known.year ? { n: before.yearN, active: before.yearActive } : null;
	return { unit, industry, n, active, base: before.yearN, baseKnown: known.year, levels: [0, 0, 0, 0], monthAgo, yearAgo };
}

/** Enterprises of class C or D among those with a class, by unit × industry; `compared` with those of the month and the year before. */
export async function readClassCells(db: Kysely<DB>, scope: Scope, query: Asked, classMonth: string, compared: boolean): Promise<readonly Cell[]> {
	const at = { '': classMonth, month: addMonths(classMonth, -1), year: addMonths(classMonth, -12) };
	const sums = (name: string, month: string, bad: boolean) =>
		sql`coalesce(sum(${bad ? sql`c.c + c.d` : sql`c.a + c.b + c.c + c.d`}) filter (where c.month = ${month}::date), 0)::int as ${sql.ref(name)}`;
	const { rows } = await sql<ShareRow>`
		select ${place(query, 'c')}, ${sums('n', at[''], true)}, ${sums('active', at[''], false)}, ${sums('monthN', at.month, true)},
			${sums('monthActive', at.month, false)}, ${sums('yearN', at.year, true)}, ${sums('yearActive', at.year, false)}
		from class_month c
		where c.month = any(${compared ? Object.values(at) : [classMonth]}::date[]) and ${withinPlace(scope, query, 'c')}
		group by 1, 2 order by 1, 2
	`.execute(db);
	const known = { month: rows.some((row) => row.monthActive > 0), year: rows.some((row) => row.yearActive > 0) };
	return rows.filter((row) => row.active > 0).map((row) => shareCell(row, known));
}

/** Enterprises visited in the twelve months up to the month's end among those alive, with the same of the month and the year before. */
export async function readCoverageCells(db: Kysely<DB>, scope: Scope, query: Asked): Promise<readonly Cell[]> {
	const at = { '': query.month, month: addMonths(query.month, -1), year: addMonths(query.month, -12) };
	const sums = (name: string, column: 'n' | 'active', month: string) =>
		sql`coalesce(sum(${sql.ref(column)}) filter (where month = ${month}::date), 0)::int as ${sql.ref(name)}`;
	const narrowed = (alias: string) => sql`${sql.ref(`${alias}.month`)} = any(${Object.values(at)}::date[]) and ${withinPlace(scope, query, alias)}`;
	const { rows } = await sql<ShareRow>`
		select unit, industry, ${sums('n', 'n', at[''])}, ${sums('active', 'active', at[''])}, ${sums('monthN', 'n', at.month)},
			${sums('monthActive', 'active', at.month)}, ${sums('yearN', 'n', at.year)}, ${sums('yearActive', 'active', at.year)}
		from (
			select ${place(query, 'i')}, i.month, sum(i.visited) as n, 0 as active from inspection_month i where ${narrowed('i')} group by 1, 2, 3
			union all
			select ${place(query, 'a')}, a.month, 0, sum(a.n) from active_month a where ${narrowed('a')} group by 1, 2, 3
		) parts group by 1, 2 order by 1, 2
	`.execute(db);
	const known = { month: rows.some((row) => row.monthN > 0), year: rows.some((row) => row.yearN > 0) };
	// Without a single visit in a year nobody told us of any: that is no coverage of zero.
	return rows.some((row) => row.n > 0) ? rows.map((row) => shareCell(row, known)) : [];
}

/** Days from occurrence to disposal of the warnings that were disposed of (or closed without) in a span of days. */
export async function readLeadCells(db: Kysely<DB>, scope: Scope, query: Asked, span: WarningSpan): Promise<readonly Cell[]> {
	const { rows } = await sql<{ unit: string; industry: string; days: number[] }>`
		select ${place(query, 'w')}, array_agg(${disposedOn} - w.occurred_on order by w.id) as days
		from warning w
		where ${withinPlace(scope, query, 'w')} and ${disposedOn} between ${span.from} and ${span.to}
		group by 1, 2 order by 1, 2
	`.execute(db);
	return rows.map(({ unit, industry, days }) => ({ unit, industry, n: days.length, base: 0, baseKnown: false, active: 0, levels: [0, 0, 0, 0], days }));
}

/** Visits of a month and what they found, within a part of the map (C8, A4). */
export type Found = {
	readonly visits: number;
	readonly found: number;
	/** Undecided or in words nobody here understands: they count on neither side. */
	readonly undecided: number;
};

export async function readFound(db: Kysely<DB>, scope: Scope, query: Pick<CellsQuery, 'region' | 'industry' | 'month'>): Promise<Readonly<Record<'now' | 'month' | 'year', Found>>> {
	const months = { now: query.month, month: addMonths(query.month, -1), year: addMonths(query.month, -12) };
	const { rows } = await sql<Found & { month: string }>`
		select i.month, sum(i.visits)::int as visits, sum(i.found)::int as found, sum(i.undecided)::int as undecided from inspection_month i
		where i.month = any(${Object.values(months)}::date[]) and ${withinPlace(scope, query, 'i')} group by 1`.execute(db);
	const of = (month: string): Found => {
		const { visits, found, undecided } = rows.find((row) => row.month === month) ?? { visits: 0, found: 0, undecided: 0 };
		return { visits, found, undecided };
	};
	return { now: of(months.now), month: of(months.month), year: of(months.year) };
}
