import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { workCalendar } from '#lib/calendar/working-days.ts';
import { draftPeriod, isDueDay, mayDraft, nextDue, reminderDays, reminderOwed, yearDueOn } from '#lib/reports/auto.ts';
import { lastPeriod, monthsOf, periodBefore, periodOf, periodText, readPeriod, reportKinds, titleOf } from '#lib/reports/period.ts';
import { dueFor } from '#lib/reports/settings.server.ts';

/** Weekends, and the holidays of autumn 2026 as the calendar has them: 1 to 7 October off, 10 October worked. */
const calendar = workCalendar(new Map([...['01', '02', '03', '04', '05', '06', '07'].map((day) => [`2026-10-${day}`, true] as const), ['2026-10-10', false]]));

describe('periods', () => {
	test.each([
		['monthly', '2026-10-15', '2026-10', '2026-10-01', '2026-10-31', '2026年10月', '2026-09-01', '2026-09-30'],
		['quarterly', '2026-08-01', '2026Q3', '2026-07-01', '2026-09-30', '2026年第3季度', '2026-04-01', '2026-06-30'],
		['yearly', '2026-10-01', '2026', '2026-01-01', '2026-10-31', '2026年', '2025-01-01', '2025-10-31'],
		['effect', '2026-10-01', '2025-11~2026-10', '2025-11-01', '2026-10-31', '2025年11月—2026年10月', '2024-11-01', '2025-10-31']
	] as const)('%s of %s', (kind, month, key, from, to, text, beforeFrom, beforeTo) => {
		const period = periodOf(kind, month);
		expect(period).toEqual({ kind, key, from, to });
		expect(periodText(period)).toBe(text);
		expect(periodBefore(period)).toEqual({ from: beforeFrom, to: beforeTo });
		expect(titleOf(period, { place: '江苏省', unit: '省局' })).toContain(text);
	});

	test('are over before they can be told, and as long as the one they are compared with', () => {
		fc.assert(
			fc.property(fc.constantFrom(...reportKinds), fc.integer({ min: 0, max: 3000 }), (kind, n) => {
				const today = addDays('2022-01-01', n);
				const period = lastPeriod(kind, today);
				expect(period.to < today).toBe(true);
				expect(monthsOf(periodBefore(period))).toHaveLength(monthsOf(period).length);
			})
		);
	});

	test.each([['monthly', '2026-11', null], ['monthly', '2026-10', '2026-10'], ['quarterly', '2026-10', null], ['quarterly', '2026-09', '2026Q3'], ['weekly', '2026-09', null], ['monthly', 'gestern', null]])(
		'read from a form: %s %s', (kind, month, key) => expect(readPeriod(kind, month, '2026-11-23')?.key ?? null).toBe(key)
	);
});

describe('drafts', () => {
	test('are made on the first working day after the data is complete', () => {
		const september = periodOf('monthly', '2026-09-01');
		const days = Array.from({ length: 20 }, (_, i) => addDays('2026-09-28', i));
		expect(days.find((day) => mayDraft(calendar, september, day, true))).toBe('2026-10-08');
		expect(days.filter((day) => mayDraft(calendar, september, day, day >= '2026-10-10'))[0]).toBe('2026-10-10');
	});

	test('are made without what is missing once patience ends, never before the period does', () => {
		const october = periodOf('monthly', '2026-10-01');
		const days = Array.from({ length: 40 }, (_, i) => addDays('2026-10-20', i));
		expect(days.find((day) => mayDraft(calendar, october, day, false))).toBe('2026-11-13');
		expect(days.filter((day) => day <= october.to && mayDraft(calendar, october, day, true))).toEqual([]);
	});

	const due = { month: 11, day: 5 };
	test.each([
		['monthly', '2026-11-02', null, '2026-10'], ['monthly', '2026-11-01', null, undefined], ['quarterly', '2026-11-02', null, '2026Q3'], ['effect', '2026-11-02', null, undefined],
		['effect', '2026-07-01', null, '2025-07~2026-06'], ['yearly', '2026-11-02', null, undefined], ['yearly', '2027-01-04', null, '2026'], ['yearly', '2026-10-21', due, undefined],
		['yearly', '2026-10-22', due, '2026'], ['yearly', '2026-11-05', due, '2026'], ['yearly', '2027-01-04', due, undefined], ['yearly', '2027-01-04', { month: 1, day: 15 }, '2026']
	] as const)('%s on %s with %j: %s', (kind, today, setting, key) => expect(draftPeriod(kind, calendar, today, setting)?.key).toBe(key));
});

describe('reminders of yearly summaries', () => {
	test('come ten, five and one working days before and on the day', () => {
		expect(reminderDays(calendar, '2026-11-05')).toEqual(['2026-10-22', '2026-10-29', '2026-11-04', '2026-11-05']);
	});

	test('come on the working day before when the day itself is off', () => {
		expect(reminderDays(calendar, '2026-11-08')).toEqual(['2026-10-23', '2026-10-30', '2026-11-05', '2026-11-06']);
	});

	test.each([
		['2026-10-21', null], ['2026-10-22', '2026-10-22'], ['2026-10-23', '2026-10-22'], ['2026-10-24', null], ['2026-10-29', '2026-10-29'], ['2026-11-04', '2026-11-04'], ['2026-11-05', '2026-11-05'],
		['2026-11-06', null]
	])('on %s: %s', (today, owed) => expect(reminderOwed(calendar, '2026-11-05', today)).toBe(owed));

	test('are never owed on days off, and are always one of the days', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 60 }), (n, before) => {
				const due = addDays('2026-01-20', n);
				const today = addDays(due, -before);
				const owed = reminderOwed(calendar, due, today);
				if (calendar.isOff(today)) expect(owed).toBeNull();
				if (owed !== null) expect(reminderDays(calendar, due)).toContain(owed);
			})
		);
	});

	test.each([[{ month: 11, day: 5 }, true], [{ month: 2, day: 29 }, false], [{ month: 13, day: 1 }, false], [{ month: 4, day: 31 }, false], [{ month: 1.5, day: 3 }, false]])('%j is a day of every year: %s', (setting, is) =>
		expect(isDueDay(setting)).toBe(is)
	);

	test('are about the year that is due', () => {
		expect([nextDue({ month: 11, day: 5 }, '2026-11-05'), nextDue({ month: 11, day: 5 }, '2026-11-06'), yearDueOn('2026-11-05'), yearDueOn('2027-01-15')]).toEqual(['2026-11-05', '2027-11-05', 2026, 2026]);
	});

	test('follow the setting of the smallest region that has one', () => {
		const settings = [{ regionCode: '440000', month: 12, day: 1 }, { regionCode: '442000', month: 11, day: 5 }];
		expect([dueFor(settings, '442000'), dueFor(settings, '442001'), dueFor(settings, '440100'), dueFor(settings, '320000')]).toEqual([
			{ month: 11, day: 5 }, { month: 11, day: 5 }, { month: 12, day: 1 }, null
		]);
	});
});
