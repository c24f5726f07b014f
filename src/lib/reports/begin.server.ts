import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { contains, scopeOf } from '#lib/access/scope.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { reasonLength, saysWhy } from '#lib/sampling/reasons.ts';
import { reasonLimit } from './limits.ts';
import { change, findForUpdate, lockReport, nowIn, remember, scopeOfReport, type SeenReport, type StepLock } from './lock.server.ts';
import { readPeriod, type Period } from './period.ts';
import type { ReportState } from './states.ts';
import { unitOf, type Unit } from './unit.server.ts';

/** The job that composes reports; its requests hold `reportId`. */
export const reportJob = 'draft-reports';

export type BeginRefusal = NotAllowed | NotFound | OwnWork | Refusal<'bad-period'> | Refusal<'beyond-jurisdiction'>;

/** Begins a report of one's own department; the worker composes it. One that is at work already is opened instead of a second one. */
export async function beginReport(
	db: Kysely<DB>, actor: Actor, wanted: { readonly kind: string; readonly month: string }
): Promise<{ readonly ok: true; readonly id: string; readonly existed: boolean } | BeginRefusal> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const unit = await unitOf(trx, actor.departmentId);
		if (unit === null) return notFound;
		// Whoever sees less than the department is in charge of would read in its report what they may not see.
		if (!contains(scopeOf(actor), scopeOfReport({ region_code: unit.regionCode, industries: unit.industries === null ? null : [...unit.industries] }))) return refuse('beyond-jurisdiction');
		const now = await nowIn(trx);
		const period = readPeriod(wanted.kind, wanted.month, dayOf(now));
		if (period === null) return refuse('bad-period');
		const made = await insertReport(trx, unit, period, now, actor.id);
		if (made.existed) return { ok: true, ...made };
		await ask(trx, made.id, actor.id);
		await remember(trx, actor, { id: made.id, kind: period.kind, period_key: period.key, edition: made.edition, number: null }, 'begin');
		return { ok: true, ...made };
	});
}

/** A new row for a unit and period, or the one that is at work. */
export async function insertReport(
	trx: Transaction<DB>, unit: Unit, period: Period, now: Date, createdBy: string | null
): Promise<{ readonly id: string; readonly existed: boolean; readonly edition: number }> {
	await sql`select pg_advisory_xact_lock(hashtext(${`report:${unit.id}:${period.kind}:${period.key}`}))`.execute(trx);
	const rows = await trx
		.selectFrom('report').select(['id', 'state', 'edition']).where('department_id', '=', unit.id).where('kind', '=', period.kind).where('period_key', '=', period.key)
		.orderBy('edition', 'desc').execute();
	// An issued one is replaced by a new edition, with the reason; not by a second one beside it.
	const there = rows.find(({ state }) => ['draft', 'submitted', 'reviewed', 'issued'].includes(state));
	if (there) return { id: there.id, existed: true, edition: there.edition };
	const edition = (rows[0]?.edition ?? 0) + 1;
	const id = randomUUID();
	await trx
		.insertInto('report')
		.values({
			id, kind: period.kind, department_id: unit.id, region_code: unit.regionCode, industries: unit.industries === null ? null : [...unit.industries], period_key: period.key,
			from_day: period.from, to_day: period.to, edition, state: 'draft', created_by: createdBy, created_at: now, changed_at: now
		})
		.execute();
	return { id, existed: false, edition };
}

const ask = (trx: Transaction<DB>, reportId: string, by: string) =>
	trx.insertInto('job_request').values({ job: reportJob, payload: JSON.stringify({ reportId }), requested_by: by }).execute();

type Done = { readonly ok: true };

/** Gathers the figures of a draft anew; what people wrote stays. Also the way out of a composing that failed. */
export async function refreshReport(db: Kysely<DB>, actor: Actor, id: string): Promise<Done | StepLock | NotAllowed | OwnWork> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const row = await findForUpdate(trx, actor, id);
		if (row === null) return notFound;
		const refused = check(actor, 'report.edit', { departmentId: row.department_id });
		if (refused) return refused;
		if (row.state !== 'draft') return refuse('wrong-state', { state: row.state as ReportState });
		const waiting = await trx
			.selectFrom('job_request').select('id').where('job', '=', reportJob).where('state', 'in', ['waiting', 'running']).where(sql<boolean>`payload ->> 'reportId' = ${id}`).executeTakeFirst();
		if (waiting) return { ok: true };
		await ask(trx, id, actor.id);
		await remember(trx, actor, row, 'refresh');
		return { ok: true };
	});
}

/** Begins a new edition of an issued report with its words and figures; the old one stays in force until the new one is issued. */
export async function newEdition(
	db: Kysely<DB>, actor: Actor, seen: SeenReport, reason: string
): Promise<(Done & { readonly id: string }) | StepLock | NotAllowed | OwnWork | Refusal<'reason-short', { least: number }>> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'replace');
		if (!locked.ok) return locked;
		const { row, now } = locked;
		const refused = check(actor, 'report.edit', { departmentId: row.department_id });
		if (refused) return refused;
		const why = reason.trim().slice(0, reasonLimit);
		if (!saysWhy(why)) return refuse('reason-short', { least: reasonLength });
		const open = await trx
			.selectFrom('report').select('id').where('department_id', '=', row.department_id).where('kind', '=', row.kind).where('period_key', '=', row.period_key)
			.where('state', 'in', ['draft', 'submitted', 'reviewed']).executeTakeFirst();
		if (open) return { ok: true, id: open.id };
		const { last } = await trx
			.selectFrom('report').select((eb) => eb.fn.max('edition').as('last')).where('department_id', '=', row.department_id).where('kind', '=', row.kind).where('period_key', '=', row.period_key)
			.executeTakeFirstOrThrow();
		const id = randomUUID();
		await trx
			.insertInto('report')
			.values({
				id, kind: row.kind, department_id: row.department_id, region_code: row.region_code, industries: row.industries, period_key: row.period_key, from_day: row.from_day,
				to_day: row.to_day, edition: Number(last) + 1, replaces: row.id, reason: why, state: 'draft', content: JSON.stringify(row.content), composed_at: row.composed_at,
				created_by: actor.id, created_at: now, changed_at: now, writers: [actor.id]
			})
			.execute();
		await sql`insert into report_picture (report_id, hash, bytes) select ${id}, hash, bytes from report_picture where report_id = ${row.id}`.execute(trx);
		// Whoever has the old one before them looks again.
		await change(trx, row, now, {});
		await remember(trx, actor, { ...row, id, edition: Number(last) + 1, number: null }, 'new-edition', { replaces: row.number, reason: why });
		return { ok: true, id };
	});
}
