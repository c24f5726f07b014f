import { decimals } from '#lib/risk-map/decimals.ts';
import { judgeableLead } from '#lib/risk-map/figures.ts';
import { figure, type Table } from '../content.ts';
import type { Material } from '../material.ts';
import { called } from '../period.ts';
import { newPen, share, type Pen } from '../write.ts';
import { composed, levelColumns, listed, type Writer } from './section.ts';

const named = 5;

/** 预警情况: by level and indicator. */
export const warnings: Writer = ({ warnings: { n, levels }, indicators, period }) => {
	if (n === null || n === 0) return null;
	const pen = newPen();
	const words = ['红色', '橙色', '黄色', '蓝色'] as const;
	const some = levels.flatMap((count, i) => (count > 0 ? [`${words[i]}${pen.put(figure(`level-${i}`, `${words[i]}预警`, count))}件`] : []));
	pen.say(`${called[period.kind].now}预警按等级分：${some.join('、')}。`);
	const first = indicators.slice(0, named).map(({ name, n: count }, i) => `“${name}”${pen.put(figure(`indicator-${i}`, `“${name}”预警`, count))}件`);
	if (first.length > 0) pen.say(`按监测指标分，较多的为${listed(first)}。`);
	const table: Table = {
		key: 'indicators', title: '各监测指标预警', note: '', columns: [{ label: '监测指标', kind: 'text' }, ...levelColumns, { label: '合计', kind: 'number' }],
		rows: indicators.map(({ name, levels: own, n: count }) => [name, ...own, count])
	};
	return composed('warnings', '预警情况', pen, [table]);
};

/** 处置和时限: what was done about them, kept in time or overdue. */
export const disposal: Writer = (material) => {
	const { progress, desks, period } = material;
	const pen = newPen();
	const raised = progress.waiting + progress.working + progress.disposed + progress.closed;
	if (raised > 0) {
		const parts = [
			progress.waiting > 0 ? `待签收${pen.put(figure('waiting', '待签收', progress.waiting))}件` : '',
			progress.working > 0 ? `核查中${pen.put(figure('working', '核查中', progress.working))}件` : '',
			progress.disposed > 0 ? `已处置${pen.put(figure('disposed', '已处置', progress.disposed))}件` : '',
			progress.closed > 0 ? `已销号${pen.put(figure('closed', '已销号', progress.closed))}件` : ''
		].filter(Boolean);
		pen.say(`截至编制日，${called[period.kind].now}产生的预警中，${parts.join('，')}。`);
	}
	if (progress.fellDue > 0) {
		const kept = share(progress.keptInTime, progress.fellDue);
		pen.say(
			`${called[period.kind].now}到期应处置${pen.put(figure('fell-due', '到期应处置', progress.fellDue))}件，按期处置${pen.put(figure('kept', '按期处置', progress.keptInTime))}件，按期率${pen.put(figure('kept-share', '按期处置率', kept, '%'))}%。`
		);
	}
	if (progress.overdue > 0) pen.say(`目前逾期未办${pen.put(figure('overdue', '逾期未办', progress.overdue))}件，应抓紧办理。`);
	if (pen.composed.length === 0) return null;
	const table: Table = {
		key: 'desks', title: '各单位办理情况', note: '按期数与应办数均为本期产生的预警；逾期为截至编制日。',
		columns: [
			{ label: '单位', kind: 'text' }, { label: '预警', kind: 'number' }, { label: '按期签收', kind: 'number' }, { label: '应签收', kind: 'number' },
			{ label: '按期处置', kind: 'number' }, { label: '应处置', kind: 'number' }, { label: '逾期', kind: 'number' }
		],
		rows: desks.map((one) => [one.departmentName, one.raised, one.acknowledgedInTime, one.acknowledgeDue, one.disposedInTime, one.disposeDue, one.overdue])
	};
	return composed('disposal', '处置和时限', pen, desks.length > 0 ? [table] : []);
};

/** 检查情况: inspections and what they found. */
export const inspections: Writer = ({ visits, period }) => {
	const pen = newPen();
	sayVisits(pen, visits, called[period.kind].now);
	if (pen.composed.length === 0) return null;
	const table: Table = {
		key: 'visits', title: '检查结果', note: '“有结论”不含待后续处理和结果无法识别的检查。',
		columns: [{ label: '检查方式', kind: 'text' }, { label: '有结论', kind: 'number' }, { label: '发现问题', kind: 'number' }, { label: '问题发现率（%）', kind: 'number', digits: decimals.percent }],
		rows: visits.arms.map(({ name, n, problems }) => [name, n, problems, share(problems, n)])
	};
	return composed('inspections', '检查情况', pen, [table]);
};

export function sayVisits(pen: Pen, visits: Material['visits'], now: string): void {
	const { n, problems, undecided, unknown } = visits;
	if (n + undecided + unknown === 0) return;
	const rest = [
		undecided > 0 ? `待后续处理${pen.put(figure('undecided', '待后续处理', undecided, '户次'))}户次` : '',
		unknown > 0 ? `结果无法识别${pen.put(figure('unknown', '结果无法识别', unknown, '户次'))}户次` : ''
	].filter(Boolean);
	const found = n === 0 ? '' : `，发现问题${pen.put(figure('problems', '发现问题', problems, '户次'))}户次，问题发现率${pen.put(figure('problem-share', '问题发现率', share(problems, n), '%'))}%`;
	pen.say(`${now}有结论的检查${pen.put(figure('visits', '有结论的检查', n, '户次'))}户次${found}${rest.length > 0 ? `；另有${rest.join('、')}，未计入` : ''}。`);
}

/** So many are needed for a first and a last decile: of fewer these are single cases. Ours. */
export const judgeableDeciles = 10;

/** 前置时间: from occurrence to warning to disposal; the middle, and over more than a month the range, each only of enough. */
export const leadTimes: Writer = ({ desks, leads, period }) => {
	if (leads.toWarn.n === 0) return null;
	const pen = newPen();
	const days = (key: string, label: string, value: number) => pen.put(figure(key, label, value, '天'));
	const parts = leadSteps.flatMap(([key, what]) => {
		const { n, least, half, most } = leads[key];
		if (n < judgeableLead || half === null) return [];
		const range = period.kind === 'monthly' || n < judgeableDeciles || least === null || most === null || least === most
			? '' : `（八成在${days(`${key}-least`, `${what}（首个十分位）`, least)}天至${days(`${key}-most`, `${what}（末个十分位）`, most)}天之间）`;
		return [`${what}的中位时间为${days(`${key}-half`, `${what}（中位）`, half)}天${range}`];
	});
	if (parts.length > 0) pen.say(`${parts.join('；')}。`);
	else pen.say(`${called[period.kind].now}预警不足${pen.put(figure('enough', '判断中位时间的最少件数', judgeableLead))}件，前置时间不作判断。`);
	const disposed = desks.flatMap(({ toDispose: { n, half } }) => (n < judgeableLead || half === null ? [] : [half]));
	if (disposed.length > 1) pen.say(`各单位从预警到处置的中位时间在${days('desks-least', '从预警到处置（最短单位）', Math.min(...disposed))}天至${days('desks-most', '从预警到处置（最长单位）', Math.max(...disposed))}天之间。`);
	const table = leadTable(desks);
	return composed('lead-times', '前置时间', pen, table === null ? [] : [table]);
};

const leadSteps = [['toWarn', '从发生到预警'], ['toAcknowledge', '从预警到签收'], ['toDispose', '从预警到处置']] as const;

function leadTable(desks: Material['desks']): Table | null {
	const number = (label: string) => ({ label, kind: 'number', digits: decimals.days }) as const;
	const rows = desks.filter(({ toWarn }) => toWarn.n > 0).map((one) => [
		one.departmentName, one.toWarn.n, ...leadSteps.flatMap(([key]) => [one[key].n < judgeableLead ? null : one[key].half, one[key].n < judgeableDeciles ? null : one[key].most])
	]);
	if (rows.every((row) => row.slice(2).every((cell) => cell === null))) return null;
	return {
		key: 'lead-times', title: '前置时间（天）',
		note: `中位数为半数预警不超过的时间，不足${judgeableLead}件的不列；九成数为九成预警不超过的时间，不足${judgeableDeciles}件的不列。`,
		columns: [
			{ label: '单位', kind: 'text' }, { label: '预警（件）', kind: 'number' }, number('发生至预警中位数'), number('九成数'), number('预警至签收中位数'), number('九成数'), number('预警至处置中位数'),
			number('九成数')
		],
		rows
	};
}
