import { dayNumber } from '#lib/calendar/days.ts';
import { dayText, type Frame } from './frame.ts';
import type { Population } from './population.ts';
import { labelSeed, mixUnit } from './random.ts';

/** Who files the annual report of a year on which day, and who lands on the list of abnormal operations for not filing. */
export type ReportDays = {
	readonly year: number;
	readonly filed: (day: number) => Iterable<number>;
	readonly missing: (day: number) => Iterable<number>;
};

/** Reports are due from 1 January to 30 June; offices enter the list from the first working days of July on. */
export function reportDays(frame: Frame, population: Population, year: number): ReportDays {
	if (year === 0) return { year, filed: () => [], missing: () => [] };
	const first = dayNumber(`${year}-01-01`);
	const due = dayNumber(`${year}-06-30`);
	const working = new Map(frame.days.filter((facts) => facts.number >= first && facts.number <= first + 366).map((facts) => [facts.number, !facts.off]));
	const seed = labelSeed(frame.seed, `annual report ${year}`);
	const dayOf = new Int32Array(population.size).fill(-1);
	const reporters: number[] = [];
	for (let i = 0; i < population.size; i++) {
		if ((population.established[i] as number) >= first || (population.ended[i] !== 0 && (population.ended[i] as number) <= first)) continue;
		const u = mixUnit(seed, i);
		const negligent = 0.035 * Math.exp(0.6 * (population.risk[i] as number));
		if (u < negligent) dayOf[i] = -(due + 3 + Math.floor((u / negligent) * 12));
		else {
			// Few report in January, most in the last weeks.
			const when = Math.pow((u - negligent) / (1 - negligent), 0.55);
			let day = first + Math.floor(when * (due - first + 1));
			if (working.get(day) === false && mixUnit(seed + 1, i) < 0.75) day = Math.min(due, day + 3);
			dayOf[i] = Math.min(due, day);
		}
		reporters.push(i);
	}
	// Bucket by day once, so that a day's reporters are a slice.
	reporters.sort((a, b) => Math.abs(dayOf[a] as number) - Math.abs(dayOf[b] as number) || a - b);
	const sorted = Uint32Array.from(reporters);
	let at = 0;
	const slice = (day: number) => {
		while (at > 0 && Math.abs(dayOf[sorted[at - 1] as number] as number) >= day) at--;
		while (at < sorted.length && Math.abs(dayOf[sorted[at] as number] as number) < day) at++;
		let end = at;
		while (end < sorted.length && Math.abs(dayOf[sorted[end] as number] as number) === day) end++;
		return sorted.subarray(at, end);
	};
	return {
		year,
		filed: (day) => slice(day).filter((i) => (dayOf[i] as number) > 0),
		missing: (day) => slice(day).filter((i) => (dayOf[i] as number) < -1)
	};
}

/** Share of a year's reports that fall into the days from `from` on and before `to` (day numbers). */
export function reportShare(year: number, from: number, to: number): number {
	const first = dayNumber(`${year}-01-01`);
	const length = dayNumber(`${year}-06-30`) - first + 1;
	const filedBy = (day: number) => Math.pow(Math.min(1, Math.max(0, (day - first) / length)), 1 / 0.55);
	return filedBy(to) - filedBy(from);
}

/** Years whose reports may fall into the event window. */
export function reportYears(frame: Frame): number[] {
	const years: number[] = [];
	for (let year = Number(dayText(frame.firstEventDay).slice(0, 4)); year <= Number(frame.today.slice(0, 4)); year++) years.push(year);
	return years;
}
