import type { Selectable, Transaction, Updateable } from 'kysely';
import type { DB, Disposal } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { conflict, notFound, refuse, type Conflict, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { lockWarning, record, type Locked } from '#lib/warnings/desk.server.ts';
import type { Measure } from './measure.ts';
import { afterStep, type DisposalAction, type DisposalState } from './states.ts';
import type { FieldValues } from './template.ts';

/** Which disposal, and which version of it the person had before them. */
export type SeenDisposal = { readonly id: string; readonly version: number };

export type LockedDisposal = {
	readonly ok: true;
	readonly warning: Locked;
	readonly row: Selectable<Disposal>;
	readonly measure: Measure;
	readonly values: FieldValues;
};

export type StepLock = NotFound | Conflict | Refusal<'wrong-state', { state: DisposalState }>;

/**
 * Locks a disposal for a step: its warning first, as everywhere, then itself. Refuses what was changed since it was looked at, and steps that
 * its state does not have.
 */
export async function lockDisposal(trx: Transaction<DB>, actor: Actor, seen: SeenDisposal, action: DisposalAction | 'attach'): Promise<LockedDisposal | StepLock> {
	const found = await trx.selectFrom('disposal').select('warning_id').where('id', '=', seen.id).executeTakeFirst();
	const warning = found && (await lockWarning(trx, actor, found.warning_id));
	if (!warning) return notFound;
	const row = await trx.selectFrom('disposal').selectAll().where('id', '=', seen.id).forUpdate().executeTakeFirstOrThrow();
	const measure = measureOf(row);
	const state = row.state as DisposalState;
	if (action !== 'attach') {
		if (row.version !== seen.version) return conflict;
		if (afterStep(state, action, measure.mark !== null) === null) return refuse('wrong-state', { state });
	}
	return { ok: true, warning, row, measure, values: row.fields as FieldValues };
}

export const measureOf = (row: Pick<Selectable<Disposal>, 'measure'>): Measure => row.measure as unknown as Measure;

/** Writes what a step changes in the locked row. */
export async function change(trx: Transaction<DB>, { row, warning }: LockedDisposal, set: Omit<Updateable<Disposal>, 'id' | 'version' | 'changed_at'>): Promise<void> {
	await trx
		.updateTable('disposal')
		.set({ ...set, version: row.version + 1, changed_at: warning.now })
		.where('id', '=', row.id)
		.execute();
}

/** The step in the warning's history, the live feed and the audit trail. Last in its transaction, after all locks. */
export async function remember(
	trx: Transaction<DB>,
	actor: Actor,
	warning: Locked,
	about: { readonly id: string; readonly number: string | null; readonly measure: Measure },
	step: DisposalAction | 'begin',
	note = ''
): Promise<void> {
	await record(trx, actor, warning, {
		axis: 'work', action: 'disposal', note, set: {},
		detail: { step, disposalId: about.id, paper: about.number, measure: about.measure.id, measureName: about.measure.name, measureNameEn: about.measure.nameEn },
		audited: { action: `disposal.${step}`, objectKind: 'disposal', objectId: about.id }
	});
}
