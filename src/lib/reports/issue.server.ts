import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { nextNumbers } from '#db/numbers.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, refuse, type Refusal } from '#lib/access/refuse.ts';
import { agencyOf } from '#lib/disposals/choices.server.ts';
import { paperNumber } from '#lib/disposals/paper.ts';
import { reasonLength, saysWhy } from '#lib/sampling/reasons.ts';
import { isIntact, picturesOf, reportHash } from './hash.server.ts';
import { reasonLimit } from './limits.ts';
import { change, lockReport, remember, scopeOfReport, type LockedReport, type SeenReport } from './lock.server.ts';
import { tell, wordsMissing, type StepRefusal } from './steps.server.ts';

/** Stands in the number of every report: 苏市监险报〔2026〕3号. Ours; it keeps them apart from papers of disposal. */
export const reportMark = '险报';

export type IssueRefusal = StepRefusal | Refusal<'no-agency'>;

const checkIssue = (actor: Actor, row: LockedReport['row']) =>
	check(actor, 'report.issue', { scope: scopeOfReport(row), authorId: row.writers.includes(actor.id) ? actor.id : null });

/** An approver issues what was reviewed: from then on it has a number and a date, and everything in it is frozen under its hash. A new edition replaces the old one in the same step. */
export async function issueReport(db: Kysely<DB>, actor: Actor, seen: SeenReport): Promise<{ readonly ok: true; readonly number: string } | IssueRefusal> {
	if (!may(actor, 'report.issue')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'issue');
		if (!locked.ok) return locked;
		const { row, content, now, today } = locked;
		const refused = checkIssue(actor, row);
		if (refused) return refused;
		const sections = wordsMissing(content);
		if (sections.length > 0) return refuse('words-missing', { sections });
		const agency = await agencyOf(trx, row.department_id);
		if (agency === null) return refuse('no-agency');
		const year = today.slice(0, 4);
		const number = paperNumber(agency.code, reportMark, year, await nextNumbers(trx, `report:${agency.code}`, year));
		const paper_hash = reportHash({ ...row, number, agency, issued_on: today });
		await change(trx, row, now, { state: 'issued', number, agency: JSON.stringify(agency), issued_by: actor.id, issued_at: now, issued_on: today, paper_hash });
		if (row.replaces !== null) {
			const old = await trx.selectFrom('report').selectAll().where('id', '=', row.replaces).forUpdate().executeTakeFirstOrThrow();
			if (old.state === 'issued') await change(trx, old, now, { state: 'replaced', closed_by: actor.id, closed_at: now, closed_reason: row.reason });
		}
		await tell(trx, locked, 'report-issued', [...row.writers, row.reviewed_by], actor);
		await remember(trx, actor, { ...row, number }, 'issue', { hash: paper_hash });
		return { ok: true, number };
	});
}

/** Takes an issued report out of force, with the reason. It stays as it was issued. */
export async function withdrawReport(db: Kysely<DB>, actor: Actor, seen: SeenReport, reason: string): Promise<{ readonly ok: true } | StepRefusal> {
	if (!may(actor, 'report.issue')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'withdraw');
		if (!locked.ok) return locked;
		const { row, now } = locked;
		const refused = checkIssue(actor, row);
		if (refused) return refused;
		const why = reason.trim().slice(0, reasonLimit);
		if (!saysWhy(why)) return refuse('reason-short', { least: reasonLength });
		await change(trx, row, now, { state: 'withdrawn', closed_by: actor.id, closed_at: now, closed_reason: why });
		await tell(trx, locked, 'report-withdrawn', row.writers, actor);
		await remember(trx, actor, row, 'withdraw', { reason: why });
		return { ok: true };
	});
}

/** Whether a frozen report is still what was issued; null for one that never was. */
export async function intactState(db: Kysely<DB>, row: LockedReport['row']): Promise<boolean | null> {
	return row.paper_hash === null ? null : isIntact(row, await picturesOf(db, row.id));
}
