import type { Attributes } from './attributes.ts';
import type { Frame } from './frame.ts';
import { lateSource, oneAngryCustomer, prepaidRunaway, settledSchool, wave } from './incidents-complaints.ts';
import { addressCluster, movedOnce, oneManyHats, shellRing, spanOf } from './incidents-register.ts';
import type { Expectation, Incident, Plot } from './plot.ts';

/** One planted incident as tests and people read it. Days are `YYYY-MM-DD`, both included. */
export type Planted = {
	readonly id: string;
	readonly title: string;
	/** `now` runs until yesterday, `past` is over, `decoy` must raise nothing of its own, `late` must be held. */
	readonly role: Incident['role'];
	readonly from: string;
	readonly to: string;
	readonly uscc: readonly string[];
	readonly expect: readonly Expectation[];
};

/** Everything that is planted, in the order in which the cast stands in the register. */
export function incidents(frame: Frame): Incident[] {
	return [
		prepaidRunaway(frame),
		addressCluster(frame, { id: 'address-cluster', county: '320583', members: 60, from: 20, to: 1, role: 'now' }),
		shellRing(frame),
		oneManyHats(frame),
		wave(frame, {
			id: 'catering-wave', title: '徐州市餐饮业投诉上升', prefix: '3203', division: 'H62', item: '食品安全', factor: 3.2, from: 13, to: 1, role: 'now'
		}),
		lateSource(frame),
		oneAngryCustomer(frame),
		movedOnce(frame),
		addressCluster(frame, { id: 'settled-address', county: '321181', members: 22, from: 33, to: 24, role: 'past' }),
		settledSchool(frame),
		wave(frame, {
			id: 'settled-wave', title: '扬州市居民服务业投诉上升（已回落）', prefix: '3210', division: 'O80', item: '预付卡', factor: 12, from: 32, to: 25, role: 'past'
		}),
		wave(frame, {
			id: 'blinded-wave', title: '盐城市零售业投诉上升，数据中断后挂起', prefix: '3209', division: 'F52', item: '售后服务', factor: 4.5, from: 15, to: 7, role: 'late'
		})
	];
}

/** The list of what was planted, with the codes of the enterprises concerned. */
export function plantedList(list: readonly Incident[], plot: Plot, attributes: Attributes): Planted[] {
	return list.map((incident) => ({
		id: incident.id,
		title: incident.title,
		role: incident.role,
		...spanOf(incident),
		uscc: (plot.castOf.get(incident.id) ?? []).map((i) => attributes.uscc(i)),
		expect: incident.expect
	}));
}
