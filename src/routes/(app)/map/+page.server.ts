import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { eventKinds } from '#lib/intake/kinds/kinds.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { completeUpTo, newestMonth } from '#lib/risk-map/completeness.server.ts';
import { mapKinds } from '#lib/risk-map/kinds.ts';
import { changedInMonth } from '#lib/risk-map/changed.server.ts';
import { groupCounts } from '#lib/risk-map/groups.server.ts';
import { newWarnings } from '#lib/risk-map/lists.server.ts';
import { misreadIn, parseMapQuery } from '#lib/risk-map/query.ts';
import { regionInReach } from '#lib/risk-map/region-in-reach.ts';
import { riskMap } from '#lib/risk-map/risk-map.server.ts';
import { rulesOf } from '#lib/risk-map/rank-rule.ts';
import { situation } from '#lib/risk-map/sentence.ts';
import { situationOf } from '#lib/risk-map/situation.server.ts';
import { smallMaps } from '#lib/risk-map/small-maps.server.ts';
import { keepSnapshot } from '#lib/risk-map/snapshots.server.ts';
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
	if (asked.industry !== null && industries.get(asked.industry) === undefined) error(404);
	const level = regions.get(asked.region)?.level;
	// A county is not divided further: its industries are what there is to see. A city is drawn by its counties anyway.
	const query = level === 'county' ? { ...asked, view: 'industry' as const, detail: null } : level === 'city' ? { ...asked, detail: null } : asked;
	const outcome = await situationOf(db, actor, query, today);
	if (!outcome.ok) error(statusOf(outcome));
	const { content } = outcome;
	const { map } = content;
	const compare = query.view === 'map' ? (query.compare ?? null) : null;
	const division = query.view === 'industry' && query.industry?.length === 3 ? query.industry : null;
	const [snapshot, fresh, changed, beside, small, groups] = await Promise.all([
		keepSnapshot(db, content),
		newWarnings(db, actor, { region: query.region, industry: query.industry }, map.raisedSpan),
		changedInMonth(db, actor, query, map.version),
		compare === null ? null : riskMap(db, actor, { ...query, month: compare, compare: null }, today),
		query.view === 'multiples' ? smallMaps(db, actor, query, today, kinds) : null,
		division === null ? null : groupCounts(db, actor, { region: query.region, month: query.month, kind: query.kind, division })
	]);
	const scope = scopeOf(actor);
	const name = regions.get(query.region)?.name ?? null;
	const industryName = query.industry === null ? '' : industries.name(query.industry);
	return {
		// Written here: a page need not hold the words it could say.
		words: situation({ place: `${name ?? m.common_nation()}${industryName}`, kind: query.kind, map, progress: content.progress }),
		rules: rulesOf(query.measure),
		snapshot,
		misread: misreadIn(url.searchParams, asked),
		query,
		map,
		series: content.series,
		progress: content.progress,
		fresh,
		changed,
		beside: beside?.ok ? beside.map : null,
		small,
		groups: groups?.ok ? groups.groups : null,
		place: {
			name,
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
		mayTask: may(actor, 'task.create'),
		mayExport: may(actor, 'business.export')
	};
};
