import { addDays, isDay } from '#lib/calendar/days.ts';
import { leadTimes } from '#lib/warnings/lead-times.server.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import type { PageServerLoad } from './$types';

/** A quarter is long enough to hold some of each. */
const shownDays = 90;
/** Nothing here is older, and days before the first year cannot be asked for. */
const firstDay = '1900-01-01';

export const load: PageServerLoad = async ({ locals, url }) => {
	const today = await databaseToday(locals.db);
	const day = (name: string, otherwise: string) => {
		const given = url.searchParams.get(name) ?? '';
		return isDay(given) && given >= firstDay ? given : otherwise;
	};
	const to = day('to', today);
	const from = day('from', addDays(to, -shownDays));
	return { from, to, desks: await leadTimes(locals.db, locals.actor!, from, to) };
};
