import { sql, type Kysely, type RawBuilder, type SqlBool, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import type { Actor } from '#lib/access/actor.ts';
import { inScope, regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { notify } from '#lib/notices/notify.server.ts';
import { bundled, doorOfOwner, type DeskNotice } from './bundled-notices.ts';
import { deadlinesFrom, dueOf } from './deadlines.ts';
import { workingDaysFrom } from './deadlines.server.ts';
import { due, underParent } from './due.server.ts';
import { rememberedAnswerers } from './duty.server.ts';
import { escalationOn, escalationSteps, remindsOn, reportedTo, type ReportingDesk } from './escalation.ts';
import { feed } from './feed.server.ts';
import type { Current } from './history.ts';
import { writeEntries, type Entry } from './history-writes.server.ts';
import { obligationOf } from './lifecycle.ts';
import { doors, type Door } from './list-filter.ts';
import { lockMachine } from './machine-lock.server.ts';
import { settleParents } from './parents.server.ts';
import { currentColumns, fromRow } from './rows.ts';
import { deadlineRules, escalationRules } from './settings.server.ts';

/** How many warnings each of the clock's duties moved. */
export type Kept = { readonly parents: number; readonly returned: number; readonly resurfaced: number; readonly escalated: number; readonly reminded: number };

type Open = { readonly id: string; readonly number: string; readonly regionCode: string; readonly industryKey: string; readonly current: Current };
type Now = {
	readonly at: Date;
	readonly today: string;
	/** Who answers today for what nobody has taken at a department. */
	readonly answerers: ReturnType<typeof rememberedAnswerers>;
};

/**
 * What the clock does for people's work, so that nobody is forgotten: gives back what a parent held, takes work from accounts that can
 * no longer do it, ends snoozes, reminds in time and reports upwards what is overdue. Doing it again changes nothing and tells nobody twice.
 */
export async function keepObligations(db: Kysely<DB>): Promise<Kept> {
	return db.transaction().execute(async (trx) => {
		await lockMachine(trx);
		const { rows } = await sql<Omit<Now, 'answerers'>>`
			select clock_timestamp() as at, (clock_timestamp() at time zone 'Asia/Shanghai')::date::text as today
		`.execute(trx);
		const now = { ...rows[0]!, answerers: rememberedAnswerers(trx, rows[0]!.today) };
		const deadlines = await deadlineRules(trx);
		const rules = { deadlines, addWorkingDays: await workingDaysFrom(trx, now.today) };
		const parents = await settleParents(trx, { asOf: now.today, at: now.at.toISOString(), rules });
		const resurfaced = await resurface(trx, now);
		const returned = await returnAbandoned(trx, now, rules);
		const { escalated, reminded } = await report(trx, now);
		const moved = [...returned, ...resurfaced, ...escalated];
		await feed(trx, [
			...parents,
			...moved.map(({ open, what }) => ({
				warningId: open.id, regionCode: open.regionCode, industryKey: open.industryKey, departmentId: open.current.departmentId, what
			}))
		]);
		const kept = { parents: parents.length, returned: returned.length, resurfaced: resurfaced.length, escalated: escalated.length, reminded };
		if (parents.length + moved.length > 0) await audit(trx, null, { action: 'warning.keep-obligations', objectKind: 'warning', objectId: null, detail: kept });
		return kept;
	});
}

type Moved = { readonly open: Open; readonly what: 'return' | 'wake' | 'escalate' };

/** Open warnings; without `lock` to look at only: people go on working meanwhile. */
async function openOnes(trx: Transaction<DB>, where: RawBuilder<SqlBool>, lock: boolean): Promise<Open[]> {
	const rows = await trx
		.selectFrom('warning as w')
		.select(['id', 'number', 'region_code', 'industry_key', ...currentColumns])
		.where('work', '<>', 'closed')
		.where(where)
		.orderBy('id')
		.$if(lock, (query) => query.forUpdate())
		.execute();
	return rows.map((row) => ({ id: row.id, number: row.number, regionCode: row.region_code, industryKey: row.industry_key, current: fromRow(row) }));
}

const among = (ids: readonly string[]) => sql<SqlBool>`w.id = any(${[...ids]})`;

/** Whoever has it, else who answers for its desk today. */
async function responsible(now: Now, { current }: Open): Promise<readonly string[]> {
	return current.ownerId === null ? now.answerers(current.departmentId) : [current.ownerId];
}

const about = ({ id, number }: Open) => ({ objectKind: 'warning', objectId: id, number }) as const;

/** Snoozes that have ended: their series is on the desk again, and who hid it is told. */
async function resurface(trx: Transaction<DB>, now: Now): Promise<Moved[]> {
	const { rows: ended } = await sql<{ warningId: string; until: string }>`
		with ended as (
			select series_key, snoozed_until from warning_series where snoozed_until <= ${now.at} order by series_key for update
		)
		update warning_series s set snoozed_until = null, snooze_reason = null, snoozed_by = null, snoozed_at = null
		from ended where ended.series_key = s.series_key
		returning s.warning_id as "warningId", ended.snoozed_until::text as until
	`.execute(trx);
	const until = new Map(ended.map((row) => [row.warningId, row.until]));
	const open = await openOnes(trx, among([...until.keys()]), true);
	await writeEntries(trx, { at: now.at, asOf: now.today }, open.map(({ id, current }): Entry => ({ warningId: id, current, axis: 'visibility', action: 'wake', set: {}, actor: null })));
	const notices: DeskNotice[] = [];
	for (const one of open) {
		for (const userId of await responsible(now, one)) {
			notices.push({ userId, kind: 'resurfaced', ...about(one), key: `resurfaced|${one.id}|${until.get(one.id)!}`, door: doorOfOwner(one.current.ownerId) });
		}
	}
	await notify(trx, bundled(notices));
	return open.map((one) => ({ open: one, what: 'wake' }));
}

/** Work of somebody whose account is closed, who works elsewhere now, or who may no longer see it, goes back to its desk. */
async function returnAbandoned(trx: Transaction<DB>, now: Now, rules: Parameters<typeof settleParents>[1]['rules']): Promise<Moved[]> {
	const owned = await trx
		.selectFrom('warning as w')
		.innerJoin('app_user as u', 'u.id', 'w.owner_id')
		.select(['w.id', 'w.region_code as regionCode', 'w.industry_key as industryKey', 'u.role', 'u.state', 'u.region_code', 'u.industries'])
		.select(sql<boolean>`u.department_id = w.department_id`.as('here'))
		.where('w.work', '<>', 'closed')
		.execute();
	const gone = owned.filter(({ role, state, here, regionCode, industryKey, region_code, industries }) =>
		!(here && state === 'active' && role === 'monitor' && inScope(scopeOf({ role: role as Actor['role'], regionCode: region_code, industries }), regionCode, industryKey))
	);
	if (gone.length === 0) return [];
	const open = await openOnes(trx, among(gone.map((row) => row.id)), true);
	await writeEntries(trx, { at: now.at, asOf: now.today }, open.map(({ id, current }): Entry => {
		const waits = obligationOf(current.work) === 'acknowledge';
		const { acknowledgeDue } = deadlinesFrom(rules.deadlines, current.level, now.today, rules.addWorkingDays);
		return {
			warningId: id, current, axis: 'work', action: 'return', actor: null, detail: { from: current.ownerId },
			set: { ownerId: null, ...(waits ? {} : { work: 'new', acknowledgedAt: null, acknowledgeDue, escalation: 0 }) }
		};
	}));
	const notices: DeskNotice[] = [];
	for (const one of open) {
		for (const userId of await now.answerers(one.current.departmentId)) {
			notices.push({ userId, kind: 'returned', ...about(one), key: `returned|${one.id}|${one.current.version + 1}`, door: 'new' });
		}
	}
	await notify(trx, bundled(notices));
	return open.map((one) => ({ open: one, what: 'return' }));
}

/** Reminds of what falls due soon and reports upwards what is overdue. What waits under a parent is the parent's to answer for. */
async function report(trx: Transaction<DB>, now: Now): Promise<{ readonly escalated: readonly Moved[]; readonly reminded: number }> {
	const rules = await escalationRules(trx);
	const soonest = await workingDaysFrom(trx, now.today);
	const open = await openOnes(trx, sql<SqlBool>`
		${due} <= ${soonest(now.today, rules.remind)} and (w.escalation < 3 or ${due} >= ${now.today}) and not ${underParent}
	`, false);
	if (open.length === 0) return { escalated: [], reminded: 0 };
	const first = open.reduce((day, { current }) => (dueOf(current)! < day ? dueOf(current)! : day), now.today);
	const addWorkingDays = await workingDaysFrom(trx, first);
	const desks = await reportingDesks(trx);
	const notices: DeskNotice[] = [];

	const soon = open.filter(({ current }) => remindsOn(rules, dueOf(current)!, now.today, addWorkingDays));
	const told = await toldOfMany(trx, now.today);
	for (const one of soon) {
		const door = doorOfOwner(one.current.ownerId);
		const bundleKey = reminderOfMany(door, now.today);
		for (const userId of await responsible(now, one)) {
			if (told.has(`${userId}|${bundleKey}`)) continue;
			const key = `reminder|${one.id}|${obligationOf(one.current.work)}|${dueOf(one.current)}`;
			notices.push({ userId, kind: 'reminder', ...about(one), key, detail: { due: dueOf(one.current)! }, door, bundleKey });
		}
	}

	const reached = ({ current }: Open) => {
		const day = dueOf(current);
		return day === null ? 0 : escalationOn(rules, day, now.today, addWorkingDays);
	};
	// Somebody may have acted since: what is written is decided on the locked row.
	const overdue = await openOnes(trx, among(open.filter((one) => reached(one) > one.current.escalation).map(({ id }) => id)), true);
	const late = overdue.filter((one) => reached(one) > one.current.escalation);
	const entries = late.map((one): Entry => {
		const escalation = reached(one);
		const step = escalationSteps[escalation - 1]!;
		const to = reportedTo(step, desks.find(({ id }) => id === one.current.departmentId)!, desks);
		for (const userId of to) {
			notices.push({ userId, kind: 'escalated', ...about(one), key: `escalated|${one.id}|${one.current.version + 1}`, detail: { due: dueOf(one.current)! }, door: 'overdue' });
		}
		return {
			warningId: one.id, current: one.current, axis: 'work', action: 'escalate', set: { escalation }, actor: null,
			detail: { step, to, due: dueOf(one.current), owed: obligationOf(one.current.work) }
		};
	});
	await writeEntries(trx, { at: now.at, asOf: now.today }, entries);
	await notify(trx, bundled(notices));
	return { escalated: late.map((one) => ({ open: one, what: 'escalate' })), reminded: soon.length };
}

const reminderOfMany = (door: Door, today: string) => `reminder|${door}|${today}`;

/** Who was reminded of many at once today, as `user|key`: what is left of those is not told one by one the same day. */
async function toldOfMany(trx: Transaction<DB>, today: string): Promise<ReadonlySet<string>> {
	const keys = doors.map((door) => reminderOfMany(door, today));
	const rows = await trx
		.selectFrom('notice').select(['user_id', 'key']).where('key', 'in', keys)
		.where('user_id', 'in', (eb) => eb.selectFrom('app_user as u').select('u.id').where('u.state', '=', 'active').where('u.role', 'in', ['monitor', 'leader'])).execute();
	return new Set(rows.map((row) => `${row.user_id}|${row.key}`));
}

async function reportingDesks(trx: Transaction<DB>): Promise<readonly ReportingDesk[]> {
	const departments = await trx.selectFrom('department').select(['id', 'region_code', 'industries', 'head_id', 'deputy_id']).execute();
	const people = await trx.selectFrom('app_user').select(['id', 'department_id', 'role']).where('state', '=', 'active').orderBy('id').execute();
	const active = new Set(people.map((person) => person.id));
	const named = (id: string | null) => (id !== null && active.has(id) ? id : null);
	return departments.map((row) => ({
		id: row.id,
		regionPrefix: regionPrefix(row.region_code),
		professional: row.industries !== null,
		headId: named(row.head_id),
		deputyId: named(row.deputy_id),
		leaders: people.filter((person) => person.department_id === row.id && person.role === 'leader').map((person) => person.id)
	}));
}
