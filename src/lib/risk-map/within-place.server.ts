import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Scope } from '#lib/access/actor.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { industryWithin, regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';

/** The rows of a table that lie in the jurisdiction, in a region and in an industry. `exact`: of this very region code, none below it. */
export function withinPlace(
	scope: Scope, asked: { readonly region: string; readonly industry: string | null; readonly exact?: boolean }, alias: string
): RawBuilder<SqlBool> {
	const columns = { region: `${alias}.region_code`, industry: `${alias}.industry_key` };
	const where = asked.exact ? sql`${sql.ref(columns.region)} = ${asked.region}` : regionWithin(regionPrefix(asked.region), columns.region);
	const what = asked.industry === null ? sql`true` : industryWithin(asked.industry, columns.industry);
	return sql<SqlBool>`(${withinJurisdiction(scope, columns)} and ${where} and ${what})`;
}
