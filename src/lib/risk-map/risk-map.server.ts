import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { monthEnd } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import type { IndustryTree } from '#lib/industries/tree.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { cityOf, type Region, type RegionTree } from '#lib/regions/tree.ts';
import { makeCache, makeDatabaseCache } from './cache.ts';
import { readCells, readWarningCells, warningSpans, type CellsQuery, type WarningSpan } from './cells.server.ts';
import { lastDayIn, monitoredSince, readBehind, readCompleteness, type Completeness } from './completeness.server.ts';
import { coverageBetween, overlaps, type CoverageRemark } from './coverage.server.ts';
import { emptySum, sumBy, total, type Cell, type Sum } from './cube.ts';
import { figuresOf, notableSurprise, surprise, type Figure } from './figures.ts';
import type { Matrix } from './matrix.ts';
import type { Hex } from './hex.ts';
import { hexLayout } from './hex-layout.ts';
import { hasBegun, isWhollyKnown } from './known-since.ts';
import { monitoredIn, type Monitored } from './monitored.ts';
import { readSourced, watchedKinds, type Sourced } from './sourced.server.ts';
import { yearBefore, type MapQuery } from './query.ts';
import { shortName, unitsOf } from './units.ts';

/** A region on the map or, without a hexagon, only in the list (rows that name no region below). */
export type MapUnit = Figure & {
	readonly name: string;
	readonly short: string;
	readonly hex: Hex | null;
	/** The city a county belongs to, where several cities are shown. */
	readonly group: string | null;
	/** The last day its figures contain; null: nothing of this month yet. */
	readonly upTo: string | null;
	readonly late: boolean;
	/** Where late: the last day that is known, or, of warnings, that could be judged. */
	readonly knownTo: string | null;
	/** No source answers for it, and no row says otherwise: its figures are no zeros. */
	readonly unsourced: boolean;
	/** Only rows of this very code, none below it. */
	readonly exact: boolean;
};

export type IndustryFigure = Figure & { readonly name: string; readonly children: readonly (Figure & { readonly name: string })[] };

/** A region × industry that rose notably against the same days a year before. */
export type Rise = {
	readonly region: string;
	readonly regionName: string;
	readonly industry: string;
	readonly industryName: string;
	readonly n: number;
	readonly base: number;
	/** Rows of this very code only. */
	readonly exact: boolean;
	/** Whether what its source covers changed meanwhile: then it need not be the market. */
	readonly coverage: boolean;
	/** The last day counted. */
	readonly upTo: string;
};

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
	readonly industries: readonly IndustryFigure[] | null;
	/** Beside industries by warnings: the same by events of the chosen kind, judged by their change. */
	readonly eventIndustries: readonly IndustryFigure[] | null;
	readonly matrix: Matrix | null;
	/** First and last day of the figures. Of counts: where the slowest on-time city stands. */
	readonly span: { readonly from: string; readonly to: string };
	/** Until when counts are complete here, within the month; null before the first roll-up and where the month has not begun to arrive. */
	readonly upTo: string | null;
	/** The days that `base` counts. */
	readonly baseSpan: { readonly from: string; readonly to: string };
};

const mostRises = 6;

/** Layouts depend on the divisions only. */
const layouts = makeCache<ReturnType<typeof hexLayout>>(200);
const cellCache = makeDatabaseCache<readonly Cell[]>(300);

/** A region of the actor's jurisdiction, or not found. */
export function regionInReach(tree: RegionTree, scope: Scope, code: string): Region | null {
	const region = tree.get(code);
	return region !== undefined && inScope(scope, code) ? region : null;
}

/** Everything the map page draws of counts and warnings. */
export async function riskMap(
	db: Kysely<DB>,
	actor: Actor,
	query: MapQuery,
	today: string
): Promise<{ readonly ok: true; readonly map: RiskMap } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const scope = scopeOf(actor);
	const kinds = query.measure === 'warnings' ? await watchedKinds(db, today) : [query.kind];
	const [regions, industries, known, since, sourced, unjudged] = await Promise.all([
		loadRegions(db),
		loadIndustries(db),
		readCompleteness(db, query.kind),
		monitoredSince(db),
		readSourced(db, kinds),
		query.measure === 'warnings' ? readBehind(db, kinds) : new Map<string, string>()
	]);
	const region = regionInReach(regions, scope, query.region);
	if (region === null) return notFound;
	const units = unitsOf(regions, query.region, query.detail === 'county');
	const grain = query.view === 'industry' || query.industry !== null ? 'division' : 'section';
	const cellsQuery: CellsQuery = { region: query.region, units, month: query.month, kind: query.kind, industry: query.industry, grain };
	const spans = warningSpans(query.month, today);
	const [counts, warnings, coverage] = await Promise.all([
		cachedCells(db, scope, cellsQuery, known),
		readWarningCells(db, scope, cellsQuery, spans.now, spans.before),
		coverageBetween(db, actor, query.kind, query.region, yearBefore(query.month), monthEnd(query.month))
	]);
	const cells = query.measure === 'warnings' ? warnings : counts;
	const monitored = { since, now: monitoredIn(spans.now, since), before: monitoredIn(spans.before, since) };
	const shown = await mapUnits(regions, query, units, cells, known, { isMonitored: monitored.now !== 'none', sourced, unjudged, monitoredTo: spans.now.to });
	const baseKnown = isWhollyKnown(yearBefore(query.month), cityOf(query.region), known.since);
	const all = total(counts);
	const events = { ...all, baseKnown: all.baseKnown && baseKnown };
	const upTo = known.mark === null ? null : lastDayIn(query.month, cityOf(query.region), known);
	const last = upTo ?? query.month;
	return {
		ok: true,
		map: {
			version: known.version,
			units: shown.units,
			total: figuresOf([query.measure === 'warnings' ? total(warnings) : events], query.measure)[0]!,
			events,
			raised: total(warnings),
			raisedSpan: spans.now,
			monitored,
			neighbours: shown.neighbours,
			coverage,
			rises: risesOf(counts, regions, industries, new Set(units.map((one) => one.code)), coverage, (code) => lastDayIn(query.month, cityOf(code), known) ?? query.month),
			industries: query.view === 'industry' ? industryFigures(cells, query, industries, query.measure === 'warnings' ? monitored.now !== 'none' : upTo !== null) : null,
			eventIndustries:
				query.view === 'industry' && query.measure === 'warnings' ? industryFigures(counts, { ...query, measure: 'change' }, industries, upTo !== null) : null,
			matrix: query.view === 'matrix' ? matrixOf(cells, query, shown.units, industries) : null,
			upTo,
			span: query.measure === 'warnings' ? spans.now : { from: query.month, to: last },
			baseSpan: query.measure === 'warnings' ? spans.before : { from: yearBefore(query.month), to: yearBefore(last) }
		}
	};
}

function cachedCells(db: Kysely<DB>, scope: Scope, query: CellsQuery, known: Completeness): Promise<readonly Cell[]> {
	const upTo = [...known.upTo].filter(([city]) => city.startsWith(query.region.slice(0, 2)));
	const { units, ...rest } = query;
	const key = JSON.stringify([known.version, known.mark, upTo, scope, rest, units[0]?.level]);
	return cellCache(db, key, () => readCells(db, scope, query, known));
}

async function mapUnits(
	regions: RegionTree,
	query: MapQuery,
	units: readonly Region[],
	cells: readonly Cell[],
	known: Completeness,
	{ isMonitored, sourced, unjudged, monitoredTo }: {
		readonly isMonitored: boolean;
		readonly sourced: Sourced;
		/** By city, since when monitors wait for data; and the last day whose warnings are shown. */
		readonly unjudged: ReadonlyMap<string, string>;
		readonly monitoredTo: string;
	}
): Promise<Pick<RiskMap, 'units' | 'neighbours'>> {
	const sums = sumBy(cells, (cell) => cell.unit);
	const onMap = new Set(units.map((one) => one.code));
	const beside = [...sums.keys()].filter((code) => !onMap.has(code)).sort();
	const layout = await layouts(`${query.region} ${query.detail}`, async () =>
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
	const codes = [...onMap, ...beside];
	const figures = figuresOf(codes.map((code) => sums.get(code) ?? emptySum(code, query.measure === 'warnings' || isWhollyKnown(yearBefore(query.month), cityOf(code), known.since))), query.measure);
	const shown = figures.map((figure, i) => {
		const code = codes[i]!;
		const city = cityOf(code);
		const upTo = query.measure === 'warnings' ? null : lastDayIn(query.month, city, known);
		const judgedTo = isMonitored ? (unjudged.get(city) ?? null) : null;
		const late =
			query.measure === 'warnings'
				? judgedTo !== null && judgedTo < monitoredTo
				: known.late.has(city) && hasBegun(query.month, city, known.since) && (upTo === null || upTo < (lastDayIn(query.month, '', known) ?? ''));
		const one = regions.get(code);
		const unsourced = figure.n === 0 && !sourced(code);
		const isKnown = !unsourced && (query.measure === 'warnings' ? isMonitored : upTo !== null);
		return {
			...(isKnown ? figure : unknown(figure)),
			name: regions.name(code),
			short: shortName(regions.name(code), regions.name(one?.parentCode ?? '')),
			hex: layout.hexes[i] ?? null,
			group: query.detail === 'county' && code !== city ? regions.name(city) : null,
			upTo,
			late: late && !unsourced,
			knownTo: query.measure === 'warnings' ? judgedTo : upTo,
			unsourced,
			exact: i >= units.length && one?.level !== 'county'
		};
	});
	return { units: shown, neighbours: { kept: layout.kept, all: layout.neighbours } };
}

/** A figure of days of which nothing has come: nothing can be said of it. */
const unknown = (figure: Figure): Figure => ({ ...figure, value: null, rate: null, rawRate: null, change: null });

/** What rose by more than chance does to two counts, most surprising first. */
function risesOf(
	cells: readonly Cell[],
	regions: RegionTree,
	industries: IndustryTree,
	onMap: ReadonlySet<string>,
	coverage: readonly CoverageRemark[],
	upTo: (code: string) => string
): readonly Rise[] {
	return [...cells]
		.filter((cell) => cell.industry !== '-' && surprise(cell) >= notableSurprise)
		.sort((a, b) => surprise(b) - surprise(a) || (a.unit < b.unit ? -1 : 1))
		.slice(0, mostRises)
		.map((cell) => ({
			region: cell.unit,
			regionName: regions.name(cell.unit),
			industry: cell.industry,
			industryName: industries.name(cell.industry),
			n: cell.n,
			base: cell.base,
			exact: !onMap.has(cell.unit) && regions.get(cell.unit)?.level !== 'county',
			coverage: coverage.some((remark) => overlaps(remark.regionCode, cell.unit)),
			upTo: upTo(cell.unit)
		}));
}

/** Sections with their divisions, judged among each other. */
function industryFigures(cells: readonly Cell[], query: MapQuery, industries: IndustryTree, isKnown: boolean): readonly IndustryFigure[] {
	const sections = [...sumBy(cells, (cell) => cell.industry.slice(0, 1)).values()];
	const divisions = [...sumBy(cells, (cell) => cell.industry).values()];
	const below = new Map<string, (Figure & { readonly name: string })[]>();
	const judged = (sums: readonly Sum[]) => figuresOf(sums, query.measure).map((figure) => (isKnown ? figure : unknown(figure)));
	for (const figure of judged(divisions)) {
		const section = figure.key.slice(0, 1);
		below.set(section, [...(below.get(section) ?? []), { ...figure, name: industries.name(figure.key) }]);
	}
	return judged(sections).map((figure) => {
		const children = below.get(figure.key) ?? [];
		const alone = children.length === 1 && children[0]!.key === figure.key;
		return { ...figure, name: industries.name(figure.key), children: alone ? [] : children };
	});
}

function matrixOf(cells: readonly Cell[], query: MapQuery, units: readonly MapUnit[], industries: IndustryTree): Matrix {
	const digits = query.industry === null ? 1 : 3;
	const sums = sumBy(cells, (cell) => `${cell.unit} ${cell.industry.slice(0, digits)}`);
	const columns = [...new Set(cells.map((cell) => cell.industry.slice(0, digits)))].sort().map((key) => ({ key, name: industries.name(key) }));
	const cellSums = units.flatMap((one) => columns.map((column) => sums.get(`${one.key} ${column.key}`) ?? emptySum('', one.baseKnown)));
	return {
		rows: units.map((one) => one.key),
		columns,
		n: cellSums.map((sum) => sum.n),
		base: cellSums.map((sum) => (sum.baseKnown ? sum.base : null)),
		active: cellSums.map((sum) => sum.active),
		levels: query.measure === 'warnings' ? cellSums.map((sum) => sum.levels) : null
	};
}
