import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { lockWarning } from '#lib/warnings/desk.server.ts';
import { move } from '#lib/warnings/lifecycle.ts';
import { agencyOf, readMeasures } from './choices.server.ts';
import { readEdit, type BadEdit, type Edit } from './edit.server.ts';
import { addresseesOf, factsFor, paperWarning } from './facts.server.ts';
import { change, lockDisposal, remember, type SeenDisposal, type StepLock } from './lock.server.ts';
import { fillTemplate } from './template.ts';

export type NewDisposal = {
	/** Chosen by the form that is sent, so that sending it twice makes one. */
	readonly id?: string;
	readonly warningId: string;
	readonly measureId: string;
	/** One of the enterprises that the warning is about … */
	readonly uscc: string | null;
	/** … or somebody else, as text: a market's operator, an association. */
	readonly addressee: string;
};

export type BeginRefusal =
	| NotAllowed
	| NotFound
	| OwnWork
	| Refusal<'warning-not-taken'>
	| Refusal<'unknown-measure'>
	| Refusal<'unknown-addressee'>
	| Refusal<'no-addressee'>
	| Refusal<'inspection-open', { id: string }>;

const addresseeLimit = 80;

/** Begins a disposal with a text made from the measure's template; nothing is decided by that. */
export async function beginDisposal(db: Kysely<DB>, actor: Actor, wanted: NewDisposal): Promise<{ readonly ok: true; readonly id: string } | BeginRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	const warning = await paperWarning(db, actor, wanted.warningId);
	if (!warning) return notFound;
	const measure = (await readMeasures(db)).find(({ id, offered }) => offered && id === wanted.measureId);
	if (!measure) return refuse('unknown-measure');
	const to = wanted.uscc === null ? null : (await addresseesOf(db, actor, warning)).find(({ uscc }) => uscc === wanted.uscc);
	if (to === undefined) return refuse('unknown-addressee');
	const addressee = to?.name ?? (wanted.addressee.trim() || (measure.follow === 'inspection' ? warning.place : ''));
	if (addressee.length < 2 || addressee.length > addresseeLimit) return refuse('no-addressee');
	const facts = await factsFor(db, actor, warning, to);

	return db.transaction().execute(async (trx) => {
		const locked = await lockWarning(trx, actor, warning.id);
		if (!locked) return notFound;
		const { departmentId } = locked.current;
		const refused = check(actor, 'warning.work', { departmentId });
		if (refused) return refused;
		const id = wanted.id ?? randomUUID();
		const made = await trx.selectFrom('disposal').select(['created_by', 'warning_id']).where('id', '=', id).executeTakeFirst();
		if (made) return made.created_by === actor.id && made.warning_id === warning.id ? { ok: true, id } : notFound;
		if (!move(locked.current.work, 'dispose').ok) return refuse('warning-not-taken');
		if (measure.follow === 'inspection') {
			const open = await trx
				.selectFrom('disposal').select('id').where('warning_id', '=', warning.id).where('measure_id', '=', measure.id)
				.where('uscc', 'is not distinct from', to?.uscc ?? null).where('state', 'not in', ['concluded', 'withdrawn'])
				.executeTakeFirst();
			if (open) return refuse('inspection-open', { id: open.id });
		}
		const agency = await agencyOf(trx, departmentId);
		const { title, body } = fillTemplate({ measure, facts, addressee, values: {}, agency: agency?.name ?? '' });
		await trx
			.insertInto('disposal')
			.values({
				id, warning_id: warning.id, region_code: warning.regionCode, industry_key: warning.industryKey, department_id: departmentId,
				measure_id: measure.id, measure: JSON.stringify(measure), state: 'draft', uscc: to?.uscc ?? null, addressee, title, body,
				created_by: actor.id, created_at: locked.now, changed_at: locked.now
			})
			.execute();
		await remember(trx, actor, locked, { id, number: null, measure }, 'begin');
		return { ok: true, id };
	});
}

export type EditRefusal = StepLock | NotAllowed | OwnWork | BadEdit;

/** Saves fields and text of a draft. Text that is still the template's follows its fields; what a person wrote stays. */
export async function editDisposal(db: Kysely<DB>, actor: Actor, seen: SeenDisposal, edit: Edit): Promise<{ readonly ok: true } | EditRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, seen, 'edit');
		if (!locked.ok) return locked;
		const { row, warning } = locked;
		const refused = check(actor, 'warning.work', { departmentId: warning.current.departmentId });
		if (refused) return refused;
		const read = await readEdit(trx, actor, locked, edit);
		if (!read.ok) return read;
		const { values, title, body } = read;
		await change(trx, locked, { fields: JSON.stringify(values), title, body });
		await audit(trx, actor, { action: 'disposal.edit', objectKind: 'disposal', objectId: row.id, detail: { warning: warning.number, fields: Object.keys(values), fromTemplate: edit.fromTemplate } });
		return { ok: true };
	});
}
