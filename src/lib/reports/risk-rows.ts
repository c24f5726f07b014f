import { riskGrades } from '#lib/risk-map/high-risk.ts';
import type { NamedFigure } from '#lib/risk-map/industry-figures.ts';
import type { RiskRow } from './material.ts';

type MonthRanking = { readonly month: string; readonly figures: readonly NamedFigure[] };

/**
 * What stood out in the months of a period, each by the worst it came to and the newest month of that. Worst first, then what stayed so in
 * more months, then in the order of the newest month's list: of one month it is the map's own list.
 *
 * @param rankings the map's lists, oldest month first.
 */
export function riskRows(rankings: readonly MonthRanking[]): readonly RiskRow[] {
	const rows = new Map<string, RiskRow>();
	for (const { month, figures } of [...rankings].reverse()) {
		for (const figure of figures) {
			const { key, name, grade = 'none', many = false, rawRate, whole = null, levels: [red, orange, yellow, blue] } = figure;
			if (grade === 'none') continue;
			const known = rows.get(key);
			const order = known === undefined ? 1 : worse(grade) - worse(known.grade);
			if (known !== undefined && order === 0) rows.set(key, { ...known, months: known.months + 1 });
			// What is worse in an older month takes the place of what was less bad since, with its figures.
			if (order > 0) {
				rows.set(key, {
					code: key, name, grade, month, months: 1, many, share: rawRate, whole, severe: red + orange, minor: yellow + blue
				});
			}
		}
	}
	return [...rows.values()].sort((a, b) => worse(b.grade) - worse(a.grade) || b.months - a.months);
}

const worse = (grade: RiskRow['grade']): number => riskGrades.indexOf(grade);
