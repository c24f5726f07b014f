import * as v from 'valibot';
import { correctDay, dayKinds, daysOfYear, yearsOfCalendar } from '#lib/calendar/correct.server.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { refuse } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const years = await yearsOfCalendar(locals.db);
	const wanted = Number(url.searchParams.get('year'));
	const year = Number.isInteger(wanted) && wanted >= 1900 && wanted <= 2999 ? wanted : Number(dayOf(locals.now).slice(0, 4));
	const days = await daysOfYear(locals.db, year);
	return { years, year, days, chosen: days.find((day) => day.day === url.searchParams.get('day')) ?? null };
};

const input = v.object({ day: v.string(), kind: v.picklist(dayKinds), holiday: v.string(), note: v.string() });

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const values = Object.fromEntries([...(await request.formData())].map(([name, value]) => [name, String(value).slice(0, 300)]));
		const parsed = v.safeParse(input, values);
		if (!parsed.success) return refused(refuse('bad-day'), values);
		const outcome = await correctDay(locals.db, locals.actor!, parsed.output);
		if (!outcome.ok) return refused(outcome, values);
		return { done: m.admin_calendar_saved({ day: parsed.output.day }) };
	}
};
