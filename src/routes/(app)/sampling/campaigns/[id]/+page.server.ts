import { error, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { cancelCampaign, decideCampaign, finishCampaign, recallCampaign, submitCampaign } from '#lib/sampling/campaigns/decide.server.ts';
import { campaignDetail } from '#lib/sampling/campaigns/detail.server.ts';
import { changeCampaign } from '#lib/sampling/campaigns/edit.server.ts';
import { campaignContentOf } from '#lib/sampling/campaigns/form.ts';
import { text } from '#lib/sampling/forms.ts';
import { industryChoices, regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { refusedWith, versionOf } from '#lib/sampling/plans/form.ts';
import { itemChoice } from '#lib/sampling/registers/item-choice.ts';
import { ownItems } from '#lib/sampling/registers/items.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const found = await campaignDetail(db, actor, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const { ok: _, ...detail } = found;
	const editing = detail.mayEdit && detail.campaign.state === 'draft' && url.searchParams.has('edit');
	return { ...detail, today: await databaseToday(db), choices: editing ? await formChoices() : null };

	async function formChoices() {
		const [items, regions, industries] = await Promise.all([ownItems(db, actor), regionChoices(db, actor), industryChoices(db, actor)]);
		return { items: items.map(itemChoice), regions, industries };
	}
};

const back = (id: string): never => redirect(303, `/sampling/campaigns/${id}`);

async function sent({ request }: RequestEvent) {
	const form = await request.formData();
	return { form, version: versionOf(form) };
}

export const actions: Actions = {
	change: async (event) => {
		const { form, version } = await sent(event);
		const done = await changeCampaign(event.locals.db, event.locals.actor!, event.params.id, version, campaignContentOf(form));
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	submit: async (event) => {
		const { form, version } = await sent(event);
		const done = await submitCampaign(event.locals.db, event.locals.actor!, event.params.id, version);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	recall: async (event) => {
		const { form, version } = await sent(event);
		const done = await recallCampaign(event.locals.db, event.locals.actor!, event.params.id, version);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	decide: async (event) => {
		const { form, version } = await sent(event);
		const decision = { approve: text(form, 'decision') === 'approve', note: text(form, 'note') };
		const done = await decideCampaign(event.locals.db, event.locals.actor!, event.params.id, version, decision);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	finish: async (event) => {
		const { form, version } = await sent(event);
		const done = await finishCampaign(event.locals.db, event.locals.actor!, event.params.id, version, text(form, 'summary'));
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	cancel: async (event) => {
		const { form, version } = await sent(event);
		const done = await cancelCampaign(event.locals.db, event.locals.actor!, event.params.id, version, text(form, 'reason'));
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	}
};
