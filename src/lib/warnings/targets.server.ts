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

const activeMonitors = (db: Kysely<DB>) => db.selectFrom('app_user as u').where('u.role', '=', 'monitor').where('u.state', '=', 'active');

/** The monitors of the owning department who can see the warning. */
export async function assignable(db: Kysely<DB>, place: Place): Promise<{ id: string; displayName: string }[]> {
	const people = await activeMonitors(db)
		.select(['u.id', 'u.display_name as displayName', 'u.region_code as regionCode', 'u.industries'])
		.where('u.department_id', '=', place.current.departmentId).orderBy('u.display_name').execute();
	return people
		.filter(({ regionCode, industries }) => inScope(scopeOf({ role: 'monitor', regionCode, industries }), place.regionCode, place.industryKey))
		.map(({ id, displayName }) => ({ id, displayName }));
}

/** Everybody a desk may assign its warnings to; whether a person may see one is asked again for each. */
export function colleagues(db: Kysely<DB>, actor: Actor): Promise<{ id: string; displayName: string }[]> {
	return activeMonitors(db).select(['u.id', 'u.display_name as displayName']).where('u.department_id', '=', actor.departmentId).orderBy('u.display_name').execute();
}

type NamedDesk = Desk & { readonly name: string };

/** Departments where somebody works on warnings. */
function staffedDesks(db: Kysely<DB>): Promise<NamedDesk[]> {
	return db
		.selectFrom('department as d').select(['d.id', 'd.name', 'd.region_code as regionCode', 'd.industries'])
		.where((eb) => eb.exists(activeMonitors(db).select('u.id').where('u.department_id', '=', eb.ref('d.id')))).orderBy('d.name').execute();
}

/** The departments whose jurisdiction holds the warning and where somebody could work on it. */
export async function departmentsFor(db: Kysely<DB>, place: Omit<Place, 'current'>): Promise<readonly NamedDesk[]> {
	return (await staffedDesks(db)).filter((desk) => covers(desk, place));
}

/** Every other department of one's own place, above or below it where somebody works on warnings. */
export async function otherDesks(db: Kysely<DB>, actor: Actor): Promise<readonly NamedDesk[]> {
	const own = regionPrefix(actor.regionCode);
	return (await staffedDesks(db)).filter(({ id, regionCode }) => id !== actor.departmentId && (regionPrefix(regionCode).startsWith(own) || own.startsWith(regionPrefix(regionCode))));
}
