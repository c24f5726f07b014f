import { readMeasures } from '#lib/disposals/choices.server.ts';
import { misreadDisposals, parseDisposalFilter } from '#lib/disposals/list-filter.ts';
import { countDisposalDoors, doorsOf, listDisposals } from '#lib/disposals/list.server.ts';
import { namedIn } from '#lib/disposals/labels.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const doors = doorsOf(actor);
	const measures = (await readMeasures(db)).map((measure) => ({ value: measure.id, label: namedIn(measure) }));
	const ids = measures.map(({ value }) => value);
	const asked = parseDisposalFilter(url.searchParams, doors[0] ?? 'all');
	const filter = { ...asked, measure: ids.find((id) => id === asked.measure) ?? null };
	const [list, counts] = await Promise.all([listDisposals(db, actor, filter), countDisposalDoors(db, actor, filter)]);
	return { doors, counts, ...list, misread: misreadDisposals(url.searchParams, ids), filter: { ...filter, skip: list.skip }, measures };
};
