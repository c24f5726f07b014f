import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { departmentScope } from '#lib/access/departments.server.ts';
import { check, may, type About } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { shippedIndicators } from './defaults.ts';
import { countedKinds, parseDefinition, type Definition } from './definition.ts';

type Done = { readonly ok: true };

/** Whose an indicator is (D7) and whom it binds; null when there is none. */
export async function aboutIndicator(db: Kysely<DB>, indicatorId: string): Promise<About | null> {
	const row = await db.selectFrom('indicator').select('owner_department_id').where('id', '=', indicatorId).executeTakeFirst();
	return row ? aboutOwner(db, row.owner_department_id) : null;
}

async function aboutOwner(db: Kysely<DB>, departmentId: string): Promise<About> {
	return { departmentId, scope: (await departmentScope(db, departmentId)) ?? undefined };
}

/** May the actor add an indicator of the own department? Not somebody in charge of only a part of what it would watch. */
export async function mayCreate(db: Kysely<DB>, actor: Actor): Promise<boolean> {
	return may(actor, 'indicator.edit') && check(actor, 'indicator.edit', await aboutOwner(db, actor.departmentId)) === null;
}

/**
 * Proposes another version of an indicator of the own department. One draft at a time: its author may go on with it, nobody else.
 *
 * @returns the draft's version.
 */
export async function saveDraft(
	db: Kysely<DB>,
	actor: Actor,
	indicatorId: string,
	definition: Definition,
	note: string
): Promise<{ readonly ok: true; readonly version: number } | Refusal> {
	if (!may(actor, 'indicator.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const { about, versions } = await lockVersions(trx, indicatorId);
		const newest = versions[0];
		if (about === null || newest === undefined) return notFound;
		const refusal = check(actor, 'indicator.edit', about);
		if (refusal) return refusal;
		const before = parseDefinition(newest.definition);
		if (before.ok && (before.definition.monitor !== definition.monitor || watchedKind(before.definition) !== watchedKind(definition))) return refuse('other-monitor');
		const draft = versions.find((version) => version.state === 'draft');
		if (draft && draft.created_by !== actor.id) return refuse('draft-exists', { by: draft.created_by });
		const version = draft?.version ?? newest.version + 1;
		const row = { definition: JSON.stringify(definition), note: note.trim() || null, created_by: actor.id, created_at: now };
		if (draft) {
			await trx.updateTable('indicator_version').set(row).where('indicator_id', '=', indicatorId).where('version', '=', version).execute();
		} else {
			await trx.insertInto('indicator_version').values({ ...row, indicator_id: indicatorId, version, state: 'draft' }).execute();
		}
		await record(trx, actor, 'indicator.draft', indicatorId, { version, definition });
		return { ok: true, version } as const;
	});
}

export type NewIndicator = {
	readonly name: string;
	readonly nameEn: string;
	/** Indicator of the classification system it was picked from; null for the department's own (D5). */
	readonly parent: string | null;
	/** Shipped indicator whose definition it starts from. */
	readonly template: string;
	/** Kind of event to count instead of the template's, where it counts one; it stays the same for all versions. */
	readonly eventKind?: string | null;
};

const watchedKind = (definition: Definition): string | null => ('eventKind' in definition ? definition.eventKind : null);

/** Stored names of the kinds that a new indicator may count: the shipped ones' and those that administrators defined. */
export async function countableKinds(db: Kysely<DB>): Promise<string[]> {
	const { offered } = await loadKindBook(db);
	return [...countedKinds, ...offered.filter((kind) => kind.defined !== undefined).map((kind) => kind.stored)];
}

/** Adds an indicator of the actor's department (D7) as a draft; nothing is watched until it is switched on. */
export async function createIndicator(
	db: Kysely<DB>,
	actor: Actor,
	wanted: NewIndicator
): Promise<{ readonly ok: true; readonly id: string } | Refusal> {
	if (!(await mayCreate(db, actor))) return notAllowed;
	const template = shippedIndicators.find((indicator) => indicator.id === wanted.template);
	if (template === undefined) return refuse('template-unknown');
	const name = wanted.name.trim();
	if (name.length < 2 || name.length > 40) return refuse('name-invalid');
	const kind = wanted.eventKind ?? null;
	if (kind !== null && (!('eventKind' in template.definition) || !(await countableKinds(db)).includes(kind))) return refuse('kind-unknown');
	const definition = kind === null ? template.definition : { ...template.definition, eventKind: kind };
	const id = `own-${randomUUID().slice(0, 8)}`;
	return db.transaction().execute(async (trx) => {
		await trx
			.insertInto('indicator')
			.values({
				id, name, name_en: wanted.nameEn.trim() || name, item: kind ?? template.item,
				parent_indicator: wanted.parent?.trim() || null, owner_department_id: actor.departmentId, created_by: actor.id
			})
			.execute();
		await trx
			.insertInto('indicator_version')
			.values({ indicator_id: id, version: 1, definition: JSON.stringify(definition), state: 'draft', created_by: actor.id })
			.execute();
		await record(trx, actor, 'indicator.create', id, { name, template: template.id, ...(kind === null ? {} : { kind }) });
		return { ok: true, id } as const;
	});
}

/** Switches a draft on, or sends it back. Never one's own (product: "switched on by an approver"). */
export async function decideDraft(
	db: Kysely<DB>,
	actor: Actor,
	indicatorId: string,
	version: number,
	decision: 'activate' | 'reject'
): Promise<Done | Refusal> {
	if (!may(actor, 'indicator.switch-on')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const { about, versions } = await lockVersions(trx, indicatorId);
		const draft = versions.find((row) => row.version === version && row.state === 'draft');
		if (about === null || draft === undefined) return notFound;
		const refusal = check(actor, 'indicator.switch-on', { ...about, authorId: draft.created_by });
		if (refusal) return refusal;
		if (decision === 'activate') {
			await end(trx, indicatorId, 'superseded');
			await trx.updateTable('indicator').set({ retired_at: null }).where('id', '=', indicatorId).execute();
		}
		await trx
			.updateTable('indicator_version')
			.set({
				state: decision === 'activate' ? 'active' : 'rejected',
				decided_by: actor.id, decided_at: now,
				...(decision === 'activate' ? { valid_from: now } : {})
			})
			.where('indicator_id', '=', indicatorId)
			.where('version', '=', version)
			.execute();
		await record(trx, actor, decision === 'activate' ? 'indicator.switch-on' : 'indicator.reject', indicatorId, { version });
		return { ok: true } as const;
	});
}

/** Ends an indicator. Its open warnings stay with the people who work on them. */
export async function retireIndicator(db: Kysely<DB>, actor: Actor, indicatorId: string): Promise<Done | Refusal> {
	if (!may(actor, 'indicator.switch-on')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const { about, versions } = await lockVersions(trx, indicatorId);
		if (about === null || !versions.some((version) => version.state === 'active')) return notFound;
		const refusal = check(actor, 'indicator.switch-on', { ...about, authorId: null });
		if (refusal) return refusal;
		await end(trx, indicatorId, 'retired');
		await trx.updateTable('indicator').set({ retired_at: now }).where('id', '=', indicatorId).execute();
		await record(trx, actor, 'indicator.retire', indicatorId, {});
		return { ok: true } as const;
	});
}

/** The database's clock: the same instant for all that one transaction writes, so that a version ends when the next begins. */
const now = sql<Date>`now()`;

/** Whose it is and all versions, newest first; the row lock keeps two editors apart. */
async function lockVersions(trx: Transaction<DB>, indicatorId: string) {
	await sql`select 1 from indicator where id = ${indicatorId} for update`.execute(trx);
	const versions = await trx
		.selectFrom('indicator_version')
		.select(['version', 'state', 'created_by', 'definition'])
		.where('indicator_id', '=', indicatorId)
		.orderBy('version', 'desc')
		.execute();
	return { about: await aboutIndicator(trx, indicatorId), versions };
}

async function end(trx: Transaction<DB>, indicatorId: string, state: 'superseded' | 'retired'): Promise<void> {
	await trx
		.updateTable('indicator_version')
		.set({ state, valid_to: now })
		.where('indicator_id', '=', indicatorId)
		.where('state', '=', 'active')
		.execute();
}

async function record(trx: Transaction<DB>, actor: Actor, action: string, id: string, detail: Readonly<Record<string, unknown>>): Promise<void> {
	await audit(trx, actor, { action, objectKind: 'indicator', objectId: id, detail });
}
