import { error, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { number, text, texts } from '#lib/sampling/forms.ts';
import { industryChoices, namedCells, regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { amendPlan, closePlan, decidePlan, filePlan, recallPlan, submitPlan } from '#lib/sampling/plans/decide.server.ts';
import { planDetail } from '#lib/sampling/plans/detail.server.ts';
import { removeEntry, renamePlan, saveEntry } from '#lib/sampling/plans/edit.server.ts';
import { refusedWith, scopeOfForm, versionOf } from '#lib/sampling/plans/form.ts';
import { otherDepartments } from '#lib/sampling/plans/partners.server.ts';
import { wholeOf } from '#lib/sampling/plans/scope-rules.ts';
import { itemChoice } from '#lib/sampling/registers/item-choice.ts';
import { ownItems } from '#lib/sampling/registers/items.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const found = await planDetail(db, actor, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const { ok: _, ...detail } = found;
	const asked = url.searchParams.get('entry');
	const editing = detail.mayEdit && detail.plan.state === 'draft' ? asked : null;
	const today = await databaseToday(db);
	return {
		...detail, today, editing,
		// Only a form that is open needs its choices.
		choices: editing === null ? null : await entryChoices()
	};

	async function entryChoices() {
		const [items, departments, regions, industries, whole] = await Promise.all([
			ownItems(db, actor), otherDepartments(db, actor), regionChoices(db, actor), industryChoices(db, actor),
			namedCells(db, wholeOf(actor.regionCode, actor.industries))
		]);
		return { items: items.map(itemChoice), departments, regions, industries, whole };
	}
};

type Event = RequestEvent;
const back = (id: string): never => redirect(303, `/sampling/plans/${id}`);

async function sent({ request }: Event) {
	const form = await request.formData();
	return { form, version: versionOf(form) };
}

export const actions: Actions = {
	rename: async (event) => {
		const { form, version } = await sent(event);
		const done = await renamePlan(event.locals.db, event.locals.actor!, event.params.id, version, text(form, 'name'));
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	entry: async (event) => {
		const { form, version } = await sent(event);
		const mode = text(form, 'mode');
		const amount = number(form, 'amount') ?? 0;
		const done = await saveEntry(event.locals.db, event.locals.actor!, event.params.id, version, text(form, 'entry') || null, {
			itemId: text(form, 'item'), kind: text(form, 'kind'), occurrence: text(form, 'occurrence'), scope: scopeOfForm(form),
			departmentIds: texts(form, 'department'), fromOn: text(form, 'from'), untilOn: text(form, 'until'), mode,
			promised: mode === 'ratio' ? amount / 100 : amount, note: text(form, 'note')
		});
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	remove: async (event) => {
		const { form, version } = await sent(event);
		const done = await removeEntry(event.locals.db, event.locals.actor!, event.params.id, version, text(form, 'entry'));
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	submit: async (event) => {
		const { form, version } = await sent(event);
		const done = await submitPlan(event.locals.db, event.locals.actor!, event.params.id, version);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	recall: async (event) => {
		const { form, version } = await sent(event);
		const done = await recallPlan(event.locals.db, event.locals.actor!, event.params.id, version);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	decide: async (event) => {
		const { form, version } = await sent(event);
		const decision = { approve: text(form, 'decision') === 'approve', note: text(form, 'note') };
		const done = await decidePlan(event.locals.db, event.locals.actor!, event.params.id, version, decision);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	file: async (event) => {
		const { form, version } = await sent(event);
		const filing = { filedOn: text(form, 'day'), filingNo: text(form, 'no') };
		const done = await filePlan(event.locals.db, event.locals.actor!, event.params.id, version, filing);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	close: async (event) => {
		const { form, version } = await sent(event);
		const done = await closePlan(event.locals.db, event.locals.actor!, event.params.id, version);
		return done.ok ? back(event.params.id) : refusedWith(done, form);
	},
	amend: async (event) => {
		const { form } = await sent(event);
		const done = await amendPlan(event.locals.db, event.locals.actor!, event.params.id);
		return done.ok ? back(done.id) : refusedWith(done, form);
	}
};
