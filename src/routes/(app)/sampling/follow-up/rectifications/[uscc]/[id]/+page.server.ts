import { checkFrom, loadRectification } from '#lib/sampling/fieldwork/rectification-page.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params }) => loadRectification(locals, params);

export const actions: Actions = {
	check: ({ locals, params, request }) => checkFrom(locals, params, request, '/sampling/follow-up?tab=rectification')
};
