import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { visibleWork, withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { heldSkip } from '../paging.ts';
import { campaignPage, type CampaignFilter } from './list-filter.ts';
import type { CampaignState } from './states.ts';

export type CampaignRow = {
	readonly id: string;
	readonly number: string;
	readonly name: string;
	readonly state: CampaignState;
	readonly item: string;
	readonly region: string;
	readonly department: string;
	readonly fromOn: string;
	readonly untilOn: string;
	readonly tasks: number;
	readonly visited: number;
	/** Waits for this actor's decision. */
	readonly mine: boolean;
};

function matching(actor: Actor, { year, state, q }: CampaignFilter): RawBuilder<SqlBool> {
	const all = [visibleWork(actor, 'c')];
	if (year !== null) all.push(sql<SqlBool>`c.from_on between ${`${year}-01-01`}::date and ${`${year}-12-31`}::date`);
	if (state !== null) all.push(sql<SqlBool>`c.state = ${state}`);
	if (q !== '') {
		const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
		all.push(sql<SqlBool>`(c.number ilike ${like} or c.name ilike ${like})`);
	}
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

/** Objects of a campaign's tasks that were visited. */
const visitedOf = sql`(select count(*)::int from sampling_task t join sampling_object o on o.task_id = t.id and o.draw_n = coalesce(t.draw_n, 1)
	where t.campaign_id = c.id and o.result is not null)`;

/** One page of campaigns, the newest first, with how many there are. */
export async function listCampaigns(
	db: Kysely<DB>, actor: Actor, filter: CampaignFilter
): Promise<{ readonly rows: readonly CampaignRow[]; readonly total: number; readonly skip: number }> {
	const where = matching(actor, filter);
	const counted = await sql<{ n: number }>`select count(*)::int as n from campaign c where ${where}`.execute(db);
	const total = counted.rows[0]!.n;
	const skip = heldSkip(filter.skip, total, campaignPage);
	const { rows } = await sql<CampaignRow>`
		select c.id, c.number, c.name, c.state, i.name as item, coalesce(r.name, c.region_code) as region, d.name as department,
			c.from_on as "fromOn", c.until_on as "untilOn",
			(select count(*)::int from sampling_task t where t.campaign_id = c.id and t.state <> 'cancelled') as tasks, ${visitedOf} as visited,
			${may(actor, 'campaign.approve')} and c.state = 'submitted' and c.department_id = ${actor.departmentId}
				and c.created_by <> ${actor.id} and c.submitted_by is distinct from ${actor.id} as mine
		from campaign c join department d on d.id = c.department_id join inspection_item i on i.id = c.item_id left join region r on r.code = c.region_code
		where ${where} order by c.created_at desc, c.id limit ${campaignPage} offset ${skip}
	`.execute(db);
	return { rows, total, skip };
}

export type CampaignYear = { readonly department: string; readonly own: boolean; readonly campaigns: number; readonly visits: number };

/** The yearly count of each department: campaigns that were approved and begin in the year, and visits made under campaigns in it. Random checks count elsewhere. */
export async function campaignYear(db: Kysely<DB>, actor: Actor, year: number): Promise<CampaignYear[]> {
	const [from, to] = [`${year}-01-01`, `${year}-12-31`];
	const { rows } = await sql<CampaignYear>`
		select d.name as department, d.id = ${actor.departmentId} as own,
			(select count(*)::int from campaign c where c.department_id = d.id and c.state in ('approved', 'done') and c.from_on between ${from}::date and ${to}::date
				and ${visibleWork(actor, 'c')}) as campaigns,
			(select count(*)::int from campaign c join sampling_task t on t.campaign_id = c.id
				join sampling_object o on o.task_id = t.id and o.draw_n = coalesce(t.draw_n, 1)
				where c.department_id = d.id and o.visited_on between ${from}::date and ${to}::date and ${visibleWork(actor, 'c')}) as visits
		from department d
		where exists (select from campaign c where c.department_id = d.id and ${visibleWork(actor, 'c')})
		order by d.id <> ${actor.departmentId}, d.region_code, d.id
	`.execute(db);
	return rows;
}

export type WarningCampaign = { readonly id: string; readonly number: string; readonly name: string; readonly state: CampaignState; readonly untilOn: string };

/** Campaigns that any of the warnings gave rise to, each once, of those the actor may see; none of a warning that they may not see. */
export async function campaignsOfWarnings(db: Kysely<DB>, actor: Actor, warningIds: readonly string[]): Promise<WarningCampaign[]> {
	if (!may(actor, 'task.see') || !may(actor, 'warning.see') || warningIds.length === 0) return [];
	const { rows } = await sql<WarningCampaign>`
		select distinct c.id, c.number, c.name, c.state, c.until_on as "untilOn"
		from campaign_warning l join campaign c on c.id = l.campaign_id join warning w on w.id = l.warning_id
		where l.warning_id = any(${[...warningIds]}) and ${visibleWork(actor, 'c')}
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		order by c.number
	`.execute(db);
	return rows;
}
