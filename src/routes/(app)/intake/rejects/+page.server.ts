import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { fieldName } from '#lib/intake/labels.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { listRejectGroups } from '#lib/mending/groups.server.ts';
import { listMendRules } from '#lib/mending/rules.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const filter = { source: get('source'), kind: get('kind'), reason: get('reason') };
	const [found, all, rules] = await Promise.all([
		listRejectGroups(locals.db, actor, { sourceId: filter.source, kind: filter.kind, reason: filter.reason }),
		listRejectGroups(locals.db, actor),
		listMendRules(locals.db, actor)
	]);
	if (!found.ok) error(statusOf(found));
	if (!all.ok) error(statusOf(all));
	if (!rules.ok) error(statusOf(rules));
	const book = await loadKindBook(locals.db);
	const distinct = <T extends string>(list: readonly T[]) => [...new Set(list)];
	return {
		groups: found.groups.map((group) => ({ ...group, fieldLabel: group.field === null ? '' : fieldName(group.field, book.find(group.kind) ?? {}) })),
		open: found.open,
		filter,
		sources: [...new Map(all.groups.map(({ sourceId, source }) => [sourceId, source]))].map(([value, label]) => ({ value, label })),
		kinds: distinct(all.groups.map(({ kind }) => kind)),
		reasons: distinct(all.groups.map(({ reason }) => reason)),
		rules: rules.rules
	};
};
