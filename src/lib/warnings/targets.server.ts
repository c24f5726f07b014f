import type { Kysely, Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { inScope, regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { covers, type Desk } from './routing.ts';
import type { WorkStep } from './work-steps.ts';

/** The person or department could not see what is given to them, or cannot work on it; the incident is not of this desk. */
export type TargetRefusal = Refusal<'unknown-person'> | Refusal<'unknown-department'> | Refusal<'unknown-incident'>;

type Place = { readonly regionCode: string; readonly industryKey: string; readonly current: { readonly departmentId: string } };

/** No work goes to somebody who cannot see it: that would be an obligation without an owner. */
export async function refuseTarget(trx: Transaction<DB>, place: Place, step: WorkStep): Promise<TargetRefusal | null> {
	if (step.action === 'assign') {
		const people = await assignable(trx, place);
		return people.some((person) => person.id === step.ownerId) ? null : refuse('unknown-person');
	}
	if (step.action === 'hand-over' || step.action === 'reassign') {
		const departments = await departmentsFor(trx, place);
		return departments.some((department) => department.id === step.departmentId) ? null : refuse('unknown-department');
	}
	if (step.action === 'merge') {
		const incident = await trx.selectFrom('incident').select('department_id').where('id', '=', step.incidentId).executeTakeFirst();
		return incident?.department_id === place.current.departmentId ? null : refuse('unknown-incident');
	}
	return null;
}

/** The monitors of the owning department who can see the warning. */
export async function assignable(db: Kysely<DB>, place: Place): Promise<{ id: string; displayName: string }[]> {
	const people = await db
		.selectFrom('app_user')
		.select(['id', 'display_name', 'role', 'region_code', 'industries'])
		.where('department_id', '=', place.current.departmentId)
		.where('role', '=', 'monitor')
		.where('state', '=', 'active')
		.orderBy('display_name')
		.execute();
	return people
		.filter((person) => {
			const actor = { role: person.role as Actor['role'], regionCode: person.region_code, industries: person.industries };
			return inScope(scopeOf(actor), place.regionCode, place.industryKey);
		})
		.map((person) => ({ id: person.id, displayName: person.display_name }));
}

/** The departments whose jurisdiction holds the warning and where somebody could work on it. */
export async function departmentsFor(db: Kysely<DB>, place: Omit<Place, 'current'>): Promise<{ id: string; name: string }[]> {
	const departments = await db
		.selectFrom('department as d')
		.select(['d.id', 'd.name', 'd.region_code', 'd.industries'])
		.where((eb) =>
			eb.exists(
				eb.selectFrom('app_user as u').select('u.id').whereRef('u.department_id', '=', 'd.id').where('u.role', '=', 'monitor').where('u.state', '=', 'active')
			)
		)
		.orderBy('d.name')
		.execute();
	return departments
		.filter((d) => covers({ id: d.id, regionCode: d.region_code, industries: d.industries }, place))
		.map(({ id, name }) => ({ id, name }));
}

/** Everybody a desk may assign its warnings to; whether a person may see one is asked again for each. */
export function colleagues(db: Kysely<DB>, actor: Actor): Promise<{ id: string; displayName: string }[]> {
	return db
		.selectFrom('app_user').select(['id', 'display_name as displayName']).where('department_id', '=', actor.departmentId)
		.where('role', '=', 'monitor').where('state', '=', 'active').orderBy('display_name').execute();
}

/** Every other department of one's own place, above or below it where somebody works on warnings. */
export async function otherDesks(db: Kysely<DB>, actor: Actor): Promise<(Desk & { readonly name: string })[]> {
	const own = regionPrefix(actor.regionCode);
	const rows = await db
		.selectFrom('department as d').innerJoin('app_user as u', 'u.department_id', 'd.id').select(['d.id', 'd.name', 'd.region_code as regionCode', 'd.industries']).distinct()
		.where('d.id', '<>', actor.departmentId).where('u.role', '=', 'monitor').where('u.state', '=', 'active').orderBy('d.name').execute();
	return rows.filter(({ regionCode }) => regionPrefix(regionCode).startsWith(own) || own.startsWith(regionPrefix(regionCode)));
}
