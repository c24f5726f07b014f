import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import type { Region } from '#lib/regions/tree.ts';
import { regionInReach } from '#lib/risk-map/region-in-reach.ts';
import { perPage, type Turn } from './enterprise-list.ts';

export type IndustryChoice = { readonly key: string; readonly name: string; readonly level: number };

/** Where a page of structure stands: the region, those above it that the reader may see, and the industries there are to choose from. */
export type Place = {
	readonly code: string;
	/** Null: the nation. */
	readonly name: string | null;
	readonly level: Region['level'];
	/** Widest first. */
	readonly crumbs: readonly { readonly code: string; readonly name: string }[];
	readonly industries: readonly IndustryChoice[];
	readonly industryName: string | null;
};

/** Null: no such region, or outside the jurisdiction. */
export async function readPlace(db: Kysely<DB>, actor: Actor, code: string, industry: string | null): Promise<Place | null> {
	const [regions, industries] = await Promise.all([loadRegions(db), loadIndustries(db)]);
	const scope = scopeOf(actor);
	const region = regionInReach(regions, scope, code);
	if (region === null) return null;
	// Somebody with industries of their own is offered these, and the sections they lie in for what is known no finer.
	const mine = (key: string) => scope.industries === null || scope.industries.some((own) => key.startsWith(own));
	return {
		code,
		name: region.level === 'nation' ? null : region.name,
		level: region.level,
		crumbs: regions
			.path(code)
			.slice(0, -1)
			.filter((one) => one.kind !== 'placeholder' && regionInReach(regions, scope, one.code) !== null)
			.map(({ code: above, name }) => ({ code: above, name })),
		industries: industries.all.filter(({ key, level }) => level <= 2 && mine(key)).map(({ key, name, level }) => ({ key, name, level })),
		industryName: industry === null ? null : industries.name(industry)
	};
}

/** The rows of a table that lie in the jurisdiction, in a region and in an industry. `exact`: of this very region code, none below it. */
export function withinPlace(
	scope: Scope, asked: { readonly region: string; readonly industry: string | null; readonly exact?: boolean }, alias: string
): RawBuilder<SqlBool> {
	const columns = { region: `${alias}.region_code`, industry: `${alias}.industry_key` };
	const where = asked.exact ? sql`${sql.ref(columns.region)} = ${asked.region}` : regionWithin(regionPrefix(asked.region), columns.region);
	const what = asked.industry === null ? sql`true` : sql`${sql.ref(columns.industry)} like ${`${asked.industry}%`}`;
	return sql<SqlBool>`(${withinJurisdiction(scope, columns)} and ${where} and ${what})`;
}

/**
 * The end of a query for a page of enterprises `e`, and one more: of those after or before a credit code, away from it.
 *
 * @param joined another table's column that is the same code: the planner carries no range from one side of a join to the other.
 */
export function ofPage({ after, before }: Turn, joined: string | null = null): RawBuilder<unknown> {
	const beyond = (column: string) => (before !== null ? sql`${sql.ref(column)} < ${before}` : after !== null ? sql`${sql.ref(column)} > ${after}` : sql`true`);
	return sql`and ${beyond('e.uscc')} ${joined === null ? sql`` : sql`and ${beyond(joined)}`} order by e.uscc ${before === null ? sql`asc` : sql`desc`} limit ${perPage + 1}`;
}
