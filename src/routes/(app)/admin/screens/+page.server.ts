import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/messages.js';
import { settings } from '#lib/settings/settings.ts';
import { changeScreen, createScreen, listScreens, renewToken, revokeScreen } from '#lib/wall/screens.server.ts';
import { viewSeconds } from '#lib/wall/views.ts';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const listed = await listScreens(locals.db, actor, settings().dataDir);
	if (!listed.ok) error(403, m.access_refused_title());
	const chosen = url.searchParams.get('screen');
	return {
		screens: listed.screens,
		chosen: listed.screens.find(({ id }) => id === chosen) ?? null,
		// Where this very administrator reached us, a screen of the same network does as well.
		address: new URL('/wall', url.origin).href,
		ownRegion: actor.regionCode
	};
};

const words = {
	conflict: m.wall_refusal_conflict,
	'screen-name': m.wall_refusal_name,
	'screen-name-taken': m.wall_refusal_name_taken,
	'screen-seconds': () => m.wall_refusal_seconds(viewSeconds),
	'screen-views': m.wall_refusal_views,
	'screen-last-day': m.wall_refusal_last_day,
	'screen-no-why': m.wall_refusal_no_why
};

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim().slice(0, 300);

/** What was typed; the seconds as text, so that what is no number comes back as it was. */
function typed(form: FormData) {
	return { name: text(form, 'name'), regionCode: text(form, 'regionCode'), seconds: text(form, 'seconds'), views: form.getAll('views').map(String).slice(0, 20), lastDay: text(form, 'lastDay') };
}
const read = (values: ReturnType<typeof typed>) => ({ ...values, seconds: /^\d{1,4}$/.test(values.seconds) ? Number(values.seconds) : NaN });

export const actions: Actions = {
	create: async ({ request, locals }) => {
		const values = typed(await request.formData());
		const outcome = await createScreen(locals.db, locals.actor!, settings().dataDir, read(values));
		return outcome.ok ? { made: { name: values.name, token: outcome.token } } : refused(outcome, { ...values, of: 'new' as const }, words);
	},
	change: async ({ request, locals }) => {
		const form = await request.formData();
		const values = typed(form);
		const outcome = await changeScreen(locals.db, locals.actor!, text(form, 'id'), read(values));
		return outcome.ok ? { saved: true } : refused(outcome, { ...values, of: 'chosen' as const }, words);
	},
	renew: async ({ request, locals }) => {
		const form = await request.formData();
		const outcome = await renewToken(locals.db, locals.actor!, settings().dataDir, text(form, 'id'));
		return outcome.ok ? { renewed: { name: outcome.name, token: outcome.token } } : refused(outcome, { of: 'renew' as const }, words);
	},
	revoke: async ({ request, locals }) => {
		const form = await request.formData();
		const outcome = await revokeScreen(locals.db, locals.actor!, text(form, 'id'), text(form, 'why'));
		return outcome.ok ? { revoked: true } : refused(outcome, { why: text(form, 'why'), of: 'revoke' as const }, words);
	}
};
