import { sql, type RawBuilder } from 'kysely';
import { regionPrefix } from '#lib/access/scope.ts';
import { industryWithin, regionWithin } from '#lib/access/scope.server.ts';

/** A column of region codes lies in a region ('000000' the nation). */
export function inRegion(code: string, column: string): RawBuilder<boolean> {
	return regionWithin(regionPrefix(code), column) as unknown as RawBuilder<boolean>;
}

/** A column of industry keys lies in an industry ('*' all, '-' unknown). */
export function inIndustry(key: string, column: string): RawBuilder<boolean> {
	return key === '*' ? sql<boolean>`true` : (industryWithin(key, column) as unknown as RawBuilder<boolean>);
}

/** In one of several regions, or industries. */
export const inAnyRegion = (codes: readonly string[], column: string) => anyOf(codes.map((code) => inRegion(code, column)));
export const inAnyIndustry = (keys: readonly string[], column: string) => anyOf(keys.map((key) => inIndustry(key, column)));

const anyOf = (conditions: readonly RawBuilder<boolean>[]) => sql<boolean>`(${sql.join(conditions, sql` or `)})`;
