import { m } from '#lib/messages/messages.js';
import { heads, number, text, widths, type Sheet } from '#lib/risk-map/sheet-cells.ts';
import type { Part } from './class-flow.server.ts';
import { endLabel, monthText, shiftLabels } from './class-words.ts';
import { cohortMeasureLabels, cohortName } from './cohort-words.ts';
import { ages } from './cohorts.ts';
import { partName, type ClassContent, type CohortContent, type StructureContent } from './kept.ts';
import { countOf, ends, highShare, shifts } from './moves.ts';

/** Percent of a share from 0 to 1, as sheets hold it. */
const percent = (share: number | null) => number(share === null ? null : share * 100, 'percent');

/** All figures of a page of structure as sheets. */
export const structureSheets = (content: StructureContent): readonly Sheet[] => (content.of === 'classes' ? classSheets(content) : cohortSheets(content));

function classSheets({ figures: { moves, regions, industries, shares } }: ClassContent): readonly Sheet[] {
	const parts = (sheet: string, label: string, list: readonly Part[]): Sheet => ({
		sheet,
		data: [
			heads([m.riskmap_sheet_code(), label, m.structure_classified(), m.structure_high(), ...shifts.map((shift) => shiftLabels[shift]())]),
			...list.map((part) => [
				text(part.key), text(partName(part)), number(part.balance.now, 'count'), percent(highShare(part.balance.nowBy)), ...shifts.map((shift) => number(part.balance.byShift[shift], 'count'))
			])
		],
		columns: widths(10, 30, 14, 14, ...shifts.map(() => 14))
	});
	return [
		{
			sheet: m.structure_matrix(),
			data: [
				heads([m.structure_then_now(), ...ends.map((to) => endLabel(to, 'to'))]),
				...ends.map((from) => [text(endLabel(from, 'from')), ...ends.map((to) => number(from === 'none' && to === 'none' ? null : countOf(moves, from, to), 'count'))])
			],
			columns: widths(14, ...ends.map(() => 14))
		},
		...(regions.length > 0 ? [parts(m.structure_by_region(), m.structure_region(), regions)] : []),
		parts(m.structure_by_industry(), m.structure_industry_word(), industries),
		{
			sheet: m.structure_shares_sheet(),
			data: [
				heads([m.structure_month(), ...['A', 'B', 'C', 'D'].map((value) => m.structure_class({ value })), m.structure_high()]),
				...shares.map(({ month, by }) => [text(month.slice(0, 7)), ...by.map((n) => number(n, 'count')), percent(highShare(by))])
			],
			columns: widths(12, 14, 14, 14, 14, 14)
		}
	];
}

function cohortSheets({ query, figures }: CohortContent): readonly Sheet[] {
	const { reach, cohorts, curve, parent, parts } = figures;
	const what = cohortMeasureLabels[query.measure]();
	return [
		{
			sheet: m.structure_triangle(),
			data: [
				heads([m.structure_cohort(), m.structure_founded(), ...ages.flatMap((age) => [`${what} ${m.structure_age({ months: age })}`, `${m.structure_age({ months: age })} %`]), m.riskmap_sheet_remark()]),
				...cohorts.map((cohort) => [
					text(cohortName(cohort, query.by)), number(cohort.founded, 'count'), ...cohort.cells.flatMap(({ n, share }) => [number(n, 'count'), percent(share)]),
					text(cohort.few && cohort.founded > 0 ? m.structure_few_short() : '')
				])
			],
			columns: widths(22, 14, ...ages.flatMap(() => [18, 14]), 10)
		},
		{
			sheet: m.structure_survival(),
			data: [
				heads([m.structure_age_word(), m.structure_survival(), m.structure_at_risk(), m.structure_ended_then(), ...(parent ? [parent.name ?? m.common_nation()] : [])]),
				...curve.map((point) => [
					number(point.age, 'count'), percent(point.share), number(point.atRisk, 'count'), number(point.ended, 'count'),
					...(parent ? [percent(parent.curve.find(({ age }) => age === point.age)?.share ?? null)] : [])
				])
			],
			columns: widths(10, 14, 14, 18, 14)
		},
		...(parts.length === 0 ? [] : [{
			sheet: m.structure_by_region(),
			data: [
				heads([m.riskmap_sheet_code(), m.structure_region(), m.structure_founded(), m.structure_ended_share(), m.structure_bad_share()]),
				...parts.map((part) => [text(part.key), text(partName(part)), number(part.founded, 'count'), percent(part.ended), percent(part.bad)])
			],
			columns: widths(10, 30, 14, 14, 14)
		}]),
		...(reach === null ? [] : [{ sheet: m.structure_reach_sheet(), data: [[text(m.structure_span({ from: monthText(reach.first), to: monthText(reach.last) }))]], columns: widths(40) }])
	];
}
