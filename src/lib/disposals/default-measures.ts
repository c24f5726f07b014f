import type { Measure, MeasureField } from './measure.ts';

const text = (key: string, label: string, labelEn: string, required = true): MeasureField => ({ key, label, labelEn, type: 'text', required, choices: [] });
const date = (key: string, label: string, labelEn: string, required = true): MeasureField => ({ key, label, labelEn, type: 'date', required, choices: [] });

/**
 * Our wording until the office has its own. 消费者权益保护法 art. 16: whoever supplies consumers keeps the law and what was agreed; 市场主体登记
 * 管理条例 art. 17: the applicant answers for what was handed in; 优化营商环境条例 art. 9: market entities keep the law.
 */
const basis = {
	complaint: '《中华人民共和国消费者权益保护法》第十六条',
	registration: '《中华人民共和国市场主体登记管理条例》第十七条',
	general: '《优化营商环境条例》第九条'
};
/** 市场监督管理行政处罚程序规定 art. 18: leads are looked into within fifteen working days, then it is decided whether a case is filed. */
const procedure = '《市场监督管理行政处罚程序规定》第十八条';
const everywhere = (words: string) => ({ complaint: words, registration: words, general: words });

const plain = { follow: 'none', sendTo: null, banned: [], offered: true, version: 0 } as const;

/** The measures that ship: 提醒、警示、约谈、检查, 移送 and 立案线索. The office changes, adds and stops measures on the page. */
export const defaultMeasures: readonly Measure[] = [
	{
		...plain, id: 'remind', name: '提醒', nameEn: 'Reminder', mark: '提', basis,
		fields: [text('request', '提醒事项', 'What they are reminded of'), date('reply-by', '回复期限', 'Answer by', false)],
		title: '关于{matter}的提醒函',
		body: [
			'本机关在日常监管工作中了解到：{facts}',
			'根据{basis}，现提醒你单位：{field:request}',
			'请于{field:reply-by}前将有关情况书面告知本机关。',
			'本函不影响你单位依法享有的权利。对上述情况有不同意见的，可以向本机关说明，并提供有关材料。'
		].join('\n')
	},
	{
		...plain, id: 'caution', name: '警示', nameEn: 'Caution', mark: '警', basis, banned: ['警告', '通报批评'],
		fields: [text('request', '整改要求', 'What is to be put right'), date('reply-by', '报告期限', 'Report by')],
		title: '关于{matter}的警示函',
		body: [
			'本机关在日常监管工作中了解到：{facts}',
			'根据{basis}，现予以警示，并要求你单位：{field:request}',
			'请于{field:reply-by}前将落实情况书面报告本机关。',
			'本函不属于行政处罚，不影响你单位依法享有的权利。对上述情况有不同意见的，可以向本机关说明，并提供有关材料。'
		].join('\n')
	},
	{
		...plain, id: 'interview', name: '约谈', nameEn: 'Interview', mark: '约', basis,
		fields: [
			date('day', '约谈日期', 'Day'), { ...text('time', '约谈时间', 'Time'), type: 'time' }, text('place', '约谈地点', 'Place'), text('who', '约谈对象', 'Who is asked to come'),
			text('topics', '约谈内容', 'Topics'), text('bring', '携带材料', 'What to bring', false), text('contact', '联系人及电话', 'Contact', false)
		],
		title: '关于{matter}的约谈通知书',
		body: [
			'本机关在日常监管工作中了解到：{facts}',
			'根据{basis}，现约请{field:who}于{field:day}{field:time}到{field:place}就以下内容进行约谈：{field:topics}',
			'请携带：{field:bring}',
			'如不能按时到场，请提前告知本机关。联系人及电话：{field:contact}'
		].join('\n')
	},
	{
		...plain, id: 'inspect', name: '检查', nameEn: 'Inspection', mark: null, follow: 'inspection', basis,
		fields: [text('matter', '检查内容', 'What to look at'), date('by', '完成期限', 'Done by')],
		title: '', body: ''
	},
	{
		...plain, id: 'transfer', name: '移送', nameEn: 'Transfer', mark: '移', sendTo: 'authority',
		basis: everywhere('《中华人民共和国行政处罚法》第二十二条'),
		fields: [
			text('authority', '受移送机关', 'Authority it goes to'), text('reason', '移送理由', 'Why it goes there'),
			text('materials', '移送材料', 'Materials', false), date('reply-by', '反馈期限', 'Answer by', false)
		],
		title: '关于移送{addressee}有关情况的函',
		body: [
			'本机关在日常监管工作中了解到，{addressee}（统一社会信用代码：{uscc}）有以下情况：{facts}',
			'{field:reason}',
			'根据{basis}，现将有关情况移送你单位依法处理。',
			'移送材料：{field:materials}',
			'请于{field:reply-by}前将处理情况函告本机关。'
		].join('\n')
	},
	{
		...plain, id: 'refer', name: '立案线索', nameEn: 'Lead for a case', mark: '线', sendTo: 'unit', basis: everywhere(procedure),
		fields: [
			text('unit', '承办机构', 'Unit in charge'), text('lead', '线索编号', 'Number of the lead'),
			text('suspicion', '涉嫌违法事项', 'Suspected breach'), text('materials', '随附材料', 'Materials', false)
		],
		title: '关于{addressee}有关线索的移交单',
		body: [
			'线索编号：{field:lead}。本机关在日常监管工作中了解到，{addressee}（统一社会信用代码：{uscc}）有以下情况：{facts}',
			'上述情况涉嫌：{field:suspicion}',
			'根据{basis}，现将线索移交你单位核查，并由负责人决定是否立案。',
			'随附材料：{field:materials}'
		].join('\n')
	}
];
