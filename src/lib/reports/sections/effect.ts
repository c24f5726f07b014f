import { judgeableVisits } from '#lib/sampling/effect/outcomes.ts';
import { precisionOf } from '#lib/indicators/precision.ts';
import { decimals } from '#lib/risk-map/decimals.ts';
import { figure, type Section, type Table } from '../content.ts';
import type { EffectMaterial, Material, RateRow } from '../material.ts';
import { called, monthText } from '../period.ts';
import { newPen, share, type Pen } from '../write.ts';
import { sayVisits } from './work.ts';
import { composed, listed } from './section.ts';

type Both = { readonly material: Material; readonly effect: EffectMaterial };

const percent = (value: number): number => value * 100;
const rateTable = (key: string, title: string, label: string, rows: readonly RateRow[]): Table => ({
	key, title, note: `不足${judgeableVisits}户次的不作判断。`,
	columns: [{ label, kind: 'text' }, { label: '有结论', kind: 'number' }, { label: '发现问题', kind: 'number' }, { label: '问题发现率（%）', kind: 'number', digits: decimals.percent }],
	rows: rows.map(({ name, n, problems }) => [name, n, problems, share(problems, n)])
});

/** 企业信用风险分类结果: classes of active enterprises, an internal reference. */
export function classes({ effect }: Both): Section | null {
	if (effect.classes === null) return null;
	const { month, counts } = effect.classes;
	const pen = newPen();
	const all = counts.reduce((sum, { n }) => sum + n, 0);
	const some = counts.map(({ name, n }) => `${name}类${pen.put(figure(`class-${name}`, `${name}类企业`, n, '户'))}户（占${pen.put(figure(`class-${name}-share`, `${name}类占比`, share(n, all), '%'))}%）`);
	pen.say(`按${monthText(month)}分类结果，在业企业${pen.put(figure('classed', '已分类企业', all, '户'))}户，其中${some.join('、')}。分类结果仅作为配置监管资源的内部参考。`);
	return composed('classes', '企业信用风险分类结果', pen, [{
		key: 'classes', title: '在业企业分类结果', note: '', columns: [{ label: '类别', kind: 'text' }, { label: '户数', kind: 'number' }, { label: '占比（%）', kind: 'number', digits: decimals.percent }],
		rows: counts.map(({ name, n }) => [`${name}类`, n, share(n, all)])
	}]);
}

/** 问题发现率: by how a visit came about, class, level and indicator. */
export function rates({ material, effect }: Both): Section {
	const pen = newPen();
	sayVisits(pen, material.visits, called[material.period.kind].now);
	const { reference } = effect;
	if (reference.n >= judgeableVisits) pen.say(`作为对照的${reference.name}${pen.put(figure('reference', `${reference.name}有结论`, reference.n, '户次'))}户次，问题发现率${pen.put(figure('reference-share', `${reference.name}问题发现率`, share(reference.problems, reference.n), '%'))}%。`);
	sayRates(pen, 'arm', '按检查方式分', material.visits.arms);
	sayRates(pen, 'class', '按企业信用风险分类分', effect.byClass);
	sayRates(pen, 'level', '按触发检查的预警等级分', effect.byLevel.filter(({ name }) => name !== '无预警'));
	if (pen.composed.length === 0) pen.say(`${called[material.period.kind].now}没有有结论的检查，问题发现率无法计算。`);
	return composed('rates', '问题发现率', pen, [
		rateTable('rates-arm', '按检查方式', '检查方式', material.visits.arms), rateTable('rates-class', '按企业信用风险分类', '分类', effect.byClass),
		rateTable('rates-level', '按预警等级', '预警等级', effect.byLevel.some(({ name }) => name !== '无预警') ? effect.byLevel : []), rateTable('rates-indicator', '按监测指标', '监测指标', effect.byIndicator)
	].filter(({ rows }) => rows.length > 0));
}

function sayRates(pen: Pen, key: string, how: string, rows: readonly RateRow[]): void {
	const enough = rows.filter(({ n }) => n >= judgeableVisits);
	if (enough.length === 0) return;
	const some = enough.map(({ name, n, problems }, i) => `${name}${pen.put(figure(`${key}-${i}`, `${name}问题发现率`, share(problems, n), '%'))}%`);
	pen.say(`${how}，问题发现率：${some.join('、')}。`);
}

/** 监测指标准确率: of judged warnings, how many were right. */
export function precision({ effect }: Both): Section | null {
	if (effect.precision.length === 0) return null;
	const pen = newPen();
	const all = effect.precision.reduce((sum, one) => ({ confirmed: sum.confirmed + one.confirmed, refuted: sum.refuted + one.refuted }), { confirmed: 0, refuted: 0 });
	const judged = all.confirmed + all.refuted;
	const whole = precisionOf(all);
	if (whole === null) pen.say('截至编制日，尚无已销号并作出结论的预警，监测指标准确率无法计算。');
	else {
		pen.say(
			`截至编制日，累计有结论的预警${pen.put(figure('judged', '有结论的预警', judged))}件，属实${pen.put(figure('confirmed', '属实', all.confirmed))}件，准确率${pen.put(figure('precision', '准确率', percent(whole.share), '%'))}%`,
			`（95%置信区间${pen.put(figure('precision-low', '准确率下限', percent(whole.low), '%'))}%至${pen.put(figure('precision-high', '准确率上限', percent(whole.high), '%'))}%）。`
		);
		pen.put(figure('confidence', '置信水平', 95, '%'));
	}
	const table: Table = {
		key: 'precision', title: '各监测指标准确率', note: '“数据有误”不计入准确率。区间为95%置信区间。',
		columns: [
			{ label: '监测指标', kind: 'text' }, { label: '属实', kind: 'number' }, { label: '不属实', kind: 'number' }, { label: '数据有误', kind: 'number' }, { label: '在办', kind: 'number' },
			{ label: '准确率（%）', kind: 'number', digits: decimals.percent }, { label: '区间下限（%）', kind: 'number', digits: decimals.percent }, { label: '区间上限（%）', kind: 'number', digits: decimals.percent }
		],
		rows: effect.precision.map((one) => {
			const own = precisionOf(one);
			return [one.name, one.confirmed, one.refuted, one.data, one.open, ...(own === null ? [null, null, null] : [percent(own.share), percent(own.low), percent(own.high)])];
		})
	};
	return composed('precision', '监测指标准确率', pen, [table]);
}

/** 反向校验: do the results follow the order of the classes? */
export function backValidation({ effect }: Both): Section | null {
	const { verdict, pairs, classes: found } = effect.backValidation;
	if (found.length === 0) return null;
	const pen = newPen();
	const rate = (name: string) => {
		const row = found.find((one) => one.name === name);
		return row === undefined ? name : `${name}问题发现率${pen.put(figure(`back-${name}`, `${name}问题发现率（随机检查）`, share(row.problems, row.n), '%'))}%（${pen.put(figure(`back-${name}-n`, `${name}有结论（随机检查）`, row.n, '户次'))}户次）`;
	};
	const said = pairs.map(({ low, high }) => `${high}${rate(high).slice(high.length)}，${low}${rate(low).slice(low.length)}`);
	switch (verdict) {
		case 'holds':
			pen.say(`以随机检查结果校验，${said.join('；')}，高风险类别问题发现率明显更高，分类结果的排序得到检查结果支持。`);
			break;
		case 'reversed':
			pen.say(`以随机检查结果校验，下列类别次序与检查结果相反，且超出随机波动：${said.join('；')}。应对相应类别的分类依据进行复核，复核前不宜据此降低抽查比例。`);
			break;
		case 'flat':
			pen.say(`以随机检查结果校验，${said.join('；')}，各类别之间未见明显差异，分类结果对问题的区分作用尚不明显。`);
			break;
		case 'too-few':
			pen.say(`随机检查结果不足（每类至少${pen.put(figure('least', '每类最少户次', judgeableVisits, '户次'))}户次），暂不能对分类结果作出校验结论。`);
	}
	// Four lines of nothing are no table.
	return composed('back-validation', '反向校验', pen, found.some(({ n }) => n > 0) ? [rateTable('back-validation', '各类别随机检查结果', '类别', found)] : []);
}

/** 检查负担: visits avoided and merged. */
export function burden({ material, effect }: Both): Section {
	const { burden: b } = effect;
	const pen = newPen();
	const now = called[material.period.kind].now;
	if (b.planned > 0) pen.say(
		`${now}计划内检查${pen.put(figure('planned', '计划内检查', b.planned, '户次'))}户次，涉及企业${pen.put(figure('enterprises', '受检企业', b.enterprises, '户'))}户，户均${pen.put(figure('per-enterprise', '户均次数', b.planned / Math.max(1, b.enterprises), '次', decimals.expected))}次；线索核查${pen.put(figure('lead', '线索核查', b.lead, '户次'))}户次。`
	);
	const parts = [
		b.sparedEnterprises > 0 ? `对低风险企业不主动实施现场检查${pen.put(figure('spared', '不主动现场检查的企业', b.sparedEnterprises, '户'))}户，按通常比例估算少检查${pen.put(figure('spared-visits', '少检查（估算）', b.sparedVisits, '户次', decimals.expected))}户次` : '',
		b.recognised > 0 ? `结果互认${pen.put(figure('recognised', '结果互认', b.recognised, '户'))}户，估算减少检查${pen.put(figure('avoided', '减少检查（估算）', b.avoided, '户次', decimals.expected))}户次` : '',
		b.joined > 0 ? `“综合查一次”合并检查${pen.put(figure('joined', '合并检查', b.joined, '次'))}次${b.saved > 0 ? `，已减少上门${pen.put(figure('saved', '减少上门', b.saved, '次'))}次` : ''}` : ''
	].filter(Boolean);
	if (parts.length > 0) pen.say(`${parts.join('；')}。`);
	if (pen.composed.length === 0) pen.say(`${now}没有计划内检查记录，检查负担无法计算。`);
	return composed('burden', '检查负担', pen);
}

/** One section of several: 单列 needs this work as one section of its own. */
export const inOne = (key: string, title: string, parts: readonly (Section | null)[]): Section => {
	const sections = parts.filter((part) => part !== null);
	return {
		key, title, text: null, edited: null, typed: null,
		figures: sections.flatMap((part) => part.figures.map((one) => ({ ...one, key: `${part.key}.${one.key}`, label: one.label }))),
		composed: sections.flatMap((part) => part.composed.map((text, i) => (i === 0 ? `${listed([part.title])}方面。${text}` : text))),
		tables: sections.flatMap(({ tables }) => tables), charts: sections.flatMap(({ charts }) => charts)
	};
};
