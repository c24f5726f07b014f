import { may } from '#lib/access/permissions.ts';
import { itemMatches, parseItemFilter } from '#lib/sampling/registers/item-filter.ts';
import { listItems } from '#lib/sampling/registers/items.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const filter = parseItemFilter(url.searchParams);
	const items = (await listItems(locals.db, actor)).map((i) => ({ ...i, mine: i.department_id === actor.departmentId }));
	return {
		all: items.length,
		items: items.filter((item) => itemMatches(filter, item)),
		filter,
		mayEdit: may(actor, 'preset.edit'),
		mayExport: may(actor, 'business.export')
	};
};
