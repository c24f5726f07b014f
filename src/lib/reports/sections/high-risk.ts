import { decimals } from '#lib/risk-map/decimals.ts';
import { manyTimes } from '#lib/risk-map/high-risk.ts';
import { judgeable } from '#lib/risk-map/small-cells.ts';
import { cellText } from '../cell-text.ts';
import { figure, type Chart, type Column, type Table } from '../content.ts';
import type { Material, RiskRow } from '../material.ts';
import { called, monthText } from '../period.ts';
import { newPen, shownNumber, type Pen } from '../write.ts';
import { composed, listed, type Writer } from './section.ts';

/** So many of a list are named in words; the table has all. */
const named = 5;
/** So many lines are drawn; the table has all. */
const drawn = 15;

/** Names of the grades, as the map says them. */
export const gradeWord: Readonly<Record<RiskRow['grade'], string>> = { high: '高', raised: '较高', watch: '关注' };

type Part = { readonly key: 'region' | 'industry'; readonly what: string; readonly rows: readonly RiskRow[] };
/** A region that is not divided further has no regions to rank. */
const partsOf = ({ highRisk, regions }: Material): readonly Part[] => [
	...(regions.length === 0 ? [] : [{ key: 'region', what: '地区', rows: highRisk.regions } as const]), { key: 'industry', what: '行业', rows: highRisk.industries }
];

/** Whether shares of classes are shown: the sentence of H1 then stands in the paper. */
export const showsShares = (material: Material): boolean => partsOf(material).some(({ rows }) => withShares(rows));
const withShares = (rows: readonly RiskRow[]): boolean => rows.some(({ share }) => share !== null);

/** 重点关注地区和行业: what stands out by classes and warnings together (E2), with the rule that makes it so. */
export const highRisk: Writer = (material) => {
	const { months } = material.highRisk;
	const pen = newPen();
	if (months.every(({ classMonth, monitored }) => classMonth === null && !monitored)) {
		pen.say(`${called[material.period.kind].now}没有可供综合判断的分类和预警数据。`);
		return composed('high-risk', title, pen);
	}
	const parts = partsOf(material);
	const graded = parts.filter(({ rows }) => rows.some(({ grade }) => grade !== 'watch'));
	const known = knownOf(material);
	for (const [i, part] of graded.entries()) sayGraded(pen, part, material, i === 0 ? known : called[material.period.kind].now);
	const none = parts.filter((part) => !graded.includes(part));
	if (none.length > 0) sayNone(pen, none, months.some(({ monitored }) => monitored), graded.length === 0 ? known : called[material.period.kind].now);
	sayBasis(pen, material);
	const shown = parts.filter(({ rows }) => rows.length > 0);
	if (shown.length > 0) sayRule(pen, material);
	return composed('high-risk', title, pen, shown.map((part) => tableOf(part, material)), shown.flatMap(chartOf));
};
const title = '重点关注地区和行业';

/** How a first sentence begins: by what it was judged. */
function knownOf({ highRisk: { months }, period }: Material): string {
	const { now } = called[period.kind];
	if (!months.some(({ monitored }) => monitored)) return `${now}尚未开展监测，只按分类判断，`;
	return months.some(({ classMonth }) => classMonth !== null) ? `综合分类和预警，${now}` : `${now}没有可用的企业信用风险分类，只按预警判断，`;
}

function sayGraded(pen: Pen, part: Part, { period }: Material, begin: string): void {
	const { key, what, rows } = part;
	const alone = period.kind === 'monthly';
	const sentences = (['high', 'raised'] as const).flatMap((grade) => {
		const some = rows.filter((row) => row.grade === grade);
		if (some.length === 0) return [];
		const n = pen.put(figure(`${key}-${grade}`, `风险程度“${gradeWord[grade]}”的${what}`, some.length, '个'));
		const names = some.slice(0, named).map((row) => `${row.name}（${[...(alone ? [] : [since(pen, key, row)]), ...because(pen, key, row)].join('，')}）`);
		return [`风险程度为“${gradeWord[grade]}”的${what}${n}个：${names.join('；')}${some.length > named ? '等' : ''}。`];
	});
	const watch = watched(pen, [part]);
	pen.say(begin, ...sentences, watch === '' ? '' : `另有${watch}。`);
}

function sayNone(pen: Pen, parts: readonly Part[], monitored: boolean, begin: string): void {
	const watch = watched(pen, parts);
	const what = parts.map((part) => part.what).join('和');
	if (monitored) pen.say(`${begin}没有风险程度为“高”或“较高”的${what}`, watch === '' ? '。' : `；${watch}。`);
	else pen.say(begin, watch === '' ? `没有需要重点关注的${what}。` : `${watch}。`);
}

/** 3个月，最近为2026年9月; of a single one its name. */
const since = (pen: Pen, key: string, { code, name, grade, months, month }: RiskRow): string =>
	months === 1 ? monthText(month) : `${pen.put(figure(`${key}-${code}-months`, `${name}风险程度“${gradeWord[grade]}”的月数`, months, '个月'))}个月，最近为${monthText(month)}`;

/** The figures that met the rule, as the map names them. */
function because(pen: Pen, key: string, { code, name, many, share, whole, severe, minor }: RiskRow): readonly string[] {
	const put = (suffix: string, label: string, value: number | null, unit: string) => pen.put(figure(`${key}-${code}-${suffix}`, `${name}${label}`, value, unit));
	return [
		...(many ? [`C、D类占比${put('share', 'C、D类占比', share, '%')}%，整体${put('whole', 'C、D类占比（整体）', whole, '%')}%`] : []),
		...(severe > 0 ? [`红色、橙色预警${put('severe', '红色、橙色预警', severe, '件')}件`] : []),
		...(minor > 0 ? [`黄色、蓝色预警${put('minor', '黄色、蓝色预警', minor, '件')}件`] : [])
	];
}

function watched(pen: Pen, parts: readonly Part[]): string {
	const some = parts.flatMap(({ key, what, rows }) => {
		const n = rows.filter(({ grade }) => grade === 'watch').length;
		return n === 0 ? [] : [`${what}${pen.put(figure(`${key}-watch`, `风险程度“关注”的${what}`, n, '个'))}个`];
	});
	return some.length === 0 ? '' : `列为“关注”的${some.join('、')}，见下表`;
}

/** Which classes the months stood on, and what was not known of them. */
function sayBasis(pen: Pen, { highRisk: { months } }: Material): void {
	const blind = months.filter(({ classMonth }) => classMonth === null);
	const mute = months.filter(({ monitored }) => !monitored);
	const those = (some: typeof months, key: string, label: string) =>
		some.length <= 3 ? listed(some.map(({ month }) => monthText(month))) : `其中${pen.put(figure(key, label, some.length, '个月'))}个月`;
	const last = months[months.length - 1]!;
	if (blind.length > 0 && blind.length < months.length) pen.say(`${those(blind, 'without-classes', '没有分类的月份')}没有可用的企业信用风险分类，只按预警判断。`);
	else if (months.length === 1 && last.classMonth !== null && last.classMonth !== last.month) pen.say(`企业信用风险分类取自${monthText(last.classMonth)}。`);
	if (mute.length > 0 && mute.length < months.length) pen.say(`${those(mute, 'unmonitored', '未开展监测的月份')}尚未开展监测，只按分类判断。`);
}

function sayRule(pen: Pen, material: Material): void {
	const monthly = material.period.kind === 'monthly';
	if (!showsShares(material)) {
		pen.say('规则由本系统设定：有红色或橙色预警的为“较高”；仅有黄色或蓝色预警的为“关注”。');
		return;
	}
	pen.say(
		`规则由本系统设定：C、D类占比达到整体的${pen.put(figure('many-times', '占比偏高的界限（整体的倍数）', manyTimes, '倍', 2))}倍以上（占比偏高）且${monthly ? '本月' : '当月'}有红色或橙色预警的为“高”；`,
		'有红色或橙色预警，或占比偏高且有黄色或蓝色预警的为“较高”；占比偏高或仅有黄色、蓝色预警的为“关注”。', monthly ? '' : '各地区和行业按期内最重的等级列示，数字为最近一个达到该等级的月份的。'
	);
}

/** The part of the rule that a line met. */
export function metRule({ many, severe, minor }: Pick<RiskRow, 'many' | 'severe' | 'minor'>): string {
	if (many) return severe > 0 ? '占比偏高，有红橙预警' : minor > 0 ? '占比偏高，有黄蓝预警' : '占比偏高';
	return severe > 0 ? '有红橙预警' : '仅有黄蓝预警';
}

function tableOf({ key, what, rows }: Part, { period }: Material): Table {
	const over: readonly Column[] = period.kind === 'monthly' ? [] : [{ label: '最近月份', kind: 'text' }, { label: '月数', kind: 'number' }];
	return {
		key: `high-risk-${key}`, title: `重点关注${what}`,
		note: withShares(rows) ? `占比按实际户数列示；判断用向整体收缩后的占比，不足${judgeable.enterprises}户的不判断。` : '',
		columns: [
			{ label: '代码', kind: 'code' }, { label: what, kind: 'text' }, { label: '风险程度', kind: 'text' }, ...over, { label: '符合的规则', kind: 'text' },
			{ label: 'C、D类占比（%）', kind: 'number', digits: decimals.percent }, { label: '整体占比（%）', kind: 'number', digits: decimals.percent }, { label: '红橙预警', kind: 'number' }, { label: '黄蓝预警', kind: 'number' }
		],
		rows: rows.map((row) => [
			row.code, row.name, gradeWord[row.grade], ...(period.kind === 'monthly' ? [] : [row.month.slice(0, 7), row.months]), metRule(row), row.share, row.share === null ? null : row.whole, row.severe, row.minor
		])
	};
}

/** A picture writes what the table writes. */
const drawnShare = (share: number | null): number | null => (share === null ? null : shownNumber(share, decimals.percent));

function chartOf({ key, what, rows }: Part): readonly Chart[] {
	const some = rows.slice(0, drawn);
	if (some.length < 2 || !withShares(rows)) return [];
	return [{
		key: `high-risk-${key}-chart`, title: `重点关注${what}：C、D类占比和预警`, twin: `high-risk-${key}`, picture: null,
		alt: `条形图，按风险程度排序，横条为C、D类占比，竖线为判断偏高的界限：${listed(some.map(({ name, grade, share }) => `${name}${gradeWord[grade]}${share === null ? '' : `${cellText(share, decimals.percent)}%`}`))}。`,
		data: { kind: 'risk', rows: some.map(({ name, grade, share, whole, severe, minor }) => ({ name, grade, share: drawnShare(share), whole: share === null ? null : drawnShare(whole), severe, minor })) }
	}];
}
