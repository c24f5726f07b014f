import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { levels } from '#lib/warnings/levels.ts';
import { itemLabel, levelLabel } from '#lib/warnings/labels.ts';
import type { Figure } from './figures.ts';
import { rowsHref, yearBefore, type MapQuery, type Measure } from './query.ts';
import type { MapUnit, RiskMap } from './risk-map.server.ts';
import { judgeable, judgeableChange } from './small-cells.ts';
import { amountScale, changeScale, type Scale, type ScaleWord, type Step } from './scale.ts';

export const count = (value: number): string => value.toLocaleString(getLocale());
export const rateText = (value: number | null): string =>
	value === null ? '–' : value.toLocaleString(getLocale(), { minimumFractionDigits: value < 10 ? 2 : 1, maximumFractionDigits: value < 10 ? 2 : 1 });

/** `+12%`, `−3%`, `0%`; beyond threefold the factor says more: `×4.2`. */
export function changeText(change: number | null): string {
	if (change === null) return '–';
	if (change > 2) return `×${(change + 1).toLocaleString(getLocale(), { maximumFractionDigits: 1 })}`;
	const percent = Math.round(change * 100);
	return percent > 0 ? `+${percent}%` : percent < 0 ? `−${-percent}%` : '0%';
}

/** A figure as its measure writes it. */
export function valueText(figure: Figure, measure: Measure): string {
	if (figure.value === null) return '–';
	// What can be recomputed by hand is shown; the shrunken rate colours and ranks.
	return measure === 'rate' ? rateText(figure.rawRate) : measure === 'change' ? changeText(figure.change) : count(figure.n);
}

export const measureLabels: Readonly<Record<Measure, () => string>> = {
	warnings: m.riskmap_measure_warnings,
	count: m.riskmap_measure_count,
	rate: m.riskmap_measure_rate,
	change: m.riskmap_measure_change
};

/** What is coloured, in words: `投诉举报：每千户`. */
export function measureTitle(query: MapQuery): string {
	const measure = measureLabels[query.measure]();
	return query.measure === 'warnings' ? measure : m.riskmap_measure_of_kind({ kind: itemLabel(query.kind), measure });
}

/** The rule that ranks, said under the list. */
export function rankRule(measure: Measure): string {
	switch (measure) {
		case 'warnings':
			return m.riskmap_rule_warnings();
		case 'count':
			return m.riskmap_rule_count();
		case 'rate':
			return m.riskmap_rule_rate({ enterprises: judgeable.enterprises, expected: judgeable.expected });
		case 'change':
			return m.riskmap_rule_change({ events: judgeableChange });
	}
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
	'rose-much': m.riskmap_scale_rose_much
};
export const scaleWord = (word: ScaleWord): string => words[word]();

/**
 * The scale of these figures; what has too few to judge does not stretch it. `byArea` where areas are drawn by count: the ink is
 * then shared out over what is seen, not over how many pieces it has.
 */
export function scaleOf(figures: readonly Figure[], measure: Measure, byArea = false): Scale {
	if (measure === 'change') return changeScale;
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

/** `5 件`, `–` where no monitor ran then, `5 件，10-16 起才有监测` where they began meanwhile. */
export function beforeText(base: number, monitored: RiskMap['monitored']): string {
	if (monitored.before === 'none') return '–';
	return monitored.before === 'all' ? m.riskmap_before_all({ count: count(base) }) : m.riskmap_before_part({ count: count(base), since: (monitored.since ?? '').slice(5) });
}

/** One figure with all that is known about it, for the line under the pointer and for readers who listen. */
export function describe(name: string, figure: Figure, query: MapQuery, monitored: RiskMap['monitored']): string {
	return `${name}${m.common_colon()}${facts(figure, query, monitored)}`;
}

/** The same without the name, where it stands beside. */
export function facts(figure: Figure, query: MapQuery, monitored: RiskMap['monitored']): string {
	const parts: string[] = [];
	if (query.measure === 'warnings') {
		if (monitored.now === 'none') return m.riskmap_unmonitored();
		parts.push(m.riskmap_said_warnings({ count: count(figure.n) }));
		const some = levels.filter((_, i) => figure.levels[i]! > 0).map((level) => `${levelLabel(level)} ${figure.levels[levels.indexOf(level)]}`);
		if (some.length > 0) parts.push(some.join(' '));
		parts.push(m.riskmap_said_before({ count: beforeText(figure.base, monitored) }));
	} else {
		parts.push(m.riskmap_said_count({ kind: itemLabel(query.kind), count: count(figure.n) }));
		parts.push(figure.baseKnown ? m.riskmap_said_base({ count: count(figure.base), change: changeText(figure.change) }) : m.riskmap_said_base_unknown());
		if (figure.active > 0) parts.push(m.riskmap_said_rate({ active: count(figure.active), rate: rateText(figure.rawRate), shrunk: rateText(figure.rate) }));
	}
	if (figure.few) parts.push(m.riskmap_few());
	return parts.join(m.common_comma());
}

/** The rows behind a unit's figure, and behind the figure it is compared with. */
export function unitRows(query: MapQuery, map: Pick<RiskMap, 'span' | 'baseSpan'>, unit: Pick<MapUnit, 'key' | 'upTo' | 'exact'>, level: string | null = null): string {
	return rowsHref({
		kind: query.measure === 'warnings' ? null : query.kind,
		region: unit.key,
		industry: query.industry,
		from: map.span.from,
		to: unit.upTo ?? map.span.to,
		level,
		exact: unit.exact
	});
}

export function unitBaseRows(query: MapQuery, map: Pick<RiskMap, 'span' | 'baseSpan'>, unit: Pick<MapUnit, 'key' | 'upTo' | 'exact'>): string {
	const to = unit.upTo === null ? map.baseSpan.to : yearBefore(unit.upTo);
	return rowsHref({
		kind: query.measure === 'warnings' ? null : query.kind,
		region: unit.key, industry: query.industry, from: map.baseSpan.from, to, level: null, exact: unit.exact
	});
}
