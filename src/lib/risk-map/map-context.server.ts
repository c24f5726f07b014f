import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import type { IndustryTree } from '#lib/industries/tree.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { cityOf, type Region, type RegionTree } from '#lib/regions/tree.ts';
import { makeCache } from './cache.ts';
import { warningSpans, type CellsQuery, type WarningSpans } from './cells.server.ts';
import { lastDayIn, monitoredSince, readBehind, readCompleteness, type Completeness } from './completeness.server.ts';
import { hexLayout, type HexLayout } from './hex-layout.ts';
import { eventsKnown, hasBegun } from './known-since.ts';
import { classMonthOf } from './layer-cells.server.ts';
import { basisOf } from './layers.ts';
import type { PlaceKnowledge } from './map-units.ts';
import { monitoredIn, warningsKnown, type Monitored } from './monitored.ts';
import type { MapQuery } from './query.ts';
import { regionInReach } from './region-in-reach.ts';
import { readSourced, watchedKinds } from './sourced.server.ts';
import { unitsOf } from './units.ts';

/** How far data went when figures were shown before. */
export type KnownThen = Pick<Completeness, 'mark' | 'upTo' | 'late'> & {
	/** Of other kinds, where figures of several were shown together. */
	readonly ofKinds?: ReadonlyMap<string, KnownThen>;
};

/** All that a map needs before its figures are read. */
export type MapContext = {
	readonly scope: Scope;
	readonly regions: RegionTree;
	readonly industries: IndustryTree;
	readonly known: Completeness;
	readonly knowledge: PlaceKnowledge;
	readonly asked: CellsQuery;
	readonly spans: WarningSpans;
	readonly layout: HexLayout;
	/** The first evening of monitoring, and how much of the days shown and of those of the month before lies after it. */
	readonly monitored: { readonly since: string | null; readonly now: Monitored; readonly before: Monitored };
	/** The month whose classes stand for the one shown; null: none are known that are new enough. */
	readonly classMonth: string | null;
};

/** Layouts depend on the divisions only. */
const layouts = makeCache<HexLayout>(200);

/**
 * Reads what a question of the map stands on, within the actor's jurisdiction.
 *
 * @param as how far data went when figures were shown before: the same days are asked for again, of today's counts.
 */
export async function mapContext(
	db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, as: KnownThen | null = null
): Promise<({ readonly ok: true } & MapContext) | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const scope = scopeOf(actor);
	const basis = basisOf[query.measure];
	const byWarnings = basis === 'warnings' || basis === 'both';
	const kinds = byWarnings ? await watchedKinds(db, today) : [query.kind];
	const [regions, industries, complete, since, sourced, unjudged, classMonth] = await Promise.all([
		loadRegions(db),
		loadIndustries(db),
		readCompleteness(db, query.kind),
		monitoredSince(db),
		readSourced(db, kinds),
		byWarnings ? readBehind(db, kinds) : new Map<string, string>(),
		classMonthOf(db, query.month)
	]);
	if (regionInReach(regions, scope, query.region) === null) return notFound;
	const known = as === null ? complete : { ...complete, ...as };
	const units = unitsOf(regions, query.region, query.detail === 'county');
	const grain = query.view === 'industry' || query.industry !== null ? 'division' : 'section';
	const spans = warningSpans(query.month, today);
	const monitored = { since, now: monitoredIn(spans.now, since), before: monitoredIn(spans.before, since) };
	return {
		ok: true,
		scope,
		regions,
		industries,
		known,
		knowledge: knowledgeOf(query.month, known, { sourced, isMonitored: monitored.now !== 'none', warningsKnown: warningsKnown(spans, since), unjudged, monitoredTo: spans.now.to }),
		asked: { region: query.region, units, month: query.month, kind: query.kind, industry: query.industry, grain },
		spans,
		layout: await layoutOf(regions, query, units),
		monitored,
		classMonth
	};
}

function knowledgeOf(month: string, known: Completeness, rest: Pick<PlaceKnowledge, 'sourced' | 'isMonitored' | 'warningsKnown' | 'unjudged' | 'monitoredTo'>): PlaceKnowledge {
	const upTo = (city: string) => lastDayIn(month, city, known);
	return {
		...rest,
		upTo,
		isLate: (city) => {
			const own = upTo(city);
			return known.late.has(city) && hasBegun(month, city, known.since) && (own === null || own < (upTo('') ?? ''));
		},
		eventsKnown: (city) => eventsKnown(month, city, known.since)
	};
}

function layoutOf(regions: RegionTree, query: MapQuery, units: readonly Region[]): Promise<HexLayout> {
	return layouts(`${query.region} ${query.detail}`, async () =>
		hexLayout(
			units.map((one) => {
				const parent = regions.get(one.parentCode ?? '');
				return {
					key: one.code,
					longitude: one.longitude ?? parent?.longitude ?? null,
					latitude: one.latitude ?? parent?.latitude ?? null,
					...(query.detail === 'county' ? { group: cityOf(one.code) } : {})
				};
			})
		)
	);
}
