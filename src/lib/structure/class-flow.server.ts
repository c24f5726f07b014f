import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { makeDatabaseCache } from '#lib/risk-map/cache.ts';
import { unitDigits, unitsOf } from '#lib/risk-map/units.ts';
import type { ClassQuery } from './class-query.ts';
import { balanceOf, classes, type Balance, type End, type Move } from './moves.ts';
import { withinPlace } from '#lib/risk-map/within-place.server.ts';
import { readPlace, type Place } from './place.server.ts';
import { movesMark } from './summarise.server.ts';

/** A part of what is shown: a region below, or an industry. */
export type Part = {
	readonly key: string;
	readonly name: string;
	readonly balance: Balance;
	/** Only rows of this very code, none below it. */
	readonly exact: boolean;
	/** Can be opened as a page of its own. */
	readonly opens: boolean;
};

/** Enterprises by class of a month, A first; zeros: no classes of it. */
export type MonthShares = { readonly month: string; readonly by: readonly [number, number, number, number] };

export type ClassFlow = {
	readonly place: Place;
	/** Months that can be shown, newest first; empty: there are no classes at all. */
	readonly months: readonly string[];
	readonly moves: readonly Move[];
	readonly regions: readonly Part[];
	readonly industries: readonly Part[];
	/** The last thirteen months, oldest first. */
	readonly shares: readonly MonthShares[];
	/** When the moves were counted. */
	readonly countedAt: Date | null;
};

type Row = { readonly month: string; readonly back: number; readonly unit: string; readonly industry: string; readonly from: End; readonly to: End; readonly n: number };

const cache = makeDatabaseCache<readonly Row[]>(200);

/** The newest month whose moves are counted; null: none is. */
export async function newestMoves(db: Kysely<DB>): Promise<string | null> {
	const { rows } = await sql<{ month: string | null }>`select max(month) as month from class_move`.execute(db);
	return rows[0]?.month ?? null;
}

/** How classes moved between two months, in a region and its parts. */
export async function classFlow(db: Kysely<DB>, actor: Actor, query: ClassQuery): Promise<{ readonly ok: true; readonly flow: ClassFlow } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const [place, regions, industries, months, marks] = await Promise.all([
		readPlace(db, actor, query.region, query.industry), loadRegions(db), loadIndustries(db), movedMonths(db),
		db.selectFrom('count_mark').select(['version', 'changed_at']).where('name', '=', movesMark).executeTakeFirst()
	]);
	if (place === null) return notFound;
	const scope = scopeOf(actor);
	const key = (what: string) => JSON.stringify([what, marks?.version ?? 0, scope, query]);
	const units = unitsOf(regions, query.region);
	const last = months[0] ?? query.month;
	const [cells, shares] = await Promise.all([
		cache(db, key('cells'), () => readCells(db, scope, query, unitDigits(units))),
		cache(db, key('shares'), () => readShares(db, scope, query, addMonths(last, -12)))
	]);
	const known = new Set(units.map((unit) => unit.code));
	const nameOf = (code: string) => (code === '-' ? null : industries.name(code));
	return {
		ok: true,
		flow: {
			place,
			months,
			moves: sumMoves(cells),
			regions: place.level === 'county' ? [] : partsOf(cells, (row) => row.unit, [...known]).map((part) => ({
				...part, name: regions.name(part.key), exact: !known.has(part.key) && regions.get(part.key)?.level !== 'county', opens: known.has(part.key)
			})),
			industries: partsOf(cells, (row) => row.industry, []).map((part) => ({
				...part, name: nameOf(part.key) ?? '', exact: false, opens: part.key !== query.industry && part.key !== '-'
			})),
			shares: Array.from({ length: 13 }, (_, i) => addMonths(last, i - 12)).map((month) => ({ month, by: byClass(shares.filter((row) => row.month === month)) })),
			countedAt: marks?.changed_at ?? null
		}
	};
}

async function movedMonths(db: Kysely<DB>): Promise<readonly string[]> {
	const { rows } = await sql<{ month: string }>`
		select m.month::date as month
		from (select min(month) as first, max(month) as last from class_move) known, generate_series(known.last, known.first, interval '-1 month') m (month)
		where exists (select from class_move v where v.month = m.month::date and v.months_back = 1) order by 1 desc`.execute(db);
	return rows.map(({ month }) => month);
}

async function readCells(db: Kysely<DB>, scope: Scope, query: ClassQuery, digits: 2 | 4 | 6): Promise<readonly Row[]> {
	const unit = digits === 6 ? sql`v.region_code` : sql`rpad(substr(v.region_code, 1, ${sql.lit(digits)}), 6, '0')`;
	const { rows } = await sql<Row>`
		select v.month, v.months_back as back, ${unit} as unit, substr(v.industry_key, 1, ${sql.lit(query.industry === null ? 1 : 3)}) as industry,
			v.from_class as "from", v.to_class as "to", sum(v.n)::int as n
		from class_move v where v.month = ${query.month}::date and v.months_back = ${query.back} and ${withinPlace(scope, query, 'v')}
		group by 1, 2, 3, 4, 5, 6 order by 3, 4, 5, 6`.execute(db);
	return rows;
}

/** Each month is counted in the moves since the month before. */
async function readShares(db: Kysely<DB>, scope: Scope, query: ClassQuery, from: string): Promise<readonly Row[]> {
	const { rows } = await sql<Row>`
		select v.month, 1 as back, '' as unit, '' as industry, 'none' as "from", v.to_class as "to", sum(v.n)::int as n
		from class_move v where v.month >= ${from}::date and v.months_back = 1 and v.to_class <> 'none' and ${withinPlace(scope, query, 'v')}
		group by 1, 6 order by 1, 6`.execute(db);
	return rows;
}

function sumMoves(rows: readonly Row[]): readonly Move[] {
	const sums = new Map<string, Move>();
	for (const { from, to, n } of rows) sums.set(`${from} ${to}`, { from, to, n: n + (sums.get(`${from} ${to}`)?.n ?? 0) });
	return [...sums.values()];
}

/** In the order given, then by key. */
function partsOf(rows: readonly Row[], keyOf: (row: Row) => string, order: readonly string[]): readonly { readonly key: string; readonly balance: Balance }[] {
	const groups = Map.groupBy(rows, keyOf);
	const others = [...groups.keys()].filter((key) => !order.includes(key)).sort();
	return [...order, ...others].map((key) => ({ key, balance: balanceOf(groups.get(key) ?? []) }));
}

function byClass(rows: readonly Row[]): MonthShares['by'] {
	const [a = 0, b = 0, c = 0, d = 0] = classes.map((one) => rows.reduce((sum, row) => (row.to === one ? sum + row.n : sum), 0));
	return [a, b, c, d];
}
