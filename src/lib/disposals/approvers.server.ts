import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';

export type Approver = { readonly id: string; readonly displayName: string; readonly department: string };

/** Leaders who may approve papers and see the warning, but for those who wrote them: the own department's first, then the nearest. */
export async function approversFor(
	db: Kysely<DB>,
	place: { readonly regionCode: string; readonly industryKey: string; readonly departmentId: string },
	authors: readonly (string | null)[]
): Promise<Approver[]> {
	const people = await db
		.selectFrom('app_user as u')
		.innerJoin('department as d', 'd.id', 'u.department_id')
		.select(['u.id', 'u.display_name', 'u.role', 'u.grants', 'u.region_code', 'u.industries', 'u.department_id', 'd.name as department'])
		.where('u.role', '=', 'leader')
		.where('u.state', '=', 'active')
		.orderBy('u.display_name')
		.execute();
	const near = (code: string) => code.replace(/(00)+$/, '').length;
	return people
		.filter(({ id, role, grants, region_code, industries }) => {
			const scope = scopeOf({ role: role as Actor['role'], regionCode: region_code, industries });
			return grants.includes('approver') && !authors.includes(id) && inScope(scope, place.regionCode, place.industryKey);
		})
		.sort((a, b) => Number(b.department_id === place.departmentId) - Number(a.department_id === place.departmentId) || near(b.region_code) - near(a.region_code))
		.map(({ id, display_name, department }) => ({ id, displayName: display_name, department }));
}
