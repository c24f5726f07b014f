import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { departmentScope } from '#lib/access/departments.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { daysBetween } from '#lib/calendar/days.ts';
import { dutySpanLimit, rotation, type DutyTurn } from './duty.ts';

/** Who may put people on duty at a department, and who names its head and deputy. */
async function rightsAt(db: Kysely<DB>, actor: Actor, departmentId: string): Promise<{ readonly appoint: boolean; readonly fill: boolean } | null> {
	const scope = await departmentScope(db, departmentId);
	if (scope === null) return null;
	const appoint = check(actor, 'desk.appoint', { scope }) === null;
	return { appoint, fill: appoint || check(actor, 'duty.edit', { departmentId }) === null };
}

/** Departments of the actor's jurisdiction with head, deputy and whoever is on duty today. */
export function dutyDesks(db: Kysely<DB>, actor: Actor, today: string) {
	return db
		.selectFrom('department as d')
		.leftJoin('app_user as h', 'h.id', 'd.head_id')
		.leftJoin('app_user as p', 'p.id', 'd.deputy_id')
		.leftJoin('duty_day as t', (join) => join.onRef('t.department_id', '=', 'd.id').on('t.day', '=', today))
		.leftJoin('app_user as u', 'u.id', 't.user_id')
		.select([
			'd.id', 'd.name', 'd.head_id as headId', 'h.display_name as headName', 'd.deputy_id as deputyId', 'p.display_name as deputyName',
			'u.display_name as onDuty'
		])
		.select(sql<number>`(select count(*)::int from duty_day x where x.department_id = d.id and x.day >= ${today})`.as('daysAhead'))
		.where((eb) => eb.or([eb('d.id', '=', actor.departmentId), regionWithin(regionPrefix(actor.regionCode), 'd.region_code')]))
		.where((eb) =>
			eb.exists(eb.selectFrom('app_user as a').select('a.id').whereRef('a.department_id', '=', 'd.id').where('a.role', 'in', ['monitor', 'leader']).where('a.state', '=', 'active'))
		)
		.orderBy('d.region_code')
		.orderBy('d.name')
		.execute();
}

/** One department's people and its roster from a day to a day; null outside the actor's jurisdiction. */
export async function dutyRoster(db: Kysely<DB>, actor: Actor, departmentId: string, from: string, to: string) {
	if (!may(actor, 'warning.see')) return null;
	const rights = await rightsAt(db, actor, departmentId);
	if (rights === null) return null;
	const people = await db
		.selectFrom('app_user').select(['id', 'display_name as name', 'role']).where('department_id', '=', departmentId)
		.where('role', 'in', ['monitor', 'leader']).where('state', '=', 'active').orderBy('role', 'desc').orderBy('display_name').execute();
	const days = await db
		.selectFrom('duty_day as t').innerJoin('app_user as u', 'u.id', 't.user_id')
		.select(['t.day', 't.user_id as userId', 'u.display_name as name'])
		.where('t.department_id', '=', departmentId).where('t.day', '>=', from).where('t.day', '<=', to).orderBy('t.day').execute();
	const off = await db.selectFrom('calendar_day').select('day').where('off', '=', true).where('day', '>=', from).where('day', '<=', to).execute();
	return { rights, people, days, off: off.map((row) => row.day) };
}

export type DutyFill = {
	readonly departmentId: string;
	readonly from: string;
	readonly to: string;
	/** In turn; nobody: the days are emptied. */
	readonly userIds: readonly string[];
	readonly turn: DutyTurn;
};

export type DutyRefusal = NotAllowed | NotFound | Refusal<'bad-span', { limit: number }> | Refusal<'past', { today: string }> | Refusal<'unknown-person'>;

/** Puts people on duty for a span of days from today on, in place of whoever was; who was on duty yesterday stays as it was. */
export async function fillDuty(
	db: Kysely<DB>, actor: Actor, fill: DutyFill, today: string
): Promise<{ readonly ok: true; readonly filled: number; readonly emptied: number } | DutyRefusal> {
	const rights = await rightsAt(db, actor, fill.departmentId);
	if (rights === null) return notFound;
	if (!rights.fill) return notAllowed;
	const length = daysBetween(fill.from, fill.to) + 1;
	if (length < 1 || length > dutySpanLimit) return refuse('bad-span', { limit: dutySpanLimit });
	if (fill.from < today) return refuse('past', { today });
	return db.transaction().execute(async (trx) => {
		if (!(await allWorkAt(trx, fill.departmentId, fill.userIds))) return refuse('unknown-person');
		const { numDeletedRows } = await trx.deleteFrom('duty_day').where('department_id', '=', fill.departmentId).where('day', '>=', fill.from).where('day', '<=', fill.to).executeTakeFirst();
		const rows = rotation(fill.from, fill.to, fill.userIds, fill.turn).map(({ day, userId }) => ({ department_id: fill.departmentId, day, user_id: userId }));
		if (rows.length > 0) await trx.insertInto('duty_day').values(rows).execute();
		const { departmentId, ...detail } = fill;
		await audit(trx, actor, { action: 'duty.fill', objectKind: 'department', objectId: departmentId, detail });
		return { ok: true, filled: rows.length, emptied: rows.length > 0 ? 0 : Number(numDeletedRows) };
	});
}

/** Names the head and the deputy of a department; null: nobody. */
export async function appoint(
	db: Kysely<DB>,
	actor: Actor,
	departmentId: string,
	named: { readonly headId: string | null; readonly deputyId: string | null }
): Promise<{ readonly ok: true } | NotAllowed | NotFound | Refusal<'unknown-person'>> {
	const rights = await rightsAt(db, actor, departmentId);
	if (rights === null) return notFound;
	if (!rights.appoint) return notAllowed;
	return db.transaction().execute(async (trx) => {
		if (!(await allWorkAt(trx, departmentId, [named.headId, named.deputyId].filter((id) => id !== null)))) return refuse('unknown-person');
		await trx.updateTable('department').set({ head_id: named.headId, deputy_id: named.deputyId }).where('id', '=', departmentId).execute();
		await audit(trx, actor, { action: 'duty.appoint', objectKind: 'department', objectId: departmentId, detail: named });
		return { ok: true };
	});
}

async function allWorkAt(db: Kysely<DB>, departmentId: string, userIds: readonly string[]): Promise<boolean> {
	const wanted = new Set(userIds);
	if (wanted.size === 0) return true;
	const { n } = await db
		.selectFrom('app_user').select((eb) => eb.fn.countAll<number>().as('n')).where('department_id', '=', departmentId)
		.where('role', 'in', ['monitor', 'leader']).where('state', '=', 'active').where('id', 'in', [...wanted]).executeTakeFirstOrThrow();
	return n === wanted.size;
}
