import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';

/** Most enterprises a search shows. */
export const searchLimit = 50;
/** Shorter names would name half the register. */
const shortestQuery = 2;

export type FoundEnterprise = {
	readonly uscc: string;
	readonly name: string;
	readonly regionName: string | null;
	readonly industryName: string | null;
	readonly status: string;
	readonly establishedOn: string | null;
};

/** Enterprises of the jurisdiction by the whole USCC, by the beginning of their name, or else by a part of it. */
export async function searchEnterprises(db: Kysely<DB>, actor: Actor, text: string): Promise<readonly FoundEnterprise[]> {
	const wanted = text.trim();
	if (!may(actor, 'dossier.see') || [...wanted].length < shortestQuery) return [];
	if (/^[0-9A-Z]{18}$/i.test(wanted)) return find(db, actor, sql<SqlBool>`e.uscc = ${wanted.toUpperCase()}`);
	const part = wanted.replace(/[\\%_]/g, '\\$&');
	// The beginning has an index; a part has not, and is looked for only when nothing begins so.
	const beginning = await find(db, actor, sql<SqlBool>`e.name like ${`${part}%`}`);
	return beginning.length > 0 ? beginning : find(db, actor, sql<SqlBool>`e.name like ${`%${part}%`}`);
}

async function find(db: Kysely<DB>, actor: Actor, condition: RawBuilder<SqlBool>): Promise<readonly FoundEnterprise[]> {
	return db
		.selectFrom('enterprise as e')
		.leftJoin('region as r', 'r.code', 'e.region_code')
		.leftJoin('industry as i', 'i.key', 'e.industry_key')
		.select(['e.uscc', 'e.name', 'r.name as regionName', 'i.name as industryName', 'e.status', 'e.established_on as establishedOn'])
		.where(condition)
		.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
		.orderBy('e.name')
		.orderBy('e.uscc')
		.limit(searchLimit)
		.execute();
}
