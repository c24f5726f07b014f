import { error } from '@sveltejs/kit';
import { isAmong, notUnderstood } from '#lib/address/understood.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { backValidation, scalesOf } from '#lib/sampling/effect/classes.server.ts';
import { filterOf, misreadEffect } from '#lib/sampling/effect/filter.ts';
import { effectOptions } from '#lib/sampling/effect/rates.server.ts';
import { scaleOf, scaleText } from '#lib/sampling/effect/scales.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const query = url.searchParams;
	const today = await databaseToday(db);
	const options = await effectOptions(db, actor, today);
	if (!options.ok) error(statusOf(options));
	const filter = filterOf(query, today, options);
	const asked = scaleOf(query.get('scale'));
	const scales = await scalesOf(db, actor, filter);
	// A scale that has no visit in this time is still the one that was asked for.
	const scale = scales.find((s) => scaleText(s) === scaleText(asked)) ?? asked;
	const validation = await backValidation(db, actor, filter, scale, { names: query.getAll('v'), places: query.getAll('p') });
	if (!validation.ok) error(statusOf(validation));
	return {
		filter, options, validation,
		misread: [...misreadEffect(query, filter), ...notUnderstood(query, { scale: (given) => given === scaleText(asked), view: isAmong(['random', 'planned']) })],
		scale, scales: scales.some((s) => scaleText(s) === scaleText(scale)) ? scales : [...scales, scale],
		view: query.get('view') === 'planned' ? ('planned' as const) : ('random' as const),
		typed: { period: query.get('period'), from: query.get('from'), to: query.get('to') }
	};
};
