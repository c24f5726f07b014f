import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder, type Selectable, type SqlBool } from 'kysely';
import { nextNumbers } from '#db/numbers.ts';
import type { DB, LeadCheck } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may, type Action } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { isDay } from '#lib/calendar/days.ts';
import { retireList, tellAssigned } from '../notices.server.ts';
import { ownItems } from '../registers/items.server.ts';
import { teamSize } from '../draw/teams.ts';
import { availableInspectors } from '../registers/eligible-inspectors.server.ts';
import { heldSkip } from '../paging.ts';
import { saysWhy } from '../reasons.ts';
import { leadPage, type LeadFilter } from './list.ts';
import { evidenceRefusal, leadGrounds, type LeadGround } from '../tasks/results.ts';
import { databaseToday, madeBefore } from '../tasks/access.server.ts';
import { leadCheckNumber } from '../tasks/task.ts';

export type NewLeadCheck = {
	/** Chosen by the form that is sent, so that sending it twice makes one. */
	readonly id?: string;
	readonly uscc: string;
	readonly warningId: string | null;
	/** A verified media report about the enterprise, of the own department. */
	readonly reportId?: string | null;
	readonly ground: string;
	/** What is known about this enterprise; names its credit code. */
	readonly evidence: string;
	readonly itemId: string;
	readonly inspectorIds: readonly string[];
	readonly dueOn: string;
};

async function enterpriseInScope(db: Kysely<DB>, actor: Actor, uscc: string) {
	return db
		.selectFrom('enterprise as e')
		.select(['e.uscc', 'e.name', 'e.region_code', 'e.address', 'e.status'])
		.where('e.uscc', '=', uscc)
		.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
		.executeTakeFirst();
}

/** Opens a for-cause visit of one named enterprise: no draw, an own count, never against a planned cap. */
export async function createLeadCheck(db: Kysely<DB>, actor: Actor, wanted: NewLeadCheck): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'lead-check.create');
	if (refusal) return refusal;
	const enterprise = await enterpriseInScope(db, actor, wanted.uscc);
	if (!enterprise) return notFound;
	if (!isDay(wanted.dueOn)) return refuse('not-a-day');
	const ground = leadGrounds.find((g) => g === wanted.ground);
	if (!ground) return refuse('ground-unknown');
	const lacking = evidenceRefusal(wanted.evidence, wanted.uscc);
	if (lacking) return refuse(lacking);
	if (wanted.warningId !== null && !(await namesEnterprise(db, actor, wanted.warningId, wanted.uscc))) {
		return refuse('warning-does-not-name');
	}
	const reportId = wanted.reportId ?? null;
	const unfit = reportId === null ? null : await reportRefusal(db, actor, reportId, wanted.uscc, ground);
	if (unfit) return unfit;
	const id = wanted.id ?? randomUUID();
	return db.transaction().execute(async (trx) => {
		const made = await madeBefore(trx, 'lead_check', id, actor);
		if (made) return made;
		const today = await databaseToday(trx);
		if (wanted.dueOn < today) return refuse('due-in-the-past');
		const item = (await ownItems(trx, actor)).find((i) => i.id === wanted.itemId);
		if (!item) return refuse('item-unknown');
		const ids = [...new Set(wanted.inspectorIds)];
		const terms = { department_id: actor.departmentId, item_id: item.id, due_on: wanted.dueOn };
		const allowed = (await availableInspectors(trx, terms, today)).filter((i) => !i.recused_uscc.includes(wanted.uscc)).map((i) => i.id);
		if (ids.length < Math.max(teamSize, item.staff_needed)) return refuse('too-few-inspectors', { available: allowed.length });
		if (ids.some((id) => !allowed.includes(id))) return refuse('inspector-not-allowed');
		const year = today.slice(0, 4);
		const number = leadCheckNumber(year, await nextNumbers(trx, 'lead-check', year));
		await trx
			.insertInto('lead_check')
			.values({
				id,
				number,
				uscc: wanted.uscc,
				warning_id: wanted.warningId,
				report_id: reportId,
				ground,
				evidence: wanted.evidence.trim(),
				department_id: actor.departmentId,
				region_code: enterprise.region_code,
				item_id: item.id,
				inspector_ids: ids,
				due_on: wanted.dueOn,
				state: 'open',
				created_by: actor.id
			})
			.execute();
		await audit(trx, actor, {
			action: 'lead-check.create',
			objectKind: 'lead_check',
			objectId: id,
			detail: { number, uscc: wanted.uscc, ground, warning: wanted.warningId, ...(reportId === null ? {} : { report: reportId }) }
		});
		await tellAssigned(trx, { kind: 'lead', id }, number, ids, 1, actor);
		return { ok: true, id };
	});
}

/** Does a warning of the jurisdiction name this enterprise (itself, or as a member of a cluster)? A region's rise names nobody. */
async function namesEnterprise(db: Kysely<DB>, actor: Actor, warningId: string, uscc: string): Promise<boolean> {
	const row = await db
		.selectFrom('warning as w')
		.select('w.id')
		.where('w.id', '=', warningId)
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.where((eb) =>
			eb.or([
				eb('w.uscc', '=', uscc),
				eb.exists(
					eb
						.selectFrom('warning_subject as s')
						.select('s.uscc')
						.whereRef('s.warning_id', '=', 'w.id')
						.where('s.uscc', '=', uscc)
						.where('s.role', 'in', ['named', 'member'])
				)
			])
		)
		.executeTakeFirst();
	return row !== undefined;
}

/** A media report is a lead once it is verified, and then a finding of monitoring about this enterprise; before, nobody is visited for it. */
async function reportRefusal(db: Kysely<DB>, actor: Actor, reportId: string, uscc: string, ground: LeadGround): Promise<Refusal | null> {
	const report = await db
		.selectFrom('lead_report as r')
		.innerJoin('enterprise as e', 'e.uscc', 'r.uscc')
		.select(['r.uscc', 'r.state', 'r.department_id'])
		.where('r.id', '=', reportId)
		.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
		.executeTakeFirst();
	if (!report) return notFound;
	if (report.department_id !== actor.departmentId) return notAllowed;
	if (report.state !== 'verified') return refuse('report-not-verified');
	if (report.uscc !== uscc) return refuse('report-of-another');
	return ground === 'monitoring-finding' ? null : refuse('report-ground');
}

function visibleLeadChecks(actor: Actor): RawBuilder<SqlBool> {
	if (may(actor, 'task.see-own')) return sql<SqlBool>`${actor.inspectorId} = any(l.inspector_ids)`;
	const region = withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' });
	return may(actor, 'task.see') ? region : sql<SqlBool>`false`;
}

export type LeadCheckRow = {
	readonly id: string;
	readonly number: string;
	readonly uscc: string;
	readonly enterprise: string;
	readonly region: string;
	readonly ground: string;
	readonly state: string;
	readonly dueOn: string | null;
	readonly result: string | null;
	readonly createdAt: Date;
};

const leadTables = sql`lead_check l join enterprise e on e.uscc = l.uscc left join region r on r.code = e.region_code`;
const leadColumns = sql`l.id, l.number, l.uscc, e.name as enterprise, coalesce(r.name, e.region_code) as region, l.ground, l.state,
	l.due_on as "dueOn", l.result, l.created_at as "createdAt"`;

/** An inspector's own lead checks, newest first; of others those of the jurisdiction. A person has a handful, so there are no pages. */
export async function listLeadChecks(db: Kysely<DB>, actor: Actor): Promise<LeadCheckRow[]> {
	const { rows } = await sql<LeadCheckRow>`
		select ${leadColumns} from ${leadTables} where ${visibleLeadChecks(actor)} order by l.created_at desc, l.id
	`.execute(db);
	return rows;
}

function matching(actor: Actor, { year, state, ground, q }: LeadFilter): RawBuilder<SqlBool> {
	const all = [visibleLeadChecks(actor)];
	if (year !== null) all.push(inYear(year));
	if (state === 'review') all.push(sql<SqlBool>`l.state = 'open' and l.result is not null`);
	else if (state === 'open') all.push(sql<SqlBool>`l.state = 'open' and l.result is null`);
	else if (state !== null) all.push(sql<SqlBool>`l.state = ${state}`);
	if (ground !== null) all.push(sql<SqlBool>`l.ground = ${ground}`);
	if (q !== '') {
		const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
		all.push(sql<SqlBool>`(l.number ilike ${like} or e.name ilike ${like} or l.uscc = upper(${q}))`);
	}
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

const inYear = (year: number): RawBuilder<SqlBool> =>
	sql<SqlBool>`l.created_at >= (${`${year}-01-01`}::timestamp at time zone 'Asia/Shanghai') and l.created_at < (${`${year + 1}-01-01`}::timestamp at time zone 'Asia/Shanghai')`;

/** One page of lead checks, the newest first, with how many there are. */
export async function pageOfLeadChecks(
	db: Kysely<DB>, actor: Actor, filter: LeadFilter
): Promise<{ readonly rows: readonly LeadCheckRow[]; readonly total: number; readonly skip: number }> {
	const where = matching(actor, filter);
	const counted = await sql<{ n: number }>`select count(*)::int as n from ${leadTables} where ${where}`.execute(db);
	const total = counted.rows[0]!.n;
	const skip = heldSkip(filter.skip, total, leadPage);
	const { rows } = await sql<LeadCheckRow>`
		select ${leadColumns} from ${leadTables} where ${where} order by l.created_at desc, l.id limit ${leadPage} offset ${skip}
	`.execute(db);
	return { rows, total, skip };
}

export type LeadYear = { readonly opened: number; readonly own: number; readonly visited: number; readonly toReview: number };

/** The yearly count of lead checks, apart from every plan's: opened in a year and not cancelled, of those the own department's, and those visited. */
export async function leadYear(db: Kysely<DB>, actor: Actor, year: number): Promise<LeadYear> {
	const { rows } = await sql<LeadYear>`
		select count(*)::int as opened, (count(*) filter (where l.department_id = ${actor.departmentId}))::int as own,
			(count(*) filter (where l.result is not null))::int as visited,
			(count(*) filter (where l.state = 'open' and l.result is not null and l.department_id = ${actor.departmentId}))::int as "toReview"
		from ${leadTables} where ${visibleLeadChecks(actor)} and l.state <> 'cancelled' and ${inYear(year)}
	`.execute(db);
	return rows[0]!;
}

export type WarningLeadCheck = Pick<LeadCheckRow, 'id' | 'number' | 'uscc' | 'state' | 'result' | 'dueOn'>;

/** Lead checks that a warning led to, of those the actor may see; none when they may not see the warning. */
export async function leadChecksOfWarning(db: Kysely<DB>, actor: Actor, warningId: string): Promise<WarningLeadCheck[]> {
	if (!may(actor, 'task.see') || !may(actor, 'warning.see')) return [];
	const { rows } = await sql<WarningLeadCheck>`
		select l.id, l.number, l.uscc, l.state, l.result, l.due_on as "dueOn"
		from lead_check l join enterprise e on e.uscc = l.uscc join warning w on w.id = l.warning_id
		where l.warning_id = ${warningId} and ${visibleLeadChecks(actor)}
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		order by l.number
	`.execute(db);
	return rows;
}

/** Lead checks of an enterprise that are still open, oldest first. */
export async function openLeadChecks(db: Kysely<DB>, actor: Actor, uscc: string): Promise<{ readonly id: string; readonly number: string }[]> {
	const { rows } = await sql<{ id: string; number: string }>`
		select l.id, l.number from lead_check l join enterprise e on e.uscc = l.uscc
		where l.uscc = ${uscc} and l.state = 'open' and ${visibleLeadChecks(actor)} order by l.number
	`.execute(db);
	return rows;
}

/** One lead check. An inspector on it sees ground and facts; the warning behind it only those who may see warnings, and that one. */
export async function findLeadCheck(db: Kysely<DB>, actor: Actor, id: string) {
	const { rows } = await sql<{ id: string }>`
		select l.id from lead_check l join enterprise e on e.uscc = l.uscc where l.id = ${id} and ${visibleLeadChecks(actor)}
	`.execute(db);
	if (rows.length === 0) return notFound;
	const check = await db
		.selectFrom('lead_check as l')
		.innerJoin('enterprise as e', 'e.uscc', 'l.uscc')
		.innerJoin('department as d', 'd.id', 'l.department_id')
		.leftJoin('inspection_item as i', 'i.id', 'l.item_id')
		.leftJoin('warning as w', (join) =>
			join.onRef('w.id', '=', 'l.warning_id').on(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		)
		.leftJoin('lead_report as m', 'm.id', 'l.report_id')
		.selectAll('l')
		.select('m.number as report_number')
		.select(['e.name as enterprise', 'e.address', 'd.name as department', 'i.name as item', 'i.legal_basis'])
		.select(['w.id as warning_id', 'w.number as warning_number'])
		.where('l.id', '=', id)
		.executeTakeFirstOrThrow();
	const inspectors = await db.selectFrom('inspector').select(['id', 'name', 'unit']).where('id', 'in', check.inspector_ids).orderBy('id').execute();
	const seesWarning = may(actor, 'warning.see');
	return {
		ok: true as const,
		check: seesWarning ? check : { ...check, warning_id: null, warning_number: null, report_id: null, report_number: null, evidence: '' },
		inspectors,
		mine: actor.inspectorId !== null && check.inspector_ids.includes(actor.inspectorId),
		today: await databaseToday(db)
	};
}

/** Locks a lead check for a change by its own department. */
export async function lockLeadCheck(trx: Kysely<DB>, actor: Actor, action: Action, id: string) {
	const refusal = check(actor, action);
	if (refusal) return refusal;
	const { rows } = await sql<Selectable<LeadCheck>>`
		select l.* from lead_check l join enterprise e on e.uscc = l.uscc where l.id = ${id} and ${visibleLeadChecks(actor)} for update of l
	`.execute(trx);
	const lead = rows[0];
	if (!lead) return notFound;
	return lead.department_id === actor.departmentId ? { ok: true as const, lead } : notAllowed;
}

/** Gives a lead check up before its visit, with a reason. What was visited is reviewed instead. */
export async function cancelLeadCheck(db: Kysely<DB>, actor: Actor, id: string, reason: string): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockLeadCheck(trx, actor, 'lead-check.create', id);
		if (!found.ok) return found;
		const { lead } = found;
		if (!saysWhy(reason)) return refuse('reason-missing');
		if (lead.state !== 'open' || lead.result !== null) return refuse('wrong-state', { state: lead.state });
		await trx
			.updateTable('lead_check')
			.set({ state: 'cancelled', cancel_reason: reason.trim(), version: lead.version + 1 })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, {
			action: 'task.cancel',
			objectKind: 'lead_check',
			objectId: id,
			detail: { number: lead.number, uscc: lead.uscc, reason: reason.trim() }
		});
		await retireList(trx, { kind: 'lead', id });
		return { ok: true };
	});
}

/** What the form of a new lead check offers: the enterprise, and inspectors who may go. */
export async function leadCheckForm(db: Kysely<DB>, actor: Actor, uscc: string, itemId: string | null, dueOn: string) {
	const refusal = check(actor, 'lead-check.create');
	if (refusal) return refusal;
	const enterprise = await enterpriseInScope(db, actor, uscc);
	if (!enterprise) return notFound;
	const today = await databaseToday(db);
	const inspectors = await availableInspectors(db, { department_id: actor.departmentId, item_id: itemId ?? '', due_on: dueOn }, today);
	return {
		ok: true as const,
		enterprise,
		inspectors: inspectors.filter((i) => !i.recused_uscc.includes(uscc)).map(({ id, name, unit }) => ({ id, name, unit }))
	};
}
