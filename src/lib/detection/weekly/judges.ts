import { weekday, dayFromNumber } from '../../calendar/days.ts';
import { autoOf } from './auto.ts';
import { earsOf } from './ears.ts';
import { farringtonOf } from './farrington.ts';
import type { Chosen } from './method-options.ts';
import { calendarYears, everyPeriods } from './reference-weeks.ts';
import type { Seasonality } from './seasonal-features.ts';
import type { Grain, ReadSeries } from './series-reader.ts';

/** Periods in a year when periods are numbered: the reference's frequencies. */
export const periodsPerYear: Readonly<Record<Grain, number>> = { week: 52, day: 365 };

export type Judgement = {
	/** Null: cannot be judged, or not by so few cases (`limit54`). */
	readonly expected: number | null;
	readonly upper: number | null;
	readonly p: number;
	readonly alarm: boolean;
};

/** Says of a period whether it stands out; null when it cannot be judged, `outside` when the series does not reach back far enough. */
type JudgeOfPeriods = (now: number) => Judgement | null | 'outside';

/** Makes the judge of one series by the method chosen. */
export function judgeOf({ method, options }: Chosen, series: ReadSeries, grain: Grain): JudgeOfPeriods {
	if (method === 'farrington-flexible') {
		const years = series.dated ? calendarYears(series.first, grain === 'week' ? 7 : 1) : everyPeriods(periodsPerYear[grain]);
		const judge = farringtonOf(series.counts, options.populationOffset ? series.population : null, years, options);
		return (now) => {
			const said = judge(now);
			if (said === 'too-short') return 'outside';
			if (typeof said === 'string') return null;
			return said.enough ? said : { expected: null, upper: null, p: said.p, alarm: false };
		};
	}
	if (method === 'auto') {
		const exposure = options.populationOffset ? series.population : null;
		const judge = autoOf({ counts: series.counts, exposure, seasonality: seasonalityOf(series, grain), alpha: options.alpha });
		return (now) => judge(now) ?? 'outside';
	}
	const judge = earsOf(series.counts, method, options);
	return (now) => judge(now) ?? 'outside';
}

function seasonalityOf({ first, dated }: ReadSeries, grain: Grain): Seasonality {
	const year = !dated ? periodsPerYear[grain] : grain === 'week' ? 365.25 / 7 : 365.25;
	const offset = dated ? weekday(dayFromNumber(first)) - 1 : ((first % 7) + 7) % 7;
	return { year, harmonics: 2, weekday: grain === 'day' ? offset : null };
}
