import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import type { Region } from '#lib/regions/tree.ts';
import { regionInReach } from '#lib/risk-map/region-in-reach.ts';

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
