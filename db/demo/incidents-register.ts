import { dayText, type Frame } from './frame.ts';
import { castId, daysAgo, type CastMember } from './population.ts';
import type { Incident, PlannedEvent } from './plot.ts';
import { below, pick } from './random.ts';

const tradeClasses = ['F5199', 'F5299', 'L7299', 'L7212', 'I6490', 'M7519', 'F5191', 'I6510'] as const;
const none = { waves: [], silences: [] } as const;

function classesOf(frame: Frame, wanted: readonly string[]): string[] {
	const known = new Set(frame.classes.flat());
	return wanted.filter((key) => known.has(key));
}

function registrations(indices: readonly number[], cast: readonly CastMember[]): PlannedEvent[] {
	return indices.map((enterprise, k) => ({ kind: 'registration', enterprise, day: (cast[k] as CastMember).established, delay: 0 }));
}

/** Days of an episode, working days only as offices register on working days. */
function workingDays(frame: Frame, from: number, to: number): number[] {
	const days = frame.days.filter((facts) => facts.number >= from && facts.number <= to && !facts.off).map((facts) => facts.number);
	return days.length > 0 ? days : [to];
}

/** Dozens of companies at one address within three weeks. */
export function addressCluster(frame: Frame, options: { id: string; county: string; members: number; from: number; to: number; role: 'now' | 'past' }): Incident {
	const { id, county, members, role } = options;
	const [from, to] = [daysAgo(frame, options.from), daysAgo(frame, options.to)];
	const random = frame.stream(id);
	const days = workingDays(frame, from, to);
	const classes = classesOf(frame, tradeClasses);
	const cast = Array.from({ length: members }, (_, k): CastMember => ({
		county,
		industry: pick(random, classes),
		established: days[Math.floor((k * days.length) / members)] as number,
		address: `${id} address`,
		// Every fourth company belongs to one of a handful of people; the rest to nominees.
		...(k % 4 === 0 ? { person: `${id} person ${k % 20}` } : {}),
		...(k % 3 === 0 ? { phone: `${id} phone` } : {}),
		risk: 0.6
	}));
	return {
		id, role, from, to, cast, ...none,
		title: `同一地址集中登记 ${members} 户`,
		events: (indices) => registrations(indices, cast),
		expect: [{ indicator: 'shared-address', regionPrefix: county }]
	};
}

/** One person registers companies in several districts of a city. */
export function oneManyHats(frame: Frame): Incident {
	const id = 'one-person';
	const [from, to] = [daysAgo(frame, 24), daysAgo(frame, 2)];
	const days = workingDays(frame, from, to);
	const random = frame.stream(id);
	const counties = ['320613', '320613', '320612', '320614', '320613'] as const;
	const classes = classesOf(frame, tradeClasses);
	const members = 16;
	const cast = Array.from({ length: members }, (_, k): CastMember => ({
		county: counties[k % counties.length] as string,
		industry: pick(random, classes),
		established: days[Math.floor((k * days.length) / members)] as number,
		person: `${id} person`,
		risk: 0.9
	}));
	return {
		id, role: 'now', from, to, cast, ...none,
		title: '一人短期内登记多户企业',
		events: (indices) => registrations(indices, cast),
		expect: [{ indicator: 'shared-person', regionPrefix: '3206' }]
	};
}

/** Old companies change representative, shareholders and address within days: the same three people, one address. */
export function shellRing(frame: Frame): Incident {
	const id = 'shell-ring';
	const [from, to] = [daysAgo(frame, 26), daysAgo(frame, 2)];
	const random = frame.stream(id);
	const classes = classesOf(frame, ['F5199', 'L7299', 'E5090', 'F5165', 'M7519']);
	const cast = Array.from({ length: 9 }, (): CastMember => ({
		county: '320213',
		industry: pick(random, classes),
		established: daysAgo(frame, 1500 + below(random, 1800)),
		risk: 0.4
	}));
	const events = (indices: readonly number[]): PlannedEvent[] =>
		indices.flatMap((enterprise, k) => {
			const days = workingDays(frame, from + k * 2, Math.min(to, from + k * 2 + 9));
			const on = (share: number) => days[Math.min(days.length - 1, Math.floor(days.length * share))] as number;
			return [
				{ kind: 'change', item: 'legal-representative', enterprise, day: on(0), delay: 0, person: castId(`${id} person ${k % 3}`) },
				{ kind: 'change', item: 'shareholders', enterprise, day: on(0.3), delay: 0 },
				{ kind: 'change', item: 'address', enterprise, day: on(0.9), delay: 0, address: castId(`${id} address ${k % 2}`) }
			];
		});
	return {
		id, role: 'now', from, to, cast, ...none,
		title: '多户企业一个月内法定代表人、股东、住所全部变更',
		events,
		expect: [{ indicator: 'shell-transfer', regionPrefix: '320213' }]
	};
}

/** One removal that the registration system reports as three changes and two filings: one change, nothing to see. */
export function movedOnce(frame: Frame): Incident {
	const id = 'moved-once';
	const day = workingDays(frame, daysAgo(frame, 16), daysAgo(frame, 10))[0] as number;
	const cast: CastMember[] = [{ county: '321002', industry: classesOf(frame, ['C3489', 'C3484', 'C3499'])[0] ?? 'C3489', established: daysAgo(frame, 2600), risk: -0.5 }];
	return {
		id, role: 'decoy', from: day, to: day, cast, ...none,
		title: '一次迁址被拆成三条变更与两条备案',
		events: ([enterprise]) => {
			const address = castId(`${id} address`);
			return ['address', 'address', 'address', 'filing', 'filing'].map((item, k) => ({
				kind: item === 'filing' ? 'filing' : 'change',
				...(item === 'filing' ? {} : { item, address }),
				enterprise: enterprise as number,
				day,
				minute: 600 + k,
				delay: 0
			}));
		},
		expect: []
	};
}

/** When an incident ran, as texts. */
export function spanOf(incident: Incident): { readonly from: string; readonly to: string } {
	return { from: dayText(incident.from), to: dayText(incident.to) };
}
