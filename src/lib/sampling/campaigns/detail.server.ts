import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { refuse } from '#lib/access/refuse.ts';
import { visibleWork, withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { namedCells } from '../tasks/names.server.ts';
import type { TaskState } from '../tasks/task.ts';
import { findCampaign } from './access.server.ts';

export type CampaignTask = {
	readonly id: string;
	readonly number: string;
	readonly state: TaskState;
	readonly drawn: number;
	readonly visited: number;
	readonly dueOn: string | null;
};

async function tasksUnder(db: Kysely<DB>, actor: Actor, id: string): Promise<CampaignTask[]> {
	const { rows } = await sql<CampaignTask>`
		select t.id, t.number, t.state, t.due_on as "dueOn",
			(select count(*)::int from sampling_object o where o.task_id = t.id and o.draw_n = coalesce(t.draw_n, 1)) as drawn,
			(select count(*)::int from sampling_object o where o.task_id = t.id and o.draw_n = coalesce(t.draw_n, 1) and o.result is not null) as visited
		from sampling_task t where t.campaign_id = ${id} and ${visibleWork(actor, 't')} order by t.number
	`.execute(db);
	return rows;
}

/** One campaign with its warnings (those the actor may see) and what was done under it. */
export async function campaignDetail(db: Kysely<DB>, actor: Actor, id: string) {
	const found = await findCampaign(db, actor, id);
	if (!found.ok) return found;
	const { campaign } = found;
	const [people, warnings, tasks, cells] = await Promise.all([
		db
			.selectFrom('campaign as c')
			.innerJoin('department as d', 'd.id', 'c.department_id')
			.innerJoin('inspection_item as i', 'i.id', 'c.item_id')
			.leftJoin('app_user as u', 'u.id', 'c.created_by')
			.leftJoin('app_user as a', 'a.id', 'c.decided_by')
			.select(['d.name as department', 'i.name as item', 'i.legal_basis as legalBasis', 'u.display_name as createdBy', 'a.display_name as decidedBy'])
			.where('c.id', '=', id)
			.executeTakeFirstOrThrow(),
		db
			.selectFrom('campaign_warning as l')
			.innerJoin('warning as w', 'w.id', 'l.warning_id')
			.select(['w.id', 'w.number', 'w.level'])
			.where('l.campaign_id', '=', id)
			.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
			.orderBy('w.number')
			.execute(),
		tasksUnder(db, actor, id),
		namedCells(db, campaign.scope.cells)
	]);
	const own = campaign.department_id === actor.departmentId;
	return {
		ok: true as const, campaign, ...people, cells, warnings: may(actor, 'warning.see') ? warnings : [], tasks,
		mayEdit: check(actor, 'campaign.edit', { departmentId: campaign.department_id }) === null,
		mayDecide: own && campaign.state === 'submitted' && may(actor, 'campaign.approve') && campaign.created_by !== actor.id && campaign.submitted_by !== actor.id,
		mayTask: own && campaign.state === 'approved' && may(actor, 'task.create')
	};
}
export type CampaignDetail = Extract<Awaited<ReturnType<typeof campaignDetail>>, { ok: true }>;

/** An approved campaign of the actor's own department, for a task under it. */
export async function campaignForTask(db: Kysely<DB>, actor: Actor, id: string) {
	const found = await findCampaign(db, actor, id);
	if (!found.ok) return found;
	if (found.campaign.department_id !== actor.departmentId) return refuse('not-allowed');
	if (found.campaign.state !== 'approved') return refuse('campaign-not-approved');
	const linked = await db.selectFrom('campaign_warning').select('warning_id').where('campaign_id', '=', id).execute();
	return { ok: true as const, campaign: found.campaign, warningIds: linked.map((row) => row.warning_id) };
}
