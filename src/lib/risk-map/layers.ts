/** What a region's colour says. Of the whole page: its map, its matrix, its lists. */
export const measures = ['warnings', 'high-risk', 'classes', 'count', 'rate', 'change', 'excess', 'lead', 'coverage'] as const;
export type Measure = (typeof measures)[number];

/** What a layer is made of. `both`: classes and warnings together (E2). */
export type Basis = 'warnings' | 'disposed' | 'events' | 'classes' | 'inspections' | 'both';

export const basisOf: Readonly<Record<Measure, Basis>> = {
	warnings: 'warnings',
	'high-risk': 'both',
	classes: 'classes',
	count: 'events',
	rate: 'events',
	change: 'events',
	excess: 'events',
	lead: 'disposed',
	coverage: 'inspections'
};

/** Layers of one kind of events, which has to be chosen; the others are of all kinds. */
export const isOfKind = (measure: Measure): boolean => basisOf[measure] === 'events';

/** Layers that show classes: H1 is said beside them, and no wall screen has them (H2). */
export const showsClasses = (measure: Measure): boolean => basisOf[measure] === 'classes' || basisOf[measure] === 'both';

/** Of how many a rate is told: per 1,000 enterprises, or per cent. */
export const perOf = (measure: Measure): 100 | 1000 => (isOfKind(measure) || basisOf[measure] === 'warnings' ? 1000 : 100);
