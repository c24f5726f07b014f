import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { approvedMap } from '#lib/boundaries/boundaries.server.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { rulesOf } from '#lib/risk-map/rank-rule.ts';
import { situation } from '#lib/risk-map/sentence.ts';
import { figuresNow, readSnapshot } from '#lib/risk-map/snapshots.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const found = await readSnapshot(db, actor, params.id);
	if (!found.ok) error(statusOf(found));
	const { id, takenAt, content } = found.snapshot;
	const { query, map, series, progress, today } = content;
	const drawn = map.units.filter((unit) => unit.hex !== null).map((unit) => unit.key);
	const [regions, industries, now, approved] = await Promise.all([
		loadRegions(db), loadIndustries(db), figuresNow(db, actor, content), query.view === 'map' ? approvedMap(db, drawn) : null
	]);
	const name = regions.get(query.region)?.name ?? null;
	const industryName = query.industry === null ? '' : industries.name(query.industry);
	return {
		id,
		takenAt,
		today,
		query,
		map: { ...map, approved },
		series,
		progress,
		now,
		words: situation({ place: `${name ?? m.common_nation()}${industryName}`, kind: query.kind, map, progress }),
		rules: rulesOf(query.measure),
		place: { name, level: regions.get(query.region)?.level ?? 'nation' },
		industryName,
		mayExport: may(actor, 'business.export')
	};
};
