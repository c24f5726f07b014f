import { may } from '#lib/access/permissions.ts';
import { findCampaign } from '#lib/sampling/campaigns/access.server.ts';
import { findPlan } from '#lib/sampling/plans/access.server.ts';
import { countTaskDoors, pageOfTasks } from '#lib/sampling/tasks/list.server.ts';
import { misreadTasks, parseTaskFilter, taskDoors } from '#lib/sampling/tasks/list.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const filter = parseTaskFilter(url.searchParams);
	const [list, counts, plan, campaign] = await Promise.all([
		pageOfTasks(db, actor, filter), countTaskDoors(db, actor, filter),
		filter.plan === null ? null : findPlan(db, actor, filter.plan), filter.campaign === null ? null : findCampaign(db, actor, filter.campaign)
	]);
	return {
		counts, ...list, misread: misreadTasks(url.searchParams), filter: { ...filter, skip: list.skip }, mayCreate: may(actor, 'task.create'),
		// Work waits for those who can do it.
		doors: taskDoors.filter((door) => door === 'all' || may(actor, 'task.create')),
		plan: plan?.ok ? plan.plan.number : null, campaign: campaign?.ok ? campaign.campaign.number : null
	};
};
