import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { departmentScope, instanceScope } from '#lib/access/departments.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Conflict, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { parseAgency, type Agency } from './agency.ts';
import type { Cause } from './causes.ts';
import { causesFrom, measuresFrom, parseChoice, type ChoiceDefinition, type ChoiceList } from './choices.ts';
import { bannedWords, type Measure, type MeasureDefinition } from './measure.ts';
import { forbiddenIn, type Finding } from './forbidden.ts';
import { indicatorNames } from './forbidden.server.ts';

async function active(db: Kysely<DB>, list: ChoiceList) {
	return db.selectFrom('disposal_choice').select(['id', 'version', 'definition']).where('list', '=', list).where('state', '=', 'active').orderBy('id').execute();
}

/** All measures, those that are no longer offered included. */
export async function readMeasures(db: Kysely<DB>): Promise<Measure[]> {
	return measuresFrom(await active(db, 'measure'));
}

/** All normal causes, those that are no longer offered included. */
export async function readCauses(db: Kysely<DB>): Promise<Cause[]> {
	return causesFrom(await active(db, 'cause'));
}

/** The normal causes that can be picked. */
export async function offeredCauses(db: Kysely<DB>): Promise<{ id: string; name: string; nameEn: string; needsNote: boolean }[]> {
	return (await readCauses(db)).filter(({ offered }) => offered).map(({ id, name, nameEn, needsNote }) => ({ id, name, nameEn, needsNote }));
}

/** What a department's papers are signed with; null until somebody has said. */
export async function agencyOf(db: Kysely<DB>, departmentId: string): Promise<Agency | null> {
	const row = await db
		.selectFrom('disposal_choice').select('definition').where('list', '=', 'agency').where('id', '=', departmentId).where('state', '=', 'active')
		.executeTakeFirst();
	return row === undefined ? null : parseAgency(row.definition);
}

/** Lists bind every desk of the instance; what a department signs with binds that department. Null: there is no such department. */
async function boundBy(db: Kysely<DB>, list: ChoiceList, id: string): Promise<Scope | null> {
	return list === 'agency' ? departmentScope(db, id) : instanceScope(db);
}

export type ProposeRefusal = NotAllowed | NotFound | Refusal<'bad-choice'> | Refusal<'forbidden', { findings: readonly Finding[] }>;

/** Puts an entry's new version before an approver; a former proposal is replaced. Nothing is ever deleted: an entry is stopped. */
export async function proposeChoice(
	db: Kysely<DB>, actor: Actor, list: ChoiceList, id: string, value: unknown
): Promise<{ readonly ok: true } | ProposeRefusal> {
	if (!may(actor, 'warning-rules.propose')) return notAllowed;
	const scope = await boundBy(db, list, id);
	if (scope === null) return notFound;
	if (check(actor, 'warning-rules.propose', { scope })) return list === 'agency' ? notFound : notAllowed;
	const definition = parseChoice(list, value);
	if (definition === null || !/^[\w-]{1,60}$/.test(id)) return refuse('bad-choice');
	if (list === 'measure') {
		const findings = await forbiddenInTemplate(db, id, definition as MeasureDefinition);
		if (findings.length > 0) return refuse('forbidden', { findings });
	}
	await db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(hashtext(${`disposal-choice:${list}:${id}`}))`.execute(trx);
		await trx.updateTable('disposal_choice').set({ state: 'superseded' }).where('list', '=', list).where('id', '=', id).where('state', '=', 'proposed').execute();
		const { last } = await trx
			.selectFrom('disposal_choice').select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('last')).where('list', '=', list).where('id', '=', id)
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('disposal_choice')
			.values({ list, id, version: last + 1, definition: JSON.stringify(definition), state: 'proposed', created_by: actor.id })
			.execute();
		await audit(trx, actor, { action: 'disposal-list.propose', objectKind: `disposal-${list}`, objectId: id, detail: { version: last + 1, definition } });
	});
	return { ok: true };
}

/** A template says nothing of what a paper must not say; its placeholders are filled in later. */
async function forbiddenInTemplate(db: Kysely<DB>, id: string, measure: MeasureDefinition): Promise<readonly Finding[]> {
	const text = [measure.title, measure.body, ...Object.values(measure.basis)].join('\n').replace(/\{[^{}]*\}/g, '');
	return forbiddenIn(text, {
		indicators: await indicatorNames(db), banned: bannedWords({ id, banned: measure.banned }), own: [], complainants: [], isComplainants: () => false
	});
}

/** Puts a proposal in force, or sends it back. Never one's own; only the version that was looked at. */
export async function decideChoice(
	db: Kysely<DB>, actor: Actor, list: ChoiceList, id: string, version: number, approve: boolean
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Conflict> {
	if (!may(actor, 'warning-rules.decide')) return notAllowed;
	const scope = await boundBy(db, list, id);
	if (scope === null) return notFound;
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(hashtext(${`disposal-choice:${list}:${id}`}))`.execute(trx);
		const row = await trx
			.selectFrom('disposal_choice').select(['version', 'created_by']).where('list', '=', list).where('id', '=', id).where('state', '=', 'proposed')
			.executeTakeFirst();
		if (row === undefined) return notFound;
		const refused = check(actor, 'warning-rules.decide', { scope, authorId: row.created_by });
		if (refused) return refused.reason === 'not-allowed' && list === 'agency' ? notFound : refused;
		if (row.version !== version) return conflict;
		if (approve) await trx.updateTable('disposal_choice').set({ state: 'superseded' }).where('list', '=', list).where('id', '=', id).where('state', '=', 'active').execute();
		await trx
			.updateTable('disposal_choice')
			.set({ state: approve ? 'active' : 'rejected', decided_by: actor.id, decided_at: sql`clock_timestamp()` })
			.where('list', '=', list).where('id', '=', id).where('version', '=', version)
			.execute();
		await audit(trx, actor, { action: approve ? 'disposal-list.approve' : 'disposal-list.reject', objectKind: `disposal-${list}`, objectId: id, detail: { version } });
		return { ok: true };
	});
}

export type WaitingChoice = {
	readonly list: ChoiceList;
	readonly id: string;
	readonly version: number;
	readonly definition: ChoiceDefinition;
	readonly byId: string;
	readonly byName: string | null;
	readonly at: Date;
};

/** What waits for an approver: of the lists for all, of signatures only those of departments in the jurisdiction. */
export async function waitingChoices(db: Kysely<DB>, actor: Actor): Promise<WaitingChoice[]> {
	const own = new Set((await ownDepartments(db, actor)).map(({ id }) => id));
	const rows = await db
		.selectFrom('disposal_choice as c')
		.leftJoin('app_user as u', 'u.id', 'c.created_by')
		.select(['c.list', 'c.id', 'c.version', 'c.definition', 'c.created_by as byId', 'u.display_name as byName', 'c.created_at as at'])
		.where('c.state', '=', 'proposed')
		.orderBy('c.created_at')
		.execute();
	return rows.flatMap(({ definition, list, ...row }) => {
		const parsed = parseChoice(list as ChoiceList, definition);
		return parsed === null || (list === 'agency' && !own.has(row.id)) ? [] : [{ ...row, list: list as ChoiceList, definition: parsed }];
	});
}

/** Departments of the jurisdiction with what they sign with. */
export async function ownDepartments(db: Kysely<DB>, actor: Actor) {
	const rows = await db
		.selectFrom('department as d')
		.leftJoin('disposal_choice as c', (join) => join.onRef('c.id', '=', 'd.id').on('c.list', '=', 'agency').on('c.state', '=', 'active'))
		.select(['d.id', 'd.name', 'c.definition'])
		.where(regionWithin(scopeOf(actor).regionPrefix, 'd.region_code'))
		.orderBy('d.region_code')
		.orderBy('d.name')
		.execute();
	return rows.map(({ id, name, definition }) => ({ id, name, agency: definition === null ? null : parseAgency(definition) }));
}
