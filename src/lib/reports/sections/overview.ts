import { decimals } from '#lib/risk-map/decimals.ts';
import { figure, type Chart, type Table } from '../content.ts';
import { called, dayText, monthText, periodText } from '../period.ts';
import { changePercent, comparedText, newPen, type Pen } from '../write.ts';
import type { Material } from '../material.ts';
import { composed, listed, type Writer } from './section.ts';

/** 总体情况: the period in words. */
export const overview: Writer = (material) => {
	const pen = newPen();
	sayWarnings(pen, material);
	sayKinds(pen, material);
	sayWork(pen, material);
	return composed('overview', '总体情况', pen, [kindsTable(material), seriesTable(material)], seriesCharts(material));
};

/** @param key keeps the figures of several sections apart only by their section: it may repeat. */
export function sayWarnings(pen: Pen, { unit, period, warnings, monitored }: Material): void {
	const { now, before } = called[period.kind];
	if (warnings.n === null) {
		pen.say(`${periodText(period)}，${unit.place}尚未开展监测预警，无预警数据。`);
		return;
	}
	const since = monitored.now === 'part' && monitored.since !== null ? `（${dayText(monitored.since)}起开展监测）` : '';
	if (warnings.n === 0) {
		pen.say(`${now}${unit.place}未产生预警${since}。`);
		pen.put(figure('warnings', '新增预警', 0));
		return;
	}
	const [red, orange] = warnings.levels;
	const grave = [red > 0 ? `红色预警${pen.put(figure('red', '红色预警', red))}件` : '', orange > 0 ? `橙色预警${pen.put(figure('orange', '橙色预警', orange))}件` : ''].filter(Boolean);
	const compared = [
		comparedText(pen, { key: 'warnings', label: '新增预警', than: before, n: warnings.n, base: warnings.before }),
		period.kind === 'yearly' || period.kind === 'effect' ? '' : comparedText(pen, { key: 'warnings-year', label: '新增预警', than: '同比', n: warnings.n, base: warnings.yearAgo })
	].filter(Boolean);
	pen.say(
		`${now}${unit.place}共产生风险预警${pen.put(figure('warnings', '新增预警', warnings.n))}件${since}`,
		grave.length > 0 ? `，其中${grave.join('、')}` : '', compared.length > 0 ? `；${compared.join('，')}` : '', '。'
	);
}

function sayKinds(pen: Pen, { period, kinds }: Material): void {
	const { before } = called[period.kind];
	const known = kinds.filter(({ n }) => n !== null && n > 0);
	if (known.length === 0) return;
	const parts = known.map(({ kind, name, n, yearAgo, before: base }) => {
		const wanted = [
			period.kind === 'yearly' || period.kind === 'effect' ? '' : comparedText(pen, { key: `${kind}-before`, label: name, than: before, n, base }),
			comparedText(pen, { key: `${kind}-year`, label: name, than: '同比', n, base: yearAgo })
		].filter(Boolean);
		return `${name}${pen.put(figure(kind, name, n))}件${wanted.length > 0 ? `（${wanted.join('，')}）` : ''}`;
	});
	pen.say(`监测数据显示：${parts.join('；')}。`);
}

function sayWork(pen: Pen, { progress }: Material): void {
	const { fellDue, keptInTime, overdue, open } = progress;
	const parts = [
		fellDue > 0 ? `到期应处置预警${pen.put(figure('fell-due', '到期应处置', fellDue))}件，按期处置${pen.put(figure('kept', '按期处置', keptInTime))}件` : '',
		open > 0 ? `截至编制日在办预警${pen.put(figure('open', '在办预警', open))}件` : '',
		overdue > 0 ? `其中逾期${pen.put(figure('overdue', '逾期预警', overdue))}件` : ''
	].filter(Boolean);
	if (parts.length > 0) pen.say(`${parts.join('，')}。`);
}

const kindsTable = ({ kinds, period }: Material): Table => ({
	key: 'kinds', title: '主要监测数据', note: '',
	columns: [
		{ label: '类别', kind: 'text' }, { label: '数量', kind: 'number' },
		...(period.kind === 'monthly' || period.kind === 'quarterly'
			? ([{ label: period.kind === 'monthly' ? '上月' : '上季度', kind: 'number' }, { label: '环比（%）', kind: 'number', digits: decimals.change }] as const) : []),
		{ label: '上年同期', kind: 'number' }, { label: '同比（%）', kind: 'number', digits: decimals.change }
	],
	rows: kinds.map(({ name, n, before, yearAgo }) => [
		name, n, ...(period.kind === 'monthly' || period.kind === 'quarterly' ? [before, changePercent(n, before)] : []), yearAgo, changePercent(n, yearAgo)
	])
});

const seriesTable = ({ series }: Material): Table => ({
	key: 'series', title: '近十三个月走势', note: '“—”为当时尚无数据或尚未开展监测。',
	columns: [
		{ label: '月份', kind: 'text' }, { label: '预警', kind: 'number' }, { label: '预警（上年同月）', kind: 'number' }, { label: '投诉举报', kind: 'number' },
		{ label: '投诉举报（上年同月）', kind: 'number' }
	],
	rows: series.map(({ month, warnings, warningsYearAgo, complaints, complaintsYearAgo }) => [month.slice(0, 7), warnings, warningsYearAgo, complaints, complaintsYearAgo])
});

/** Two months at least, and not nothing in all of them: else there is no course of things to be seen. */
const isTold = (values: readonly (number | null)[]): boolean => values.filter((n) => n !== null).length > 1 && values.some((n) => (n ?? 0) > 0);

function seriesCharts({ series }: Material): readonly Chart[] {
	const chart = (key: string, what: string, of: (point: Material['series'][number]) => readonly [number | null, number | null]): Chart => {
		const points = series.map((point) => {
			const [n, before] = of(point);
			return { label: `${Number(point.month.slice(5, 7))}月`, n, before };
		});
		const last = series[series.length - 1];
		const told = points.map(({ n }, i) => (n === null ? '' : `${monthText(series[i]!.month)}${n}件`)).filter(Boolean);
		return {
			key, title: `${what}月度走势`, twin: 'series', picture: null, data: { kind: 'bars', unit: '件', points },
			alt: `柱状图：截至${last ? monthText(last.month) : ''}的十三个月${what}数量。${listed(told)}。`
		};
	};
	return [
		...(isTold(series.map(({ warnings }) => warnings)) ? [chart('warnings-by-month', '风险预警', ({ warnings, warningsYearAgo }) => [warnings, warningsYearAgo])] : []),
		...(isTold(series.map(({ complaints }) => complaints)) ? [chart('complaints-by-month', '投诉举报', ({ complaints, complaintsYearAgo }) => [complaints, complaintsYearAgo])] : [])
	];
}
