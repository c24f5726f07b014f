import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { addDays, addMonths, instantOf } from '#lib/calendar/days.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { cityOf } from '#lib/regions/tree.ts';
import { makeDatabaseCache } from './cache.ts';
import { lastDayIn, readCompleteness, type Completeness } from './completeness.server.ts';
import type { Sum } from './cube.ts';
import { isWhollyKnown } from './known-since.ts';
import type { KnownThen } from './map-context.server.ts';
import { regionInReach } from './region-in-reach.ts';
import { withinPlace } from './within-place.server.ts';

export type GroupsQuery = {
	/** GB/T 2260 code. */
	readonly region: string;
	/** First day of the month. */
	readonly month: string;
	/** Event kind. */
	readonly kind: string;
	/** A division: `C13`. */
	readonly division: string;
};

/** A group (中类) of the division; under the division's own key what says no more than the division. */
export type GroupCount = Sum & { readonly name: string };

type Row = { readonly key: string; readonly n: number; readonly base: number; readonly active: number };

const cache = makeDatabaseCache<readonly Row[]>(100);

/**
 * Counts the groups of one division from the events themselves, on the days and by the rule of the division's own figure, so that they add
 * up to it: a person's complaints about one subject count once a day, in the most exact group that any of them names; and days that came as
 * counts only stand under the division itself.
 *
 * @param as how far data went when figures were shown before
 */
export async function groupCounts(
	db: Kysely<DB>, actor: Actor, query: GroupsQuery, as: KnownThen | null = null
): Promise<{ readonly ok: true; readonly groups: readonly GroupCount[] } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const scope = scopeOf(actor);
	const [regions, industries, complete] = await Promise.all([loadRegions(db), loadIndustries(db), readCompleteness(db, query.kind)]);
	if (regionInReach(regions, scope, query.region) === null || industries.get(query.division)?.level !== 2) return notFound;
	const known = as === null ? complete : { ...complete, ...as };
	const spans = [...citySpans(query, known)];
	const rows = await cache(db, JSON.stringify([known.version, known.mark, spans, scope, query]), () => readGroups(db, scope, query, known));
	const baseKnown = isWhollyKnown(addMonths(query.month, -12), cityOf(query.region), known.since);
	return {
		ok: true,
		groups: rows.map(({ key, ...row }) => ({ ...row, key, name: industries.name(key), baseKnown, levels: [0, 0, 0, 0] as const, yearAgo: baseKnown ? { n: row.base, active: 0 } : null }))
	};
}

/** The last counted day of cities that differ from most others; a day before the month: nothing yet. */
function citySpans(query: GroupsQuery, known: Completeness): ReadonlyMap<string, string> {
	const prefix = regionPrefix(query.region).slice(0, 4);
	const usual = lastDayIn(query.month, '', known);
	const cities = [...known.upTo.keys()].filter((city) => city.startsWith(prefix)).sort();
	return new Map(cities.map((city) => [city, lastDayIn(query.month, city, known) ?? addDays(query.month, -1)] as const).filter(([, to]) => to !== usual));
}

async function readGroups(db: Kysely<DB>, scope: Scope, query: GroupsQuery, known: Completeness): Promise<readonly Row[]> {
	const usual = lastDayIn(query.month, '', known) ?? addDays(query.month, -1);
	const others = citySpans(query, known);
	const last = [usual, ...others.values()].sort().pop()!;
	const within = (alias: string) => withinPlace(scope, { region: query.region, industry: query.division }, alias);
	const part = (years: 0 | -1, sign: 'n' | 'base') => {
		const ago = (day: string) => addMonths(day, 12 * years);
		const upTo = sql`coalesce(span.upto, ${ago(usual)}::date)`;
		const span = (region: string) => sql`left join unnest(${[...others.keys()]}::text[], ${[...others.values()].map(ago)}::date[]) as span (city, upto) on span.city = substr(${sql.ref(region)}, 1, 4) || '00'`;
		const day = sql`(e.occurred_at at time zone 'Asia/Shanghai')::date`;
		// Bounds as instants, so that only these months are opened.
		const events = sql`
			select e.region_code, ${day} as day, ${groupKey} as key, e.uscc, coalesce(e.person_key, e.event_id::text) as who
			from event e ${span('e.region_code')}
			where e.kind = ${query.kind} and e.occurred_at >= ${instantOf(ago(query.month))} and e.occurred_at < ${instantOf(addDays(ago(last), 1))} and ${day} <= ${upTo}
				and ${liveEvent} and ${within('e')}`;
		const history = sql`
			select h.industry_key as key, sum(h.n) as n from count_history h ${span('h.region_code')}
			where h.kind = ${query.kind} and h.day between ${ago(query.month)}::date and ${ago(last)}::date and h.day <= ${upTo} and ${within('h')} group by 1`;
		return sql`select key, ${sign === 'n' ? sql`n` : sql`0`} as n, ${sign === 'n' ? sql`0` : sql`n`} as base, 0 as active
			from (${query.kind === 'complaint' ? complaintsOnce(events) : sql`select key, count(*) as n from (${events}) happened group by 1`} union all ${history}) counted`;
	};
	const { rows } = await sql<Row>`
		select key, sum(n)::int as n, sum(base)::int as base, sum(active)::int as active from (
			${part(0, 'n')} union all ${part(-1, 'base')} union all ${alive(query, within('e'))}
		) parts group by key having sum(n) + sum(base) + sum(active) > 0 order by key`.execute(db);
	return rows;
}

/** Group, else division. */
const groupKey = sql`substr(e.industry_key, 1, 4)`;

/** The division's rule (`counts/roll-up.server.ts`): who complains several times a day about one subject counts once there, so once here. Nameless rows are each their own. */
function complaintsOnce(events: RawBuilder<unknown>): RawBuilder<unknown> {
	return sql`select key, count(*) as n from (select max(key) as key from (${events}) said group by region_code, day, uscc, who) once group by 1`;
}

/** Enterprises alive at the end of the month, or of the last one known shortly before it, as `active_month` counts them. */
function alive(query: GroupsQuery, within: RawBuilder<SqlBool>): RawBuilder<unknown> {
	const month = sql`(select max(month) from active_month where month <= ${query.month}::date and month > ${addMonths(query.month, -3)}::date)`;
	return sql`
		select ${groupKey} as key, 0 as n, 0 as base, count(*) as active from enterprise e
		where ${within} and (e.status = 'active' or e.cancelled_on is not null) and coalesce(e.established_on, date '1900-01-01') < ${month} + interval '1 month'
			and (e.cancelled_on is null or e.cancelled_on >= ${month} + interval '1 month')
		group by 1`;
}
