import { decimals } from '#lib/risk-map/decimals.ts';
import { unlabelled } from '../charts/region-map.ts';
import { figure, type BoundaryChart, type Chart, type Table } from '../content.ts';
import { worstFirst, type Material, type PartRow, type RegionRow } from '../material.ts';
import { called, monthText } from '../period.ts';
import { changePercent, newPen, type Pen } from '../write.ts';
import { composed, isUnknown, levelColumns, listed, type Writer } from './section.ts';

/** So many of a list are named in words; the table has all. */
const named = 3;
/** So many bars are drawn; the table has all. */
const drawn = 15;
const regionTableTitle = '各地区预警和投诉举报';

/** 区域分布: where warnings are, and where they rise and why. */
export const regions: Writer = (material) => {
	if (material.regions.length === 0) return null;
	const pen = newPen();
	const rows = worstFirst(material.regions);
	sayMost(pen, material, rows, '地区');
	sayRisen(pen, material, rows, '地区');
	const table = regionTable(rows, material);
	if (pen.composed.length === 0 && isUnknown(table)) return null;
	if (pen.composed.length === 0) pen.say('各地区预警和投诉举报情况见下表。');
	return composed('regions', '区域分布', pen, [table], [...mapChart(material), ...rankingChart(rows)]);
};

/** 行业分布, with the region × industry cells that rose beyond chance. */
export const industries: Writer = (material) => {
	const pen = newPen();
	// Industries of which nothing was heard fill no line.
	const rows = worstFirst(material.industries.filter(({ warnings, warningsBefore, complaints, complaintsYearAgo }) => [warnings, warningsBefore, complaints, complaintsYearAgo].some((n) => (n ?? 0) > 0)));
	sayMost(pen, material, rows, '行业');
	sayRisen(pen, material, rows, '行业');
	sayRises(pen, material);
	if (rows.length === 0) return null;
	if (pen.composed.length === 0) pen.say('各行业预警和投诉举报情况见下表。');
	return composed('industries', '行业分布', pen, [partTable('industries', '各行业门类预警和投诉举报', '行业', rows, material), ...riseTable(material)]);
};

function sayMost(pen: Pen, { warnings }: Material, rows: readonly PartRow[], what: string): void {
	if (warnings.n === null || warnings.n === 0) return;
	const first = rows.filter(({ warnings: n }) => n !== null && n > 0).slice(0, named);
	if (first.length === 0) return;
	const key = what === '地区' ? 'region' : 'industry';
	const some = first.map(({ code, name, warnings: n, levels }) => {
		const grave = levels[0] + levels[1];
		return `${name}${pen.put(figure(`${key}-${code}`, `${name}预警`, n))}件${grave > 0 ? `（红色、橙色${pen.put(figure(`${key}-${code}-grave`, `${name}红色、橙色预警`, grave))}件）` : ''}`;
	});
	pen.say(`按最高等级和数量排序，风险预警较为集中的${what}依次为${listed(some)}。`);
}

/** Where more warnings came than in the period before, with the indicator behind most of them. */
function sayRisen(pen: Pen, { period }: Material, rows: readonly PartRow[], what: string): void {
	const more = (row: PartRow) => (row.warnings === null || row.warningsBefore === null ? 0 : row.warnings - row.warningsBefore);
	const risen = [...rows].filter((row) => more(row) > 0).sort((a, b) => more(b) - more(a) || (a.code < b.code ? -1 : 1)).slice(0, named);
	if (risen.length === 0) return;
	const key = what === '地区' ? 'region' : 'industry';
	const some = risen.map((row) => {
		const lead = row.lead === null ? '' : `，主要为“${row.lead.name}”${pen.put(figure(`${key}-${row.code}-lead`, `${row.name}“${row.lead.name}”预警`, row.lead.n))}件`;
		return `${row.name}增加${pen.put(figure(`${key}-${row.code}-more`, `${row.name}预警增加`, more(row)))}件${lead}`;
	});
	pen.say(`${called[period.kind].before}预警增加较多的${what}：${some.join('；')}。`);
}

function sayRises(pen: Pen, { rises, period }: Material): void {
	const market = rises.filter(({ coverage }) => !coverage).slice(0, named);
	const source = rises.filter(({ coverage }) => coverage).slice(0, named);
	const one = (prefix: string) => ({ regionName, industryName, month, n, base }: Material['rises'][number], i: number) =>
		`${regionName}${industryName}${period.kind === 'monthly' ? '' : `（${monthText(month)}）`}${pen.put(figure(`${prefix}-${i}`, `${regionName}${industryName}投诉举报（${monthText(month)}）`, n))}件，上年同期${pen.put(figure(`${prefix}-${i}-base`, `${regionName}${industryName}上年同期`, base))}件`;
	if (market.length > 0) pen.say(`投诉举报同比明显上升的地区和行业：${market.map(one('rise')).join('；')}。`);
	if (source.length > 0) pen.say(`另有数量上升但其间数据来源覆盖范围发生变化、不宜直接比较的：${source.map(one('coverage')).join('；')}。`);
}

function partTable(key: string, title: string, label: string, rows: readonly PartRow[], { period, warnings }: Material): Table {
	const before = period.kind === 'monthly' ? '上月预警' : period.kind === 'quarterly' ? '上季度预警' : '上年同期预警';
	return {
		key, title, note: warnings.n === null ? '本期尚未开展监测，未列预警。' : '',
		columns: [
			{ label: '代码', kind: 'code' }, { label, kind: 'text' }, ...levelColumns, { label: '预警合计', kind: 'number' }, { label: before, kind: 'number' },
			{ label: '投诉举报', kind: 'number' }, { label: '上年同期', kind: 'number' }, { label: '同比（%）', kind: 'number', digits: decimals.change }
		],
		rows: rows.map((row) => [
			row.code, row.name, ...row.levels.map((n) => (row.warnings === null ? null : n)), row.warnings, row.warningsBefore, row.complaints, row.complaintsYearAgo,
			changePercent(row.complaints, row.complaintsYearAgo)
		])
	};
}

function regionTable(rows: readonly RegionRow[], material: Material): Table {
	const table = partTable('regions', regionTableTitle, '地区', rows, material);
	return {
		...table,
		columns: [...table.columns, { label: '每千户投诉', kind: 'number', digits: decimals.rate }],
		rows: table.rows.map((row, i) => [...row, rows[i]!.rate]),
		note: [table.note, rows.some(({ late }) => late) ? '部分地区数据迟到，按已到数据计算，见“数据完整性”。' : ''].join('')
	};
}

function riseTable({ rises }: Material): readonly Table[] {
	if (rises.length === 0) return [];
	return [{
		key: 'rises', title: '投诉举报同比明显上升的地区和行业', note: '',
		columns: [
			{ label: '月份', kind: 'text' }, { label: '地区', kind: 'text' }, { label: '行业', kind: 'text' }, { label: '投诉举报', kind: 'number' }, { label: '上年同期', kind: 'number' },
			{ label: '覆盖变化', kind: 'text' }
		],
		rows: rises.map(({ month, regionName, industryName, n, base, coverage }) => [month.slice(0, 7), regionName, industryName, n, base, coverage ? '有' : '无'])
	}];
}

function mapChart({ regions: rows, warnings, approved }: Material): readonly Chart[] {
	const placed = rows.filter((row): row is RegionRow & { hex: NonNullable<RegionRow['hex']> } => row.hex !== null);
	if (placed.length < 2 || warnings.n === null || warnings.n === 0) return [];
	const numbers = `颜色越深预警越多。${listed(placed.map(({ name, warnings: n }) => `${name}${n === null ? '无数据' : `${n}件`}`))}。`;
	const common = { key: 'map', twin: 'regions', picture: null } as const;
	if (approved === null) {
		return [{
			...common, title: '预警区域分布示意图', alt: `示意图，六边形代表各地区，不表示行政区域界线，${numbers}`,
			data: { kind: 'hex', cells: placed.map(({ hex, warnings: n, levels, late }) => ({ name: hex.name, q: hex.q, r: hex.r, n, levels, late })) }
		}];
	}
	const { mapNumber, width, height } = approved;
	const data: BoundaryChart = {
		kind: 'boundaries', mapNumber, width, height, cells: placed.map(({ code, hex, warnings: n, levels, late }) => ({ ...approved.regions[code]!, name: hex.name, n, levels, late }))
	};
	const without = unlabelled(data);
	return [{
		...common, title: '预警区域分布图', alt: `地图，审图号${mapNumber}，${numbers}`, data,
		note: `审图号：${mapNumber}${without === 0 ? '' : `。图上有${without}个地区因位置不足未标注，数量见表“${regionTableTitle}”`}`
	}];
}

function rankingChart(rows: readonly RegionRow[]): readonly Chart[] {
	const some = rows.filter(({ warnings }) => warnings !== null && warnings > 0).slice(0, drawn);
	if (some.length < 2) return [];
	return [{
		key: 'ranking', title: '各地区预警排序', twin: 'regions', picture: null,
		alt: `条形图，按最高等级和数量排序：${listed(some.map(({ name, warnings }) => `${name}${warnings}件`))}。`,
		data: { kind: 'ranking', rows: some.map(({ name, levels }) => ({ name, levels })) }
	}];
}
