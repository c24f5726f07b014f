import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor, Scope } from './actor.ts';
import { may } from './permissions.ts';
import { scopeOf } from './scope.ts';

/** The columns a row's place stands in, `'warning.region_code'`; leave `industry` out where rows have none. */
export type JurisdictionColumns = {
	readonly region: string;
	readonly industry?: string;
};

/**
 * The jurisdiction predicate: the SQL twin of `inScope`. It stands in every query for business rows.
 *
 * ```ts
 * db.selectFrom('warning').where(withinJurisdiction(scope, { region: 'warning.region_code', industry: 'warning.industry_key' }))
 * sql`select … from count_day d where ${withinJurisdiction(scope, { region: 'd.region_code' })} and …`
 * ```
 *
 * Descendants are ranges of codes and keys (an index serves them under any collation: what is added below is digits only).
 */
export function withinJurisdiction(scope: Scope, columns: JurisdictionColumns): RawBuilder<SqlBool> {
	if (scope.industries?.length === 0) return sql<SqlBool>`false`;
	const region = regionWithin(scope.regionPrefix, columns.region);
	if (scope.industries === null || columns.industry === undefined) return region;
	const { industry } = columns;
	const keys = scope.industries.map((key) => industryWithin(industryKey(key), industry));
	return sql<SqlBool>`(${region} and (${sql.join(keys, sql` or `)}))`;
}

/**
 * Rows of a department's own work in sampling that an actor may look at: plans, campaigns, tasks. Those of their region; with an industry
 * restriction those of their own department alone, for such work has no one industry.
 *
 * @param alias of a table with `region_code` and `department_id`.
 */
export function visibleWork(actor: Actor, alias: string): RawBuilder<SqlBool> {
	if (!may(actor, 'task.see')) return sql<SqlBool>`false`;
	const region = withinJurisdiction({ ...scopeOf(actor), industries: null }, { region: `${alias}.region_code` });
	return actor.industries === null ? region : sql<SqlBool>`(${region} and ${sql.ref(`${alias}.department_id`)} = ${actor.departmentId})`;
}

/** A column holding region codes lies below a prefix: `''` everything, `'3204'` the city and its counties. */
export function regionWithin(prefix: string, column: string): RawBuilder<SqlBool> {
	if (!/^(\d\d){0,3}$/.test(prefix)) throw new RangeError(`not a region prefix: ${prefix}`);
	const ref = sql.ref(column);
	if (prefix === '') return sql<SqlBool>`true`;
	if (prefix.length === 6) return sql<SqlBool>`${ref} = ${prefix}`;
	return sql<SqlBool>`${ref} between ${prefix.padEnd(6, '0')} and ${prefix.padEnd(6, '9')}`;
}

/** A column holding industry keys lies in an industry: itself and all below it, which go on with up to four digits. Of `-` (unknown) nothing else. */
export function industryWithin(key: string, column: string): RawBuilder<SqlBool> {
	const ref = sql.ref(column);
	return /^[A-Z]/.test(key) ? sql<SqlBool>`${ref} between ${key} and ${`${key}9999`}` : sql<SqlBool>`${ref} = ${key}`;
}

function industryKey(key: string): string {
	if (!/^[A-Z]\d{0,4}$/.test(key)) throw new RangeError(`not an industry key: ${key}`);
	return key;
}
