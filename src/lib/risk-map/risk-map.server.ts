import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { approvedMap, type ApprovedMap } from '#lib/boundaries/boundaries.server.ts';
import { monthEnd, sameDay } from '#lib/calendar/days.ts';
import { cityOf } from '#lib/regions/tree.ts';
import { makeDatabaseCache } from './cache.ts';
import { highRiskOf, matrixOf, withLevels, type HighRisk } from './cell-views.ts';
import { readCells, readWarningCells, type CellsQuery, type WarningSpan, type WarningSpans } from './cells.server.ts';
import { lastDayIn, type Completeness } from './completeness.server.ts';
import { coverageBetween, type CoverageRemark } from './coverage.server.ts';
import { sumBy, total, type Cell, type Sum } from './cube.ts';
import { growthSince } from './expected.ts';
import { figuresOf, type Figure } from './figures.ts';
import { industryFigures, type IndustryFigure } from './industry-figures.ts';
import { readClassCells, readCoverageCells, readFound, readLeadCells, type Found } from './layer-cells.server.ts';
import { basisOf, type Measure } from './layers.ts';
import { mapContext, type KnownThen, type MapContext } from './map-context.server.ts';
import { mapUnits, type MapUnit } from './map-units.ts';
import type { Matrix } from './matrix.ts';
import { monthTotals } from './month-totals.server.ts';
import { yearBefore, type MapQuery } from './query.ts';
import { risesOf, type Rise } from './rises.ts';
import { streakOf } from './streaks.server.ts';
import type { Streak } from './streaks.ts';

export type { IndustryFigure, MapUnit, Rise };

export type RiskMap = {
	/** Of the counts behind it. */
	readonly version: number;
	readonly units: readonly MapUnit[];
	/** How many neighbours on the ground are neighbours in the drawing. */
	readonly neighbours: { readonly kept: number; readonly all: number };
	/** The office's own approved boundaries of these regions, drawn instead of hexagons; null: none are loaded. */
	readonly approved: ApprovedMap | null;
	readonly total: Figure;
	/** Of the chosen kind, whatever is coloured: the region as a whole, and what rose most. */
	readonly events: Sum;
	readonly rises: readonly Rise[];
	/** Changes of coverage between the days shown and those a year before. */
	readonly coverage: readonly CoverageRemark[];
	/** Raised in `raisedSpan`, and in the same days of the month before. */
	readonly raised: Sum;
	readonly raisedSpan: WarningSpan;
	readonly monitored: MapContext['monitored'];
	/** Sections, and their divisions where these were asked for. */
	readonly industries: readonly IndustryFigure[];
	/** Beside industries by warnings: the same by events of the chosen kind, judged by their change. */
	readonly eventIndustries: readonly IndustryFigure[] | null;
	readonly matrix: Matrix | null;
	/** The industry whose events rose week after week, with names; null: none did. */
	readonly streak: (Streak & { readonly industryName: string; readonly unitNames: readonly string[] }) | null;
	/** What stands out by classes and warnings together (E2), worst first. */
	readonly highRisk: HighRisk;
	/** The month whose classes are used; null: none are known. */
	readonly classMonth: string | null;
	/** What inspections of the month found, of the month and of the year before. */
	readonly found: Readonly<Record<'now' | 'month' | 'year', Found>>;
	/** First and last day of the figures. Of counts: where the slowest on-time city stands. */
	readonly span: { readonly from: string; readonly to: string };
	/** Until when counts are complete here, within the month; null before the first roll-up and where the month has not begun to arrive. */
	readonly upTo: string | null;
	/** The days that `base` counts. */
	readonly baseSpan: { readonly from: string; readonly to: string };
};

/** Half a million cells are about 100 MB: a dozen kinds by city and section over years, or some fifty matrices of counties by divisions. */
const cellCache = makeDatabaseCache<readonly Cell[]>(500_000, (cells) => cells.length + 1);
const foundCache = makeDatabaseCache<RiskMap['found']>(300);

/**
 * Everything the map page draws of counts, classes, inspections and warnings.
 *
 * @param as how far data went when figures were shown before: the same days are asked for again, of today's counts.
 */
export async function riskMap(
	db: Kysely<DB>,
	actor: Actor,
	query: MapQuery,
	today: string,
	as: KnownThen | null = null
): Promise<{ readonly ok: true; readonly map: RiskMap; readonly known: Completeness } | NotAllowed | NotFound | OwnWork> {
	const context = await mapContext(db, actor, query, today, as);
	if (!context.ok) return context;
	const { scope, regions, industries, known, knowledge, asked, spans, layout, monitored, classMonth } = context;
	const basis = basisOf[query.measure];
	// What stands out is judged by section: the layers of classes alone need more.
	const classesAsked: CellsQuery = basis === 'classes' || basis === 'both' ? asked : { ...asked, grain: 'section' };
	const [approved, events, warnings, classes, layer, coverage, found, streak] = await Promise.all([
		query.view === 'map' ? approvedMap(db, asked.units.map((one) => one.code)) : null,
		cachedCells(db, scope, asked, known),
		readWarningCells(db, scope, asked, spans, monitored.since),
		classMonth === null ? [] : kept(db, scope, classesAsked, known, `classes ${classMonth} ${basis === 'classes'}`, () => readClassCells(db, scope, classesAsked, classMonth, basis === 'classes')),
		layerCells(db, scope, asked, query.measure, known, spans),
		coverageBetween(db, actor, query.kind, query.region, yearBefore(query.month), monthEnd(query.month)),
		foundCache(db, JSON.stringify([known.version, scope, asked.region, asked.industry, asked.month]), () => readFound(db, scope, asked)),
		streakIn(db, scope, asked, known)
	]);
	const both = withLevels(classes, warnings);
	const cells = layer ?? (basis === 'warnings' ? warnings : basis === 'classes' ? classes : basis === 'both' ? both : events);
	const upTo = known.mark === null ? null : lastDayIn(query.month, cityOf(query.region), known);
	const last = upTo ?? query.month;
	const shown = mapUnits(regions, query, asked.units, layout.hexes, sumBy(cells, (cell) => cell.unit), knowledge);
	const isKnown = basis === 'events' ? upTo !== null : basis === 'warnings' ? monitored.now !== 'none' : cells.length > 0;
	const all = total(events);
	const whole = { ...all, baseKnown: all.baseKnown && knowledge.eventsKnown(cityOf(query.region)).year };
	const ofEvents = basis === 'events';
	return {
		ok: true,
		known,
		map: {
			version: known.version,
			units: shown,
			neighbours: { kept: layout.kept, all: layout.neighbours },
			approved,
			total: figuresOf([query.measure === 'excess' || !ofEvents ? total(cells) : whole], query.measure)[0]!,
			events: whole,
			raised: total(warnings),
			raisedSpan: spans.now,
			monitored,
			coverage,
			rises: risesOf(events, regions, industries, new Set(asked.units.map((one) => one.code)), coverage, (code) => knowledge.upTo(cityOf(code)) ?? query.month),
			industries: industryFigures(cells, query.measure, industries, isKnown),
			eventIndustries: query.view === 'industry' && !ofEvents ? industryFigures(events, 'change', industries, upTo !== null) : null,
			matrix: query.view === 'matrix' || query.view === 'map' ? matrixOf(cells, query, shown, industries) : null,
			streak: streak === null ? null : { ...streak, industryName: industries.name(streak.industry), unitNames: streak.units.map((code) => regions.name(code)) },
			highRisk: highRiskOf(both, regions, industries),
			classMonth,
			found,
			upTo,
			span: ofEvents ? { from: query.month, to: last } : spans.now,
			baseSpan: ofEvents ? { from: yearBefore(query.month), to: sameDay(last, -12) } : spans.before
		}
	};
}

/** The cells of layers that are neither plain events nor warnings nor classes; null for these. */
export async function layerCells(db: Kysely<DB>, scope: Scope, asked: CellsQuery, measure: Measure, known: Completeness, spans: WarningSpans): Promise<readonly Cell[] | null> {
	if (measure === 'lead') return readLeadCells(db, scope, asked, spans.now);
	if (measure === 'coverage') return kept(db, scope, asked, known, 'coverage', () => readCoverageCells(db, scope, asked));
	if (measure !== 'excess') return null;
	const months = await monthTotals(db, scope, asked, asked.kind, asked.month, known.version);
	const growth = growthSince(months, asked.month, known.since.all);
	return kept(db, scope, asked, known, 'excess', () => readCells(db, scope, asked, known, growth));
}

/** Up to the day that the slowest city has delivered that is not late. */
async function streakIn(db: Kysely<DB>, scope: Scope, asked: CellsQuery, known: Completeness): Promise<Streak | null> {
	const cities = [...new Set([...asked.units.map((one) => cityOf(one.code)), cityOf(asked.region)])];
	const without = cities.filter((city) => known.late.has(city)).sort();
	const days = cities.flatMap((city) => (known.late.has(city) ? [] : (lastDayIn(asked.month, city, known) ?? [])));
	if (days.length === 0 || without.includes(cityOf(asked.region))) return null;
	return streakOf(db, scope, asked, days.sort()[0]!, without, known.version);
}

export function cachedCells(db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness): Promise<readonly Cell[]> {
	return kept(db, scope, query, known, 'events', () => readCells(db, scope, query, known));
}

/** The same question of the same counts is answered from memory. */
function kept(db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness, what: string, read: () => Promise<readonly Cell[]>): Promise<readonly Cell[]> {
	const upTo = [...known.upTo].filter(([city]) => city.startsWith(query.region.slice(0, 2)));
	const { units, ...rest } = query;
	return cellCache(db, JSON.stringify([what, known.version, known.mark, upTo, scope, rest, units[0]?.level]), read);
}
