import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { parseDefinition, type Definition } from './definition.ts';
import { aboutIndicator } from './manage.server.ts';
import { newestPreview, type PreviewRequest } from '#lib/indicators/preview/request.server.ts';

export type IndicatorRow = {
	readonly id: string;
	readonly name: string;
	readonly nameEn: string;
	readonly item: string;
	readonly parent: string | null;
	readonly owner: string;
	readonly state: 'active' | 'draft' | 'retired';
	/** The version in force; null when none is. */
	readonly version: number | null;
	readonly draft: number | null;
	readonly lastRun: string | null;
	/** Open warnings in the actor's jurisdiction. */
	readonly open: number;
};

/** All indicators with what they are doing; warnings are counted in the actor's jurisdiction only. */
export async function listIndicators(db: Kysely<DB>, actor: Actor): Promise<IndicatorRow[] | Refusal> {
	const refusal = check(actor, 'indicator.see');
	if (refusal) return refusal;
	const within = withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' });
	const { rows } = await sql<Omit<IndicatorRow, 'state'> & { retired: boolean }>`
		select i.id, i.name, i.name_en as "nameEn", i.item, i.parent_indicator as parent, d.name as owner, i.retired_at is not null as retired,
			v.active as version, v.draft, r.last_run as "lastRun", coalesce(o.open, 0) as open
		from indicator i
		join department d on d.id = i.owner_department_id
		left join (
			select indicator_id, max(version) filter (where state = 'active') as active, max(version) filter (where state = 'draft') as draft
			from indicator_version group by 1
		) v on v.indicator_id = i.id
		left join (select indicator_id, max(as_of) as last_run from monitor_run group by 1) r on r.indicator_id = i.id
		left join (
			select w.indicator_id, count(*)::int as open from warning w where w.work <> 'closed' and ${within} group by 1
		) o on o.indicator_id = i.id
		where i.kind = 'monitor'
		order by i.retired_at is not null, i.item, i.id
	`.execute(db);
	return rows.map(({ retired, ...row }) => ({ ...row, state: row.version !== null ? 'active' : retired ? 'retired' : 'draft' }));
}

export type IndicatorVersion = {
	readonly version: number;
	readonly definition: Definition;
	readonly state: 'draft' | 'active' | 'superseded' | 'retired' | 'rejected';
	readonly note: string | null;
	readonly authorId: string | null;
	readonly author: string | null;
	readonly createdAt: Date;
	readonly decider: string | null;
	readonly decidedAt: Date | null;
	readonly validFrom: Date | null;
	readonly validTo: Date | null;
};

/** An evening; `raised` in the actor's jurisdiction, the rest null for who does not see all that was run over. */
export type Run = {
	readonly asOf: string;
	readonly version: number;
	readonly raised: number;
	readonly evaluated: number | null;
	readonly held: number | null;
	readonly milliseconds: number | null;
};

export type IndicatorPage = {
	readonly indicator: IndicatorRow;
	/** What the actor may do with it; nobody switches on a draft of their own. */
	readonly rights: { readonly edit: boolean; readonly preview: boolean; readonly switchOn: boolean };
	/** Newest first. */
	readonly versions: readonly IndicatorVersion[];
	readonly runs: readonly Run[];
	/** What it raised in the actor's jurisdiction week by week (by Mondays) over the last year; null for weeks without a run. */
	readonly weeks: readonly { readonly from: string; readonly raised: number | null }[];
	/** The newest preview that this person asked for. */
	readonly preview: PreviewRequest | null;
};

const shownRuns = 14;

/** Everything about one indicator. */
export async function readIndicator(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true; readonly page: IndicatorPage } | Refusal> {
	const all = await listIndicators(db, actor);
	if ('ok' in all) return all;
	const indicator = all.find((row) => row.id === id);
	const about = await aboutIndicator(db, id);
	if (indicator === undefined || about === null) return notFound;
	const rights = {
		edit: check(actor, 'indicator.edit', about) === null,
		preview: check(actor, 'indicator.preview', about) === null,
		switchOn: check(actor, 'indicator.switch-on', { ...about, authorId: null }) === null
	};
	const versions = await db
		.selectFrom('indicator_version as v')
		.leftJoin('app_user as a', 'a.id', 'v.created_by')
		.leftJoin('app_user as d', 'd.id', 'v.decided_by')
		.select([
			'v.version', 'v.definition', 'v.state', 'v.note', 'v.created_by as authorId', 'a.display_name as author', 'v.created_at as createdAt',
			'd.display_name as decider', 'v.decided_at as decidedAt', 'v.valid_from as validFrom', 'v.valid_to as validTo'
		])
		.where('v.indicator_id', '=', id)
		.orderBy('v.version', 'desc')
		.execute();
	const whole = await seesAll(db, actor);
	const of = (column: 'evaluated' | 'held' | 'milliseconds') => (whole ? sql`r.${sql.ref(column)}` : sql`null::int`);
	const raised = whole ? sql`r.raised` : sql`(
		select count(*)::int from warning w
		where w.indicator_id = r.indicator_id and w.raised_on = r.as_of and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
	)`;
	const { rows: runs } = await sql<Run>`
		select r.as_of::text as "asOf", r.version, ${raised} as raised, ${of('evaluated')} as evaluated, ${of('held')} as held, ${of('milliseconds')} as milliseconds
		from monitor_run r where r.indicator_id = ${id} order by r.as_of desc limit ${shownRuns}
	`.execute(db);
	const { rows: weeks } = await sql<{ from: string; raised: number | null }>`
		with run as (select r.as_of, ${raised} as raised from monitor_run r where r.indicator_id = ${id}),
		span as (select date_trunc('week', max(as_of)::timestamp)::date as last, greatest(date_trunc('week', min(as_of)::timestamp)::date, date_trunc('week', max(as_of)::timestamp)::date - 364) as first from run)
		select w::date::text as from, sum(run.raised)::int as raised
		from span, generate_series(span.first, span.last, interval '7 days') w left join run on run.as_of between w::date and w::date + 6
		group by w order by w
	`.execute(db);
	return {
		ok: true,
		page: {
			indicator,
			rights,
			versions: versions.flatMap((row) => {
				const parsed = parseDefinition(row.definition);
				return parsed.ok ? [{ ...row, definition: parsed.definition, state: row.state as IndicatorVersion['state'] }] : [];
			}),
			runs,
			weeks,
			preview: rights.preview ? await newestPreview(db, actor, id) : null
		}
	};
}

/** Whether all that monitors run over is the actor's to see: what a run says of others than its warnings cannot be told apart by place. */
async function seesAll(db: Kysely<DB>, actor: Actor): Promise<boolean> {
	const { regionPrefix, industries } = scopeOf(actor);
	if (industries !== null) return false;
	const { rows } = await sql<{ all: boolean }>`select not exists (select 1 from department where not starts_with(region_code, ${regionPrefix})) as all`.execute(db);
	return rows[0]!.all;
}
