import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { notFound, type NotFound } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { campaignsOfWarnings } from '#lib/sampling/campaigns/list.server.ts';
import { leadChecksOfWarning } from '#lib/sampling/leads/checks.server.ts';
import { tasksOfWarnings } from '#lib/sampling/tasks/tasks.server.ts';
import { dueOf } from './deadlines.ts';
import { workingDaysLeft } from './deadlines.server.ts';
import type { Contributor, Explanation, Late, ScopeKind } from './evaluation.ts';
import { fold, peakOf, type Current, type HistoryEvent, type Patch } from './history.ts';
import type { Axis } from './lifecycle.ts';
import type { RaisedAfter } from './machine.ts';
import { currentColumns, fromRow } from './rows.ts';
import { clusterNames } from './subject.server.ts';
import { maskedLabel, type Subject } from './subject.ts';
import { undone } from './undo.ts';

export type HistoryRow = HistoryEvent & {
	readonly at: Date;
	readonly asOf: string;
	readonly actorName: string | null;
	/** The reader did it. */
	readonly mine: boolean;
	readonly from: string | null;
	readonly to: string | null;
	readonly note: string | null;
	/** Measure, closing reason, names of who it went to, held source. */
	readonly detail: Readonly<Record<string, unknown>>;
};

export type NamedContributor = Contributor & { readonly name: string };

/** Everything about one warning; outside the jurisdiction it does not exist. */
export async function warningDetail(db: Kysely<DB>, actor: Actor, id: string) {
	if (!may(actor, 'warning.see')) return notFound;
	const row = await db
		.selectFrom('warning as w')
		.innerJoin('warning_series as s', 's.series_key', 'w.series_key')
		.innerJoin('indicator as i', 'i.id', 'w.indicator_id')
		.innerJoin('department as d', 'd.id', 'w.department_id')
		.leftJoin('region as r', 'r.code', 'w.region_code')
		.leftJoin('industry as n', 'n.key', 'w.industry_key')
		.leftJoin('app_user as u', 'u.id', 'w.owner_id')
		.leftJoin('department as h', 'h.id', 'w.hand_over_to')
		.leftJoin('incident as c', 'c.id', 'w.incident_id')
		.select(currentColumns.map((column) => `w.${column}` as const))
		.select([
			'w.id', 'w.number', 'w.series_key', 'w.item', 'w.scope_kind', 'w.region_code', 'w.industry_key', 'w.uscc', 'w.explanation',
			'w.title_data', 'w.raised_at', 'w.indicator_id', 's.snoozed_until', 's.snooze_reason', 's.snoozed_by', 's.evaluated_on',
			'i.name as indicator_name', 'i.name_en as indicator_name_en', 'd.name as department_name', 'r.name as region_name',
			'n.name as industry_name', 'u.display_name as owner_name', 'h.name as hand_over_name', 'c.number as incident_number',
			'c.title as incident_title'
		])
		.select([
			sql<boolean>`coalesce(s.snoozed_until > now(), false)`.as('snoozed'),
			sql<Date>`now()`.as('now'),
			sql<string>`(now() at time zone 'Asia/Shanghai')::date::text`.as('today'),
			sql<boolean>`s.warning_id = w.id`.as('newest'),
			clusterNames.as('cluster')
		])
		.where('w.id', '=', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.executeTakeFirst();
	if (!row) return notFound;

	const explanation = await withSourceName(db, row.explanation as unknown as Explanation);
	const titleData = row.title_data as { label?: string | null; previousId?: string; late?: Late };
	const current = fromRow(row);
	const scopeKind = row.scope_kind as ScopeKind;
	const [history, members] = await Promise.all([historyOf(db, actor, id), membersOf(db, actor, id)]);
	const counted = members.filter((member) => member.role === 'member' && member.weight > 0);
	const subject: Subject = {
		scopeKind, label: maskedLabel(scopeKind, titleData.label ?? null), firstMember: counted[0]?.name ?? null, memberCount: counted.length, cluster: row.cluster
	};
	// The taking that counts: one that was undone, or done before a hand-over, is another's.
	const acknowledged = history.findLast((event) => event.action === 'acknowledge' && event.set.acknowledgedAt === current.acknowledgedAt);
	const seenWhenAcknowledged = acknowledged ? fold(history.filter((event) => event.seq <= acknowledged.seq)) : undefined;
	const taken = undone(current, history, row.now);
	return {
		ok: true as const,
		id: row.id,
		number: row.number,
		current,
		item: row.item,
		...subject,
		regionCode: row.region_code,
		regionName: row.region_name,
		industryKey: row.industry_key,
		industryName: row.industry_name,
		uscc: row.uscc,
		indicator: { id: row.indicator_id, name: row.indicator_name, nameEn: row.indicator_name_en },
		departmentName: row.department_name,
		/** The department that is asked to take it. */
		handOverName: row.hand_over_name,
		incident: row.incident_id ? { id: row.incident_id, number: row.incident_number!, title: row.incident_title! } : null,
		parent: current.parentId ? await siblingOf(db, actor, current.parentId) : null,
		children: await childrenOf(db, actor, id),
		/** The reader's own last step, while it can be taken back. */
		mayUndo: taken.ok ? taken.undoes.action : null,
		ownerName: row.owner_name,
		raisedAt: row.raised_at,
		/** Raised only when its data had come. */
		late: titleData.late ?? null,
		evaluatedOn: row.evaluated_on,
		today: row.today,
		workingDays: await workingDaysLeft(db, row.today, [dueOf(current)]),
		newest: row.newest,
		snooze: row.snoozed ? { until: row.snoozed_until!, reason: row.snooze_reason ?? '', by: row.snoozed_by ?? '' } : null,
		explanation,
		contributors: await named(db, explanation.contributors),
		history,
		peak: peakOf(history),
		names: await namesIn(db, history),
		previous: titleData.previousId ? await siblingOf(db, actor, titleData.previousId) : null,
		/** Why this is an episode of its own and not the one before. */
		raisedAfter: (history[0]?.detail['after'] as RaisedAfter | undefined) ?? null,
		changedSince: acknowledged ? differences(seenWhenAcknowledged, fold(history)) : [],
		members,
		versions: await versionsOf(db, row.indicator_id),
		episodes: await episodesOf(db, actor, row.series_key, id),
		tasks: await tasksOfWarnings(db, actor, [id]),
		leadChecks: await leadChecksOfWarning(db, actor, id),
		campaigns: await campaignsOfWarnings(db, actor, [id])
	};
}

export type WarningDetail = Exclude<Awaited<ReturnType<typeof warningDetail>>, NotFound>;

/** What the page gets: without the evidence query, which can hold a person's key. */
export type ShownWarning = Omit<WarningDetail, 'explanation'>;

async function historyOf(db: Kysely<DB>, actor: Actor, id: string): Promise<HistoryRow[]> {
	const rows = await db.selectFrom('warning_event').selectAll().where('warning_id', '=', id).orderBy('seq').execute();
	return rows.map((row) => {
		const { set = {}, ...detail } = row.data as { set?: Patch } & Record<string, unknown>;
		return {
			seq: row.seq,
			axis: row.axis as Axis,
			action: row.action as HistoryEvent['action'],
			set,
			at: row.at,
			asOf: row.as_of,
			actorName: row.actor_name,
			mine: row.actor_id === actor.id,
			from: row.from_state,
			to: row.to_state,
			note: row.note,
			detail
		};
	});
}

/** People know a source by its name; the machine gives its id. */
async function withSourceName(db: Kysely<DB>, explanation: Explanation): Promise<Explanation> {
	const id = explanation.held?.source;
	if (id === undefined) return explanation;
	const source = await db.selectFrom('source').select('name').where('id', '=', id).executeTakeFirst();
	return source ? { ...explanation, held: { ...explanation.held!, source: source.name } } : explanation;
}

/** Names of the persons and departments that work was given to, taken from or reported to. */
async function namesIn(db: Kysely<DB>, history: readonly HistoryRow[]): Promise<Record<string, string>> {
	const ids = history
		.flatMap(({ detail }) => [detail['ownerId'], detail['departmentId'], detail['from'], ...(Array.isArray(detail['to']) ? detail['to'] : [])])
		.filter((id) => typeof id === 'string');
	if (ids.length === 0) return {};
	const { rows } = await sql<{ id: string; name: string }>`
		select id, display_name as name from app_user where id = any(${ids})
		union all select id, name from department where id = any(${ids})
	`.execute(db);
	return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

/** Number of another episode, when the actor may see it. */
async function siblingOf(db: Kysely<DB>, actor: Actor, id: string) {
	const row = await db
		.selectFrom('warning')
		.select(['id', 'number'])
		.where('id', '=', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'region_code', industry: 'industry_key' }))
		.executeTakeFirst();
	return row ?? null;
}

/** The open episodes that wait under this one. */
async function childrenOf(db: Kysely<DB>, actor: Actor, id: string) {
	return db
		.selectFrom('warning as w')
		.leftJoin('region as r', 'r.code', 'w.region_code')
		.leftJoin('industry as n', 'n.key', 'w.industry_key')
		.select([
			'w.id', 'w.number', 'w.level', 'w.work', 'w.evaluation', 'w.observed', 'w.region_code as regionCode', 'r.name as regionName',
			'w.industry_key as industryKey', 'n.name as industryName'
		])
		.where('w.parent_id', '=', id)
		.where('w.work', '<>', 'closed')
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.orderBy('w.region_code')
		.orderBy('w.industry_key')
		.limit(100)
		.execute();
}

const compared = ['level', 'evaluation', 'observed', 'expected', 'upper'] as const;
export type Difference = { readonly field: (typeof compared)[number]; readonly before: unknown; readonly after: unknown };

/** What the machine changed since somebody took the warning. */
function differences(before: Current | undefined, after: Current | undefined): Difference[] {
	if (!before || !after || after.work === 'closed') return [];
	return compared
		.filter((field) => before[field] !== after[field])
		.map((field) => ({ field, before: before[field], after: after[field] }));
}

async function named(db: Kysely<DB>, contributors: Explanation['contributors'] | undefined) {
	const { regions = [], industries = [], addresses = [], enterprises = [] } = contributors ?? {};
	const keys = (list: readonly Contributor[]) => list.map((contributor) => contributor.key);
	const names = new Map<string, string>();
	const { rows } = await sql<{ key: string; name: string }>`
		select code as key, name from region where code = any(${keys(regions)})
		union all select key, name from industry where key = any(${keys(industries)})
		union all select uscc as key, name from enterprise where uscc = any(${keys(enterprises)})
	`.execute(db);
	for (const row of rows) names.set(row.key, row.name);
	const withName = (list: readonly Contributor[]): NamedContributor[] =>
		list.map((contributor) => ({ ...contributor, name: names.get(contributor.key) ?? contributor.label ?? contributor.key }));
	return {
		regions: withName(regions),
		industries: withName(industries),
		addresses: withName(addresses),
		enterprises: withName(enterprises)
	};
}

/** When the versions of an indicator came into force; the first is no change. */
async function versionsOf(db: Kysely<DB>, indicatorId: string) {
	return db
		.selectFrom('indicator_version')
		.select(['version', sql<string>`(valid_from at time zone 'Asia/Shanghai')::date::text`.as('from')])
		.where('indicator_id', '=', indicatorId)
		.where('version', '>', 1)
		.where('valid_from', 'is not', null)
		.orderBy('version')
		.execute();
}

/** The enterprises a warning is about, within the jurisdiction. */
async function membersOf(db: Kysely<DB>, actor: Actor, id: string) {
	return db
		.selectFrom('warning_subject as s')
		.innerJoin('enterprise as e', 'e.uscc', 's.uscc')
		.leftJoin('region as r', 'r.code', 'e.region_code')
		.select(['e.uscc', 'e.name', 'e.established_on as establishedOn', 'e.status', 'e.address', 'r.name as regionName', 's.role', 's.weight'])
		.where('s.warning_id', '=', id)
		.where('s.role', 'in', ['named', 'member'])
		.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
		.orderBy('s.weight', 'desc')
		.orderBy('e.uscc')
		.limit(200)
		.execute();
}

async function episodesOf(db: Kysely<DB>, actor: Actor, seriesKey: string, id: string) {
	return db
		.selectFrom('warning')
		.select(['id', 'number', 'level', 'work', 'raised_on as raisedOn', 'close_reason as closeReason'])
		.where('series_key', '=', seriesKey)
		.where('id', '<>', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'region_code', industry: 'industry_key' }))
		.orderBy('raised_on', 'desc')
		.orderBy('number', 'desc')
		.limit(10)
		.execute();
}
