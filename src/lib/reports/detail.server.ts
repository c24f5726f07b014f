import { sql, type Kysely, type Selectable } from 'kysely';
import type { DB, Report } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, type NotFound } from '#lib/access/refuse.ts';
import { agencyOf } from '#lib/disposals/choices.server.ts';
import { baseOf } from './edit.server.ts';
import { reportJob } from './begin.server.ts';
import { paragraphsOf, type Section } from './content.ts';
import { intactState } from './issue.server.ts';
import { contentOf, scopeOfReport } from './lock.server.ts';
import { approversFor, reviewersFor } from './people.server.ts';
import { periodText, type ReportKind } from './period.ts';
import { afterStep, openReportStates, type ReportAction, type ReportState } from './states.ts';
import { wordsMissing } from './steps.server.ts';
import { strayNumbers } from './stray.ts';
import { visibleReports } from './visible.server.ts';

/** How far the worker is with composing; null while nobody waits for it. */
export type Composing = { readonly state: 'waiting' | 'running' | 'failed'; readonly progress: number | null; readonly error: string | null };

/** Everything about one report; outside of what the actor may see it does not exist. */
export async function reportDetail(db: Kysely<DB>, actor: Actor, id: string) {
	if (!may(actor, 'report.see')) return notFound;
	const row = await findReport(db, actor, id);
	if (row === null) return notFound;
	const content = row.content === null ? null : contentOf(row);
	const state = row.state as ReportState;
	const open = openTo(actor, row);
	const [intact, agency, names, department, others, remarks, history] = await Promise.all([
		intactState(db, row), row.agency ?? agencyOf(db, row.department_id), namesOf(db, [row.created_by, row.submitted_by, row.reviewed_by, row.reviewer_id, row.approver_id, row.issued_by, row.closed_by]),
		db.selectFrom('department').select('name').where('id', '=', row.department_id).executeTakeFirstOrThrow(), editionsOf(db, actor, row), remarksOn(db, id), historyOf(db, id)
	]);
	const nameOf = (userId: string | null) => (userId === null ? null : (names.get(userId) ?? null));
	return {
		ok: true as const,
		id, version: row.version, kind: row.kind as ReportKind, state, edition: row.edition, reason: row.reason, department: department.name, own: row.department_id === actor.departmentId,
		period: periodText({ kind: row.kind as ReportKind, from: row.from_day, to: row.to_day }), number: row.number, issuedOn: row.issued_on, hash: row.paper_hash, intact,
		content: content === null ? null : { ...content, sections: content.sections.map((section) => withChecks(section, openReportStates.includes(state))) },
		composedAt: row.composed_at, createdAt: row.created_at, createdBy: nameOf(row.created_by), automatic: row.created_by === null,
		submittedBy: nameOf(row.submitted_by), submittedAt: row.submitted_at, reviewer: nameOf(row.reviewer_id), reviewedBy: nameOf(row.reviewed_by), reviewedAt: row.reviewed_at,
		approver: nameOf(row.approver_id), issuedBy: nameOf(row.issued_by), closed: row.closed_reason === null ? null : { by: nameOf(row.closed_by), at: row.closed_at!, reason: row.closed_reason },
		agencyKnown: agency !== null, missing: content === null ? [] : wordsMissing(content),
		open, mayRemark: openReportStates.includes(state) && content !== null && (row.department_id === actor.departmentId || actor.role === 'leader'),
		composing: openReportStates.includes(state) ? await composingOf(db, id) : null,
		reviewers: open.includes('submit') ? await reviewersFor(db, row, [actor.id]) : [], approvers: open.includes('review') ? await approversFor(db, row) : [],
		editions: others, remarks, history
	};
}

export type ReportDetail = Exclude<Awaited<ReturnType<typeof reportDetail>>, NotFound>;

export async function findReport(db: Kysely<DB>, actor: Actor, id: string): Promise<Selectable<Report> | null> {
	return (await db.selectFrom('report as r').selectAll('r').where('r.id', '=', id).where(visibleReports(actor)).executeTakeFirst()) ?? null;
}

/** @param open somebody can still change it: what is issued is not questioned any more. */
const withChecks = (section: Section, open: boolean) => {
	const paragraphs = paragraphsOf(section);
	return {
		...section, paragraphs, base: baseOf(section),
		/** Which paragraphs are people's words. */
		changed: paragraphs.map((text) => section.text !== null && !section.composed.includes(text)),
		stray: !open || section.text === null || section.typed !== null ? [] : strayNumbers(section, section.text)
	};
};

/** The steps a person is offered; the verbs ask again. */
function openTo(actor: Actor, row: Selectable<Report>): readonly ReportAction[] {
	const state = row.state as ReportState;
	const writes = check(actor, 'report.edit', { departmentId: row.department_id }) === null;
	const author = { scope: scopeOfReport(row), authorId: row.writers.includes(actor.id) ? actor.id : null };
	const reviews = check(actor, 'report.review', author) === null && (actor.role === 'leader' || row.department_id === actor.departmentId);
	const issues = check(actor, 'report.issue', author) === null;
	const who: Readonly<Record<ReportAction, boolean>> = {
		edit: writes, refresh: writes, submit: writes, recall: writes, discard: writes, replace: writes, review: reviews, return: reviews, issue: issues, withdraw: issues
	};
	const composed = row.content !== null;
	return (Object.keys(who) as ReportAction[]).filter((action) => who[action] && afterStep(state, action) !== null && (composed || action === 'refresh' || action === 'discard'));
}

async function namesOf(db: Kysely<DB>, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
	const rows = await db.selectFrom('app_user').select(['id', 'display_name']).where('id', 'in', ['', ...ids.filter((id) => id !== null)]).execute();
	return new Map(rows.map(({ id, display_name }) => [id, display_name]));
}

/** The other editions of the same unit and period that the actor may see, newest first. */
async function editionsOf(db: Kysely<DB>, actor: Actor, row: Selectable<Report>) {
	const rows = await db
		.selectFrom('report as r').select(['r.id', 'r.edition', 'r.state', 'r.number', 'r.replaces']).where('r.department_id', '=', row.department_id).where('r.kind', '=', row.kind)
		.where('r.period_key', '=', row.period_key).where('r.id', '<>', row.id).where(visibleReports(actor)).orderBy('r.edition', 'desc').execute();
	return rows.map((one) => ({ ...one, state: one.state as ReportState }));
}

const remarksOn = (db: Kysely<DB>, id: string) =>
	db
		.selectFrom('report_remark as k').innerJoin('app_user as u', 'u.id', 'k.said_by').select(['k.id', 'k.section_key as section', 'k.said', 'k.said_at as at', 'u.display_name as by'])
		.where('k.report_id', '=', id).orderBy('k.said_at', 'desc').orderBy('k.id', 'desc').limit(200).execute();

/** Its steps, newest first. Who took it away is the auditor's to know. */
async function historyOf(db: Kysely<DB>, id: string) {
	const rows = await db
		.selectFrom('audit_entry as e').leftJoin('app_user as u', 'u.id', 'e.actor_id').select(['e.seq', 'e.at', 'e.action', 'u.display_name as name', 'e.actor_name as account', 'e.detail'])
		.where('e.object_kind', '=', 'report').where('e.object_id', '=', id).where('e.action', '<>', 'report.download').orderBy('e.seq', 'desc').limit(60).execute();
	return rows.map(({ seq, at, action, name, account, detail }) => ({
		seq: Number(seq), at, action, by: name ?? account, reason: ((detail ?? {}) as { reason?: string; section?: string }).reason ?? ((detail ?? {}) as { section?: string }).section ?? null
	}));
}

async function composingOf(db: Kysely<DB>, id: string): Promise<Composing | null> {
	const row = await db
		.selectFrom('job_request').select(['state', 'progress', 'error']).where('job', '=', reportJob).where(sql<boolean>`payload ->> 'reportId' = ${id}`).orderBy('id', 'desc').executeTakeFirst();
	return row === undefined || row.state === 'done' ? null : { state: row.state as Composing['state'], progress: row.progress, error: row.error };
}
