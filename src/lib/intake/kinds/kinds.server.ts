import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { changeFaults, faultsOf, type FormFault, type KindDraft, type KindFault } from './definition.ts';
import { storedKinds, type StoredKind } from './book.server.ts';

type Refused = NotAllowed | NotFound | OwnWork;
type Invalid = Refusal<'invalid', { readonly faults: readonly FormFault<KindFault>[] }>;

const invalid = (faults: readonly FormFault<KindFault>[]): Invalid => refuse('invalid', { faults });

/** A defined kind with what it is used by: numbers, no rows. */
export type KindRow = StoredKind & { readonly sources: number; readonly batches: number; readonly rows: number; readonly indicators: number };

/** The kinds of an instance's own, for who may define them. */
export async function listKinds(db: Kysely<DB>, actor: Actor): Promise<{ readonly ok: true; readonly kinds: readonly KindRow[] } | Refused> {
	const refusal = check(actor, 'kind.edit');
	if (refusal !== null) return refusal;
	const kinds = await storedKinds(db);
	const { rows: used } = await sql<{ name: string; sources: number; batches: number; rows: number; indicators: number }>`
		select k.name,
			(select count(*)::int from source s where k.name = any(s.kinds)) as sources,
			(select count(*)::int from intake_batch b where b.kind = k.name) as batches,
			(select coalesce(sum(b.accepted), 0)::int from intake_batch b where b.kind = k.name and b.state = 'done') as rows,
			(select count(distinct v.indicator_id)::int from indicator_version v where v.definition ->> 'eventKind' = k.name and v.state in ('active', 'draft')) as indicators
		from intake_kind k
	`.execute(db);
	const byName = new Map(used.map((row) => [row.name, row]));
	return { ok: true, kinds: kinds.map((kind) => ({ ...kind, ...byName.get(kind.name)! })) };
}

/** Adds a kind with its fields; from now on it can be imported and watched. */
export async function defineKind(db: Kysely<DB>, actor: Actor, draft: KindDraft): Promise<{ readonly ok: true } | Refused | Invalid> {
	const refusal = check(actor, 'kind.edit');
	if (refusal !== null) return refusal;
	const faults = [...faultsOf(draft), ...takenLabels(draft, await storedKinds(db))];
	if (faults.length > 0) return invalid(faults);
	return db.transaction().execute(async (trx) => {
		const { numInsertedOrUpdatedRows } = await trx
			.insertInto('intake_kind')
			.values({ name: draft.name, label: draft.label.trim(), label_en: draft.labelEn.trim(), subject: draft.subject, item_headers: [...draft.itemHeaders], created_by: actor.id })
			.onConflict((clash) => clash.column('name').doNothing())
			.executeTakeFirst();
		if (numInsertedOrUpdatedRows !== 1n) return invalid([{ at: 'name', fault: 'name-taken', value: draft.name }]);
		await addFields(trx, actor, draft, 0);
		await audit(trx, actor, { action: 'kind.define', objectKind: 'kind', objectId: draft.name, detail: { ...draft } });
		return { ok: true as const };
	});
}

/** Changes names and headers, and adds fields. What rows were read by stays: fields go nowhere and keep their type. */
export async function changeKind(db: Kysely<DB>, actor: Actor, draft: KindDraft): Promise<{ readonly ok: true } | Refused | Invalid> {
	const refusal = check(actor, 'kind.edit');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		if (!(await hold(trx, draft.name))) return notFound;
		const all = await storedKinds(trx);
		const before = all.find((kind) => kind.name === draft.name)!;
		const faults = [...faultsOf(draft), ...changeFaults(before, draft), ...takenLabels(draft, all)];
		if (faults.length > 0) return invalid(faults);
		await trx.updateTable('intake_kind').set({ label: draft.label.trim(), label_en: draft.labelEn.trim(), item_headers: [...draft.itemHeaders] }).where('name', '=', draft.name).execute();
		for (const { name, label, labelEn, required, headers } of draft.fields) {
			await trx
				.updateTable('intake_kind_field')
				.set({ label: label.trim(), label_en: labelEn.trim(), required, headers: [...headers] })
				.where('kind', '=', draft.name)
				.where('name', '=', name)
				.execute();
		}
		const known = new Set(before.fields.map((field) => field.name));
		await addFields(trx, actor, { ...draft, fields: draft.fields.filter((field) => !known.has(field.name)) }, before.fields.length);
		const { name, label, labelEn, itemHeaders, fields } = before;
		await audit(trx, actor, { action: 'kind.change', objectKind: 'kind', objectId: name, detail: { from: { label, labelEn, itemHeaders, fields }, to: { ...draft } } });
		return { ok: true as const };
	});
}

/** Ends a kind: nothing more is imported, no new indicator watches it. Its events, counts and warnings stay. */
export async function retireKind(
	db: Kysely<DB>, actor: Actor, name: string, reason: string
): Promise<{ readonly ok: true } | Refused | Refusal<'no-reason' | 'unchanged'>> {
	const refusal = check(actor, 'kind.edit');
	if (refusal !== null) return refusal;
	const said = reason.trim();
	if (said === '' || said.length > 200) return refuse('no-reason');
	return setRetired(db, actor, name, said);
}

/** Takes a retired kind up again. */
export async function resumeKind(db: Kysely<DB>, actor: Actor, name: string): Promise<{ readonly ok: true } | Refused | Refusal<'unchanged'>> {
	const refusal = check(actor, 'kind.edit');
	return refusal ?? setRetired(db, actor, name, null);
}

/** Removes a kind that nothing was ever done with; one that has rows can only be retired. */
export async function removeKind(db: Kysely<DB>, actor: Actor, name: string): Promise<{ readonly ok: true } | Refused | Refusal<'in-use'>> {
	const refusal = check(actor, 'kind.edit');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		if (!(await hold(trx, name))) return notFound;
		const { rows } = await sql`
			select where exists (select from intake_batch where kind = ${name}) or exists (select from intake_key where kind = ${name})
				or exists (select from source where ${name} = any(kinds)) or exists (select from source_mapping where kind = ${name})
				or exists (select from indicator_version where definition ->> 'eventKind' = ${name})
		`.execute(trx);
		if (rows.length > 0) return refuse('in-use');
		await trx.deleteFrom('intake_kind').where('name', '=', name).execute();
		await audit(trx, actor, { action: 'kind.remove', objectKind: 'kind', objectId: name, detail: {} });
		return { ok: true as const };
	});
}

/** Locks a kind; imports that run hold it shared, so that this waits for them. */
async function hold(trx: Kysely<DB>, name: string): Promise<boolean> {
	const { rows } = await sql`select from intake_kind where name = ${name} for update`.execute(trx);
	return rows.length === 1;
}

async function setRetired(
	db: Kysely<DB>, actor: Actor, name: string, reason: string | null
): Promise<{ readonly ok: true } | NotFound | Refusal<'unchanged'>> {
	return db.transaction().execute(async (trx) => {
		if (!(await hold(trx, name))) return notFound;
		const { numUpdatedRows } = await trx
			.updateTable('intake_kind')
			.set(
				reason === null
					? { retired_at: null, retired_by: null, retired_reason: null }
					: { retired_at: sql<Date>`now()`, retired_by: actor.id, retired_reason: reason }
			)
			.where('name', '=', name)
			.where('retired_at', reason === null ? 'is not' : 'is', null)
			.executeTakeFirst();
		if (numUpdatedRows !== 1n) return refuse('unchanged');
		await audit(trx, actor, { action: reason === null ? 'kind.resume' : 'kind.retire', objectKind: 'kind', objectId: name, detail: { reason } });
		return { ok: true as const };
	});
}

async function addFields(trx: Kysely<DB>, actor: Actor, { name: kind, fields }: KindDraft, from: number): Promise<void> {
	if (fields.length === 0) return;
	await trx
		.insertInto('intake_kind_field')
		.values(
			fields.map(({ name, label, labelEn, type, required, headers }, i) => ({
				kind, name, position: from + i, label: label.trim(), label_en: labelEn.trim(), type, required, headers: [...headers], created_by: actor.id
			}))
		)
		.execute();
}

/** Two kinds of one name could not be told apart on any page. */
function takenLabels(draft: KindDraft, all: readonly StoredKind[]): FormFault<KindFault>[] {
	const same = all.some((kind) => kind.name !== draft.name && kind.label === draft.label.trim());
	return same ? [{ at: 'label', fault: 'label-taken', value: draft.label }] : [];
}
