import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { levels } from '#lib/warnings/levels.ts';
import { itemLabel, levelLabel } from '#lib/warnings/labels.ts';
import type { Figure } from './figures.ts';
import type { IndustryFigure, NamedFigure } from './industry-figures.ts';
import { addMonths, monthEnd, sameDay } from '#lib/calendar/days.ts';
import { changeText, columnsOf, formatted, rateText, shownOf, type Behind } from './columns.ts';
import { basisOf, isOfKind } from './layers.ts';
import { rowsHref, yearBefore, type MapQuery, type Measure, type RowsQuery } from './query.ts';
import type { MonthPoint } from './lists.server.ts';
import type { MapUnit, RiskMap } from './risk-map.server.ts';
import { amountScale, changeScale, gradeScale, type Scale, type ScaleWord, type Step } from './scale.ts';

export const count = (value: number): string => value.toLocaleString(getLocale());
export { changeText, rateText };

/** A figure as its measure writes it on the map. */
export function valueText(figure: Figure, measure: Measure): string {
	if (figure.value === null) return '–';
	const column = shownOf(measure);
	return formatted(column.of(figure), column.format);
}

export const measureLabels: Readonly<Record<Measure, () => string>> = {
	warnings: m.riskmap_measure_warnings,
	'high-risk': m.riskmap_measure_high_risk,
	classes: m.riskmap_measure_classes,
	excess: m.riskmap_measure_excess,
	lead: m.riskmap_measure_lead,
	coverage: m.riskmap_measure_coverage,
	count: m.riskmap_measure_count,
	rate: m.riskmap_measure_rate,
	change: m.riskmap_measure_change
};

/** What is coloured, in words: `投诉举报：每千户`. */
export function measureTitle(query: MapQuery): string {
	const measure = measureLabels[query.measure]();
	return !isOfKind(query.measure) ? measure : m.riskmap_measure_of_kind({ kind: itemLabel(query.kind), measure });
}

/** What the series of months beside a map shows: a share itself; of rates, changes and excesses the counts they are made of. */
export function trendTitle(query: MapQuery): string {
	const basis = basisOf[query.measure];
	const isShare = basis === 'classes' || basis === 'inspections';
	return measureTitle(isShare ? query : { ...query, measure: basis === 'events' ? 'count' : 'warnings' });
}

/** A month of that series as it is written: a share in per cent, or a count. */
export function trendShare({ n, of }: MonthPoint): { readonly value: number | null; readonly format: 'count' | 'percent' } {
	return of === undefined ? { value: n, format: 'count' } : { value: n === null ? null : (n / of) * 100, format: 'percent' };
}

const words: Readonly<Record<ScaleWord, () => string>> = {
	none: m.riskmap_scale_none,
	lowest: m.riskmap_scale_lowest,
	low: m.riskmap_scale_low,
	middle: m.riskmap_scale_middle,
	high: m.riskmap_scale_high,
	highest: m.riskmap_scale_highest,
	'fell-much': m.riskmap_scale_fell_much,
	fell: m.riskmap_scale_fell,
	'fell-little': m.riskmap_scale_fell_little,
	steady: m.riskmap_scale_steady,
	'rose-little': m.riskmap_scale_rose_little,
	rose: m.riskmap_scale_rose,
	'rose-much': m.riskmap_scale_rose_much,
	'grade-none': m.riskmap_grade_none,
	'grade-watch': m.riskmap_grade_watch,
	'grade-raised': m.riskmap_grade_raised,
	'grade-high': m.riskmap_grade_high
};
export const scaleWord = (word: ScaleWord): string => words[word]();

/**
 * The scale of these figures; what has too few to judge does not stretch it. `byArea` where areas are drawn by count: the ink is
 * then shared out over what is seen, not over how many pieces it has.
 */
export function scaleOf(figures: readonly Figure[], measure: Measure, byArea = false): Scale {
	if (measure === 'change' || measure === 'excess') return changeScale;
	if (measure === 'high-risk') return gradeScale;
	const valued = figures.filter((figure) => figure.value !== null);
	const judgeableOnes = valued.filter((figure) => !figure.few);
	// Where nothing can be judged the hatched ones are still told apart.
	const judged = judgeableOnes.some((figure) => figure.value! > 0) ? judgeableOnes : valued;
	return amountScale(judged.map((figure) => figure.value!), byArea ? judged.map((figure) => figure.n) : undefined);
}

/** Null: nothing to colour. */
export function stepOf(figure: Figure, scale: Scale): Step | null {
	return figure.value === null ? null : scale.stepOf(figure.value);
}

/** A count of the days compared with; `–` where nothing is known of them. */
export const baseText = (figure: Pick<Figure, 'base' | 'baseKnown'>): string => (figure.baseKnown ? count(figure.base) : '–');

/** `5 件`, `–` where no monitor ran then, `5 件，10-16 起才有监测` where they began meanwhile. @param said the count, as it is to be written. */
export function beforeText(base: number, monitored: RiskMap['monitored'], said = count(base)): string {
	if (monitored.before === 'none') return '–';
	return monitored.before === 'all' ? m.riskmap_before_all({ count: said }) : m.riskmap_before_part({ count: said, since: (monitored.since ?? '').slice(5) });
}

/** One figure with all that is known about it, for the line under the pointer and for readers who listen. */
export function describe(name: string, figure: Figure, query: MapQuery, monitored: RiskMap['monitored']): string {
	return `${name}${m.common_colon()}${facts(figure, query, monitored)}`;
}

/** What is said where a layer has nothing to list. */
export const noneText = ({ measure }: Pick<MapQuery, 'measure'>, { monitored }: Pick<RiskMap, 'monitored'>): string =>
	measure !== 'warnings' ? m.riskmap_no_data_yet() : monitored.now === 'none' ? m.riskmap_unmonitored() : m.riskmap_new_none();

/** The same without the name, where it stands beside. */
export function facts(figure: Figure, query: MapQuery, monitored: RiskMap['monitored']): string {
	const parts: string[] = [];
	if (query.measure === 'warnings') {
		if (monitored.now === 'none') return m.riskmap_unmonitored();
		parts.push(m.riskmap_said_warnings({ count: count(figure.n) }));
		const some = levels.filter((_, i) => figure.levels[i]! > 0).map((level) => `${levelLabel(level)} ${figure.levels[levels.indexOf(level)]}`);
		if (some.length > 0) parts.push(some.join(' '));
		parts.push(m.riskmap_said_before({ count: beforeText(figure.base, monitored) }));
	} else if (query.measure === 'count' || query.measure === 'rate' || query.measure === 'change') {
		parts.push(m.riskmap_said_count({ kind: itemLabel(query.kind), count: count(figure.n) }));
		parts.push(figure.baseKnown ? m.riskmap_said_base({ count: count(figure.base), change: changeText(figure.change) }) : m.riskmap_said_base_unknown());
		if (figure.active > 0) parts.push(m.riskmap_said_rate({ active: count(figure.active), rate: rateText(figure.rawRate), shrunk: rateText(figure.rate) }));
	} else {
		parts.push(...columnsOf(query.measure).map((column) => `${column.label()} ${formatted(column.of(figure), column.format)}`));
	}
	if (figure.few) parts.push(m.riskmap_few());
	return parts.join(m.common_comma());
}

/** A place and, within the page's industry or one of its own, what of it is asked for. */
type Place = { readonly region: string; readonly industry?: string | null; readonly upTo: string | null; readonly exact: boolean };

/** The rows behind a figure of the map, its matrix or its lists; null where the figure is no number of rows. */
export function rowsBehindFigure(query: MapQuery, map: Pick<RiskMap, 'span' | 'baseSpan' | 'classMonth' | 'raisedSpan'>, place: Place, behind: Behind = 'all'): RowsQuery | null {
	const { measure } = query;
	const basis = basisOf[measure];
	const common = { kind: null, region: place.region, industry: place.industry === undefined ? query.industry : place.industry, level: null, exact: place.exact };
	const span = { from: map.span.from, to: place.upTo ?? map.span.to };
	if (behind === 'active') return { ...common, of: 'active', from: query.month, to: monthEnd(query.month) };
	if (behind === 'classes' || basis === 'classes') {
		return map.classMonth === null ? null : { ...common, of: 'classes', classes: behind === 'classified' ? null : 'CD', from: map.classMonth, to: monthEnd(map.classMonth) };
	}
	if (basis === 'inspections') return { ...common, of: 'visited', from: addMonths(query.month, -11), to: monthEnd(query.month) };
	if (basis === 'disposed') return { ...common, of: 'disposed', ...map.raisedSpan };
	if (basis === 'events') {
		const kind = { ...common, kind: query.kind };
		if (behind === 'month-ago') return { ...kind, from: addMonths(span.from, -1), to: sameDay(span.to, -1) };
		if (behind === 'year-ago') return { ...kind, from: yearBefore(span.from), to: sameDay(span.to, -12) };
		return { ...kind, ...span };
	}
	if (behind === 'month-ago') return { ...common, from: addMonths(map.raisedSpan.from, -1), to: sameDay(map.raisedSpan.to, -1) };
	if (behind === 'year-ago') return { ...common, from: yearBefore(map.raisedSpan.from), to: sameDay(map.raisedSpan.to, -12) };
	return { ...common, ...map.raisedSpan, level: behind === 'all' ? null : behind };
}

/** The address of the rows behind a unit's figure. */
export function unitRows(query: MapQuery, map: Pick<RiskMap, 'span' | 'baseSpan' | 'classMonth' | 'raisedSpan'>, unit: Pick<MapUnit, 'key' | 'upTo' | 'exact'>, behind: Behind = 'all'): string {
	const rows = rowsBehindFigure(query, map, { region: unit.key, upTo: unit.upTo, exact: unit.exact }, behind);
	return rows === null ? '' : rowsHref(rows);
}

/** An industry's name; what is unknown ('-') or goes across industries ('*') has none of its own. */
export const industryName = ({ key, name }: { readonly key: string; readonly name: string }): string =>
	key === '-' ? m.riskmap_industry_unknown() : key === '*' ? m.riskmap_industry_across() : name;

/** Sections, each followed by its divisions, under the names they are shown by. */
export const withDivisions = (sections: readonly IndustryFigure[]): readonly NamedFigure[] =>
	sections.flatMap((section) => [section, ...section.children.filter((child) => child.key !== section.key)]).map((one) => ({ ...one, name: industryName(one) }));

/** What makes a region or an industry high-risk (E2), in words. */
export function becauseText({ levels: [red, orange, yellow, blue], many, rawRate, whole }: Figure): string {
	return [
		...(many ? [m.riskmap_because_share({ share: formatted(rawRate, 'percent'), parent: formatted(whole ?? null, 'percent') })] : []),
		...(red + orange > 0 ? [m.riskmap_because_severe({ count: red + orange })] : []),
		...(yellow + blue > 0 ? [m.riskmap_because_minor({ count: yellow + blue })] : [])
	].join(m.common_comma());
}
