import { readMeasures } from '#lib/disposals/choices.server.ts';
import { parseDisposalFilter } from '#lib/disposals/list-filter.ts';
import { countDisposalDoors, doorsOf, listDisposals } from '#lib/disposals/list.server.ts';
import { namedIn } from '#lib/disposals/labels.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const doors = doorsOf(actor);
	const filter = parseDisposalFilter(url.searchParams, doors[0] ?? 'all');
	const [list, counts, measures] = await Promise.all([listDisposals(db, actor, filter), countDisposalDoors(db, actor, filter), readMeasures(db)]);
	return { doors, counts, ...list, filter: { ...filter, skip: list.skip }, measures: measures.map((measure) => ({ value: measure.id, label: namedIn(measure) })) };
};
