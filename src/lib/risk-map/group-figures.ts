import { m } from '#lib/messages/messages.js';
import { figuresOf } from './figures.ts';
import type { GroupCount } from './groups.server.ts';
import type { NamedFigure } from './industry-figures.ts';
import { basisOf, type Measure } from './layers.ts';
import { rowsHref, type MapQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';

/** What the groups of a division are judged by: as the divisions beside them; null where these are no counts of events. */
export function measureOfGroups({ measure }: Pick<MapQuery, 'measure'>, { eventIndustries }: Pick<RiskMap, 'eventIndustries'>): Measure | null {
	// What is expected of a group nobody worked out; last year's count is known.
	const drawn = eventIndustries || measure === 'excess' ? 'change' : measure;
	return basisOf[drawn] === 'events' ? drawn : null;
}

/** The rows of a group; null for what stands under the division itself, which no address tells from the whole. */
export function groupRows(query: MapQuery, map: Pick<RiskMap, 'upTo' | 'span'>, key: string, snapshot: string | null): string | null {
	if (key === query.industry) return null;
	return rowsHref({ kind: query.kind, region: query.region, industry: key, from: query.month, to: map.upTo ?? map.span.to, level: null, exact: false, snapshot });
}

/** The groups of the one division that is looked at, with its own name for what says no more than the division. */
export function groupFigures(query: Pick<MapQuery, 'measure' | 'industry'>, map: Pick<RiskMap, 'eventIndustries'>, groups: readonly GroupCount[]): readonly NamedFigure[] {
	const measure = measureOfGroups(query, map);
	if (measure === null) return [];
	return figuresOf(groups, measure).map((figure, i) => {
		const { key, name } = groups[i]!;
		return { ...figure, name: key === query.industry ? m.common_unspecified({ name }) : name };
	});
}
