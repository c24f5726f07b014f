import { error, fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { pastDay } from '#lib/counts/past-day.ts';
import { dossier, reveal } from '#lib/enterprises/dossier.server.ts';
import { mayReveal } from '#lib/enterprises/reveal.ts';
import { readStart } from '#lib/enterprises/timeline.ts';
import { judgeFromForm } from '#lib/links/judge-form.server.ts';
import { tiesOfEnterprise } from '#lib/links/ties.server.ts';
import { revealReason } from '#lib/enterprises/reveal.ts';
import { m } from '#lib/messages/messages.js';
import { burdenOf } from '#lib/sampling/burden.server.ts';
import { warningsOf } from '#lib/warnings/of-enterprise.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Kinds asked for in an address: stored names, so many as there can be lanes. */
const kindsIn = (params: URLSearchParams) => params.getAll('kind').filter((kind) => /^[a-z][a-z0-9-]{0,39}$/.test(kind)).slice(0, 40);

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	const asked = pastDay(url.searchParams.get('known'), dayOf(locals.now));
	const look = { kinds: kindsIn(url.searchParams), start: readStart(url.searchParams.get('before')) };
	const found = await dossier(locals.db, actor, params.uscc, asked.day, look);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const burden = await burdenOf(locals.db, actor, params.uscc);
	return {
		...found,
		known: asked.day,
		knownRefused: asked.refused,
		kinds: look.kinds,
		startMonth: look.start?.month ?? null,
		warnings: await warningsOf(locals.db, actor, params.uscc),
		burden: burden.ok ? burden.burden : null,
		ties: await tiesOfEnterprise(locals.db, actor, params.uscc),
		reveals: mayReveal(actor),
		mayJudge: may(actor, 'link.judge'),
		mayCheck: may(actor, 'lead-check.create')
	};
};

export const actions: Actions = {
	judge: async ({ locals, request }) => judgeFromForm(locals.db, locals.actor!, await request.formData()),
	reveal: async ({ locals, params, request }) => {
		const form = await request.formData();
		const outcome = await reveal(locals.db, locals.actor!, params.uscc, String(form.get('reason') ?? ''));
		if (outcome.ok) return { shown: outcome.shown };
		return fail(statusOf(outcome), { refused: outcome.reason === 'reason-missing' ? m.dossier_reveal_reason_needed(revealReason) : m.warnings_enterprise_reveal_refused() });
	}
};
