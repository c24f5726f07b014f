import { describe, expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { deskAbove, escalationOn, remindsOn, reportedTo, type ReportingDesk } from '#lib/warnings/escalation.ts';

const rules = { remind: 1, deputy: 1, head: 2, above: 4 };

describe('what is overdue', () => {
	test.each([
		['2026-06-09', 0], ['2026-06-10', 0], ['2026-06-11', 1], ['2026-06-12', 2], ['2026-06-13', 2], ['2026-06-14', 3], ['2027-01-01', 3]
	])('is on %s reported so far up: %i', (today, reached) => expect(escalationOn(rules, '2026-06-10', today, addDays)).toBe(reached));

	test('is not reported on a day off: the next working day decides', () => {
		// Due on a Friday; the next working day is Monday.
		const addWorkingDays = (day: string, n: number) => (day === '2026-06-12' && n === 1 ? '2026-06-15' : addDays(day, n + 2));
		expect(['2026-06-13', '2026-06-14', '2026-06-15'].map((today) => escalationOn(rules, '2026-06-12', today, addWorkingDays))).toEqual([0, 0, 1]);
	});

	test('is reminded of before, not after', () => {
		expect(['2026-06-08', '2026-06-09', '2026-06-10', '2026-06-11'].map((today) => remindsOn(rules, '2026-06-10', today, addDays))).toEqual([false, true, true, false]);
	});
});

describe('reporting upwards', () => {
	const desk = (id: string, regionPrefix: string, change: Partial<ReportingDesk> = {}): ReportingDesk => ({
		id, regionPrefix, professional: false, deputyId: null, headId: null, leaders: [], ...change
	});
	const province = desk('province', '32', { headId: 'p-head' });
	const city = desk('city', '3204', { leaders: ['c-leader'] });
	const catering = desk('catering', '3204', { professional: true, deputyId: 'f-deputy', headId: 'f-head' });
	const county = desk('county', '320412', { headId: 'k-head' });
	const desks = [province, city, catering, county];

	test.each([
		['deputy', catering, ['f-deputy']], ['head', catering, ['f-head']], ['above', catering, ['c-leader']],
		['deputy', county, ['k-head']], ['above', county, ['c-leader']],
		['deputy', city, ['c-leader']], ['above', city, ['p-head']],
		['above', province, ['p-head']]
	] as const)('%s of %o', (step, from, people) => expect(reportedTo(step, from, desks)).toEqual(people));

	test('the level above a professional desk is the general desk of its own place', () => {
		expect(deskAbove(catering, desks)?.id).toBe('city');
		expect(deskAbove(county, desks)?.id).toBe('city');
		expect(deskAbove(province, desks)).toBeUndefined();
	});
});
