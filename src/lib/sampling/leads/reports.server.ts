import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder, type Selectable, type SqlBool } from 'kysely';
import * as v from 'valibot';
import { nextNumbers } from '#db/numbers.ts';
import type { DB, LeadReport } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { heldSkip } from '../paging.ts';
import { leastFinding, reportNumber, reportSchema, type ReportState } from './reports.ts';
import { databaseToday, madeBefore } from '../tasks/access.server.ts';

/** Reports about enterprises of the jurisdiction. Aliases `r` for the report, `e` for the enterprise. */
function visibleReports(actor: Actor): RawBuilder<SqlBool> {
	return may(actor, 'task.see') ? withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }) : sql<SqlBool>`false`;
}

/** Enters what a medium reported about an enterprise. It is a lead, no evidence: somebody verifies it before anybody is visited. */
export async function enterReport(db: Kysely<DB>, actor: Actor, input: unknown, chosen?: string): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'lead-check.create');
	if (refusal) return refusal;
	const parsed = v.safeParse(reportSchema, input);
	if (!parsed.success) return refuse('report-incomplete', { what: v.getDotPath(parsed.issues[0]) ?? '' });
	const { uscc, medium, reportedOn, content } = parsed.output;
	const enterprise = await db
		.selectFrom('enterprise as e')
		.select('e.region_code')
		.where('e.uscc', '=', uscc)
		.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
		.executeTakeFirst();
	if (!enterprise) return notFound;
	const id = chosen ?? randomUUID();
	return db.transaction().execute(async (trx) => {
		const made = await madeBefore(trx, 'lead_report', id, actor);
		if (made) return made;
		const today = await databaseToday(trx);
		if (reportedOn > today) return refuse('reported-in-the-future');
		const year = today.slice(0, 4);
		const number = reportNumber(year, await nextNumbers(trx, 'lead-report', year));
		await trx
			.insertInto('lead_report')
			.values({
				id, number, uscc, medium, reported_on: reportedOn, content, department_id: actor.departmentId, region_code: enterprise.region_code, state: 'open',
				created_by: actor.id
			})
			.execute();
		await audit(trx, actor, { action: 'lead-report.enter', objectKind: 'lead_report', objectId: id, detail: { number, uscc } });
		return { ok: true, id };
	});
}

/** Says whether a report holds, with what was found and how. Only one that holds can become a lead check. */
export async function decideReport(
	db: Kysely<DB>, actor: Actor, id: string, version: number, decision: { readonly verified: boolean; readonly finding: string }
): Promise<{ ok: true } | Refusal> {
	const refusal = check(actor, 'lead-check.create');
	if (refusal) return refusal;
	return db.transaction().execute(async (trx) => {
		const { rows } = await sql<Selectable<LeadReport>>`
			select r.* from lead_report r join enterprise e on e.uscc = r.uscc where r.id = ${id} and ${visibleReports(actor)} for update of r
		`.execute(trx);
		const report = rows[0];
		if (!report) return notFound;
		if (report.department_id !== actor.departmentId) return notAllowed;
		if (report.version !== version) return conflict;
		if (report.state !== 'open') return refuse('report-decided');
		const finding = decision.finding.trim();
		if (finding.length < leastFinding || finding.length > 4000) return refuse('finding-missing');
		await trx
			.updateTable('lead_report')
			.set({ state: decision.verified ? 'verified' : 'refuted', finding, decided_by: actor.id, decided_at: sql`now()`, version: version + 1 })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, {
			action: decision.verified ? 'lead-report.verify' : 'lead-report.refute', objectKind: 'lead_report', objectId: id,
			detail: { number: report.number, uscc: report.uscc }
		});
		return { ok: true };
	});
}

export type ReportRow = {
	readonly id: string;
	readonly number: string;
	readonly uscc: string;
	readonly enterprise: string;
	readonly region: string;
	readonly medium: string;
	readonly reportedOn: string;
	readonly state: ReportState;
	readonly department: string;
	readonly checks: number;
	readonly createdAt: Date;
};

export const reportPage = 50;

/** One page of media reports, open ones first, with how many there are. @param state null: all. @param q part of number, medium, name or credit code. */
export async function listReports(
	db: Kysely<DB>, actor: Actor, filter: { readonly state: ReportState | null; readonly q: string; readonly skip: number }
): Promise<{ readonly rows: readonly ReportRow[]; readonly total: number; readonly skip: number }> {
	const like = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
	const where = sql`${visibleReports(actor)} and (${filter.state}::text is null or r.state = ${filter.state})
		and (${filter.q} = '' or r.number ilike ${like} or r.medium ilike ${like} or e.name ilike ${like} or r.uscc = upper(${filter.q}))`;
	const counted = await sql<{ n: number }>`select count(*)::int as n from lead_report r join enterprise e on e.uscc = r.uscc where ${where}`.execute(db);
	const total = counted.rows[0]!.n;
	const skip = heldSkip(filter.skip, total, reportPage);
	const { rows } = await sql<ReportRow>`
		select r.id, r.number, r.uscc, e.name as enterprise, coalesce(g.name, e.region_code) as region, r.medium, r.reported_on as "reportedOn", r.state,
			d.name as department, (select count(*)::int from lead_check l where l.report_id = r.id and l.state <> 'cancelled') as checks, r.created_at as "createdAt"
		from lead_report r join enterprise e on e.uscc = r.uscc join department d on d.id = r.department_id left join region g on g.code = e.region_code
		where ${where} order by r.state <> 'open', r.created_at desc, r.id limit ${reportPage} offset ${skip}
	`.execute(db);
	return { rows, total, skip };
}

/** One media report with who decided and the lead checks that came of it. */
export async function reportDetail(db: Kysely<DB>, actor: Actor, id: string) {
	const row = await db
		.selectFrom('lead_report as r')
		.innerJoin('enterprise as e', 'e.uscc', 'r.uscc')
		.innerJoin('department as d', 'd.id', 'r.department_id')
		.leftJoin('app_user as c', 'c.id', 'r.created_by')
		.leftJoin('app_user as u', 'u.id', 'r.decided_by')
		.selectAll('r')
		.select(['e.name as enterprise', 'e.address', 'd.name as department', 'c.display_name as createdBy', 'u.display_name as decidedBy'])
		.where('r.id', '=', id)
		.where(visibleReports(actor))
		.executeTakeFirst();
	if (!row) return notFound;
	const checks = await db.selectFrom('lead_check').select(['id', 'number', 'state', 'result']).where('report_id', '=', id).orderBy('number').execute();
	const own = row.department_id === actor.departmentId && may(actor, 'lead-check.create');
	return { ok: true as const, report: row, checks, mayDecide: own && row.state === 'open', mayCheck: own && row.state === 'verified' };
}
