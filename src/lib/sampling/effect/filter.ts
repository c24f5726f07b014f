import { isAmong, notUnderstood } from '#lib/address/understood.ts';
import { addMonths, isDay, monthOf } from '#lib/calendar/days.ts';
import { references, type Reference } from './arms.ts';

export const periods = ['rolling', 'year', 'custom'] as const;
export type Period = (typeof periods)[number];

/** Of what time and place the effect is asked. Days are `YYYY-MM-DD`, both inclusive. */
export type EffectFilter = {
	readonly period: Period;
	readonly year: number;
	readonly from: string;
	readonly to: string;
	readonly region: string | null;
	readonly itemId: string | null;
	/** The actor's own department only. */
	readonly own: boolean;
	/** Null: the narrowest that has enough visits. */
	readonly reference: Reference | null;
	/** What of the address could not be read. */
	readonly fault: 'days' | 'order' | 'long' | null;
};

/** The places and items that can be chosen. */
export type EffectChoices = { readonly regions: readonly { readonly code: string }[]; readonly items: readonly { readonly id: string }[] };

/** Longest time that is counted at once, in years. Ours: older classes followed other rules. */
export const mostYears = 5;

/**
 * Reads the filter from an address. Days that cannot be read fall back to the last twelve months, and `fault` says so; of the rest see `misreadEffect`.
 *
 * @param today `YYYY-MM-DD`.
 */
export function filterOf(query: URLSearchParams, today: string, { regions, items }: EffectChoices): EffectFilter {
	const text = (name: string): string | null => query.get(name)?.trim() || null;
	const thisYear = Number(today.slice(0, 4));
	const asked = Number(text('year') ?? thisYear);
	const year = Number.isInteger(asked) && asked >= 2000 && asked <= thisYear ? asked : thisYear;
	const wanted = periods.find((period) => period === query.get('period')) ?? 'rolling';
	const rolling = { from: addMonths(monthOf(today), -11), to: today };
	const given = { from: text('from') ?? '', to: text('to') ?? today };
	const fault = wanted === 'custom' ? faultOf(given.from, given.to) : null;
	const period = fault === null ? wanted : 'rolling';
	const days = period === 'custom' ? given : period === 'year' ? { from: `${year}-01-01`, to: year === thisYear ? today : `${year}-12-31` } : rolling;
	return {
		period, year, ...days, fault,
		region: regions.find(({ code }) => code === text('region'))?.code ?? null,
		itemId: items.find(({ id }) => id === text('item'))?.id ?? null,
		own: query.get('department') === 'own',
		reference: references.find((reference) => reference === query.get('reference')) ?? null
	};
}

/** What an address asks beside its days that is not understood, as `name=value`. @param filter what was read from it. */
export const misreadEffect = (query: URLSearchParams, filter: EffectFilter): readonly string[] =>
	notUnderstood(query, {
		period: isAmong(periods), year: (given) => Number(given) === filter.year, region: (given) => given === filter.region, item: (given) => given === filter.itemId,
		department: (given) => given === 'own', reference: isAmong(references)
	});

function faultOf(from: string, to: string): EffectFilter['fault'] {
	if (!isDay(from) || !isDay(to)) return 'days';
	if (from > to) return 'order';
	return addMonths(from, mostYears * 12) < to ? 'long' : null;
}

/** The filter as an address again, with changes; null takes a part out. */
export function addressOf(path: string, query: URLSearchParams, change: Readonly<Record<string, string | null>>): string {
	const next = new URLSearchParams(query);
	for (const [name, value] of Object.entries(change)) {
		if (value === null) next.delete(name);
		else next.set(name, value);
	}
	const text = next.toString();
	return text === '' ? path : `${path}?${text}`;
}
