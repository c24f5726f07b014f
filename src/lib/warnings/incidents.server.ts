import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { actWithin, type ActRefusal, type Seen } from './desk.server.ts';
import { incidentTitleLimit } from './limits.ts';
import { lockMachine } from './machine-lock.server.ts';

/** Into an incident that is there, or a new one under a title. */
export type MergeTarget = { readonly incidentId: string } | { readonly title: string };

export type Merged = { readonly ok: true; readonly incidentId: string; readonly number: string };
export type MergeRefusal = (ActRefusal & { readonly id?: string }) | Refusal<'title-missing'> | Refusal<'title-too-long', { limit: number }>;

class Undone extends Error {
	readonly refusal: MergeRefusal;
	constructor(refusal: MergeRefusal) {
		super(refusal.reason);
		this.refusal = refusal;
	}
}

/**
 * Makes several warnings one matter: all of them or none. Each keeps its own history, owner and deadlines, so that `split` loses nothing.
 */
export async function merge(
	db: Kysely<DB>,
	actor: Actor,
	warnings: readonly Seen[],
	target: MergeTarget,
	note: string
): Promise<Merged | MergeRefusal> {
	if (check(actor, 'warning.work', { departmentId: actor.departmentId })) return notAllowed;
	if (warnings.length === 0) return notFound;
	if ('title' in target && target.title.trim() === '') return refuse('title-missing');
	if ('title' in target && target.title.trim().length > incidentTitleLimit) return refuse('title-too-long', { limit: incidentTitleLimit });
	try {
		return await db.transaction().execute(async (trx) => {
			await lockMachine(trx);
			const incident = 'title' in target ? await open(trx, actor, target.title.trim()) : await existing(trx, actor, target.incidentId);
			if (!incident) throw new Undone(notFound);
			// All rows before the first step: each step takes the feed's lock, which others wait for while they hold their row.
			await trx.selectFrom('warning').select('id').where('id', 'in', warnings.map(({ id }) => id)).orderBy('id').forUpdate().execute();
			for (const seen of warnings) {
				const done = await actWithin(trx, actor, seen, { action: 'merge', incidentId: incident.incidentId, note });
				if (!done.ok && done.reason !== 'same-incident') throw new Undone({ ...done, id: seen.id });
			}
			// Last: the trail's lock comes after the feed's, which the steps take.
			if ('title' in target) {
				await audit(trx, actor, {
					action: 'incident.open', objectKind: 'incident', objectId: incident.incidentId,
					// No title: who reads the trail sees no business data.
					detail: { number: incident.number }
				});
			}
			return { ok: true, ...incident };
		});
	} catch (error) {
		if (error instanceof Undone) return error.refusal;
		throw error;
	}
}

async function open(trx: Transaction<DB>, actor: Actor, title: string) {
	const { rows } = await sql<{ now: Date; year: string }>`
		select clock_timestamp() as now, to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY') as year
	`.execute(trx);
	const { now, year } = rows[0]!;
	const n = await nextNumbers(trx, 'incident', year, 1);
	const incident = { incidentId: randomUUID(), number: `${year}-${String(n).padStart(4, '0')}` };
	await trx
		.insertInto('incident')
		.values({ id: incident.incidentId, number: incident.number, title, department_id: actor.departmentId, created_by: actor.id, created_at: now })
		.execute();
	return incident;
}

async function existing(trx: Transaction<DB>, actor: Actor, id: string) {
	const row = await trx
		.selectFrom('incident').select(['id', 'number']).where('id', '=', id).where('department_id', '=', actor.departmentId).executeTakeFirst();
	return row ? { incidentId: row.id, number: row.number } : undefined;
}

/** An incident as far as the actor may see its warnings; one of which none is visible does not exist. */
export async function incident(db: Kysely<DB>, actor: Actor, id: string) {
	if (!may(actor, 'warning.see')) return notFound;
	const row = await db
		.selectFrom('incident as n')
		.innerJoin('department as d', 'd.id', 'n.department_id')
		.innerJoin('app_user as u', 'u.id', 'n.created_by')
		.select(['n.id', 'n.number', 'n.title', 'n.department_id as departmentId', 'd.name as departmentName', 'u.display_name as createdBy', 'n.created_at as createdAt'])
		.where('n.id', '=', id)
		.where((eb) =>
			eb.or([
				eb('n.department_id', '=', actor.departmentId),
				eb.exists(
					eb
						.selectFrom('warning as w').select('w.id').whereRef('w.incident_id', '=', 'n.id')
						.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
				)
			])
		)
		.executeTakeFirst();
	return row ? { ok: true as const, ...row } : notFound;
}

/** Open incidents of the actor's desk, newest first: what a warning can be merged into. */
export function openIncidents(db: Kysely<DB>, actor: Actor) {
	return db
		.selectFrom('incident as n')
		.select((eb) => [
			'n.id', 'n.number', 'n.title',
			eb.selectFrom('warning as w').select((w) => w.fn.countAll<number>().as('n')).whereRef('w.incident_id', '=', 'n.id').as('warnings')
		])
		.where('n.department_id', '=', actor.departmentId)
		.where((eb) =>
			eb.exists(eb.selectFrom('warning as w').select('w.id').whereRef('w.incident_id', '=', 'n.id').where('w.work', '<>', 'closed'))
		)
		.orderBy('n.created_at', 'desc')
		.limit(100)
		.execute();
}

export async function retitle(
	db: Kysely<DB>,
	actor: Actor,
	id: string,
	title: string
): Promise<{ readonly ok: true } | NotAllowed | NotFound | Refusal<'title-missing'> | Refusal<'title-too-long', { limit: number }>> {
	if (check(actor, 'warning.work', { departmentId: actor.departmentId })) return notAllowed;
	const text = title.trim();
	if (text === '') return refuse('title-missing');
	if (text.length > incidentTitleLimit) return refuse('title-too-long', { limit: incidentTitleLimit });
	return db.transaction().execute(async (trx) => {
		const before = await trx
			.selectFrom('incident').select('title').where('id', '=', id).where('department_id', '=', actor.departmentId).forUpdate().executeTakeFirst();
		if (!before) return notFound;
		await trx.updateTable('incident').set({ title: text }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'incident.rename', objectKind: 'incident', objectId: id });
		return { ok: true };
	});
}
