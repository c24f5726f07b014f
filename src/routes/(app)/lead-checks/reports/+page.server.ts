import { may } from '#lib/access/permissions.ts';
import { listReports } from '#lib/sampling/leads/reports.server.ts';
import { reportStates } from '#lib/sampling/leads/reports.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const skip = Number(url.searchParams.get('skip') ?? 0);
	const filter = {
		state: reportStates.find((state) => state === url.searchParams.get('state')) ?? null,
		q: (url.searchParams.get('q') ?? '').trim().slice(0, 60),
		skip: Number.isInteger(skip) && skip > 0 && skip <= 100_000 ? skip : 0
	};
	const list = await listReports(locals.db, actor, filter);
	return { ...list, filter: { ...filter, skip: list.skip }, mayEnter: may(actor, 'lead-check.create') };
};
