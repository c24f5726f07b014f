import { randomUUID } from 'node:crypto';
import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { addDays } from '#lib/calendar/days.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import { cellsOf } from '#lib/sampling/cells.ts';
import { refused, text, texts } from '#lib/sampling/forms.ts';
import { itemForIndustry } from '#lib/sampling/item-defaults.ts';
import { industryChoices, namedCells, regionChoices } from '#lib/sampling/names.server.ts';
import { buildPool } from '#lib/sampling/pool.server.ts';
import { classKeys } from '#lib/sampling/classes.ts';
import { ownItems } from '#lib/sampling/registers.server.ts';
import { databaseToday } from '#lib/sampling/task-access.server.ts';
import { defaultDays } from '#lib/sampling/task.ts';
import { createTask, presetFor, suggestScope, tasksOfWarnings, warningScopes } from '#lib/sampling/tasks.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const refusal = check(actor, 'task.create');
	if (refusal) error(statusOf(refusal));
	const ids = url.searchParams.getAll('warning');
	const warnings = await warningScopes(locals.db, actor, ids);
	if (warnings.length < ids.length) error(404);
	const region = url.searchParams.get('region');
	const cells = cellsOf(region ? [`${region}/${url.searchParams.get('industry') || '*'}`] : []);
	const scope = suggestScope(actor, warnings, cells);
	const [items, regions, industries, named, today, preset] = await Promise.all([
		ownItems(locals.db, actor),
		regionChoices(locals.db, actor),
		industryChoices(locals.db, actor),
		namedCells(locals.db, scope.cells),
		databaseToday(locals.db),
		presetFor(locals.db, commonRegion([...scope.cells.map((c) => c.region), ...warnings.map((w) => w.region)]))
	]);
	const industry = scope.cells.find((c) => c.industry !== '*')?.industry ?? warnings[0]?.industry ?? null;
	return {
		id: randomUUID(),
		others: (await tasksOfWarnings(locals.db, actor, warnings.map(({ id }) => id))).filter((task) => task.state !== 'cancelled'),
		warnings,
		scope: { ...scope, cells: named },
		items: items.map(({ id, number, name, sub_item }) => ({ id, number, name, subItem: sub_item })),
		itemId: itemForIndustry(items, industry)?.id ?? null,
		regions,
		industries,
		today,
		dueOn: addDays(today, defaultDays),
		preset
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const actor = locals.actor!;
		const form = await request.formData();
		const classes = classKeys.filter((k) => texts(form, 'class').includes(k));
		const added = text(form, 'region') ? cellsOf([`${text(form, 'region')}/${text(form, 'industry') || '*'}`]) : [];
		const made = await createTask(locals.db, actor, {
			id: text(form, 'id'),
			warningIds: texts(form, 'warning'),
			scope: {
				cells: [...cellsOf(texts(form, 'cell')), ...added],
				memberWarnings: texts(form, 'members'),
				classes: classes.length === 0 ? null : classes,
				establishedFrom: text(form, 'from') || null,
				establishedTo: text(form, 'to') || null
			},
			itemId: text(form, 'item'),
			dueOn: text(form, 'due'),
			joint: form.has('joint'),
			spareOnSite: form.has('spare')
		});
		if (!made.ok) return refused(made);
		const pool = await buildPool(locals.db, actor, made.id);
		if (!pool.ok) return refused(pool);
		redirect(303, `/tasks/${made.id}`);
	}
};
