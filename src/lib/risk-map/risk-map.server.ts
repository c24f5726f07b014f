import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { monthEnd, sameDay } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import type { IndustryTree } from '#lib/industries/tree.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { cityOf, type Region, type RegionTree } from '#lib/regions/tree.ts';
import { makeCache, makeDatabaseCache } from './cache.ts';
import { readCells, readWarningCells, warningSpans, type CellsQuery, type WarningSpan, type WarningSpans } from './cells.server.ts';
import { lastDayIn, monitoredSince, readBehind, readCompleteness, type Completeness } from './completeness.server.ts';
import { coverageBetween, type CoverageRemark } from './coverage.server.ts';
import { emptySum, sumBy, total, type Cell, type Sum } from './cube.ts';
import { growthSince } from './expected.ts';
import { figuresOf, ranked, type Figure } from './figures.ts';
import { hexLayout, type HexLayout } from './hex-layout.ts';
import { industryFigures, type IndustryFigure, type NamedFigure } from './industry-figures.ts';
import { hasBegun, isWhollyKnown } from './known-since.ts';
import { classMonthOf, readClassCells, readCoverageCells, readFound, readLeadCells, type Found } from './layer-cells.server.ts';
import { basisOf, type Measure } from './layers.ts';
import { mapUnits, type MapUnit, type PlaceKnowledge } from './map-units.ts';
import type { Matrix } from './matrix.ts';
import { monitoredIn, type Monitored } from './monitored.ts';
import { monthTotals } from './month-totals.server.ts';
import { yearBefore, type MapQuery } from './query.ts';
import { risesOf, type Rise } from './rises.ts';
import { readSourced, watchedKinds } from './sourced.server.ts';
import { streakOf } from './streaks.server.ts';
import type { Streak } from './streaks.ts';
import { unitsOf } from './units.ts';

export type { IndustryFigure, MapUnit, Rise };

export type RiskMap = {
	/** Of the counts behind it. */
	readonly version: number;
	readonly units: readonly MapUnit[];
	/** How many neighbours on the ground are neighbours in the drawing. */
	readonly neighbours: { readonly kept: number; readonly all: number };
	readonly total: Figure;
	/** Of the chosen kind, whatever is coloured: the region as a whole, and what rose most. */
	readonly events: Sum;
	readonly rises: readonly Rise[];
	/** Changes of coverage between the days shown and those a year before. */
	readonly coverage: readonly CoverageRemark[];
	/** Raised in `raisedSpan`, and in the same days of the month before. */
	readonly raised: Sum;
	readonly raisedSpan: WarningSpan;
	/** The first evening of monitoring, and how much of both spans lies after it. */
	readonly monitored: { readonly since: string | null; readonly now: Monitored; readonly before: Monitored };
	/** Sections, and their divisions where these were asked for. */
	readonly industries: readonly IndustryFigure[];
	/** Beside industries by warnings: the same by events of the chosen kind, judged by their change. */
	readonly eventIndustries: readonly IndustryFigure[] | null;
	readonly matrix: Matrix | null;
	/** The industry whose events rose week after week, with names; null: none did. */
	readonly streak: (Streak & { readonly industryName: string; readonly unitNames: readonly string[] }) | null;
	/** What stands out by classes and warnings together (E2), worst first. */
	readonly highRisk: { readonly regions: readonly NamedFigure[]; readonly industries: readonly NamedFigure[] };
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

/** So many regions and industries that stand out are named. */
const mostHighRisk = 5;

/** Layouts depend on the divisions only. */
const layouts = makeCache<HexLayout>(200);
const cellCache = makeDatabaseCache<readonly Cell[]>(300);

/** A region of the actor's jurisdiction, or not found. */
export function regionInReach(tree: RegionTree, scope: Scope, code: string): Region | null {
	const region = tree.get(code);
	return region !== undefined && inScope(scope, code) ? region : null;
}

/**
 * Everything the map page draws of counts, classes, inspections and warnings.
 *
 * @param as how far data went when figures were shown before: the same days are asked for again, of today's counts.
 * @param indicator narrows warnings to one indicator's.
 */
export async function riskMap(
	db: Kysely<DB>,
	actor: Actor,
	query: MapQuery,
	today: string,
	as: Pick<Completeness, 'mark' | 'upTo' | 'late'> | null = null,
	indicator: string | null = null
): Promise<{ readonly ok: true; readonly map: RiskMap; readonly known: Completeness } | NotAllowed | NotFound | OwnWork> {
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
	const region = regionInReach(regions, scope, query.region);
	if (region === null) return notFound;
	const known = as === null ? complete : { ...complete, ...as };
	const units = unitsOf(regions, query.region, query.detail === 'county');
	const grain = query.view === 'industry' || query.industry !== null ? 'division' : 'section';
	const asked: CellsQuery = { region: query.region, units, month: query.month, kind: query.kind, industry: query.industry, grain };
	const spans = warningSpans(query.month, today);
	const [events, warnings, classes, layer, coverage, found] = await Promise.all([
		cachedCells(db, scope, asked, known),
		readWarningCells(db, scope, asked, spans, since, indicator),
		classMonth === null ? [] : kept(db, scope, asked, known, `classes ${classMonth}`, () => readClassCells(db, scope, asked, classMonth)),
		layerCells(db, scope, asked, query.measure, known, spans),
		coverageBetween(db, actor, query.kind, query.region, yearBefore(query.month), monthEnd(query.month)),
		readFound(db, scope, asked)
	]);
	const both = withLevels(classes, warnings);
	const streak = await streakIn(db, scope, asked, known);
	const cells = layer ?? (basis === 'warnings' ? warnings : basis === 'classes' ? classes : basis === 'both' ? both : events);
	const monitored = { since, now: monitoredIn(spans.now, since), before: monitoredIn(spans.before, since) };
	const upTo = known.mark === null ? null : lastDayIn(query.month, cityOf(query.region), known);
	const last = upTo ?? query.month;
	const knowledge = knowledgeOf(query.month, known, { sourced, isMonitored: monitored.now !== 'none', wasMonitored: since !== null && since <= spans.yearBefore.from, unjudged, monitoredTo: spans.now.to });
	const layout = await layoutOf(regions, query, units);
	const shown = mapUnits(regions, query, units, layout.hexes, sumBy(cells, (cell) => cell.unit), knowledge);
	const isKnown = basis === 'events' ? upTo !== null : basis === 'warnings' ? monitored.now !== 'none' : cells.length > 0;
	const all = total(events);
	const whole = { ...all, baseKnown: all.baseKnown && knowledge.yearKnown(cityOf(query.region)) };
	const ofEvents = basis === 'events';
	return {
		ok: true,
		known,
		map: {
			version: known.version,
			units: shown,
			neighbours: { kept: layout.kept, all: layout.neighbours },
			total: figuresOf([query.measure === 'excess' || !ofEvents ? total(cells) : whole], query.measure)[0]!,
			events: whole,
			raised: total(warnings),
			raisedSpan: spans.now,
			monitored,
			coverage,
			rises: risesOf(events, regions, industries, new Set(units.map((one) => one.code)), coverage, (code) => knowledge.upTo(cityOf(code)) ?? query.month),
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
async function layerCells(db: Kysely<DB>, scope: Scope, asked: CellsQuery, measure: Measure, known: Completeness, spans: WarningSpans): Promise<readonly Cell[] | null> {
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

function cachedCells(db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness): Promise<readonly Cell[]> {
	return kept(db, scope, query, known, 'events', () => readCells(db, scope, query, known));
}

/** The same question of the same counts is answered from memory. */
function kept(db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness, what: string, read: () => Promise<readonly Cell[]>): Promise<readonly Cell[]> {
	const upTo = [...known.upTo].filter(([city]) => city.startsWith(query.region.slice(0, 2)));
	const { units, ...rest } = query;
	return cellCache(db, JSON.stringify([what, known.version, known.mark, upTo, scope, rest, units[0]?.level]), read);
}

/** Cells of classes with the warnings of the same place and industry. */
function withLevels(classes: readonly Cell[], warnings: readonly Cell[]): readonly Cell[] {
	const keyOf = ({ unit, industry }: Cell) => `${unit} ${industry}`;
	const levels = new Map(warnings.map((cell) => [keyOf(cell), cell.levels]));
	const merged = classes.map((cell) => {
		const own = levels.get(keyOf(cell));
		levels.delete(keyOf(cell));
		return own ? { ...cell, levels: own } : cell;
	});
	const alone = warnings.filter((cell) => levels.has(keyOf(cell)));
	return [...merged, ...alone.map((cell) => ({ ...emptySum('', true), unit: cell.unit, industry: cell.industry, levels: cell.levels }))];
}

function highRiskOf(cells: readonly Cell[], regions: RegionTree, industries: IndustryTree): RiskMap['highRisk'] {
	const worst = (sums: Iterable<Sum>, nameOf: (key: string) => string) =>
		ranked(figuresOf([...sums], 'high-risk'), 'high-risk')
			.filter((figure) => figure.value! > 0)
			.slice(0, mostHighRisk)
			.map((figure) => ({ ...figure, name: nameOf(figure.key) }));
	return {
		regions: worst(sumBy(cells, (cell) => cell.unit).values(), regions.name),
		// What stands across industries or in an unknown one is no industry's.
		industries: worst(sumBy(cells.filter((cell) => /^[A-T]/.test(cell.industry)), (cell) => cell.industry.slice(0, 1)).values(), industries.name)
	};
}

function knowledgeOf(month: string, known: Completeness, rest: Pick<PlaceKnowledge, 'sourced' | 'isMonitored' | 'wasMonitored' | 'unjudged' | 'monitoredTo'>): PlaceKnowledge {
	const upTo = (city: string) => lastDayIn(month, city, known);
	return {
		...rest,
		upTo,
		isLate: (city) => {
			const own = upTo(city);
			return known.late.has(city) && hasBegun(month, city, known.since) && (own === null || own < (upTo('') ?? ''));
		},
		yearKnown: (city) => isWhollyKnown(yearBefore(month), city, known.since)
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

function matrixOf(cells: readonly Cell[], query: MapQuery, units: readonly MapUnit[], industries: IndustryTree): Matrix {
	const digits = query.industry === null ? 1 : 3;
	const sums = sumBy(cells, (cell) => `${cell.unit} ${cell.industry.slice(0, digits)}`);
	const columns = [...new Set(cells.map((cell) => cell.industry.slice(0, digits)))].sort().map((key) => ({ key, name: industries.name(key) }));
	const cellSums = units.flatMap((one) => columns.map((column) => sums.get(`${one.key} ${column.key}`) ?? emptySum('', one.baseKnown)));
	const some = (pick: (sum: Sum) => boolean) => cells.some((cell) => pick({ key: '', ...cell }));
	return {
		rows: units.map((one) => one.key),
		columns,
		n: cellSums.map((sum) => sum.n),
		base: cellSums.map((sum) => (sum.baseKnown ? sum.base : null)),
		active: cellSums.map((sum) => sum.active),
		levels: some((sum) => sum.levels.some((n) => n > 0)) ? cellSums.map((sum) => sum.levels) : null,
		...(query.measure === 'lead' ? { days: cellSums.map((sum) => sum.days ?? []) } : {}),
		...(query.measure === 'excess' ? { years: cellSums.map((sum) => sum.years ?? []) } : {})
	};
}
