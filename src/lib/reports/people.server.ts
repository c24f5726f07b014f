import type { Kysely, Selectable } from 'kysely';
import type { DB, Report } from '#db/types.ts';
import type { Actor, Grant } from '#lib/access/actor.ts';
import { contains, scopeOf } from '#lib/access/scope.ts';
import { scopeOfReport } from './lock.server.ts';

export type Candidate = { readonly id: string; readonly displayName: string; readonly department: string };
type About = Pick<Selectable<Report>, 'region_code' | 'industries' | 'department_id' | 'writers'>;

/** Who may review a report: colleagues of its department and leaders of a jurisdiction that holds it, but for those who wrote it. The own ones first. */
export const reviewersFor = (db: Kysely<DB>, row: About, without: readonly string[] = []): Promise<readonly Candidate[]> =>
	people(db, row, without, ({ role, own }) => role === 'leader' || (own && (role === 'monitor' || role === 'planner')));

/** Who may issue it: leaders who approve, of a jurisdiction that holds it, but for those who wrote it. */
export const approversFor = (db: Kysely<DB>, row: About, without: readonly string[] = []): Promise<readonly Candidate[]> =>
	people(db, row, without, ({ role, grants }) => role === 'leader' && grants.includes('approver'));

type Person = { readonly role: Actor['role']; readonly grants: readonly Grant[]; readonly own: boolean };

async function people(db: Kysely<DB>, row: About, without: readonly string[], wanted: (person: Person) => boolean): Promise<readonly Candidate[]> {
	const found = await db
		.selectFrom('app_user as u').innerJoin('department as d', 'd.id', 'u.department_id')
		.select(['u.id', 'u.display_name', 'u.role', 'u.grants', 'u.region_code', 'u.industries', 'u.department_id', 'd.name as department'])
		.where('u.role', 'in', ['leader', 'monitor', 'planner']).where('u.state', '=', 'active').orderBy('u.display_name').orderBy('u.id').execute();
	const own = (one: (typeof found)[number]) => one.department_id === row.department_id;
	const near = (code: string) => code.replace(/(00)+$/, '').length;
	return found
		.filter((one) => {
			const role = one.role as Actor['role'];
			const scope = scopeOf({ role, regionCode: one.region_code, industries: one.industries });
			return !row.writers.includes(one.id) && !without.includes(one.id) && contains(scope, scopeOfReport(row)) && wanted({ role, grants: one.grants as readonly Grant[], own: own(one) });
		})
		.sort((a, b) => Number(own(b)) - Number(own(a)) || near(b.region_code) - near(a.region_code))
		.map(({ id, display_name, department }) => ({ id, displayName: display_name, department }));
}
