import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { pairsOf, type ClassQuery, type MoveFilter } from './class-query.ts';
import { ofPage } from '#lib/enterprises/turn.server.ts';
import { pageOf, type Turn } from '#lib/enterprises/turn.ts';
import { withinPlace } from '#lib/risk-map/within-place.server.ts';
import type { EnterpriseList, ListedEnterprise } from './enterprise-list.ts';
import type { RiskClass } from './moves.ts';
import { readPlace } from './place.server.ts';

export type MovedEnterprise = ListedEnterprise & { readonly from: RiskClass | null; readonly to: RiskClass | null };

/** Which enterprises: a page of classes, and whether only this very region code. */
export type MovedQuery = ClassQuery & { readonly exact: boolean };

/** The enterprises behind a figure of the page of classes, by the newest version of each class. */
export async function movedEnterprises(
	db: Kysely<DB>, actor: Actor, query: MovedQuery, filter: MoveFilter, turn: Turn
): Promise<{ readonly ok: true; readonly list: EnterpriseList<MovedEnterprise> } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'dossier.see');
	if (refusal) return refusal;
	const place = await readPlace(db, actor, query.region, query.industry);
	if (place === null) return notFound;
	const pairs = pairsOf(filter);
	const counted = await readCounted(db, actor, query, pairs);
	// Of a month without classes nothing is said, nor that somebody is without one.
	const rows = pairs.length === 0 || !counted.known ? [] : await readRows(db, actor, query, pairs, turn, counted);
	return { ok: true, list: { place, counted: counted.total, ...pageOf(rows, turn) } };
}

type Pairs = ReturnType<typeof pairsOf>;
type Counted = { readonly total: number; readonly from: number; readonly to: number; readonly known: boolean };

/** How many the summary says, how many it has on either side of these pairs (the smaller side is where the search begins), and whether it has the month at all. */
async function readCounted(db: Kysely<DB>, actor: Actor, query: MovedQuery, pairs: Pairs): Promise<Counted> {
	const [from, to] = [[...new Set(pairs.map(([one]) => one))], [...new Set(pairs.map(([, one]) => one))]];
	const { rows } = await sql<Counted>`
		select coalesce(sum(v.n) filter (where v.from_class || v.to_class = any(${pairs.map(([a, b]) => a + b)})), 0)::int as total,
			coalesce(sum(v.n) filter (where v.from_class = any(${from})), 0)::int as "from", coalesce(sum(v.n) filter (where v.to_class = any(${to})), 0)::int as "to",
			exists (select from class_move k where k.month = ${query.month}::date and k.months_back = ${query.back}) as known
		from class_move v where v.month = ${query.month}::date and v.months_back = ${query.back} and ${withinPlace(scopeOf(actor), query, 'v')}`.execute(db);
	return rows[0]!;
}

async function readRows(db: Kysely<DB>, actor: Actor, query: MovedQuery, pairs: Pairs, turn: Turn, counted: Counted): Promise<readonly MovedEnterprise[]> {
	const then = addMonths(query.month, -query.back);
	const needsNow = pairs.every(([, to]) => to !== 'none');
	const needsThen = pairs.every(([from]) => from !== 'none');
	const beginsNow = needsNow && (!needsThen || counted.to <= counted.from);
	const [begin, other] = beginsNow ? [query.month, then] : [then, query.month];
	const wanted = [...new Set(pairs.map(([from, to]) => (beginsNow ? to : from)))].filter((end) => end !== 'none');
	const newest = (alias: string) => sql`not exists (select from enterprise_class newer where newer.uscc = ${sql.ref(`${alias}.uscc`)} and newer.month = ${sql.ref(`${alias}.month`)} and newer.version > ${sql.ref(`${alias}.version`)})`;
	const otherClass = sql`left join lateral (
		select c.class from enterprise_class c where c.uscc = e.uscc and c.month = ${other}::date order by c.version desc limit 1) o on true`;
	// Pairs that need a class in neither month can only be gone through enterprise by enterprise.
	const some = needsNow || needsThen;
	const source = some
		? sql`enterprise_class s join enterprise e on e.uscc = s.uscc ${otherClass}`
		: sql`enterprise e left join lateral (select c.class from enterprise_class c where c.uscc = e.uscc and c.month = ${begin}::date order by c.version desc limit 1) s on true ${otherClass}`;
	const starts = some ? sql`s.month = ${begin}::date and s.class = any(${wanted as string[]}) and ${newest('s')}` : sql`true`;
	const [from, to] = beginsNow ? [sql`o.class`, sql`s.class`] : [sql`s.class`, sql`o.class`];
	const { rows } = await sql<MovedEnterprise>`
		select e.uscc, e.name, r.name as "regionName", i.name as "industryName", e.established_on as "establishedOn", e.status, e.cancelled_on as "cancelledOn",
			${from} as "from", ${to} as "to"
		from ${source}
		left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key
		where ${starts} and ${withinPlace(scopeOf(actor), query, 'e')} and coalesce(${from}, 'none') || coalesce(${to}, 'none') = any(${pairs.map(([a, b]) => a + b)})
			${ofPage(turn, some ? 's.uscc' : null)}`.execute(db);
	return rows;
}
