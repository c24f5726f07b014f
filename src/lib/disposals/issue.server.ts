import type { Kysely, Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { nextNumbers } from '#db/numbers.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { isDay } from '#lib/calendar/days.ts';
import { notify } from '#lib/notices/notify.server.ts';
import { disposeWithin } from '#lib/warnings/desk.server.ts';
import type { Locked } from '#lib/warnings/desk.server.ts';
import { noteLimit } from '#lib/warnings/limits.ts';
import { agencyOf } from './choices.server.ts';
import { change, lockDisposal, remember, type SeenDisposal, type StepLock } from './lock.server.ts';
import { paperHash } from './paper-hash.ts';
import { paperNumber, paperOf } from './paper.ts';
import { outcomes, servedWays, type Outcome, type ServedWay } from './states.ts';
import { recipientOf } from './template.ts';
import { refuseText, type TextRefusal } from './text-check.server.ts';

type Done = { readonly ok: true };

export type IssueRefusal =
	| StepLock
	| NotAllowed
	| NotFound
	| OwnWork
	| TextRefusal
	| Refusal<'not-owner'>
	| Refusal<'no-agency'>
	| Refusal<'warning-not-taken'>;

/**
 * The warning's owner issues what was approved: from then on it has a number and a date, its text is frozen under its hash, and the warning
 * counts as disposed of. What has no paper is recorded; an inspection is asked for.
 *
 * @param asOf the day by which deadlines are judged, for a demonstration of days that are over; else today.
 */
export async function issueDisposal(
	db: Kysely<DB>, actor: Actor, seen: SeenDisposal, asOf: string | null = null
): Promise<(Done & { readonly number: string | null }) | IssueRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, seen, 'issue');
		if (!locked.ok) return locked;
		const { row, warning, measure, values } = locked;
		const { departmentId, ownerId, work } = warning.current;
		const refused = check(actor, 'warning.work', { departmentId });
		if (refused) return refused;
		if (ownerId !== actor.id) return refuse('not-owner');
		if (!['acknowledged', 'investigating', 'disposed'].includes(work)) return refuse('warning-not-taken');
		const lacking = await refuseText(trx, actor, locked, { values, title: row.title, body: row.body }, asOf ?? warning.today);
		if (lacking) return lacking;
		const issued = { state: 'issued', issued_by: actor.id, issued_at: warning.now, issued_on: warning.today, department_id: departmentId } as const;
		let number: string | null = null;
		if (measure.mark === null) {
			await change(trx, locked, issued);
		} else {
			const agency = await agencyOf(trx, departmentId);
			if (agency === null) return refuse('no-agency');
			const year = warning.today.slice(0, 4);
			number = paperNumber(agency.code, measure.mark, year, await nextNumbers(trx, `disposal:${agency.code}${measure.mark}`, year));
			const paper = paperOf({
				agency, number, title: row.title, recipient: recipientOf(measure, row.addressee, values), body: row.body,
				date: warning.today
			});
			await change(trx, locked, { ...issued, number, paper: JSON.stringify(paper), paper_hash: paperHash(paper) });
		}
		if (measure.follow === 'inspection') await tellPlanners(trx, warning, row.id);
		await disposeWithin(trx, actor, warning, {
			measure: measure.id, note: [measure.name, number, row.addressee].filter(Boolean).join(' '),
			detail: { measureName: measure.name, measureNameEn: measure.nameEn, disposalId: row.id, paper: number },
			audited: { action: 'disposal.issue', objectKind: 'disposal', objectId: row.id }
		});
		return { ok: true, number };
	});
}

/** The planners of the warning's department who can see it. */
async function tellPlanners(trx: Transaction<DB>, warning: Locked, id: string): Promise<void> {
	const planners = await trx
		.selectFrom('app_user').select(['id', 'role', 'region_code', 'industries']).where('role', '=', 'planner').where('state', '=', 'active')
		.where('department_id', '=', warning.current.departmentId).execute();
	const seeing = planners.filter((person) =>
		inScope(scopeOf({ role: 'planner', regionCode: person.region_code, industries: person.industries }), warning.regionCode, warning.industryKey)
	);
	await notify(trx, seeing.map((person) => ({
		userId: person.id, kind: 'inspection-requested', objectKind: 'disposal', objectId: id, number: warning.number, key: `inspection-requested|${id}`
	})));
}

export type AfterRefusal =
	| StepLock
	| NotAllowed
	| OwnWork
	| Refusal<'bad-day', { from: string; to: string }>
	| Refusal<'bad-choice'>
	| Refusal<'note-missing'>
	| Refusal<'note-too-long', { limit: number }>;

export type Service = { readonly on: string; readonly how: string; readonly note: string };

/** Writes down when and how the paper was served. */
export async function serveDisposal(db: Kysely<DB>, actor: Actor, seen: SeenDisposal, service: Service): Promise<Done | AfterRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, seen, 'serve');
		if (!locked.ok) return locked;
		const { row, warning, measure } = locked;
		const refused = check(actor, 'warning.work', { departmentId: warning.current.departmentId });
		if (refused) return refused;
		const { on, how } = service;
		const note = service.note.trim();
		if (!isDay(on) || on < row.issued_on! || on > warning.today) return refuse('bad-day', { from: row.issued_on!, to: warning.today });
		if (!servedWays.includes(how as ServedWay)) return refuse('bad-choice');
		if (note.length > noteLimit) return refuse('note-too-long', { limit: noteLimit });
		await change(trx, locked, { state: 'served', served_on: on, served_how: how, served_note: note || null });
		await remember(trx, actor, warning, { id: row.id, number: row.number, measure }, 'serve', note);
		return { ok: true };
	});
}

/** Writes down what came of it. `other` says nothing by itself. */
export async function concludeDisposal(
	db: Kysely<DB>, actor: Actor, seen: SeenDisposal, result: { readonly outcome: string; readonly note: string }
): Promise<Done | AfterRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, seen, 'conclude');
		if (!locked.ok) return locked;
		const { row, warning, measure } = locked;
		const refused = check(actor, 'warning.work', { departmentId: warning.current.departmentId });
		if (refused) return refused;
		const { outcome } = result;
		const note = result.note.trim();
		if (!outcomes.includes(outcome as Outcome)) return refuse('bad-choice');
		if (outcome === 'other' && note === '') return refuse('note-missing');
		if (note.length > noteLimit) return refuse('note-too-long', { limit: noteLimit });
		await change(trx, locked, { state: 'concluded', outcome, outcome_note: note || null, concluded_on: warning.today, concluded_by: actor.id });
		await remember(trx, actor, warning, { id: row.id, number: row.number, measure }, 'conclude', note);
		return { ok: true };
	});
}
