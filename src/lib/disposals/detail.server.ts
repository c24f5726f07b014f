import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, type NotFound } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { approversFor } from './approvers.server.ts';
import { agencyOf } from './choices.server.ts';
import { unfitField, unsaidFields, type FieldFault, type NamedField } from './field-check.ts';
import { measureOf } from './lock.server.ts';
import type { Measure } from './measure.ts';
import { paperHash } from './paper-hash.ts';
import { paperOf, type Paper } from './paper.ts';
import { afterStep, disposalActions, type DisposalAction, type DisposalState, type Outcome, type ServedWay } from './states.ts';
import { recipientOf, type FieldValues } from './template.ts';
import { findingsIn } from './text-check.server.ts';
import { inspectionVisits } from './visits.server.ts';

/** Everything about one disposal; outside the jurisdiction it does not exist. */
export async function disposalDetail(db: Kysely<DB>, actor: Actor, id: string) {
	if (!may(actor, 'warning.see')) return notFound;
	const row = await db
		.selectFrom('disposal as d')
		.innerJoin('warning as w', 'w.id', 'd.warning_id')
		.innerJoin('department as p', 'p.id', 'w.department_id')
		.innerJoin('app_user as a', 'a.id', 'd.created_by')
		.leftJoin('app_user as v', 'v.id', 'd.approver_id')
		.leftJoin('app_user as i', 'i.id', 'd.issued_by')
		.leftJoin('app_user as o', 'o.id', 'w.owner_id')
		.selectAll('d')
		.select([
			'w.number as warning_number', 'w.department_id as now_department', 'w.owner_id', 'w.work', 'w.dispose_due', 'w.scope_kind', 'w.uscc as warning_uscc',
			'p.name as department', 'a.display_name as author', 'v.display_name as approver', 'i.display_name as issuer', 'o.display_name as owner'
		])
		.select(sql<string>`(now() at time zone 'Asia/Shanghai')::date::text`.as('today'))
		.where('d.id', '=', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'd.region_code', industry: 'd.industry_key' }))
		.executeTakeFirst();
	if (!row) return notFound;
	const measure = measureOf(row);
	const state = row.state as DisposalState;
	const values = row.fields as FieldValues;
	const agency = await agencyOf(db, row.now_department);
	const frozen = row.paper as unknown as Paper | null;
	const shown: Paper | null =
		measure.mark === null
			? null
			: (frozen ??
				paperOf({
					agency: agency ?? { code: '', name: row.department, contact: '' }, number: null, title: row.title,
					recipient: recipientOf(measure, row.addressee, values), body: row.body, date: null
				}));
	const place = { regionCode: row.region_code, industryKey: row.industry_key, departmentId: row.now_department };
	const open = openTo(actor, {
		state, paper: measure.mark !== null, departmentId: row.now_department, ownerId: row.owner_id, approverId: row.approver_id, authors: [row.created_by, row.submitted_by]
	});
	return {
		ok: true as const,
		id, version: row.version, state, measure, values, uscc: row.uscc, addressee: row.addressee, title: row.title, body: row.body, number: row.number,
		warning: { id: row.warning_id, number: row.warning_number, work: row.work, disposeDue: row.dispose_due, ownerId: row.owner_id, owner: row.owner, uscc: row.warning_uscc },
		department: row.department, author: row.author, approver: row.approver, issuer: row.issuer,
		createdAt: row.created_at, submittedAt: row.submitted_at, approvedAt: row.approved_at, issuedOn: row.issued_on, declinedReason: row.declined_reason,
		withdrawnReason: row.withdrawn_reason, served: row.served_on === null ? null : { on: row.served_on, how: row.served_how as ServedWay, note: row.served_note },
		outcome: row.outcome === null ? null : { what: row.outcome as Outcome, note: row.outcome_note, on: row.concluded_on },
		today: row.today, agencyKnown: agency !== null, paper: shown, hash: row.paper_hash,
		/** Whether the frozen text is still word for word what was issued; null while there is none. */
		intact: frozen === null ? null : paperHash(frozen) === row.paper_hash,
		open,
		attachable: check(actor, 'warning.work', { departmentId: row.now_department }) === null && state !== 'concluded' && state !== 'withdrawn',
		approvers: open.includes('submit') ? await approversFor(db, place, [row.created_by, actor.id]) : [],
		findings: state === 'draft' || state === 'submitted' ? await findingsIn(db, actor, { warningId: row.warning_id, measure, values, uscc: row.uscc, addressee: row.addressee, title: row.title, body: row.body }) : [],
		/** Fields that would keep the text as it was saved from being submitted, though they are filled in. */
		faults: state === 'draft' || state === 'submitted' || state === 'approved' ? faultsOf(measure, values, measure.mark === null ? null : `${row.title}\n${row.body}`, row.today) : [],
		lastChange: await lastChange(db, id),
		attachments: await db
			.selectFrom('disposal_attachment as f').innerJoin('app_user as u', 'u.id', 'f.added_by')
			.select(['f.id', 'f.name', 'f.size', 'f.hash', 'f.added_at as addedAt', 'u.display_name as addedBy'])
			.where('f.disposal_id', '=', id).orderBy('f.added_at').orderBy('f.id').execute(),
		visits: measure.follow === 'inspection' ? await inspectionVisits(db, actor, { warningId: row.warning_id, uscc: row.uscc, issuedAt: row.issued_at }) : [],
		mayPlan: may(actor, 'lead-check.create') && measure.follow === 'inspection' && state === 'issued'
	};
}

function faultsOf(measure: Measure, values: FieldValues, text: string | null, today: string): readonly (NamedField & { readonly fault: FieldFault })[] {
	const unfit = unfitField(measure, values, today);
	const unsaid = text === null ? [] : unsaidFields(measure, values, text);
	return [...(unfit === null ? [] : [unfit]), ...unsaid.filter(({ key }) => key !== unfit?.key).map((field) => ({ ...field, fault: 'unsaid' as const }))];
}

/** Who last took a step with it, and when; the audit trail knows. */
async function lastChange(db: Kysely<DB>, id: string): Promise<{ readonly by: string; readonly at: Date } | null> {
	const entry = await db
		.selectFrom('audit_entry as e').leftJoin('app_user as u', 'u.id', 'e.actor_id').select(['u.display_name', 'e.actor_name', 'e.at'])
		.where('e.object_kind', '=', 'disposal').where('e.object_id', '=', id)
		.where('e.action', 'not in', ['disposal.download', 'disposal.attach', 'disposal.detach']).orderBy('e.seq', 'desc').limit(1).executeTakeFirst();
	return entry ? { by: entry.display_name ?? entry.actor_name ?? '', at: entry.at } : null;
}

export type DisposalDetail = Exclude<Awaited<ReturnType<typeof disposalDetail>>, NotFound>;

type Standing = {
	readonly state: DisposalState;
	readonly paper: boolean;
	readonly departmentId: string;
	readonly ownerId: string | null;
	readonly approverId: string | null;
	readonly authors: readonly (string | null)[];
};

/** The steps a person is offered; the verbs ask again. */
function openTo(actor: Actor, { state, paper, departmentId, ownerId, approverId, authors }: Standing): readonly DisposalAction[] {
	const works = check(actor, 'warning.work', { departmentId }) === null;
	const approves = may(actor, 'disposal.approve') && approverId === actor.id && !authors.includes(actor.id);
	return disposalActions.filter((action) => {
		if (afterStep(state, action, paper) === null) return false;
		if (action === 'approve' || action === 'decline') return approves;
		return works && (action !== 'issue' || ownerId === actor.id);
	});
}

/** The paper of a disposal, for Word and print. */
export async function disposalPaper(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true; readonly paper: Paper; readonly draft: boolean } | NotFound> {
	const detail = await disposalDetail(db, actor, id);
	if (!detail.ok || detail.paper === null) return notFound;
	return { ok: true, paper: detail.paper, draft: detail.intact === null };
}
