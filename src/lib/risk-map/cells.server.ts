import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { addDays, addMonths, monthEnd } from '#lib/calendar/days.ts';
import type { Region } from '#lib/regions/tree.ts';
import { unitDigits } from './units.ts';
import { cityOf } from '#lib/regions/tree.ts';
import { lastDayIn, type Completeness } from './completeness.server.ts';
import type { Cell } from './cube.ts';
import { isWhollyKnown } from './known-since.ts';
import { yearBefore } from './query.ts';

export type CellsQuery = {
	readonly region: string;
	readonly units: readonly Region[];
	readonly month: string;
	readonly kind: string;
	/** Narrows to an industry; null: all. */
	readonly industry: string | null;
	/** Section rows are enough (and come from a smaller table); else divisions. */
	readonly grain: 'section' | 'division';
};

type Row = { readonly unit: string; readonly industry: string; readonly n: number; readonly base: number; readonly active: number };

/** Counts of a kind by unit × industry, with last year's same days and the enterprises alive. One statement. */
export async function readCells(db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness): Promise<readonly Cell[]> {
	const { month, kind } = query;
	const { usual, others } = spans(query, known);
	const whole = usual === monthEnd(month) && others.length === 0;
	// A scope of divisions cannot be cut out of section rows.
	const bySection = query.grain === 'section' && (scope.industries ?? []).concat(query.industry ?? []).every((key) => key.length === 1);
	const source = whole ? 'count_county_month' : bySection && unitDigits(query.units) <= 4 ? 'count_city_day' : 'count_day';
	const narrowed = (alias: string) => sql`${within(scope, query, alias)} and ${ofIndustry(query.industry, `${alias}.industry_key`)}`;
	const counted = (years: 0 | -1, sign: 'n' | 'base') => {
		const n = sign === 'n' ? sql`sum(c.n)` : sql`0`;
		const base = sign === 'base' ? sql`sum(c.n)` : sql`0`;
		if (whole) {
			return sql`select ${unit(query, 'c')} as unit, ${industry(bySection, 'c')} as industry, ${n} as n, ${base} as base, 0 as active
				from count_county_month c where c.kind = ${kind} and c.month = ${addMonths(month, 12 * years)} and ${narrowed('c')} group by 1, 2`;
		}
		// Each city up to its own last complete day, and a year before up to the same day.
		const ago = (day: string) => addMonths(day, 12 * years);
		const last = others.reduce((latest, span) => (span.to > latest ? span.to : latest), usual);
		return sql`select ${unit(query, 'c')} as unit, ${industry(bySection, 'c')} as industry, ${n} as n, ${base} as base, 0 as active
			from ${sql.table(source)} c
			left join unnest(${others.map((span) => span.city)}::text[], ${others.map((span) => ago(span.to))}::date[]) as span (city, upto)
				on span.city = substr(c.region_code, 1, 4) || '00'
			where c.kind = ${kind} and c.day between ${ago(month)}::date and ${ago(last)}::date
				and c.day <= coalesce(span.upto, ${ago(usual)}::date) and ${narrowed('c')} group by 1, 2`;
	};
	const { rows } = await sql<Row>`
		select unit, industry, sum(n)::int as n, sum(base)::int as base, sum(active)::int as active from (
			${counted(0, 'n')}
			union all
			${counted(-1, 'base')}
			union all
			select ${unit(query, 'a')}, ${industry(bySection, 'a')}, 0, 0, sum(a.n)
			from active_month a where a.month = ${activeMonth(month)} and ${narrowed('a')} group by 1, 2
		) as parts group by unit, industry order by unit, industry
	`.execute(db);
	const baseKnown = (city: string) => isWhollyKnown(yearBefore(month), city, known.since);
	return rows.map((row) => ({ ...row, baseKnown: baseKnown(cityOf(row.unit)), levels: [0, 0, 0, 0] as const }));
}

/** The month whose denominators count: the month itself, or the last one known shortly before it. */
function activeMonth(month: string) {
	return sql`(select max(month) from active_month where month <= ${month}::date and month > ${addMonths(month, -3)}::date)`;
}

/** The last day that counts in the month: of most cities, and of those that differ. A day before the month: nothing yet. */
function spans(query: CellsQuery, known: Completeness) {
	const nothing = addDays(query.month, -1);
	const prefix = regionPrefix(query.region).slice(0, 4);
	const usual = lastDayIn(query.month, '', known) ?? nothing;
	const others = [...known.upTo.keys()]
		.filter((city) => city.startsWith(prefix))
		.sort()
		.map((city) => ({ city, to: lastDayIn(query.month, city, known) ?? nothing }))
		.filter((span) => span.to !== usual);
	return { usual, others };
}

function within(scope: Scope, query: CellsQuery, alias: string) {
	return sql`${withinJurisdiction(scope, { region: `${alias}.region_code`, industry: `${alias}.industry_key` })}
		and ${regionWithin(regionPrefix(query.region), `${alias}.region_code`)}`;
}

function ofIndustry(key: string | null, column: string): RawBuilder<unknown> {
	return key === null ? sql`true` : sql`${sql.ref(column)} like ${`${key}%`}`;
}

/** The unit a row belongs to, e.g. its city. Rows that name only the region above keep a code of their own. */
function unit(query: CellsQuery, alias: string): RawBuilder<string> {
	const digits = unitDigits(query.units);
	const column = sql.ref(`${alias}.region_code`);
	return digits === 6 ? sql<string>`${column}` : sql<string>`rpad(substr(${column}, 1, ${sql.lit(digits)}), 6, '0')`;
}

function industry(bySection: boolean, alias: string): RawBuilder<string> {
	const column = sql.ref(`${alias}.industry_key`);
	return bySection ? sql<string>`substr(${column}, 1, 1)` : sql<string>`${column}`;
}

export type WarningSpan = { readonly from: string; readonly to: string };

/** Warnings raised in a span of days by unit × industry and level, with those of another span to compare with. */
export async function readWarningCells(
	db: Kysely<DB>,
	scope: Scope,
	query: Omit<CellsQuery, 'kind'>,
	now: WarningSpan,
	before: WarningSpan
): Promise<readonly Cell[]> {
	const digits = query.grain === 'section' ? 1 : 3;
	const inNow = sql`w.raised_on between ${now.from} and ${now.to}`;
	const level = (name: string) => sql`count(*) filter (where ${inNow} and w.level = ${name})::int`;
	const { rows } = await sql<Omit<Row, 'active'> & { red: number; orange: number; yellow: number; blue: number }>`
		select ${unit({ ...query, kind: '' }, 'w')} as unit, substr(w.industry_key, 1, ${sql.lit(digits)}) as industry,
			count(*) filter (where ${inNow})::int as n,
			count(*) filter (where w.raised_on between ${before.from} and ${before.to})::int as base,
			${level('red')} as red, ${level('orange')} as orange, ${level('yellow')} as yellow, ${level('blue')} as blue
		from warning w
		where ${within(scope, { ...query, kind: '' }, 'w')} and ${ofIndustry(query.industry, 'w.industry_key')}
			and (${inNow} or w.raised_on between ${before.from} and ${before.to})
		group by 1, 2 order by 1, 2
	`.execute(db);
	return rows.map(({ red, orange, yellow, blue, ...row }) => ({ ...row, baseKnown: true, active: 0, levels: [red, orange, yellow, blue] as const }));
}

/** The days of a month that have passed, and as many of the month before. */
export function warningSpans(month: string, today: string): { readonly now: WarningSpan; readonly before: WarningSpan } {
	const end = monthEnd(month);
	const previous = addMonths(month, -1);
	if (today >= end) return { now: { from: month, to: end }, before: { from: previous, to: addDays(month, -1) } };
	const sameDay = addMonths(today, -1);
	return { now: { from: month, to: today < month ? month : today }, before: { from: previous, to: sameDay } };
}
