import { randomUUID } from 'node:crypto';
import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { addDays } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { createCampaign } from '#lib/sampling/campaigns/edit.server.ts';
import { campaignContentOf } from '#lib/sampling/campaigns/form.ts';
import { campaignsOfWarnings } from '#lib/sampling/campaigns/list.server.ts';
import { text, texts } from '#lib/sampling/forms.ts';
import { itemForIndustries } from '#lib/sampling/registers/item-defaults.ts';
import { industryChoices, namedCells, regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { refusedWith } from '#lib/sampling/plans/form.ts';
import { industriesOf, startOf } from '#lib/sampling/plans/new-task.server.ts';
import { itemChoice } from '#lib/sampling/registers/item-choice.ts';
import { ownItems } from '#lib/sampling/registers/items.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { defaultDays } from '#lib/sampling/tasks/task.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const refusal = check(actor, 'campaign.edit', { departmentId: actor.departmentId });
	if (refusal) error(statusOf(refusal));
	// A campaign comes from what a task can come from, but not from a plan or another campaign.
	const found = await startOf(db, actor, new URLSearchParams([...url.searchParams].filter(([name]) => name !== 'entry' && name !== 'campaign')));
	if (!found.ok) error(statusOf(found));
	const { warnings, scope: suggested } = found;
	const [items, regions, industries, cells, today, others] = await Promise.all([
		ownItems(db, actor), regionChoices(db, actor), industryChoices(db, actor), namedCells(db, suggested.cells), databaseToday(db),
		campaignsOfWarnings(db, actor, warnings.map(({ id }) => id))
	]);
	return {
		id: randomUUID(), warnings, named: warnings.filter((w) => w.uscc !== null), regions, industries, today,
		others: others.filter((campaign) => campaign.state !== 'cancelled'),
		items: items.map(itemChoice),
		content: {
			name: '', reason: warnings.length === 0 ? '' : m.plans_campaign_reason_default({ numbers: warnings.map((w) => w.number).join('、') }), basis: '', plan: '',
			itemId: itemForIndustries(items, industriesOf(found))?.item.id ?? null, fromOn: today, untilOn: addDays(today, 2 * defaultDays), scope: { ...suggested, cells }
		}
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const made = await createCampaign(locals.db, locals.actor!, { id: text(form, 'id'), warningIds: texts(form, 'warning'), content: campaignContentOf(form) });
		if (!made.ok) return refusedWith(made, form);
		redirect(303, `/sampling/campaigns/${made.id}`);
	}
};
