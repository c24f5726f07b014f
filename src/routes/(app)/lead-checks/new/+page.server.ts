import { randomUUID } from 'node:crypto';
import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { addDays } from '#lib/calendar/days.ts';
import { refused, text, texts } from '#lib/sampling/forms.ts';
import { createLeadCheck, leadCheckForm, openLeadChecks } from '#lib/sampling/lead-checks.server.ts';
import { itemForIndustry } from '#lib/sampling/item-defaults.ts';
import { ownItems } from '#lib/sampling/registers.server.ts';
import { databaseToday } from '#lib/sampling/task-access.server.ts';
import { defaultDays } from '#lib/sampling/task.ts';
import { warningScopes } from '#lib/sampling/tasks.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import { sentenceOf } from '#lib/warnings/sentence.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const refusal = check(actor, 'lead-check.create');
	if (refusal) error(statusOf(refusal));
	const warningId = url.searchParams.get('warning');
	const [warning] = warningId ? await warningScopes(locals.db, actor, [warningId]) : [];
	if (warningId && !warning) error(404);
	const uscc = (url.searchParams.get('uscc') ?? warning?.uscc ?? '').toUpperCase();
	const [items, today] = await Promise.all([ownItems(locals.db, actor), databaseToday(locals.db)]);
	const dueOn = addDays(today, defaultDays);
	const itemId = items.find((i) => i.id === url.searchParams.get('item'))?.id ?? itemForIndustry(items, warning?.industry ?? null)?.id ?? null;
	const form = uscc ? await leadCheckForm(locals.db, actor, uscc, itemId, dueOn) : null;
	const detail = warning ? await warningDetail(locals.db, actor, warning.id) : null;
	return {
		id: randomUUID(),
		/** What the warning found, in one sentence: the clue to begin with. */
		finding: detail?.ok ? sentenceOf(detail, detail.explanation) : '',
		others: uscc ? await openLeadChecks(locals.db, actor, uscc) : [],
		warning: warning ?? null,
		uscc,
		enterprise: form?.ok ? form.enterprise : null,
		inspectors: form?.ok ? form.inspectors : [],
		notFound: uscc !== '' && form !== null && !form.ok,
		items: items.map(({ id, number, name, sub_item }) => ({ id, number, name, subItem: sub_item })),
		itemId,
		today,
		dueOn
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const made = await createLeadCheck(locals.db, locals.actor!, {
			id: text(form, 'id'),
			uscc: text(form, 'uscc').toUpperCase(),
			warningId: text(form, 'warning') || null,
			ground: text(form, 'ground'),
			evidence: text(form, 'evidence'),
			itemId: text(form, 'item'),
			inspectorIds: texts(form, 'inspector'),
			dueOn: text(form, 'due')
		});
		if (!made.ok) return refused(made);
		redirect(303, `/lead-checks/${made.id}`);
	}
};
