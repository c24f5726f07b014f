import { fail } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { reportRefusalText } from '#lib/reports/refusal-text.ts';
import { reportSettings, setDueDay, setUnitKinds } from '#lib/reports/settings.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({ settings: await reportSettings(locals.db, locals.actor!) });

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export const actions: Actions = {
	unit: async ({ locals, request }) => {
		const form = await request.formData();
		const done = await setUnitKinds(locals.db, locals.actor!, text(form, 'unit'), form.getAll('kind').map(String));
		return done.ok ? { saved: 'unit' } : fail(statusOf(done), { refused: reportRefusalText(done), about: 'unit' });
	},
	due: async ({ locals, request }) => {
		const form = await request.formData();
		const typed = { region: text(form, 'region'), month: text(form, 'month'), day: text(form, 'day') };
		const due = form.has('unset') ? null : { month: Number(typed.month), day: Number(typed.day) };
		const done = await setDueDay(locals.db, locals.actor!, typed.region, due);
		return done.ok ? { saved: 'due' } : fail(statusOf(done), { refused: reportRefusalText(done), about: 'due', typed });
	}
};
