import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { effectBurden } from '#lib/sampling/effect/burden.server.ts';
import { planCoverage } from '#lib/sampling/effect/coverage.server.ts';
import { filterOf, misreadEffect } from '#lib/sampling/effect/filter.ts';
import { effectOptions, effectRates } from '#lib/sampling/effect/rates.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const today = await databaseToday(db);
	const options = await effectOptions(db, actor, today);
	if (!options.ok) error(statusOf(options));
	const filter = filterOf(url.searchParams, today, options);
	const [rates, burden, coverage] = await Promise.all([
		effectRates(db, actor, filter), effectBurden(db, actor, filter), planCoverage(db, actor, filter)
	]);
	if (!rates.ok) error(statusOf(rates));
	if (!burden.ok) error(statusOf(burden));
	if (!coverage.ok) error(statusOf(coverage));
	const typed = { period: url.searchParams.get('period'), from: url.searchParams.get('from'), to: url.searchParams.get('to') };
	return { filter, misread: misreadEffect(url.searchParams, filter), typed, options, rates, burden, coverage };
};
