import { describe, expect, it } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { calendarDaysOf, newYearsOf, type CalendarDay } from '#lib/detection/daily/calendar-days.ts';
import { calendarDesign, calendarEffects } from '#lib/detection/daily/calendar-effects.ts';
import { randomOf } from '../random.ts';

const length = 900;
const days: CalendarDay[] = Array.from({ length }, (_, t) => {
	const day = addDays('2023-01-01', t);
	const festival = (day >= '2023-01-21' && day <= '2023-01-27') || (day >= '2024-02-10' && day <= '2024-02-17') || (day >= '2025-01-28' && day <= '2025-02-04');
	return { day, holiday: festival || day.endsWith('-10-01') || day.endsWith('-10-02') || day.endsWith('-10-03'), makeup: day.endsWith('-10-07') };
});
const calendar = calendarDaysOf(days, newYearsOf(days));

function effectsOf(mean: (t: number) => number, seed = 5): Float64Array {
	const random = randomOf(seed);
	const totals = Float64Array.from({ length }, (_, t) => random.poisson(mean(t)));
	return calendarEffects(calendarDesign(calendar, length), totals, new Float64Array(length).fill(1));
}
const at = (day: string) => days.findIndex((one) => one.day === day);

describe('the days of a calendar', () => {
	it('show where the lunar years begin, within a day', () => {
		expect(newYearsOf(days)).toEqual(['2023-01-22', '2024-02-11', '2025-01-29']);
	});

	it('count from the nearest festival and from the last 15 March', () => {
		expect(calendar.festival[at('2024-02-04')]).toBe(-7);
		expect(calendar.rights[at('2024-03-15')]).toBe(0);
		expect(calendar.rights[at('2024-03-14')]).toBe(365);
	});
});

describe('calendar effects', () => {
	it('find the weekday, the days off, and the weeks around the festival', () => {
		const factors = effectsOf((t) => {
			const weekend = calendar.weekday[t] === 0 || calendar.weekday[t] === 6;
			const near = Math.abs(calendar.festival[t]!) <= 10 ? 0.5 : 1;
			return 200 * near * (days[t]!.holiday ? 0.3 : weekend && !days[t]!.makeup ? 0.4 : 1);
		});
		const ratio = (a: string, b: string) => factors[at(a)]! / factors[at(b)]!;
		expect(ratio('2025-04-06', '2025-04-09')).toBeCloseTo(0.4, 1);
		expect(ratio('2024-10-02', '2024-09-25')).toBeCloseTo(0.3, 1);
		expect(ratio('2024-02-07', '2024-03-06')).toBeLessThan(0.75);
	});

	it('know the season from two years on, and claim none before', () => {
		const season = (t: number) => 100 * Math.exp(0.4 * Math.cos(2 * Math.PI * calendar.phase[t]!));
		const factors = effectsOf(season);
		expect(factors[at('2025-01-08')]! / factors[at('2024-07-03')]!).toBeGreaterThan(1.6);
		const early = calendarDesign(calendar, 400);
		expect(early.columns).toBeLessThan(calendarDesign(calendar, 700).columns);
	});

	it('are next to nothing where there are next to no counts', () => {
		for (const factor of effectsOf(() => 0.01)) expect(Math.abs(Math.log(factor))).toBeLessThan(0.35);
	});

	it('do not take one past rise for a season', () => {
		const calm = effectsOf(() => 100, 7);
		const risen = effectsOf((t) => (t >= at('2024-06-01') && t < at('2024-06-15') ? 400 : 100), 7);
		const day = at('2025-06-07');
		expect(risen[day]! / calm[day]!).toBeLessThan(1.2);
	});

	it('follow the group where it has much to say, and everybody where it has little', () => {
		const random = randomOf(3);
		const totals = new Float64Array(3 * length);
		for (let t = 0; t < length; t++) {
			const sunday = calendar.weekday[t] === 0;
			totals[t] = random.poisson(300 * (sunday ? 0.5 : 1));
			totals[length + t] = random.poisson(300 * (sunday ? 1.5 : 1));
			totals[2 * length + t] = random.poisson(0.02);
		}
		const factors = calendarEffects(calendarDesign(calendar, length), totals, new Float64Array(length).fill(1));
		const ratio = (group: number) => factors[group * length + at('2025-04-06')]! / factors[group * length + at('2025-04-09')]!;
		expect(ratio(0)).toBeCloseTo(0.5, 1);
		expect(ratio(1)).toBeCloseTo(1.5, 1);
		expect(ratio(2)).toBeGreaterThan(0.7);
		expect(ratio(2)).toBeLessThan(1.3);
	});
});
