import { dayNumber } from '#lib/calendar/days.ts';
import type { Frame } from './frame.ts';
import type { Population } from './population.ts';
import { labelSeed, mixNormal } from './random.ts';

/** Months for which the province has delivered classes. */
const classMonths = 13;

/** The months (first days) with classes, oldest first; the newest is the month of today: classes come at the month's beginning. */
export function monthsWithClasses(frame: Frame): string[] {
	const year = Number(frame.today.slice(0, 4));
	const month = Number(frame.today.slice(5, 7));
	return Array.from({ length: classMonths }, (_, k) => {
		const index = year * 12 + month - 1 - (classMonths - 1 - k);
		return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`;
	});
}

const letters = ['A', 'B', 'C', 'D'] as const;
/** Cuts of the standard normal: about 58 % A, 30 % B, 9 % C, 3 % D, as published distributions run. */
const cuts = [0.2, 1.17, 1.88] as const;

/** The class of an enterprise in a month, from its latent risk and a disturbance that changes each quarter. */
export function classOf(frame: Frame, population: Population, i: number, month: string): (typeof letters)[number] {
	const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
	const own = (population.risk[i] as number) * 0.95;
	const disturbed = own + 0.22 * mixNormal(classSeed(frame), i * 61 + Math.floor((number + (i % 3)) / 3));
	return letters[cuts.filter((cut) => disturbed > cut).length] as (typeof letters)[number];
}

let cachedSeed: { readonly of: number; readonly seed: number } | null = null;
function classSeed(frame: Frame): number {
	if (cachedSeed?.of !== frame.seed) cachedSeed = { of: frame.seed, seed: labelSeed(frame.seed, 'class') };
	return cachedSeed.seed;
}

/** The class in force on a day, or null before the first delivered month. */
export function classAt(frame: Frame, population: Population, i: number, day: string): string | null {
	const first = firstMonth(frame);
	if (day < first || (population.established[i] as number) > dayNumber(`${day.slice(0, 7)}-01`)) return null;
	return classOf(frame, population, i, day);
}

const firstMonths = new WeakMap<Frame, string>();
function firstMonth(frame: Frame): string {
	let month = firstMonths.get(frame);
	if (month === undefined) firstMonths.set(frame, (month = monthsWithClasses(frame)[0] as string));
	return month;
}
