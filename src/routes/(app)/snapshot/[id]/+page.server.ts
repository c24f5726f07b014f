import { error } from '@sveltejs/kit';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { approvedMap } from '#lib/boundaries/boundaries.server.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { differencesBetween, differencesOf } from '#lib/risk-map/differences.ts';
import { mapHref } from '#lib/risk-map/query.ts';
import { rulesOf } from '#lib/risk-map/rank-rule.ts';
import { saidOf } from '#lib/risk-map/sentence.ts';
import { drawnOf, type SnapshotContent } from '#lib/risk-map/snapshot.ts';
import { figuresNow, readFigures } from '#lib/risk-map/snapshots.server.ts';
import { classHref } from '#lib/structure/class-query.ts';
import { cohortHref } from '#lib/structure/cohort-query.ts';
import { sentenceOf, titleOf } from '#lib/structure/kept-words.ts';
import { structureNow } from '#lib/structure/kept.server.ts';
import { isStructure, toldOf, type StructureContent } from '#lib/structure/kept.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const found = await readFigures(db, actor, params.id);
	if (!found.ok) error(statusOf(found), ...(found.reason === 'not-found' ? [m.riskmap_snapshot_none()] : []));
	const { id, takenAt, content } = found.snapshot;
	const shown = isStructure(content) ? await structureShown(db, actor, content) : await mapShown(db, actor, content as SnapshotContent, id);
	return { id, takenAt, mayExport: may(actor, 'business.export'), ...shown };
};

async function mapShown(db: Kysely<DB>, actor: Actor, content: SnapshotContent, id: string) {
	const { query, map, beside } = content;
	const drawn = map.units.filter((unit) => unit.hex !== null).map((unit) => unit.key);
	const [regions, industries, now, approved] = await Promise.all([
		loadRegions(db), loadIndustries(db), figuresNow(db, actor, content), query.view === 'map' ? approvedMap(db, drawn) : null
	]);
	const name = regions.get(query.region)?.name ?? null;
	const place = name ?? m.common_nation();
	const industryName = query.industry === null ? '' : industries.name(query.industry);
	const whole = industryName === '' ? place : `${place} · ${industryName}`;
	const view = { ...drawnOf(content), map: { ...map, approved }, ...(beside ? { beside: { ...beside, approved } } : {}) };
	return {
		title: `${whole} ${query.month.slice(0, 7)}`,
		upTo: map.upTo,
		today: content.today,
		href: mapHref(query),
		said: saidOf({ ...content, place: `${place}${industryName}` }, id),
		differences: now === null ? null : differencesOf(content, now, whole),
		view: { of: 'map' as const, query, figures: view, rules: rulesOf(query.measure), place: { name: place, level: regions.get(query.region)?.level ?? 'nation' } }
	};
}

async function structureShown(db: Kysely<DB>, actor: Actor, content: StructureContent) {
	const now = await structureNow(db, actor, content);
	const title = titleOf(content);
	return {
		title: content.of === 'classes' ? `${title} ${content.query.month.slice(0, 7)}` : title,
		upTo: null,
		href: content.of === 'classes' ? classHref(content.query) : cohortHref(content.query),
		said: [{ text: sentenceOf(content), href: null }],
		differences: now === null ? null : differencesBetween(toldOf(content, title), toldOf(now, title)),
		view: content
	};
}
