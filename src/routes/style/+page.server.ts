import { dev } from '$app/environment';
import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/messages.js';
import { settings } from '#lib/settings/settings.ts';
import type { PageServerLoad } from './$types.js';

/** The sample page is for who builds, and for demonstrations. */
export const load: PageServerLoad = () => {
	if (!dev && !settings().demo) error(404, m.common_error_404_text());
};
