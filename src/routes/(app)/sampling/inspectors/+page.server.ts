import { may } from '#lib/access/permissions.ts';
import { heldSkip } from '#lib/sampling/paging.ts';
import { parseInspectorFilter } from '#lib/sampling/registers/inspector-filter.ts';
import { inspectorUnits, listInspectors } from '#lib/sampling/registers/inspectors.server.ts';
import { listItems } from '#lib/sampling/registers/items.server.ts';
import type { PageServerLoad } from './$types';

const pageSize = 100;

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const filter = parseInspectorFilter(url.searchParams);
	const [register, units, items] = await Promise.all([listInspectors(locals.db, actor, filter), inspectorUnits(locals.db, actor), listItems(locals.db, actor)]);
	const all = register.inspectors.length;
	const skip = heldSkip(Math.max(0, Math.trunc(Number(url.searchParams.get('skip') ?? 0)) || 0), all, pageSize);
	return {
		inspectors: register.inspectors.slice(skip, skip + pageSize),
		all,
		previous: skip > 0 ? Math.max(0, skip - pageSize) : null,
		next: skip + pageSize < all ? skip + pageSize : null,
		units,
		items: items.map(({ id, name }) => ({ id, name })),
		filter,
		mayEdit: may(actor, 'register.edit'),
		mayExport: may(actor, 'business.export')
	};
};
