import { figure, type Table } from '../content.ts';
import { called, dayText } from '../period.ts';
import { newPen } from '../write.ts';
import { composed, listed, type Writer } from './section.ts';

const levelWord = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' } as const;

/** 数据完整性: late sources and changed coverage are said, and so is that nothing is missing. */
export const completeness: Writer = ({ snapshot, heard, unit, late, coverage, period, regions }) => {
	const pen = newPen();
	if (!heard) {
		pen.say(`${unit.place}尚无数据来源，${called[period.kind].now}没有可供统计的数据；缺失数据不按零计算。`);
		return composed('completeness', '数据完整性', pen);
	}
	const stands = snapshot.upTo === null ? '统计数据尚未生成' : `投诉举报等统计数据完整至${dayText(snapshot.upTo)}`;
	const missing = late.filter(({ knownTo }) => knownTo === null);
	const behind = late.filter(({ knownTo }) => knownTo !== null);
	pen.say(
		stands, snapshot.upTo !== null && snapshot.upTo < period.to ? `，未达到本期末（${dayText(period.to)}），以上数字只反映已到数据` : '',
		late.length === 0 && regions.length > 0 ? '，各地区均按时报送' : '', '。'
	);
	if (behind.length > 0) pen.say(`数据迟到的地区${pen.put(figure('late', '数据迟到的地区', behind.length, '个'))}个：${listed(behind.map(({ name, knownTo }) => `${name}（数据至${dayText(knownTo!)}）`))}。缺失数据不按零计算。`);
	if (missing.length > 0) pen.say(`尚无数据来源或本期数据未到的地区${pen.put(figure('missing', '无数据的地区', missing.length, '个'))}个：${listed(missing.map(({ name }) => name))}。`);
	if (coverage.length > 0) {
		const some = coverage.map(({ sourceName, changeOn, factor, confirmed }, i) =>
			`“${sourceName}”自${dayText(changeOn)}起报送量为此前的${pen.put(figure(`coverage-${i}`, `“${sourceName}”覆盖变化`, Math.round(factor * 10) / 10, '倍', 1))}倍${confirmed ? '（已确认为覆盖范围变化）' : '（待确认）'}`);
		pen.say(`数据来源覆盖范围变化：${some.join('；')}。同比数据应结合此变化理解。`);
	}
	return composed('completeness', '数据完整性', pen);
};

const mostHigh = 4;
/** How far ahead the desk's verb looked. */
const span = { monthly: '一个月', quarterly: '三个月', yearly: '一年', effect: '一年' } as const;

/** 下一步关注: what is open, grave or about to fall due. */
export const ahead: Writer = ({ ahead: { dueNext, severe }, highRisk, progress, rises, heard, late, period }) => {
	const pen = newPen();
	const { next } = called[period.kind];
	if (severe.length > 0) pen.say(`持续关注尚未处置的红色、橙色预警（见下表，共列${pen.put(figure('severe', '尚未处置的红色、橙色预警', severe.length))}件），逐件跟进核查进展。`);
	if (progress.overdue > 0) pen.say(`督促办理逾期预警${pen.put(figure('overdue', '逾期预警', progress.overdue))}件。`);
	if (dueNext > 0) pen.say(`编制日起${span[period.kind]}内有${pen.put(figure('due-next', '将到期的预警办理事项', dueNext))}件预警办理事项到期，各单位应提前安排。`);
	const last = highRisk.months[highRisk.months.length - 1]?.month;
	const high = [...highRisk.regions, ...highRisk.industries].filter(({ grade, month }) => grade === 'high' && month === last).slice(0, mostHigh).map(({ name }) => name);
	if (high.length > 0) pen.say(`对风险程度为“高”的${listed(high)}，结合实际组织定向抽查或专项检查。`);
	const market = rises.filter(({ coverage }) => !coverage);
	if (market.length > 0) pen.say(`重点观察${listed([...new Set(market.slice(0, 3).map(({ regionName, industryName }) => `${regionName}${industryName}`))])}的投诉举报走势，必要时组织定向抽查或专项检查。`);
	if (!heard) pen.say('尽快接入数据来源，数据到达后开展监测。');
	else if (late.length > 0) pen.say(`督促数据迟到的地区尽快补报，补报后对受影响日期重新研判。`);
	if (pen.composed.length === 0) pen.say(`目前无逾期和未处置的红色、橙色预警，${next}按常规开展监测。`);
	const table: Table = {
		key: 'severe', title: '尚未处置的红色、橙色预警', note: '',
		columns: [{ label: '预警编号', kind: 'code' }, { label: '等级', kind: 'text' }, { label: '监测指标', kind: 'text' }, { label: '地区和行业', kind: 'text' }, { label: '预警日期', kind: 'text' }],
		rows: severe.map(({ number, level, indicator, place, raisedOn }) => [number, levelWord[level], indicator, place, raisedOn])
	};
	return composed('ahead', period.kind === 'monthly' || period.kind === 'quarterly' ? `${next}关注` : '下一步工作', pen, severe.length > 0 ? [table] : []);
};
