import type { Kysely } from 'kysely';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { columnsOf, shownOf, type FigureColumn } from './columns.ts';
import type { Figure } from './figures.ts';
import { ranked } from './figures.ts';
import { matrixFigures } from './matrix.ts';
import { rankRule } from './rank-rule.ts';
import { situation } from './sentence.ts';
import { heads, number, text, widths, type Sheet } from './sheet-cells.ts';
import { situationSheets } from './situation-sheets.ts';
import type { MapUnit } from './map-units.ts';
import { industryName, measureTitle, trendTitle } from './show.ts';
import { spacedId } from './snapshot-id.ts';
import type { SnapshotContent } from './snapshot.ts';
import { citeSnapshot, readSnapshot } from './snapshots.server.ts';

type Listed = Figure & { readonly name: string } & Partial<Pick<MapUnit, 'late' | 'knownTo' | 'unsourced'>>;

/** What a reader of the figure has to know beside it. */
const remarkOf = ({ few, late, knownTo, unsourced }: Listed): string =>
	[few ? m.riskmap_few() : '', unsourced ? m.riskmap_unsourced() : late ? m.riskmap_late_of({ day: knownTo ?? '–' }) : ''].filter((part) => part !== '').join('；');

function list(figures: readonly Listed[], columns: readonly FigureColumn[], nameLabel: string): SheetData {
	return [
		heads([m.riskmap_sheet_code(), nameLabel, ...columns.map((column) => column.label()), m.riskmap_sheet_remark()]),
		...figures.map((figure) => [
			text(figure.key), text(figure.name), ...columns.map((column) => number(column.of(figure), column.format)), text(remarkOf(figure))
		])
	];
}

/** All figures of a snapshot as sheets. */
export function sheetsOf(content: SnapshotContent, about: readonly (readonly [string, string])[]) {
	const { query, map, series } = content;
	const columns = columnsOf(query.measure);
	const inOrder = <T extends Figure & { readonly name: string }>(figures: readonly T[]): readonly T[] => {
		const byKey = new Map(figures.map((figure) => [figure.key, figure]));
		return ranked(figures, query.measure).map((figure) => byKey.get(figure.key)!);
	};
	const industries = map.industries.flatMap((section) => [section, ...section.children.filter((child) => child.key !== section.key)]).map((one) => ({ ...one, name: industryName(one) }));
	const matrix = map.matrix;
	const cells = matrix === null ? [] : matrixFigures(matrix, query.measure);
	const cellColumn = shownOf(query.measure);
	const nameOf = new Map(map.units.map((unit) => [unit.key, unit.name]));
	const sheets: readonly Sheet[] = [
		{ sheet: m.riskmap_sheet_about(), data: about.map(([label, said]) => [text(label, true), text(said)]), columns: widths(16, 100) },
		{ sheet: m.riskmap_sheet_regions(), data: list(inOrder(map.units), columns, m.riskmap_col_region()), columns: widths(10, 24, ...columns.map(() => 14), 20) },
		{ sheet: m.riskmap_sheet_industries(), data: list(inOrder(industries), columns, m.riskmap_col_industry()), columns: widths(10, 36, ...columns.map(() => 14), 20) },
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
				...series.map((point) => [text(point.month.slice(0, 7)), number(point.n === null ? null : point.of === undefined ? point.n : (point.n / point.of) * 100, point.of === undefined ? 'count' : 'percent')])
			],
			columns: widths(12, 24)
		},
		...situationSheets(content)
	];
	return sheets.map((sheet, i) => ({ ...sheet, stickyRowsCount: i === 0 ? 0 : 1 }));
}

/** Figures of a snapshot as a workbook that says what it shows, until when, by which rule, under which id, and who took it when (H2). */
export async function exportSnapshot(
	db: Kysely<DB>, actor: Actor, id: string, now: Date
): Promise<{ readonly ok: true; readonly fileName: string; readonly file: Buffer } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const found = await readSnapshot(db, actor, id);
	if (!found.ok) return found;
	const { content } = found.snapshot;
	const { query, map, progress } = content;
	const [regions, industryTree] = await Promise.all([loadRegions(db), loadIndustries(db)]);
	const place = regions.fullName(query.region);
	const industry = query.industry === null ? '' : industryTree.name(query.industry);
	const title = `${place}${industry ? ` ${industry}` : ''} ${query.month.slice(0, 7)} ${measureTitle(query)}`;
	const late = [...new Set(map.units.filter((unit) => unit.late).map((unit) => m.riskmap_late_list({ name: unit.group ?? unit.name, day: unit.knownTo ?? '–' })))].join('、');
	const sheets = sheetsOf(content, [
		[m.riskmap_sheet_place(), `${place}${industry ? ` · ${industry}` : ''}`],
		[m.riskmap_month(), query.month.slice(0, 7)],
		[m.riskmap_sheet_what(), measureTitle(query)],
		[m.riskmap_sheet_situation(), situation({ place: `${regions.name(query.region)}${industry}`, kind: query.kind, map, progress })],
		[m.riskmap_sheet_complete(), map.upTo ?? '–'],
		...(late === '' ? [] : [[m.riskmap_late(), late] as const]),
		[m.riskmap_sheet_rule(), rankRule(query.measure)],
		[m.riskmap_snapshot({ id: '' }).trim(), spacedId(found.snapshot.id)],
		[m.riskmap_sheet_exported(), m.riskmap_sheet_exported_by({ name: `${actor.displayName}（${actor.name}）`, at: `${dayOf(now)} ${timeOf(now)}` })],
		[m.riskmap_sheet_use(), `${m.riskmap_sheet_internal()}；${m.common_class_notice()}。`]
	]);
	const file = await writeXlsxFile(sheets).toBuffer();
	await citeSnapshot(db, found.snapshot.id);
	await db.transaction().execute((trx) =>
		audit(trx, actor, { action: 'figures.export', objectKind: 'figure_snapshot', objectId: found.snapshot.id, detail: { region: query.region, month: query.month, measure: query.measure } })
	);
	return { ok: true, fileName: `${title} ${found.snapshot.id}.xlsx`, file };
}
