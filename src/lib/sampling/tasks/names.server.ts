import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import type { TaskScope } from './scope.ts';

/** Regions an actor may choose from, in order of code; placeholders such as 市辖区 are left out. */
export async function regionChoices(db: Kysely<DB>, actor: Actor): Promise<{ code: string; name: string; level: string }[]> {
	const prefix = regionPrefix(actor.regionCode);
	// A nation's three thousand counties make no list to choose from: provinces and cities do.
	return db
		.selectFrom('region')
		.select(['code', 'name', 'level'])
		.where(regionWithin(prefix, 'region.code'))
		.where('kind', '<>', 'placeholder')
		.$if(prefix === '', (qb) => qb.where('level', 'in', ['nation', 'province', 'city']))
		.orderBy('code')
		.execute();
}

/** Sections and divisions an actor may choose from. */
export async function industryChoices(db: Kysely<DB>, actor: Actor): Promise<{ key: string; name: string; level: number }[]> {
	const { rows } = await sql<{ key: string; name: string; level: number }>`
		select key, name, level from industry
		where level <= 2 and (${actor.industries}::text[] is null or exists (
			select 1 from unnest(${actor.industries}::text[]) own where industry.key like own || '%'
		)) order by key
	`.execute(db);
	return rows;
}

/** Cells with the names of their region and industry. */
export async function namedCells(db: Kysely<DB>, cells: TaskScope['cells']) {
	const [regions, industries] = await Promise.all([
		db.selectFrom('region').select(['code', 'name']).where('code', 'in', ['', ...cells.map((c) => c.region)]).execute(),
		db.selectFrom('industry').select(['key', 'name']).where('key', 'in', ['', ...cells.map((c) => c.industry)]).execute()
	]);
	return cells.map((cell) => ({
		...cell,
		regionName: regions.find((r) => r.code === cell.region)?.name ?? cell.region,
		industryName: industries.find((i) => i.key === cell.industry)?.name ?? null
	}));
}
