import { error, fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { pastDay } from '#lib/counts/past-day.ts';
import { dossier, reveal } from '#lib/enterprises/dossier.server.ts';
import { judgeFromForm } from '#lib/links/judge-form.server.ts';
import { tiesOfEnterprise } from '#lib/links/ties.server.ts';
import { m } from '#lib/messages/messages.js';
import { warningsOf } from '#lib/warnings/of-enterprise.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	const asked = pastDay(url.searchParams.get('known'), dayOf(locals.now));
	const found = await dossier(locals.db, actor, params.uscc, asked.day);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return { ...found, known: asked.day, knownRefused: asked.refused, warnings: await warningsOf(locals.db, actor, params.uscc), ties: await tiesOfEnterprise(locals.db, actor, params.uscc), mayJudge: may(actor, 'link.judge'), mayCheck: may(actor, 'lead-check.create') };
};

export const actions: Actions = {
	judge: async ({ locals, request }) => judgeFromForm(locals.db, locals.actor!, await request.formData()),
	reveal: async ({ locals, params, request }) => {
		const form = await request.formData();
		const shown = await reveal(locals.db, locals.actor!, params.uscc, String(form.get('reason') ?? ''));
		if (shown.ok) return { legalRep: shown.legalRep, phone: shown.phone };
		return fail(statusOf(shown), { refused: shown.reason === 'reason-missing' ? m.warnings_refused_note_missing() : m.warnings_enterprise_reveal_refused() });
	}
};
