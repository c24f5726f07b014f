import { may } from '#lib/access/permissions.ts';
import { leadYear, pageOfLeadChecks } from '#lib/sampling/leads/checks.server.ts';
import { misreadLeads, parseLeadFilter } from '#lib/sampling/leads/list.ts';
import { listReports } from '#lib/sampling/leads/reports.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const filter = parseLeadFilter(url.searchParams);
	const thisYear = Number((await databaseToday(db)).slice(0, 4));
	const countedYear = filter.year ?? thisYear;
	const [list, year, reports] = await Promise.all([
		pageOfLeadChecks(db, actor, filter), leadYear(db, actor, countedYear), listReports(db, actor, { state: 'open', q: '', skip: 0 })
	]);
	return { ...list, misread: misreadLeads(url.searchParams), filter: { ...filter, skip: list.skip }, year, countedYear, thisYear, openReports: reports.total, mayCreate: may(actor, 'lead-check.create') };
};
