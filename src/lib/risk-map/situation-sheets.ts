import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { columnsOf } from './columns.ts';
import { heads, number, text, widths, type Sheet } from './sheet-cells.ts';
import { foundFigures, progressFigures } from './situation-figures.ts';
import { becauseText } from './show.ts';
import type { SnapshotContent } from './snapshot.ts';

/** What stands below the map as sheets: what is high by its rule, what rose, what is being done, what inspections found. */
export function situationSheets({ query, map, progress, today }: SnapshotContent): readonly Sheet[] {
	const grades = columnsOf('high-risk');
	const lists = [[m.riskmap_col_region(), map.highRisk.regions], [m.riskmap_col_industry(), map.highRisk.industries]] as const;
	const work = progressFigures(query, map, progress, today);
	const found = foundFigures(query, map);
	return [
		{
			sheet: m.riskmap_sheet_high_risk(),
			data: [
				heads([m.riskmap_sheet_list(), m.riskmap_sheet_code(), m.riskmap_sheet_name(), ...grades.map((column) => column.label()), m.riskmap_sheet_why()]),
				...lists.flatMap(([label, figures]) => figures.map((figure) => [
					text(label), text(figure.key), text(figure.name), ...grades.map((column) => number(column.of(figure), column.format)), text(becauseText(figure))
				]))
			],
			columns: widths(10, 10, 30, ...grades.map(() => 14), 60)
		},
		{
			sheet: m.riskmap_sheet_rises(),
			data: [
				heads([m.riskmap_sheet_code(), m.riskmap_col_region(), m.riskmap_sheet_code(), m.riskmap_col_industry(), itemLabel(query.kind), m.riskmap_col_year_ago(), m.riskmap_col_change(), m.riskmap_sheet_remark()]),
				...map.rises.map((rise) => [
					text(rise.region), text(rise.regionName), text(rise.industry), text(rise.industryName), number(rise.n, 'count'), number(rise.base, 'count'),
					number(rise.base > 0 ? (rise.n - rise.base) / rise.base : null, 'change'), text(rise.coverage ? m.riskmap_coverage_mark() : '')
				])
			],
			columns: widths(10, 24, 10, 30, 14, 14, 14, 24)
		},
		{
			sheet: m.riskmap_sheet_progress(),
			data: [
				heads([m.riskmap_sheet_figure(), m.riskmap_sheet_value()]),
				...[...work.steps, work.due, work.kept, work.keptShare, work.open, work.overdue].map((one) => [text(one.label), number(one.value, one.format)])
			],
			columns: widths(24, 14)
		},
		{
			sheet: m.riskmap_sheet_found(),
			data: [
				heads([m.riskmap_sheet_figure(), query.month.slice(0, 7), m.riskmap_found_month_whole(), m.riskmap_found_year_whole()]),
				...(['visits', 'found', 'undecided', 'rate'] as const).map((key) => [
					text(found.now[key].label), ...[found.now, found.month, found.year].map((of) => number(of[key].value, of[key].format))
				])
			],
			columns: widths(24, 14, 14, 14)
		}
	];
}
