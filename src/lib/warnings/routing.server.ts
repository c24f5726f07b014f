import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { departmentFor, type Desk, type Route, type RoutedScope } from './routing.ts';

/** The whole routing table and every department: a few hundred rows. */
export async function loadRouting(db: Kysely<DB>): Promise<{ readonly routes: readonly Route[]; readonly desks: readonly Desk[] }> {
	const routes = await db
		.selectFrom('routing')
		.select(['item', 'industry_prefix as industryPrefix', 'region_prefix as regionPrefix', 'department_id as departmentId'])
		.execute();
	const desks = await db.selectFrom('department').select(['id', 'region_code as regionCode', 'industries']).execute();
	return { routes, desks };
}

/** A router that remembers: a run routes many warnings of few scopes. Throws when there is no department at all. */
export async function router(db: Kysely<DB>): Promise<(scope: RoutedScope) => string> {
	const { routes, desks } = await loadRouting(db);
	const known = new Map<string, string>();
	return (scope) => {
		const key = `${scope.item}|${scope.regionCode}|${scope.industryKey}`;
		const found = known.get(key) ?? departmentFor(routes, desks, scope);
		if (found === undefined) {
			throw new Error('There is no department: add one before the monitors run, every warning needs an owner.');
		}
		known.set(key, found);
		return found;
	};
}

/** Departments where an active monitor works. */
export async function staffedDepartments(db: Kysely<DB>): Promise<ReadonlySet<string>> {
	const rows = await db.selectFrom('app_user').select('department_id').distinct().where('role', '=', 'monitor').where('state', '=', 'active').execute();
	return new Set(rows.map((row) => row.department_id));
}
