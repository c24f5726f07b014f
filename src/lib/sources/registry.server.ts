import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { departmentScope } from '#lib/access/departments.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import type { FormFault } from '#lib/intake/kinds/definition.ts';
import { readGrade } from './grading.ts';
import { readSource, sourceLimits, type SourceDraft, type SourceFault } from './form.ts';
import { refreshWatermarks } from './watermarks.server.ts';

type Refused = NotAllowed | NotFound | OwnWork;
type Invalid = Refusal<'invalid', { readonly faults: readonly FormFault<SourceFault>[] }>;
const invalid = (faults: readonly FormFault<SourceFault>[]): Invalid => refuse('invalid', { faults });

/** Registers a source, or changes what the administrator settles of one; lateness is judged anew at once. */
export async function saveSource(
	db: Kysely<DB>, actor: Actor, id: string | null, draft: SourceDraft
): Promise<{ readonly ok: true; readonly id: string } | Refused | Invalid> {
	const refusal = check(actor, 'source.technical');
	if (refusal !== null) return refusal;
	const { faults, cadence, volumes } = readSource(draft);
	const saved = await db.transaction().execute(async (trx) => {
		const before = id === null ? null : await lockSource(trx, actor, id);
		if (before === undefined) return notFound;
		const known = before?.kinds ?? [];
		const all = [...faults, ...(await placeFaults(trx, actor, draft)), ...(await kindFaultsOf(trx, draft, known)), ...(await nameFaults(trx, id, draft))];
		if (all.length > 0) return invalid(all);
		const values = {
			name: draft.name.trim(), owner_department_id: draft.ownerDepartmentId, region_code: draft.regionCode, kinds: [...new Set(draft.kinds)],
			cadence: cadence === null ? null : JSON.stringify(cadence), contact: draft.contact.trim() || null
		};
		const made = id ?? randomUUID();
		if (before === null) await trx.insertInto('source').values({ id: made, ...values, created_by: actor.id }).execute();
		// One that an import made is registered from now on.
		else await trx.updateTable('source').set({ ...values, created_by: before.created_by ?? actor.id }).where('id', '=', made).execute();
		await trx.deleteFrom('source_volume').where('source_id', '=', made).execute();
		const rows = [...volumes].map(([kind, rows_expected]) => ({ source_id: made, kind, rows_expected }));
		if (rows.length > 0) await trx.insertInto('source_volume').values(rows).execute();
		// What it no longer answers for cannot be late.
		await sql`
			delete from watermark w where w.source_id = ${made}
				and (not w.kind = any(${values.kinds}) or not ${regionWithin(regionPrefix(draft.regionCode).slice(0, 4), 'w.region_code')})
		`.execute(trx);
		await audit(trx, actor, {
			action: before === null ? 'source.create' : 'source.change', objectKind: 'source', objectId: made,
			detail: { from: before, to: { ...values, cadence, volumes: Object.fromEntries(volumes) } }
		});
		return { ok: true as const, id: made };
	});
	if (saved.ok) await refreshWatermarks(db, databaseClock(db));
	return saved;
}

/** Stops a source: nothing more is taken from it, and nothing of it is awaited. Its data stay. */
export async function stopSource(db: Kysely<DB>, actor: Actor, id: string, reason: string): Promise<{ readonly ok: true } | Refused | Refusal<'no-reason' | 'unchanged'>> {
	const refusal = check(actor, 'source.technical');
	if (refusal !== null) return refusal;
	const said = reason.trim();
	if (said === '' || said.length > sourceLimits.reason) return refuse('no-reason');
	return setStopped(db, actor, id, said);
}

/** Takes a stopped source up again. */
export async function resumeSource(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true } | Refused | Refusal<'unchanged'>> {
	const refusal = check(actor, 'source.technical');
	return refusal ?? setStopped(db, actor, id, null);
}

/** Says how its data are graded: the owner's data steward knows what they are. */
export async function gradeSource(
	db: Kysely<DB>, actor: Actor, id: string, given: { readonly grading: string; readonly level: string }
): Promise<{ readonly ok: true } | Refused | Refusal<'no-grade'>> {
	return db.transaction().execute(async (trx) => {
		const before = await lockSource(trx, actor, id);
		if (before === undefined) return notFound;
		const refusal = check(actor, 'intake.map', { departmentId: before.owner_department_id });
		if (refusal !== null) return refusal;
		const grade = readGrade(given.grading, given.level);
		if (grade === null) return refuse('no-grade');
		await trx
			.updateTable('source')
			.set({ grading: grade.grading, grading_level: grade.level, graded_by: actor.id, graded_at: sql<Date>`now()` })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, {
			action: 'source.grade', objectKind: 'source', objectId: id, detail: { from: { grading: before.grading, level: before.grading_level }, to: grade }
		});
		return { ok: true as const };
	});
}

async function lockSource(trx: Kysely<DB>, actor: Actor, id: string) {
	return trx
		.selectFrom('source')
		.select(['name', 'owner_department_id', 'region_code', 'kinds', 'cadence', 'contact', 'state', 'grading', 'grading_level', 'created_by'])
		.where('id', '=', id)
		.where(regionWithin(regionPrefix(actor.regionCode), 'region_code'))
		.forUpdate()
		.executeTakeFirst();
}

async function setStopped(db: Kysely<DB>, actor: Actor, id: string, reason: string | null): Promise<{ readonly ok: true } | NotFound | Refusal<'unchanged'>> {
	const done = await db.transaction().execute(async (trx) => {
		const before = await lockSource(trx, actor, id);
		if (before === undefined) return notFound;
		if ((before.state === 'stopped') === (reason !== null)) return refuse('unchanged');
		await trx
			.updateTable('source')
			.set(
				reason === null
					? { state: 'active', stopped_at: null, stopped_by: null, stopped_reason: null }
					: { state: 'stopped', stopped_at: sql<Date>`now()`, stopped_by: actor.id, stopped_reason: reason }
			)
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, { action: reason === null ? 'source.resume' : 'source.stop', objectKind: 'source', objectId: id, detail: { reason } });
		return { ok: true as const };
	});
	if (done.ok) await refreshWatermarks(db, databaseClock(db));
	return done;
}

/** The owner's people must be able to see what they own: a territory beyond theirs would be nobody's business. */
async function placeFaults(trx: Kysely<DB>, actor: Actor, draft: SourceDraft): Promise<FormFault<SourceFault>[]> {
	const own = regionPrefix(actor.regionCode);
	const owner = await departmentScope(trx, draft.ownerDepartmentId);
	if (owner === null || !owner.regionPrefix.startsWith(own)) return [{ at: 'ownerDepartmentId', fault: 'department-unknown' }];
	const region = /^\d{6}$/.test(draft.regionCode)
		? await trx.selectFrom('region').select('code').where('code', '=', draft.regionCode).executeTakeFirst()
		: undefined;
	if (region === undefined) return [{ at: 'regionCode', fault: 'region-unknown', value: draft.regionCode }];
	return regionPrefix(region.code).startsWith(owner.regionPrefix) ? [] : [{ at: 'regionCode', fault: 'region-elsewhere', value: draft.regionCode }];
}

async function kindFaultsOf(trx: Kysely<DB>, { kinds }: SourceDraft, known: readonly string[]): Promise<FormFault<SourceFault>[]> {
	const { offered } = await loadKindBook(trx);
	const may = new Set([...offered.map((kind) => kind.stored), ...known]);
	return kinds.filter((kind) => !may.has(kind)).map((kind) => ({ at: 'kinds', fault: 'kind-unknown', value: kind }));
}

async function nameFaults(trx: Kysely<DB>, id: string | null, { name }: SourceDraft): Promise<FormFault<SourceFault>[]> {
	const other = await trx.selectFrom('source').select('id').where('name', '=', name.trim()).executeTakeFirst();
	return other === undefined || other.id === id ? [] : [{ at: 'name', fault: 'name-taken', value: name.trim() }];
}
