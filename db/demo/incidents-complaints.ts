import type { Frame } from './frame.ts';
import { castId, daysAgo, type CastMember } from './population.ts';
import { countiesUnder, type Incident, type PlannedEvent } from './plot.ts';
import { below, pick, type Random } from './random.ts';

const prepaidTexts = [
	'办理年卡后门店停业，电话无人接听，要求退还余额',
	'预付卡余额未退，门店贴出“装修升级”告示后一直未开门',
	'私教课程未上完，教练全部离职，门店不予退费',
	'充值活动后次日闭店，工作人员失联',
	'要求退还会员卡剩余金额，商家以负责人不在为由拖延'
] as const;

/** Complaints over the days, more towards the end. */
function rising(random: Random, total: number, from: number, to: number): number[] {
	const days: number[] = [];
	for (let k = 0; k < total; k++) days.push(from + Math.floor(Math.sqrt(random()) * (to - from + 1)));
	return days.sort((a, b) => a - b);
}

/** A fitness chain sells cards, stops answering and closes: 320412, R8930, siblings next door. */
export function prepaidRunaway(frame: Frame): Incident {
	const id = 'prepaid-runaway';
	const random = frame.stream(id);
	const [from, to] = [daysAgo(frame, 12), daysAgo(frame, 1)];
	const more = Math.sqrt(frame.factor);
	const brand = '朔澜';
	const shops = [
		['320412', '健身管理有限公司', 78], ['320412', '健身服务有限公司湖塘店', 26], ['320412', '健身服务有限公司遥观店', 17], ['320412', '健身服务有限公司雪堰店', 14],
		['320412', '体育发展有限公司', 11], ['320404', '健身服务有限公司钟楼店', 4], ['320402', '健身服务有限公司天宁店', 3]
	] as const;
	const cast = shops.map(([county, name], k): CastMember => ({
		county,
		industry: 'R8930',
		established: daysAgo(frame, 1400 - 130 * k),
		name: `常州市${brand}${name}`,
		person: `${id} person`,
		phone: `${id} phone`,
		risk: 1.8
	}));
	const events = (indices: readonly number[]): PlannedEvent[] => {
		const planned: PlannedEvent[] = [];
		indices.forEach((enterprise, k) => {
			const [county, , complaints] = shops[k]!;
			// Next door it begins when the shops at home have closed.
			for (const day of rising(random, Math.round(complaints * more), county === '320412' ? from : daysAgo(frame, 5), to)) {
				planned.push({ kind: 'complaint', item: '预付卡', enterprise, day, delay: random() < 0.9 ? 0 : 1, content: { description: pick(random, prepaidTexts) } });
			}
			// The quiet years before: a complaint now and then.
			for (let n = 0; n < 5; n++) planned.push({ kind: 'complaint', enterprise, day: daysAgo(frame, 60 + below(random, 700)) });
		});
		const shop = (k: number) => indices[k] as number;
		return planned.concat([
			{ kind: 'change', item: 'legal-representative', enterprise: shop(0), day: daysAgo(frame, 19), delay: 0, person: castId(`${id} nominee`) },
			{ kind: 'cancellation', enterprise: shop(5), day: daysAgo(frame, 9), delay: 0 },
			{ kind: 'abnormal-list', item: '通过登记的住所（经营场所）无法联系', enterprise: shop(1), day: daysAgo(frame, 5), delay: 0 },
			{ kind: 'abnormal-list', item: '通过登记的住所（经营场所）无法联系', enterprise: shop(2), day: daysAgo(frame, 3), delay: 0 }
		]);
	};
	return {
		id, role: 'now', from, to, cast, events, waves: [], silences: [],
		title: '武进区健身连锁预付卡集中投诉并出现闭店迹象',
		expect: [
			{ indicator: 'enterprise-complaint-rise', regionPrefix: '320412', industry: 'R89' },
			{ indicator: 'prepaid-card-risk', regionPrefix: '320412', industry: 'R89' },
			{ indicator: 'complaint-surge', regionPrefix: '320412', industry: 'R89' }
		]
	};
}

/** A whole city complains about a trade. */
export function wave(
	frame: Frame,
	options: { id: string; title: string; prefix: string; division: string; item: string; factor: number; from: number; to: number; role: Incident['role'] }
): Incident {
	const [from, to] = [daysAgo(frame, options.from), daysAgo(frame, options.to)];
	return {
		id: options.id, role: options.role, title: options.title, from, to,
		cast: [], events: () => [], silences: [],
		waves: [
			{ kind: 'complaint', counties: countiesUnder(frame, options.prefix), division: frame.divisions.indexOf(options.division), from, to, factor: options.factor, item: options.item }
		],
		expect: [{ indicator: 'complaint-surge', regionPrefix: options.prefix, industry: options.division }]
	};
}

/** One school's parents complain for ten days; it was settled. */
export function settledSchool(frame: Frame): Incident {
	const id = 'settled-school';
	const random = frame.stream(id);
	const [from, to] = [daysAgo(frame, 33), daysAgo(frame, 24)];
	const cast: CastMember[] = [{ county: '320507', industry: 'P8391', established: daysAgo(frame, 1700), risk: 1.3 }];
	return {
		id, role: 'past', from, to, cast, waves: [], silences: [],
		title: '培训机构退费纠纷（已化解）',
		events: ([enterprise]) =>
			rising(random, Math.round(38 * Math.sqrt(frame.factor)), from, to).map((day) => ({
				kind: 'complaint', item: '合同', enterprise: enterprise as number, day, delay: 0, content: { description: '培训课程退费比例争议' }
			})),
		expect: [{ indicator: 'enterprise-complaint-rise', regionPrefix: '320507' }]
	};
}

/** One angry customer writes on every channel every day: one complaint, not thirty. */
export function oneAngryCustomer(frame: Frame): Incident {
	const id = 'one-angry-customer';
	const random = frame.stream(id);
	const [from, to] = [daysAgo(frame, 11), daysAgo(frame, 1)];
	const cast: CastMember[] = [{ county: '321202', industry: 'F5299', established: daysAgo(frame, 2100), risk: -0.4 }];
	const channels = ['全国12315平台', '12345热线转办', '来电'] as const;
	return {
		id, role: 'decoy', from, to, cast, waves: [], silences: [],
		title: '同一消费者多渠道重复投诉同一企业',
		events: ([enterprise]) =>
			rising(random, 28, from, to).map((day, k) => ({
				kind: 'complaint', item: '售后服务', enterprise: enterprise as number, day, delay: 0,
				complainant: `${id}`, content: { channel: channels[k % 3], description: '同一台家电的维修争议' }
			})),
		expect: []
	};
}

/** A city's complaint source has delivered nothing for six days. */
export function lateSource(frame: Frame): Incident {
	const from = daysAgo(frame, 6);
	return {
		id: 'late-source', role: 'late', from, to: daysAgo(frame, 1),
		cast: [], events: () => [], waves: [],
		title: '盐城市投诉举报数据六日未到',
		silences: [{ kind: 'complaint', counties: countiesUnder(frame, '3209'), from }],
		expect: []
	};
}
