import { randomUUID } from 'node:crypto';
import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { addDays } from '#lib/calendar/days.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import { text, texts } from '#lib/sampling/forms.ts';
import { itemChoice } from '#lib/sampling/registers/item-choice.ts';
import { itemForIndustries } from '#lib/sampling/registers/item-defaults.ts';
import { industryChoices, namedCells, regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { refusedWith, scopeOfForm } from '#lib/sampling/plans/form.ts';
import { occurrences } from '#lib/sampling/plans/kinds.ts';
import { industriesOf, startOf } from '#lib/sampling/plans/new-task.server.ts';
import { otherDepartments, partnerItems } from '#lib/sampling/plans/partners.server.ts';
import { defaultDue } from '#lib/sampling/plans/window.ts';
import { campaignsOfWarnings } from '#lib/sampling/campaigns/list.server.ts';
import { ownItems } from '#lib/sampling/registers/items.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { defaultDays, taskKinds } from '#lib/sampling/tasks/task.ts';
import { createTask, presetFor, tasksOfWarnings } from '#lib/sampling/tasks/tasks.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const refusal = check(actor, 'task.create');
	if (refusal) error(statusOf(refusal));
	const found = await startOf(db, actor, url.searchParams);
	if (!found.ok) error(statusOf(found));
	const { source, scope, warnings, about } = found;
	const [items, regions, industries, named, today, preset, partners] = await Promise.all([
		ownItems(db, actor), regionChoices(db, actor), industryChoices(db, actor), namedCells(db, scope.cells), databaseToday(db),
		presetFor(db, commonRegion([...scope.cells.map((c) => c.region), ...warnings.map((w) => w.region)])),
		partnerItems(db, actor)
	]);
	const ids = warnings.map(({ id }) => id);
	const [tasks, campaigns] = await Promise.all([tasksOfWarnings(db, actor, ids), campaignsOfWarnings(db, actor, ids)]);
	const chosen = itemForIndustries(items, industriesOf(found));
	return {
		id: randomUUID(), about, warnings,
		others: source === null ? tasks.filter((task) => task.state !== 'cancelled') : [],
		campaigns: source === null ? campaigns.filter((campaign) => campaign.state !== 'cancelled') : [],
		source: source === null ? null : { kind: source.kind, occurrence: source.occurrence, departments: source.departments, window: source.window, entryId: source.entryId, campaignId: source.campaignId },
		scope: { ...scope, cells: named },
		// Nothing asked for: the whole jurisdiction is offered, and one press must not send it off.
		scopeChosen: source !== null || warnings.length > 0 || scope.cells.some((c) => c.region === url.searchParams.get('region')),
		items: items.map(itemChoice),
		itemId: source?.itemId ?? chosen?.item.id ?? null,
		itemByIndustry: chosen?.byIndustry ?? false,
		partners, regions, industries, today,
		departmentNames: source?.departments?.length ? Object.fromEntries((await otherDepartments(db, actor)).map(({ id, name }) => [id, name])) : {},
		dueOn: defaultDue(today, addDays(today, defaultDays), source?.window ?? null),
		preset
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const made = await createTask(locals.db, locals.actor!, {
			id: text(form, 'id'),
			warningIds: texts(form, 'warning'),
			scope: scopeOfForm(form),
			itemId: text(form, 'item'),
			dueOn: text(form, 'due'),
			spareOnSite: form.has('spare'),
			kind: taskKinds.find((kind) => kind === text(form, 'kind')) ?? 'targeted',
			occurrence: occurrences.find((one) => one === text(form, 'occurrence')) ?? 'occasional',
			entryId: text(form, 'entry') || null,
			campaignId: text(form, 'campaign') || null,
			incidentId: text(form, 'incident') || null,
			partners: texts(form, 'partner').map((pair) => {
				const [departmentId = '', itemId = ''] = pair.split('|');
				return { departmentId, itemId };
			})
		});
		if (!made.ok) return refusedWith(made, form);
		redirect(303, `/tasks/${made.id}`);
	}
};
