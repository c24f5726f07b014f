import type { Kysely, Selectable } from 'kysely';
import type { DB, Report } from '#db/types.ts';
import type { Actor, Grant } from '#lib/access/actor.ts';
import { contains, scopeOf } from '#lib/access/scope.ts';
import { scopeOfReport } from './lock.server.ts';

export type Candidate = { readonly id: string; readonly displayName: string; readonly department: string };
type About = Pick<Selectable<Report>, 'region_code' | 'industries' | 'department_id' | 'writers'>;
type Person = Candidate & { readonly role: Actor['role']; readonly grants: readonly Grant[]; readonly own: boolean; readonly near: boolean };

const mayReview = ({ role, own }: Person): boolean => role === 'leader' || own;
const mayIssue = ({ role, grants }: Person): boolean => role === 'leader' && grants.includes('approver');

/** Who may review a report: colleagues of its department and leaders of its region, but for those who wrote it. The own ones first. */
export const reviewersFor = async (db: Kysely<DB>, row: About, without: readonly string[] = []): Promise<readonly Candidate[]> =>
	(await people(db, row, without)).filter((person) => person.near && mayReview(person)).map(candidate);

/** Who may issue it: leaders of its region who approve, but for those who wrote it. */
export const approversFor = async (db: Kysely<DB>, row: About, without: readonly string[] = []): Promise<readonly Candidate[]> =>
	(await people(db, row, without)).filter((person) => person.near && mayIssue(person)).map(candidate);

/**
 * Leaders above, who are told where a region has nobody of its own: their names are known above only.
 *
 * @returns ids of accounts.
 */
export async function superiorsFor(db: Kysely<DB>, row: About, step: 'review' | 'issue'): Promise<readonly string[]> {
	const may = step === 'review' ? mayReview : mayIssue;
	return (await people(db, row, [])).filter((person) => !person.near && may(person)).map(({ id }) => id);
}

const candidate = ({ id, displayName, department }: Person): Candidate => ({ id, displayName, department });

async function people(db: Kysely<DB>, row: About, without: readonly string[]): Promise<readonly Person[]> {
	const found = await db
		.selectFrom('app_user as u').innerJoin('department as d', 'd.id', 'u.department_id')
		.select(['u.id', 'u.display_name', 'u.role', 'u.grants', 'u.region_code', 'u.industries', 'u.department_id', 'd.name as department'])
		.where('u.role', 'in', ['leader', 'monitor', 'planner']).where('u.state', '=', 'active').orderBy('u.display_name').orderBy('u.id').execute();
	return found
		.filter(({ id, role, region_code, industries }) => {
			const scope = scopeOf({ role: role as Actor['role'], regionCode: region_code, industries });
			return !row.writers.includes(id) && !without.includes(id) && contains(scope, scopeOfReport(row));
		})
		.map((one): Person => ({
			id: one.id, displayName: one.display_name, department: one.department, role: one.role as Actor['role'], grants: one.grants as readonly Grant[],
			own: one.department_id === row.department_id, near: one.region_code === row.region_code
		}))
		.sort((a, b) => Number(b.own) - Number(a.own));
}
