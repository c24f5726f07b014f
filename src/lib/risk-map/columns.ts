import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import type { Level, LevelPair } from '#lib/warnings/levels.ts';
import type { Ago } from './cube.ts';
import { decimals, inUnit, withDigits } from './decimals.ts';
import type { Figure } from './figures.ts';
import type { RiskGrade } from './high-risk.ts';
import { basisOf, type Measure } from './layers.ts';

/** How a number is written; `percent` and `points` hold hundredths already, `change` a part of one. */
export type NumberFormat = 'count' | 'rate' | 'percent' | 'points' | 'change' | 'days' | 'expected' | 'grade';

/** Which rows stand behind a number. */
export type Behind = 'all' | Level | LevelPair | 'month-ago' | 'year-ago' | 'classes' | 'classified' | 'active';

/** One figure of a place or an industry: the same in lists, table twins, exports and snapshots. */
export type FigureColumn = {
	readonly key: string;
	readonly label: () => string;
	/** Said of the head, where the label is short. */
	readonly title?: () => string;
	readonly format: NumberFormat;
	/** The number as it is exported; null: nothing is known. */
	readonly of: (figure: Figure) => number | null;
	readonly rows?: Behind;
	/** What the layer ranks by. */
	readonly strong?: boolean;
};

const locale = () => getLocale();
const count = (value: number): string => value.toLocaleString(locale());
const grades: Readonly<Record<RiskGrade, () => string>> = { none: m.riskmap_grade_none, watch: m.riskmap_grade_watch, raised: m.riskmap_grade_raised, high: m.riskmap_grade_high };
export const gradeLabel = (grade: RiskGrade): string => grades[grade]();

/** A rate per 1,000. */
export const rateText = (value: number | null): string => (value === null ? '–' : inUnit(value, 'rate', locale()));

/** `+12.3%`, `−3.0%`, `0.0%`; beyond threefold the factor says more: `×4.2`. @param digits other than those of every change: for limits. */
export function changeText(change: number | null, digits: number = decimals.change): string {
	if (change === null) return '–';
	if (change > 2) return `×${withDigits(change + 1, Math.min(digits, decimals.ratio), locale(), true)}`;
	return `${signed(change * 100, digits)}%`;
}

const signed = (value: number, digits: number): string => {
	const text = withDigits(Math.abs(value), digits, locale(), true);
	return Number(withDigits(value, digits)) === 0 ? text : value > 0 ? `+${text}` : `−${text}`;
};

/** A number as every page, table and export writes it. */
export function formatted(value: number | null, format: NumberFormat): string {
	if (value === null) return '–';
	switch (format) {
		case 'count':
			return count(value);
		case 'rate':
			return rateText(value);
		case 'percent':
			return `${inUnit(value, 'percent', locale())}%`;
		case 'points':
			return signed(value, decimals.points);
		case 'change':
			return changeText(value);
		case 'days':
			return m.riskmap_days({ count: inUnit(value, 'days', locale()) });
		case 'expected':
			return inUnit(value, 'expected', locale());
		case 'grade':
			return gradeLabel((['none', 'watch', 'raised', 'high'] as const)[value]!);
	}
}

const shareOf = (ago: Ago | undefined): number | null => (ago && ago.active > 0 ? (ago.n / ago.active) * 100 : null);
const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
const agoOf = (ago: Ago | undefined): number | null => ago?.n ?? null;
/** No figure of what is not known: no warnings where nobody looked are not none. */
const known = (of: (figure: Figure) => number | null) => (figure: Figure) => (figure.unknown ? null : of(figure));

const level = (key: 'red' | 'orange' | 'yellow' | 'blue', i: 0 | 1 | 2 | 3, label: () => string): FigureColumn =>
	({ key, label, format: 'count', of: known((figure) => figure.levels[i]), rows: key });
const monthAgo: FigureColumn = { key: 'month-ago', label: m.riskmap_col_month_ago, format: 'count', of: (figure) => agoOf(figure.monthAgo), rows: 'month-ago' };
const yearAgo: FigureColumn = { key: 'year-ago', label: m.riskmap_col_year_ago, format: 'count', of: (figure) => agoOf(figure.yearAgo), rows: 'year-ago' };
const n = (label: () => string, rows: Behind = 'all'): FigureColumn => ({ key: 'n', label, format: 'count', of: known((figure) => figure.n), rows });
const active = (label: () => string, rows: Behind): FigureColumn => ({ key: 'active', label, format: 'count', of: known((figure) => figure.active), rows });
const share = (label: () => string, strong = true): FigureColumn => ({ key: 'share', label, format: 'percent', of: known((figure) => figure.rawRate), strong });
const points: readonly FigureColumn[] = [
	{ key: 'points-month', label: m.riskmap_col_points_month, title: m.riskmap_col_points_title, format: 'points', of: known((figure) => minus(figure.rawRate, shareOf(figure.monthAgo))) },
	{ key: 'points-year', label: m.riskmap_col_points_year, title: m.riskmap_col_points_title, format: 'points', of: known((figure) => minus(figure.rawRate, shareOf(figure.yearAgo))) }
];

const events = (strong: Measure): readonly FigureColumn[] => [
	{ ...n(m.riskmap_col_count), strong: strong === 'count' },
	monthAgo,
	yearAgo,
	{ key: 'change', label: m.riskmap_col_change, format: 'change', of: known((figure) => (figure.yearAgo && figure.yearAgo.n > 0 ? (figure.n - figure.yearAgo.n) / figure.yearAgo.n : null)), strong: strong === 'change' },
	{ key: 'rate', label: m.riskmap_col_rate, format: 'rate', of: known((figure) => figure.rawRate), strong: strong === 'rate' }
];

const columns: Readonly<Record<Measure, readonly FigureColumn[]>> = {
	warnings: [
		level('red', 0, m.common_level_red), level('orange', 1, m.common_level_orange), level('yellow', 2, m.common_level_yellow), level('blue', 3, m.common_level_blue),
		{ ...n(m.riskmap_col_total), strong: true }, monthAgo, yearAgo
	],
	'high-risk': [
		{ key: 'grade', label: m.riskmap_col_grade, format: 'grade', of: known((figure) => figure.value), strong: true },
		{ ...share(m.riskmap_col_cd_share, false), rows: 'classes' },
		{ key: 'severe', label: m.riskmap_col_severe, format: 'count', of: known((figure) => figure.levels[0] + figure.levels[1]), rows: 'severe' },
		{ key: 'minor', label: m.riskmap_col_minor, format: 'count', of: known((figure) => figure.levels[2] + figure.levels[3]), rows: 'minor' }
	],
	classes: [n(m.riskmap_col_cd_count, 'classes'), active(m.riskmap_col_classified, 'classified'), share(m.riskmap_col_cd_share), ...points],
	count: events('count'),
	rate: events('rate'),
	change: events('change'),
	excess: [
		n(m.riskmap_col_count),
		{ key: 'expected', label: m.riskmap_col_expected, format: 'expected', of: known((figure) => (figure.baseKnown ? figure.base : null)) },
		{ key: 'upper', label: m.riskmap_col_upper, format: 'expected', of: known((figure) => figure.upper ?? null) },
		{ key: 'excess', label: m.riskmap_col_excess, format: 'change', of: known((figure) => figure.change), strong: true }
	],
	lead: [n(m.riskmap_col_disposed), { key: 'median', label: m.riskmap_col_median_days, format: 'days', of: known((figure) => figure.value), strong: true }],
	coverage: [n(m.riskmap_col_visited), active(m.riskmap_col_active, 'active'), share(m.riskmap_col_coverage), ...points]
};

/** The figures of a layer, in the order of its lists. */
export const columnsOf = (measure: Measure): readonly FigureColumn[] => columns[measure];

/** The figure a layer writes on its map: of a rate what can be recomputed by hand; the shrunken one colours and ranks. */
export function shownOf(measure: Measure): FigureColumn {
	return columns[measure].find((column) => column.strong)!;
}

/** Whether a layer's plain count is of events or warnings, which rows add up to. */
export const isCounted = (measure: Measure): boolean => basisOf[measure] === 'events' || basisOf[measure] === 'warnings';
