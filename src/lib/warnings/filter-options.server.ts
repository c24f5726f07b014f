import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';

export type FilterOptions = {
	/** Places of the jurisdiction, in the order of their codes; for the whole nation without its counties. */
	readonly regions: readonly { readonly code: string; readonly name: string; readonly level: string }[];
	/** Sections and divisions the person may see. */
	readonly industries: readonly { readonly key: string; readonly name: string; readonly level: number }[];
	readonly indicators: readonly { readonly id: string; readonly name: string; readonly nameEn: string }[];
};

/** What the filters of the desk offer. */
export async function filterOptions(db: Kysely<DB>, actor: Actor): Promise<FilterOptions> {
	const scope = scopeOf(actor);
	const finest = scope.regionPrefix === '' ? ['province', 'city'] : ['province', 'city', 'county'];
	const regions = await db
		.selectFrom('region')
		.select(['code', 'name', 'level'])
		.where(regionWithin(scope.regionPrefix, 'code'))
		.where('level', 'in', finest)
		.orderBy('code')
		.execute();
	const keys = scope.industries;
	const industries = await db
		.selectFrom('industry')
		.select(['key', 'name', 'level'])
		.where('level', '<=', 2)
		.$if(keys !== null, (qb) => qb.where(sql<boolean>`exists (
			select 1 from unnest(${[...(keys ?? [])]}::text[]) own where industry.key like own || '%' or own like industry.key || '%'
		)`))
		.orderBy('key')
		.execute();
	const indicators = await db
		.selectFrom('indicator as i').select(['i.id', 'i.name', 'i.name_en as nameEn'])
		// A platform is known where it has raised something.
		.where(sql<boolean>`(i.kind = 'monitor' or exists (
			select from warning w where w.indicator_id = i.id and ${withinJurisdiction(scope, { region: 'w.region_code', industry: 'w.industry_key' })}
		))`)
		.orderBy('i.name').execute();
	return { regions, industries, indicators };
}
