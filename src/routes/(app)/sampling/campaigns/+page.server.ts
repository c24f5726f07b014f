import { may } from '#lib/access/permissions.ts';
import { parseCampaignFilter } from '#lib/sampling/campaigns/list-filter.ts';
import { campaignYear, listCampaigns } from '#lib/sampling/campaigns/list.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const filter = parseCampaignFilter(url.searchParams);
	const thisYear = Number((await databaseToday(db)).slice(0, 4));
	const countedYear = filter.year ?? thisYear;
	const [list, years] = await Promise.all([listCampaigns(db, actor, filter), campaignYear(db, actor, countedYear)]);
	return { ...list, filter: { ...filter, skip: list.skip }, years, countedYear, thisYear, mayCreate: may(actor, 'campaign.edit') };
};
