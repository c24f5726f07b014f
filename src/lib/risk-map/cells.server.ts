import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { addDays, addMonths, monthEnd, sameDay } from '#lib/calendar/days.ts';
import { nearestPart } from '#lib/counts/month-parts.ts';
import type { Region } from '#lib/regions/tree.ts';
import { unitDigits } from './units.ts';
import { cityOf } from '#lib/regions/tree.ts';
import { lastDayIn, type Completeness } from './completeness.server.ts';
import type { AgoKnown, Cell } from './cube.ts';
import { meanOf, scaledYears } from './expected.ts';
import { eventsKnown } from './known-since.ts';
import { warningsKnown } from './monitored.ts';
import { yearBefore } from './query.ts';
import { withinPlace } from './within-place.server.ts';

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

type Row = {
	readonly unit: string;
	readonly industry: string;
	readonly n: number;
	readonly year: number;
	/** Of the older years, where these are read. */
	readonly year2?: number;
	readonly year3?: number;
	readonly month: number;
	readonly active: number;
};

/** Months back of what `n` is looked at beside, by the column it is summed in. The older years are read for what was to be expected only. */
const shifts = { n: 0, month: -1, year: -12, year2: -24, year3: -36 } as const;
type Column = keyof typeof shifts;

/**
 * Counts of a kind by unit × industry, with the same days of the month and the year before, and the enterprises alive. One statement.
 *
 * @param growth of the whole region since one, two, three years ago: then the base is what was to be expected.
 */
export async function readCells(
	db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness, growth: readonly (number | null)[] | null = null
): Promise<readonly Cell[]> {
	const { month, kind } = query;
	const { usual, others } = spans(query, known);
	// A scope of divisions cannot be cut out of sections.
	const bySection = query.grain === 'section' && (scope.industries ?? []).concat(query.industry ?? []).every((key) => key.length === 1);
	// Sections of cities have sums of their own; nobody who may see less is answered from them.
	const byCity = bySection && unitDigits(query.units) <= 4 && [scope.regionPrefix, regionPrefix(query.region)].every((prefix) => prefix.length <= 4);
	const narrowed = (alias: string) => withinPlace(scope, query, alias);
	const columns = (Object.keys(shifts) as Column[]).filter((column) => growth !== null || shifts[column] >= -12);
	const months = columns.map((column) => addMonths(month, shifts[column]));
	const place = sql`${unit(query, 'c')} as unit, ${industry(bySection, 'c')} as industry`;
	// Rows of the summaries are the cells already where nothing is folded together: then they are summed once.
	const isFinest = unitDigits(query.units) === 6 && !bySection;
	const summed = (n: RawBuilder<unknown>) => (isFinest ? n : sql`sum(${n})`);
	const by = (columns: string) => (isFinest ? sql`` : sql.raw(`group by ${columns}`));
	// What is ready of each month, and the days by which each city differs from it: some are added, some taken away again.
	const part = nearestPart(month, usual < month ? 0 : Number(usual.slice(8)));
	const sumsOf = sql.table(byCity && part.column === 'n' ? 'count_city_month' : 'count_county_month');
	const daysOf = sql.table(byCity ? 'count_city_day' : 'count_day');
	const ready = part.column === null ? [] : [sql`
		select ${place}, c.month as at, ${summed(sql.ref(`c.${part.column}`))} as n from ${sumsOf} c
		where c.kind = ${kind} and c.month = any(${months}::date[]) and ${narrowed('c')} ${by('1, 2, 3')}`];
	const whole = usual === monthEnd(month) && others.length === 0;
	const days = whole ? [] : columns.flatMap((column) => {
		const at = addMonths(month, shifts[column]);
		const ends = part.endsIn(at);
		// Each city up to its own last complete day, and before up to the same day.
		const upto = (day: string) => sameDay(day, shifts[column]);
		const all = [usual, ...others.map((span) => span.to)].map(upto).concat(ends).sort();
		if (all[0] === all.at(-1)) return [];
		const uptoHere = sql`coalesce(span.upto, ${upto(usual)}::date)`;
		return [sql`
			select ${place}, ${at}::date as at, sum(case when c.day > ${ends}::date then c.n else -c.n end) as n from ${daysOf} c
			left join unnest(${others.map((span) => span.city)}::text[], ${others.map((span) => upto(span.to))}::date[]) as span (city, upto)
				on span.city = substr(c.region_code, 1, 4) || '00'
			where c.kind = ${kind} and c.day > ${all[0]}::date and c.day <= ${all.at(-1)}::date
				and c.day > least(${uptoHere}, ${ends}::date) and c.day <= greatest(${uptoHere}, ${ends}::date) and ${narrowed('c')} group by 1, 2`];
	});
	const counted = [...ready, ...days].map((one) => sql`${one} union all`);
	const sums = sql.join(columns.map((column) =>
		sql`coalesce(sum(n) filter (where at = ${addMonths(month, shifts[column])}::date), 0)::int as ${sql.ref(column)}`
	));
	const { rows } = await sql<Row>`
		select unit, industry, ${sums}, coalesce(sum(n) filter (where at is null), 0)::int as active from (
			${sql.join(counted, sql` `)}
			select ${unit(query, 'a')} as unit, ${industry(bySection, 'a')} as industry, null::date as at, ${summed(sql`a.n`)} as n
			from active_month a where a.month = ${activeMonth(month)} and ${narrowed('a')} ${by('1, 2')}
		) as parts group by unit, industry order by unit, industry
	`.execute(db);
	const cities = new Map<string, AgoKnown>();
	const knownIn = (city: string) => {
		const kept = cities.get(city) ?? eventsKnown(month, city, known.since);
		cities.set(city, kept);
		return kept;
	};
	// What was added and taken away again leaves nothing.
	const left = rows.filter((row) => row.active > 0 || columns.some((column) => row[column] !== 0));
	return left.map(({ unit, industry, n, year, year2 = 0, year3 = 0, month: before, active }) => {
		const ago = knownIn(cityOf(unit));
		const years = growth === null ? undefined : scaledYears([year, year2, year3], growth);
		return {
			unit, industry, n, active,
			base: years === undefined ? year : meanOf(years),
			baseKnown: years === undefined ? ago.year : years.length > 0,
			levels: [0, 0, 0, 0] as const,
			monthAgo: ago.month ? { n: before, active: 0 } : null,
			yearAgo: ago.year ? { n: year, active: 0 } : null,
			...(years === undefined ? {} : { years })
		};
	});
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

/** The unit a row belongs to, e.g. its city. Rows that name only the region above keep a code of their own. */
export function unit(query: Pick<CellsQuery, 'units'>, alias: string): RawBuilder<string> {
	const digits = unitDigits(query.units);
	const column = sql.ref(`${alias}.region_code`);
	return digits === 6 ? sql<string>`${column}` : sql<string>`rpad(substr(${column}, 1, ${sql.lit(digits)}), 6, '0')`;
}

function industry(bySection: boolean, alias: string): RawBuilder<string> {
	const column = sql.ref(`${alias}.industry_key`);
	return bySection ? sql<string>`substr(${column}, 1, 1)` : sql<string>`${column}`;
}

export type WarningSpan = { readonly from: string; readonly to: string };

/** Warnings raised in a span of days by unit × industry and level, with those of the month and the year before. */
export async function readWarningCells(
	db: Kysely<DB>,
	scope: Scope,
	query: Omit<CellsQuery, 'kind'>,
	spans: WarningSpans,
	since: string | null,
	indicator: string | null = null
): Promise<readonly Cell[]> {
	const { now, before, yearBefore } = spans;
	const digits = query.grain === 'section' ? 1 : 3;
	const inNow = sql`w.raised_on between ${now.from} and ${now.to}`;
	const within_ = (span: WarningSpan) => sql`w.raised_on between ${span.from} and ${span.to}`;
	const level = (name: string) => sql`count(*) filter (where ${inNow} and w.level = ${name})::int`;
	const { rows } = await sql<{ unit: string; industry: string; n: number; month: number; year: number; red: number; orange: number; yellow: number; blue: number }>`
		select ${unit(query, 'w')} as unit, substr(w.industry_key, 1, ${sql.lit(digits)}) as industry,
			count(*) filter (where ${inNow})::int as n,
			count(*) filter (where ${within_(before)})::int as month,
			count(*) filter (where ${within_(yearBefore)})::int as year,
			${level('red')} as red, ${level('orange')} as orange, ${level('yellow')} as yellow, ${level('blue')} as blue
		from warning w
		where ${withinPlace(scope, query, 'w')}
			and ${indicator === null ? sql`true` : sql`w.indicator_id = ${indicator}`}
			and (${inNow} or ${within_(before)} or ${within_(yearBefore)})
		group by 1, 2 order by 1, 2
	`.execute(db);
	const known = warningsKnown(spans, since);
	return rows.map(({ unit, industry, n, month, year, red, orange, yellow, blue }) => ({
		unit, industry, n, base: month, baseKnown: true, active: 0, levels: [red, orange, yellow, blue] as const,
		monthAgo: known.month ? { n: month, active: 0 } : null, yearAgo: known.year ? { n: year, active: 0 } : null
	}));
}

export type WarningSpans = { readonly now: WarningSpan; readonly before: WarningSpan; readonly yearBefore: WarningSpan };

/** The days of a month that have passed, and as many of the month and of the year before. */
export function warningSpans(month: string, today: string): WarningSpans {
	const end = monthEnd(month);
	const [previous, lastYear] = [addMonths(month, -1), yearBefore(month)];
	if (today >= end) {
		return { now: { from: month, to: end }, before: { from: previous, to: addDays(month, -1) }, yearBefore: { from: lastYear, to: monthEnd(lastYear) } };
	}
	return {
		now: { from: month, to: today < month ? month : today },
		before: { from: previous, to: sameDay(today, -1) },
		yearBefore: { from: lastYear, to: sameDay(today, -12) }
	};
}
