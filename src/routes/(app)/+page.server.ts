import { redirect } from '@sveltejs/kit';
import { homeOf } from './navigation.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) => {
	redirect(303, homeOf(locals.actor!));
};
