import { redirect } from '@sveltejs/kit';
import { dayOf } from '#lib/calendar/days.ts';
import { storedKinds } from '#lib/intake/kinds/book.server.ts';
import { getLocale } from '#lib/messages/runtime.js';
import { unreadCount } from '#lib/notices/own.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { placesFor } from './navigation.ts';
import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = async ({ locals }) => {
	const { actor } = locals;
	if (actor === null) redirect(303, '/login');
	const [regions, kinds, unread] = await Promise.all([loadRegions(locals.db), storedKinds(locals.db), unreadCount(locals.db, actor)]);
	return {
		locale: getLocale(),
		today: dayOf(locals.now),
		person: { name: actor.name, displayName: actor.displayName, role: actor.role },
		jurisdiction: actor.regionCode === '000000' ? null : regions.fullName(actor.regionCode),
		places: placesFor(actor),
		unread,
		kindLabels: kinds.map(({ name, label, labelEn }) => ({ stored: name, label, labelEn }))
	};
};
