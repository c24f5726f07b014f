import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { isOfKind, type Measure } from './layers.ts';
import type { MapUnit } from './map-units.ts';
import { mapHref, rowsHref, type MapQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';
import { measureLabels, rowsBehindFigure } from './show.ts';
import type { SmallMap } from './small-maps.server.ts';

/** What small maps show: the layer for each kind, or the warnings of each indicator. */
export const measureOfSmallMaps = (measure: Measure): Measure => (isOfKind(measure) ? measure : 'warnings');

/** `各类数据 · 每千户`, `各指标新增预警`. */
export const smallMapsTitle = ({ measure }: Pick<MapQuery, 'measure'>): string =>
	isOfKind(measure) ? m.riskmap_measure_of_kind({ kind: m.riskmap_multiples_kinds(), measure: measureLabels[measure]() }) : m.riskmap_multiples_indicators();

/** What a small map is of: a kind of events, or an indicator. */
export const smallMapName = (one: Pick<SmallMap, 'key' | 'name' | 'nameEn'>): string => (one.name === null ? itemLabel(one.key) : getLocale() === 'en' ? one.nameEn! : one.name);

/** Where a small map leads: a kind's to the map itself, an indicator's to its warnings. */
export function smallMapHref(query: MapQuery, map: Pick<RiskMap, 'raisedSpan'>, one: SmallMap, snapshot: string | null): string {
	return one.name === null
		? mapHref(query, { view: 'map', kind: one.key })
		: rowsHref({ kind: null, region: query.region, industry: query.industry, ...map.raisedSpan, level: null, exact: false, indicator: one.key, snapshot });
}

/** The rows behind a region's figure of a small map; null where nothing is known. */
export function smallMapRows(query: MapQuery, map: RiskMap, one: SmallMap, unit: MapUnit, snapshot: string | null): string | null {
	if (unit.value === null) return null;
	const asked: MapQuery = { ...query, measure: measureOfSmallMaps(query.measure), kind: one.name === null ? one.key : query.kind };
	const rows = rowsBehindFigure(asked, map, { region: unit.key, upTo: unit.upTo, exact: unit.exact });
	return rows === null ? null : rowsHref({ ...rows, ...(one.name === null ? {} : { indicator: one.key }), snapshot });
}
