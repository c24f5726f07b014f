import { may } from '#lib/access/permissions.ts';
import { parseInspectorFilter } from '#lib/sampling/registers/inspector-filter.ts';
import { inspectorUnits, listInspectors } from '#lib/sampling/registers/inspectors.server.ts';
import { listItems } from '#lib/sampling/registers/items.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const filter = parseInspectorFilter(url.searchParams);
	const [register, units, items] = await Promise.all([listInspectors(locals.db, actor, filter), inspectorUnits(locals.db, actor), listItems(locals.db, actor)]);
	return {
		inspectors: register.inspectors,
		units,
		items: items.map(({ id, name }) => ({ id, name })),
		filter,
		mayEdit: may(actor, 'register.edit'),
		mayExport: may(actor, 'business.export')
	};
};
