import type { RegionLevel } from '#lib/regions/tree.ts';
import type { Figure } from '#lib/risk-map/figures.ts';
import type { Matrix } from '#lib/risk-map/matrix.ts';
import type { MonthPoint, NewWarning, Progress } from '#lib/risk-map/lists.server.ts';
import type { MapUnit, RiskMap } from '#lib/risk-map/risk-map.server.ts';
import type { WallView } from './views.ts';

/**
 * What a screen is sent. Everything here is picked field by field from what the leader's map reads: what the map may show one day to
 * people who signed in (classes, names, subjects) does not reach a wall by itself.
 */
export type WallPicture = {
	readonly place: { readonly code: string; readonly name: string | null; readonly level: RegionLevel };
	/** First day of the month shown. */
	readonly month: string;
	/** The kind of event that is counted beside warnings. */
	readonly kind: string;
	/** Until when counts are complete within the month; null: nothing of it yet. */
	readonly upTo: string | null;
	/** The last day whose warnings are shown. */
	readonly warningsTo: string;
	/** Whether its last day lies within the month: the month is not over. */
	readonly isRunning: boolean;
	/** Warnings raised in the month. */
	readonly raised: number;
	readonly isMonitored: boolean;
	readonly progress: Progress;
	readonly warnings: WallMap | null;
	readonly complaints: WallMap | null;
	readonly matrix: { readonly figures: Matrix; readonly units: readonly WallUnit[]; readonly monitored: RiskMap['monitored'] } | null;
	/** 36 months each: 24 to show, and the 12 before them to compare with. */
	readonly trend: { readonly warnings: readonly MonthPoint[]; readonly complaints: readonly MonthPoint[]; readonly monitoredSince: string | null } | null;
	readonly news: readonly WallWarning[] | null;
	readonly results: WallResults | null;
};

export type WallUnit = Figure & Pick<MapUnit, 'name' | 'short' | 'hex' | 'group' | 'upTo' | 'late' | 'knownTo' | 'unsourced' | 'exact'>;
export type WallIndustry = Figure & { readonly name: string };

export type WallMap = {
	readonly units: readonly WallUnit[];
	/** Of a county, which is divided by industries only. */
	readonly industries: readonly WallIndustry[] | null;
	readonly total: Figure;
	readonly monitored: RiskMap['monitored'];
	readonly neighbours: RiskMap['neighbours'];
};

/** A warning by indicator, place and industry: never whom it is about, nor its number. */
export type WallWarning = Pick<NewWarning, 'level' | 'work' | 'regionName' | 'industryName' | 'industryKey' | 'raisedOn'> & {
	/** Null: of an outside platform. */
	readonly indicatorName: string | null;
	readonly indicatorNameEn: string | null;
};

/** What inspections of the last months found, over all classes together. */
export type WallResults = {
	readonly from: string;
	readonly to: string;
	/** Visits whose result says whether there was a problem, and those that found one. */
	readonly decided: number;
	readonly problems: number;
	readonly undecided: number;
	readonly ways: readonly { readonly key: string; readonly decided: number; readonly problems: number }[];
};

export function wallFigure(figure: Figure): Figure {
	const { key, n, base, baseKnown, active, levels, value, rate, rawRate, change, few, unknown = false } = figure;
	return { key, n, base, baseKnown, active, levels, value, rate, rawRate, change, few, unknown };
}

export function wallUnit(unit: MapUnit): WallUnit {
	const { name, short, hex, group, upTo, late, knownTo, unsourced, exact } = unit;
	return { ...wallFigure(unit), name, short, hex, group, upTo, late, knownTo, unsourced, exact };
}

/** @param byIndustry of a county, whose only unit is itself. */
export function wallMap({ units, industries, total, monitored, neighbours }: RiskMap, byIndustry: boolean): WallMap {
	return {
		units: units.map(wallUnit),
		industries: byIndustry ? (industries ?? []).map((one) => ({ ...wallFigure(one), name: one.name })) : null,
		total: wallFigure(total),
		monitored,
		neighbours
	};
}

export function wallMatrix({ rows, columns, n, base, active }: Matrix): Matrix {
	return { rows, columns: columns.map(({ key, name }) => ({ key, name })), n, base, active, levels: null };
}

export function wallProgress({ byWork, keptInTime, fellDue, open, overdue }: Progress): Progress {
	const { waiting, working, disposed, closed } = byWork;
	return { byWork: { waiting, working, disposed, closed }, keptInTime, fellDue, open, overdue };
}

/** The picture with the parts only that a screen shows. */
export function pictureFor(picture: WallPicture, views: readonly string[]): WallPicture {
	const only = <T>(view: WallView, part: T | null) => (views.includes(view) ? part : null);
	return {
		...picture,
		warnings: only('warnings', picture.warnings),
		complaints: only('complaints', picture.complaints),
		matrix: only('matrix', picture.matrix),
		trend: only('trend', picture.trend),
		news: only('work', picture.news),
		results: only('results', picture.results)
	};
}

/** The regions that a screen's maps draw; none where it shows no map, as in a county. */
export function drawnRegions({ warnings, complaints }: Pick<WallPicture, 'warnings' | 'complaints'>): readonly string[] {
	const map = warnings ?? complaints;
	return map === null || map.industries !== null ? [] : map.units.filter((unit) => unit.hex !== null).map((unit) => unit.key);
}

/** The views of a screen that have something to show just now. */
export function viewsOf(picture: WallPicture, views: readonly WallView[]): readonly WallView[] {
	const part: Readonly<Record<WallView, unknown>> = { ...picture, work: picture.news };
	return views.filter((view) => part[view] !== null);
}
