import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { eventKinds } from '#lib/intake/kinds/kinds.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { completeUpTo, newestMonth } from '#lib/risk-map/completeness.server.ts';
import { mapKinds } from '#lib/risk-map/kinds.ts';
import { changedInMonth } from '#lib/risk-map/changed.server.ts';
import { monthSeries, newWarnings, progressOf } from '#lib/risk-map/lists.server.ts';
import { parseMapQuery } from '#lib/risk-map/query.ts';
import { regionInReach, riskMap } from '#lib/risk-map/risk-map.server.ts';
import type { PageServerLoad } from './$types.js';

/** How far back the slider goes. */
const sliderMonths = 35;

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const today = dayOf(locals.now);
	const [regions, industries, mark, book] = await Promise.all([loadRegions(db), loadIndustries(db), completeUpTo(db), loadKindBook(db)]);
	const kinds = [...mapKinds, ...book.eventKinds.filter((kind) => !eventKinds.includes(kind))];
	const latest = await newestMonth(db, today, kinds);
	const month = mark !== null && monthOf(mark) < latest ? monthOf(mark) : latest;
	const asked = parseMapQuery(url.searchParams, { region: actor.regionCode, month, latest, kinds });
	// A county is not divided further: its industries are what there is to see.
	const query = regions.get(asked.region)?.level === 'county' ? { ...asked, view: 'industry' as const, detail: null } : asked;
	const outcome = await riskMap(db, actor, query, today);
	if (!outcome.ok) error(statusOf(outcome));
	const part = { region: query.region, industry: query.industry };
	const span = outcome.map.raisedSpan;
	const [fresh, progress, series, changed] = await Promise.all([
		newWarnings(db, actor, part, span),
		progressOf(db, actor, part, span),
		monthSeries(db, actor, part, query.measure === 'warnings' ? null : query.kind, query.month, outcome.map.version),
		changedInMonth(db, actor, query, outcome.map.version)
	]);
	const scope = scopeOf(actor);
	return {
		query,
		map: outcome.map,
		fresh,
		progress,
		series,
		changed,
		place: {
			name: regions.get(query.region)?.name ?? null,
			level: regions.get(query.region)?.level ?? 'nation',
			crumbs: regions
				.path(query.region)
				.slice(0, -1)
				.filter((region) => region.kind !== 'placeholder' && regionInReach(regions, scope, region.code) !== null)
				.map(({ code, name }) => ({ code, name }))
		},
		industryPath: query.industry === null ? [] : industries.path(query.industry).map(({ key, name }) => ({ key, name })),
		months: { first: addMonths(latest, -sliderMonths), last: latest },
		kinds,
		mayTask: may(actor, 'task.create')
	};
};
