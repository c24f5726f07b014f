import { latestRuns, listRuns } from './job-runs.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const filter = { job: url.searchParams.get('job') ?? '', state: url.searchParams.get('state') ?? '' };
	return { filter, latest: await latestRuns(locals.db), runs: await listRuns(locals.db, filter) };
};
