import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { completeUpTo, newestMonth } from '#lib/risk-map/completeness.server.ts';
import { changedInMonth } from '#lib/risk-map/changed.server.ts';
import { offeredKinds } from '#lib/risk-map/kinds.server.ts';
import { newWarnings } from '#lib/risk-map/lists.server.ts';
import { misreadIn, parseMapQuery } from '#lib/risk-map/query.ts';
import { regionInReach } from '#lib/risk-map/region-in-reach.ts';
import { rulesOf } from '#lib/risk-map/rank-rule.ts';
import { saidOf } from '#lib/risk-map/sentence.ts';
import { patienceMs, situationOf } from '#lib/risk-map/situation.server.ts';
import { drawnOf } from '#lib/risk-map/snapshot.ts';
import { keepSnapshot } from '#lib/risk-map/snapshots.server.ts';
import type { PageServerLoad } from './$types.js';

/** How far back the slider goes. */
const sliderMonths = 35;

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const today = dayOf(locals.now);
	const [regions, industries, mark, kinds] = await Promise.all([loadRegions(db), loadIndustries(db), completeUpTo(db), offeredKinds(db)]);
	const latest = await newestMonth(db, today, kinds);
	const month = mark !== null && monthOf(mark) < latest ? monthOf(mark) : latest;
	const read = parseMapQuery(url.searchParams, { region: actor.regionCode, month, latest, kinds });
	const asked = read.industry !== null && industries.get(read.industry) === undefined ? { ...read, industry: null } : read;
	const level = regions.get(asked.region)?.level;
	// A county is not divided further: its industries are what there is to see. A city is drawn by its counties anyway.
	const query = level === 'county' ? { ...asked, view: 'industry' as const, detail: null } : level === 'city' ? { ...asked, detail: null } : asked;
	const outcome = await situationOf(db, actor, query, today, null, patienceMs);
	if (!outcome.ok) error(statusOf(outcome));
	const { content } = outcome;
	const later = outcome.later?.then(async (whole) => ({ groups: whole.groups!, snapshot: await keepSnapshot(db, whole) })) ?? null;
	// A page that is not waited for any more must not take the process with it.
	later?.catch(() => undefined);
	const { map } = content;
	const [snapshot, fresh, changed] = await Promise.all([
		keepSnapshot(db, content),
		newWarnings(db, actor, { region: query.region, industry: query.industry }, map.raisedSpan),
		changedInMonth(db, actor, query, map.version)
	]);
	const scope = scopeOf(actor);
	const name = regions.get(query.region)?.name ?? null;
	const industryName = query.industry === null ? '' : industries.name(query.industry);
	return {
		// Written here: a page need not hold the words it could say.
		words: saidOf({ ...content, place: `${name ?? m.common_nation()}${industryName}` }, snapshot),
		rules: rulesOf(query.measure),
		snapshot,
		misread: misreadIn(url.searchParams, asked),
		...drawnOf(content),
		later,
		fresh,
		changed,
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
