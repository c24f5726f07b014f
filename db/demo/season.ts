import type { DayFacts } from './frame.ts';

/** What the demo simulates as a stream of events; totals are those of size S over the event window. */
export type Process = {
	readonly kind: string;
	readonly total: number;
	/** Variance over mean of a county's day. */
	readonly phi: number;
	/** Growth a year. */
	readonly growth: number;
	/** Which industries it meets. */
	readonly weights: 'population' | 'complaint' | 'supervision';
	readonly rhythm: 'office' | 'consumer' | 'supervision';
	/** Whether its counts are kept for the seven years before the events as well. */
	readonly history: boolean;
};

/** Annual reports and abnormal lists are not here: they follow their yearly deadline (see annual-reports.ts). */
export const processes: readonly Process[] = [
	{ kind: 'registration', total: 20_000, phi: 1.3, growth: 0.03, weights: 'population', rhythm: 'office', history: true },
	{ kind: 'change', total: 66_000, phi: 1.3, growth: 0.03, weights: 'population', rhythm: 'office', history: true },
	{ kind: 'filing', total: 40_000, phi: 1.3, growth: 0.03, weights: 'population', rhythm: 'office', history: false },
	{ kind: 'cancellation', total: 10_000, phi: 1.2, growth: 0.02, weights: 'population', rhythm: 'office', history: true },
	{ kind: 'licence', total: 15_000, phi: 1.2, growth: 0, weights: 'supervision', rhythm: 'office', history: false },
	{ kind: 'confirmation', total: 4_000, phi: 1.1, growth: 0, weights: 'population', rhythm: 'office', history: false },
	{ kind: 'investment', total: 5_000, phi: 1.1, growth: 0.02, weights: 'population', rhythm: 'office', history: false },
	{ kind: 'pledge', total: 3_500, phi: 1.1, growth: 0, weights: 'population', rhythm: 'office', history: false },
	{ kind: 'complaint', total: 174_000, phi: 1.35, growth: 0.05, weights: 'complaint', rhythm: 'consumer', history: true },
	{ kind: 'inspection', total: 34_000, phi: 2, growth: 0, weights: 'supervision', rhythm: 'supervision', history: false },
	{ kind: 'penalty', total: 12_000, phi: 1.4, growth: 0.01, weights: 'supervision', rhythm: 'supervision', history: false },
	{ kind: 'compulsory-measure', total: 1_600, phi: 1.2, growth: 0, weights: 'supervision', rhythm: 'supervision', history: false },
	{ kind: 'serious-violation', total: 700, phi: 1.1, growth: 0, weights: 'supervision', rhythm: 'supervision', history: false }
];

/** How busy a day is, 1 = an ordinary working day. */
export function dayFactor(rhythm: Process['rhythm'], facts: DayFacts): number {
	if (rhythm === 'office') return officeFactor(facts);
	if (rhythm === 'consumer') return consumerFactor(facts);
	return facts.off ? 0.04 : officeFactor(facts) * (facts.month >= 5 && facts.month <= 11 ? 1.25 : 0.7);
}

const officeMonth = [0.95, 0.9, 1.18, 1.1, 1.04, 1.02, 0.98, 0.97, 1.02, 0.95, 0.98, 1] as const;
const officeWeekday = [1.14, 1.08, 1.04, 1, 0.9, 0.06, 0.03] as const;

function officeFactor({ off, weekday, month, springOffset }: DayFacts): number {
	if (off) return weekday === 6 && springOffset === null ? 0.06 : 0.02;
	// A made-up Saturday or Sunday is a quiet working day.
	const week = weekday > 5 ? 0.7 : (officeWeekday[weekday - 1] as number);
	return week * (officeMonth[month - 1] as number) * officeSpring(springOffset);
}

function officeSpring(offset: number | null): number {
	if (offset === null) return 1;
	if (offset >= -14 && offset < 0) return 0.6 + (0.35 * -offset) / 14;
	if (offset >= 0 && offset < 16) return 0.6 + (0.4 * offset) / 16;
	if (offset >= 16 && offset < 45) return 1.1;
	return 1;
}

const consumerMonth = [0.94, 0.86, 1.1, 0.98, 1.02, 1.06, 1.08, 1.06, 1, 1.02, 1.12, 1.02] as const;
const consumerWeekday = [1.12, 1.06, 1.03, 1.01, 1, 0.9, 0.84] as const;

function consumerFactor(facts: DayFacts): number {
	const { off, weekday, month, monthDay, springOffset, holiday } = facts;
	let factor = (consumerWeekday[weekday - 1] as number) * (consumerMonth[month - 1] as number);
	if (off && holiday !== null) factor *= 0.9;
	if (springOffset !== null && springOffset >= -3 && springOffset <= 6) factor *= 0.72;
	// World Consumer Rights Day, and the parcels of 6-18 and 11-11.
	if (month === 3 && monthDay === 15) factor *= 2;
	else if (month === 3 && monthDay >= 11 && monthDay <= 20) factor *= 1.35;
	if ((month === 6 && monthDay >= 18 && monthDay <= 28) || (month === 11 && monthDay >= 11 && monthDay <= 22)) factor *= 1.18;
	return factor;
}

/** Which mix of industries consumers talk about on a day. */
export const mixes = ['normal', 'holiday', 'summer', 'winter'] as const;
export type Mix = (typeof mixes)[number];

export function mixOf(facts: DayFacts): Mix {
	if (facts.off && facts.holiday !== null) return 'holiday';
	if (facts.month >= 6 && facts.month <= 9) return 'summer';
	return facts.month === 12 || facts.month <= 2 ? 'winter' : 'normal';
}

const mixFactor: Readonly<Record<Mix, Readonly<Record<string, number>>>> = {
	normal: {},
	holiday: { H: 1.6, R: 1.4, N: 2, G: 1.3, C: 0.7, E: 0.6, K: 0.8 },
	summer: { H: 1.12, R89: 1.2, P: 1.25, C38: 1.3 },
	winter: { K: 1.25, E: 0.9, D: 1.4, G60: 1.15 }
};

/** How much a division is talked about in a mix, 1 = as usual. */
export function mixWeight(mix: Mix, division: string): number {
	return mixFactor[mix][division] ?? mixFactor[mix][division.slice(0, 1)] ?? 1;
}
