import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { regionPrefix } from './scope.ts';
import { industryWithin, regionWithin } from './scope.server.ts';

/** Conditions of cells, i.e. places × industries, as indicators, warnings and tasks name them. */

/** A column of region codes lies in a region ('000000' the nation). */
export const inRegion = (code: string, column: string): RawBuilder<SqlBool> => regionWithin(regionPrefix(code), column);

/** A column of industry keys lies in an industry ('*' all, '-' unknown). */
export const inIndustry = (key: string, column: string): RawBuilder<SqlBool> => (key === '*' ? sql<SqlBool>`true` : industryWithin(key, column));

/** In one of several regions, or industries. */
export const inAnyRegion = (codes: readonly string[], column: string) => anyOf(codes.map((code) => inRegion(code, column)));
export const inAnyIndustry = (keys: readonly string[], column: string) => anyOf(keys.map((key) => inIndustry(key, column)));

const anyOf = (conditions: readonly RawBuilder<SqlBool>[]) => sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;
