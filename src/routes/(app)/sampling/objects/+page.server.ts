import { fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { text, texts } from '#lib/sampling/forms.ts';
import { industryChoices, regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { objectFilterFields, parseObjectFilter } from '#lib/sampling/objects/filter.ts';
import { listObjects, tagCounts } from '#lib/sampling/objects/list.server.ts';
import { changeTags } from '#lib/sampling/objects/tags.server.ts';
import { registerRefusal } from '#lib/sampling/registers/labels.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const [db, actor] = [locals.db, locals.actor!];
	const filter = parseObjectFilter(url.searchParams);
	const code = (name: string) => /^[0-9A-Z]{1,18}$/.exec(url.searchParams.get(name) ?? '')?.[0] ?? null;
	const [found, tags, regions, industries] = await Promise.all([
		listObjects(db, actor, filter, { after: code('after'), before: code('before') }), tagCounts(db, actor), regionChoices(db, actor), industryChoices(db, actor)
	]);
	return {
		...found, tags, filter,
		fields: objectFilterFields(filter),
		regions: regions.map((r) => ({ value: r.code, label: r.name })),
		industries: industries.map((i) => ({ value: i.key, label: `${i.level === 2 ? '　' : ''}${i.key} ${i.name}` })),
		mayEdit: may(actor, 'register.edit'),
		mayExport: may(actor, 'task.see'),
		mayExportClass: may(actor, 'business.export')
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const filter = parseObjectFilter({ get: (name) => form.get(`filter-${name}`) });
		const what = text(form, 'what') === 'remove' ? 'remove' : 'add';
		const usccs = texts(form, 'uscc');
		const typed = { tag: text(form, 'new-tag'), all: text(form, 'target') === 'all', usccs };
		const done = await changeTags(locals.db, locals.actor!, what, typed.tag, typed.all ? { filter } : { usccs });
		if (!done.ok) return fail(statusOf(done), { message: registerRefusal('objects', done), typed });
		const back = new URLSearchParams({ ...objectFilterFields(filter), [what === 'add' ? 'tagged' : 'untagged']: String(done.changed), looked: String(done.looked) });
		redirect(303, `/sampling/objects?${back}`);
	}
};
