import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/**
 * Who answers for what nobody has taken on a department's desk: the person on duty that day, else the deputy, else everybody who works
 * there. Ids of active accounts of the department; empty only where nobody is left.
 */
export async function answerers(db: Kysely<DB>, departmentId: string, day: string): Promise<readonly string[]> {
	const people = await db
		.selectFrom('app_user as u')
		.innerJoin('department as d', 'd.id', 'u.department_id')
		.leftJoin('duty_day as t', (join) => join.onRef('t.department_id', '=', 'd.id').onRef('t.user_id', '=', 'u.id').on('t.day', '=', day))
		.select(['u.id', 'u.role', 't.day as onDuty', 'd.deputy_id as deputyId'])
		.where('u.department_id', '=', departmentId)
		.where('u.state', '=', 'active')
		.where('u.role', 'in', ['monitor', 'leader'])
		.orderBy('u.id')
		.execute();
	const duty = people.filter((person) => person.onDuty !== null);
	const deputy = people.filter((person) => person.id === person.deputyId);
	const monitors = people.filter((person) => person.role === 'monitor');
	return ([duty, deputy, monitors].find((group) => group.length > 0) ?? []).map((person) => person.id);
}

/** `answerers` for many warnings of few departments: each is asked for once. */
export function rememberedAnswerers(db: Kysely<DB>, day: string): (departmentId: string) => Promise<readonly string[]> {
	const known = new Map<string, Promise<readonly string[]>>();
	return (departmentId) => {
		const people = known.get(departmentId) ?? answerers(db, departmentId, day);
		known.set(departmentId, people);
		return people;
	};
}
