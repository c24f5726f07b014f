import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { makeDatabaseCache } from './cache.ts';
import { firstMonths, type CityMonth, type KnownSince } from './known-since.ts';

const cache = makeDatabaseCache<KnownSince>(40);

/** Since when a kind is known. @param version of the counts: the same counts are answered from memory. */
export function knownSince(db: Kysely<DB>, kind: string, version: number): Promise<KnownSince> {
	return cache(db, `${version} ${kind}`, () => readSince(db, kind));
}

async function readSince(db: Kysely<DB>, kind: string): Promise<KnownSince> {
	const { rows } = await sql<CityMonth>`
		select region_code as city, month, sum(n)::int as n from count_city_month where kind = ${kind} group by 1, 2`.execute(db);
	const first = firstMonths(rows);
	if (first.all === null) return { all: null, cities: first.cities };
	const firstDay = await sql<{ all: string }>`
		select coalesce(min(day), ${first.all}::date) as all from count_city_day where kind = ${kind} and day >= ${first.all}::date`.execute(db);
	const cities = [...first.cities];
	const later = await sql<{ city: string; day: string }>`
		select c.city, coalesce((select min(day) from count_city_day d where d.region_code = c.city and d.kind = ${kind} and d.day >= c.month), c.month) as day
		from unnest(${cities.map(([city]) => city)}::text[], ${cities.map(([, month]) => month)}::date[]) as c (city, month)`.execute(db);
	return { all: firstDay.rows[0]!.all, cities: new Map(later.rows.map(({ city, day }) => [city, day])) };
}
