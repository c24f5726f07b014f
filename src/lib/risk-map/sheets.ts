import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { columnsOf, shownOf, type FigureColumn } from './columns.ts';
import { ranked } from './figures.ts';
import { groupFigures, measureOfGroups } from './group-figures.ts';
import type { NamedFigure } from './industry-figures.ts';
import type { MapUnit } from './map-units.ts';
import { matrixFigures } from './matrix.ts';
import type { MapQuery } from './query.ts';
import { heads, number, text, widths, type Sheet } from './sheet-cells.ts';
import { industryName, trendShare, trendTitle, withDivisions } from './show.ts';
import { situationSheets } from './situation-sheets.ts';
import { measureOfSmallMaps, smallMapName } from './small-maps.ts';
import type { SmallMap } from './small-maps.server.ts';
import type { SnapshotContent } from './snapshot.ts';

type Listed = NamedFigure & Partial<Pick<MapUnit, 'late' | 'knownTo' | 'unsourced'>>;

/** What a reader of the figure has to know beside it. */
const remarkOf = ({ few, late, knownTo, unsourced }: Listed): string =>
	[few ? m.riskmap_few() : '', unsourced ? m.riskmap_unsourced() : late ? m.riskmap_late_of({ day: knownTo ?? '–' }) : ''].filter((part) => part !== '').join('；');

function listSheet(sheet: string, nameLabel: string, nameWidth: number, figures: readonly Listed[], columns: readonly FigureColumn[]): Sheet {
	const data = [
		heads([m.riskmap_sheet_code(), nameLabel, ...columns.map((column) => column.label()), m.riskmap_sheet_remark()]),
		...figures.map((figure) => [
			text(figure.key), text(figure.name), ...columns.map((column) => number(column.of(figure), column.format)), text(remarkOf(figure))
		])
	];
	return { sheet, data, columns: widths(10, nameWidth, ...columns.map(() => 14), 20) };
}

/** The maps side by side: regions down, maps across. */
function smallMapsSheet(query: MapQuery, maps: readonly SmallMap[]): Sheet {
	const { of, format } = shownOf(measureOfSmallMaps(query.measure));
	const units = maps[0]?.units ?? [];
	const unitsOf = maps.map((one) => new Map(one.units.map((unit) => [unit.key, unit])));
	return {
		sheet: m.riskmap_view_multiples(),
		data: [
			heads([m.riskmap_sheet_code(), m.riskmap_col_region(), ...maps.map(smallMapName)]),
			[null, text(m.riskmap_multiples_count()), ...maps.map((one) => number(one.total, 'count'))],
			...units.map(({ key, name }) => [
				text(key), text(name), ...unitsOf.map((byKey) => { const unit = byKey.get(key); return number(unit ? of(unit) : null, format); })
			])
		],
		columns: widths(10, 24, ...maps.map(() => 14))
	};
}

/** All figures of a snapshot as sheets. */
export function sheetsOf(content: SnapshotContent): readonly Sheet[] {
	const { query, map, series, beside, smallMaps, groups } = content;
	const columns = columnsOf(query.measure);
	const inOrder = <T extends NamedFigure>(figures: readonly T[]): readonly T[] => {
		const byKey = new Map(figures.map((figure) => [figure.key, figure]));
		return ranked(figures, query.measure).map((figure) => byKey.get(figure.key)!);
	};
	const grouped = groups ? groupFigures(query, map, groups) : [];
	const matrix = map.matrix;
	const cells = matrix === null ? [] : matrixFigures(matrix, query.measure);
	const cellColumn = shownOf(query.measure);
	const nameOf = new Map(map.units.map((unit) => [unit.key, unit.name]));
	return [
		listSheet(m.riskmap_sheet_regions(), m.riskmap_col_region(), 24, inOrder(map.units), columns),
		...(beside ? [listSheet(`${m.riskmap_sheet_regions()} ${query.compare!.slice(0, 7)}`, m.riskmap_col_region(), 24, inOrder(beside.units), columns)] : []),
		...(smallMaps ? [smallMapsSheet(query, smallMaps)] : []),
		listSheet(m.riskmap_sheet_industries(), m.riskmap_col_industry(), 36, inOrder(withDivisions(map.industries)), columns),
		...(map.eventIndustries ? [listSheet(m.riskmap_sheet_events(), m.riskmap_sheet_of_kind({ kind: itemLabel(query.kind) }), 36, withDivisions(map.eventIndustries), columnsOf('change'))] : []),
		...(grouped.length > 0 ? [listSheet(m.riskmap_sheet_groups(), m.riskmap_col_industry(), 36, grouped, columnsOf(measureOfGroups(query, map)!))] : []),
		...(matrix === null
			? []
			: [{
					sheet: m.riskmap_sheet_matrix(),
					data: [
						heads([m.riskmap_sheet_code(), m.riskmap_col_region(), ...matrix.columns.map((column) => `${column.key} ${industryName(column)}`)]),
						...matrix.rows.map((key, r) => [
							text(key), text(nameOf.get(key) ?? key), ...matrix.columns.map((_, c) => number(cellColumn.of(cells[r * matrix.columns.length + c]!), cellColumn.format))
						])
					],
					columns: widths(10, 24, ...matrix.columns.map(() => 12))
				}]),
		{
			sheet: m.riskmap_sheet_trend(),
			data: [
				heads([m.riskmap_month(), trendTitle(query)]),
				...series.map((point) => {
					const { value, format } = trendShare(point);
					return [text(point.month.slice(0, 7)), number(value, format)];
				})
			],
			columns: widths(12, 24)
		},
		...situationSheets(content)
	];
}
