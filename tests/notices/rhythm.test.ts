import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { workCalendar } from '#lib/calendar/working-days.ts';
import { noticeKinds, urgentKinds } from '#lib/notices/kinds.ts';
import { checkRhythm, choiceOf, choices, defaultRhythm, isQuiet, nextDigest, readRhythm, systemRhythm, whenToTell, type Rhythm } from '#lib/notices/rhythm.ts';
import { rhythmOfForm } from '#lib/notices/rhythm-form.ts';

/** 1 to 7 October 2026 are off, the 10th (a Saturday) is worked. */
const calendar = workCalendar(new Map([...Array.from({ length: 7 }, (_, n): [string, boolean] => [`2026-10-0${n + 1}`, true]), ['2026-10-10', false]]));
const at = (text: string) => new Date(`${text}:00+08:00`);
const shown = (date: Date | null) => (date === null ? null : `${dayOf(date)} ${timeOf(date)}`);

const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([h, min]) => `${String(h).padStart(2, '0')}:${String(min).padStart(2, '0')}`);
const rhythms = fc
	.record({
		kinds: fc.dictionary(fc.constantFrom(...noticeKinds), fc.constantFrom(...choices)) as fc.Arbitrary<Rhythm['kinds']>,
		digestTimes: fc.uniqueArray(time, { minLength: 1, maxLength: 6 }).map((times) => times.sort()),
		quiet: fc.option(fc.record({ from: time, to: time })), quietDaysOff: fc.boolean(), urgentThrough: fc.boolean()
	})
	.filter((rhythm) => checkRhythm(rhythm) === null);
const moments = fc.date({ min: at('2026-09-20T00:00'), max: at('2026-11-20T00:00'), noInvalidDate: true });

test('nothing leaves before it is told or in quiet hours, but for urgent kinds of whoever lets them through', () => {
	fc.assert(
		fc.property(rhythms, fc.constantFrom(...noticeKinds), moments, (rhythm, kind, now) => {
			const when = whenToTell(rhythm, calendar, kind, now);
			if (choiceOf(rhythm, kind) === 'none') return void expect(when).toBeNull();
			expect(when!.getTime()).toBeGreaterThanOrEqual(now.getTime());
			const through = choiceOf(rhythm, kind) === 'at-once' && rhythm.urgentThrough && urgentKinds.includes(kind);
			if (through) expect(when).toEqual(now);
			else expect(isQuiet(rhythm, calendar, when!)).toBe(false);
		})
	);
});

test('what comes at once comes at the first moment that is not quiet', () => {
	fc.assert(
		fc.property(rhythms, moments, (rhythm, now) => {
			const when = whenToTell({ ...rhythm, kinds: { assigned: 'at-once' } }, calendar, 'assigned', now)!;
			const minutes = (when.getTime() - now.getTime()) / 60_000;
			for (let n = 0; n < Math.min(minutes, 3_000); n += 7) {
				expect(isQuiet(rhythm, calendar, new Date(now.getTime() + n * 60_000)), shown(new Date(now.getTime() + n * 60_000))!).toBe(true);
			}
		}),
		{ numRuns: 40 }
	);
});

test('digests come at digest times of working days only, and the next one is the first of them', () => {
	fc.assert(
		fc.property(rhythms, moments, (rhythm, now) => {
			const when = nextDigest(rhythm, calendar, now);
			expect(rhythm.digestTimes).toContain(timeOf(when));
			expect(calendar.isOff(dayOf(when))).toBe(false);
			expect(nextDigest(rhythm, calendar, when)).toEqual(when);
			expect(nextDigest(rhythm, calendar, new Date((now.getTime() + when.getTime()) / 2))).toEqual(when);
		})
	);
});

const cases: readonly [what: string, rhythm: Rhythm, kind: (typeof noticeKinds)[number], now: string, when: string | null][] = [
	['on a working morning', defaultRhythm, 'assigned', '2026-09-30T08:30', '2026-09-30 09:00'],
	['after the last digest before a holiday', defaultRhythm, 'assigned', '2026-09-30T15:00', '2026-10-08 09:00'],
	['on a worked Saturday', defaultRhythm, 'assigned', '2026-10-10T10:00', '2026-10-10 14:30'],
	['for information only', defaultRhythm, 'incident-merged', '2026-09-30T08:30', null],
	['for a system at night', systemRhythm, 'assigned', '2026-10-01T03:00', '2026-10-01 03:00'],
	['at once in the evening', { ...defaultRhythm, kinds: { assigned: 'at-once' } }, 'assigned', '2026-10-08T21:00', '2026-10-09 08:00'],
	['at once on the eve of a holiday', { ...defaultRhythm, kinds: { escalated: 'at-once' } }, 'escalated', '2026-09-30T20:00', '2026-10-08 08:00'],
	['urgent and let through', { ...defaultRhythm, kinds: { escalated: 'at-once' }, urgentThrough: true }, 'escalated', '2026-09-30T20:00', '2026-09-30 20:00']
];
for (const [what, rhythm, kind, now, when] of cases) {
	test(`${kind} ${what}: ${when ?? 'not at all'}`, () => expect(shown(whenToTell(rhythm, calendar, kind, at(now)))).toBe(when));
}

test('refuses times that are none, digests in quiet hours and quiet hours that never end', () => {
	expect(checkRhythm({ ...defaultRhythm, digestTimes: [] })).toBe('digest-times');
	expect(checkRhythm({ ...defaultRhythm, digestTimes: ['24:00'] })).toBe('digest-times');
	expect(checkRhythm({ ...defaultRhythm, digestTimes: ['07:59'] })).toBe('digest-in-quiet');
	expect(checkRhythm({ ...defaultRhythm, quiet: { from: '08:00', to: '08:00' } })).toBe('quiet-hours');
	expect(checkRhythm({ ...defaultRhythm, quiet: { from: '8', to: '09:00' } })).toBe('quiet-hours');
});

test('a stored rhythm that makes no sense is the default: nobody is forgotten for it', () => {
	for (const stored of [null, 7, 'x', { quiet: 5 }, { digestTimes: [1] }, { digestTimes: [] }]) expect(readRhythm(stored, defaultRhythm)).toEqual(defaultRhythm);
	expect(readRhythm({ kinds: { assigned: 'loudly', gone: 'digest', raised: 'none' }, quiet: null }, defaultRhythm)).toEqual({ ...defaultRhythm, kinds: { raised: 'none' }, quiet: null });
	fc.assert(fc.property(rhythms, (rhythm) => void expect(readRhythm(JSON.parse(JSON.stringify(rhythm)), defaultRhythm)).toEqual(rhythm)));
	fc.assert(fc.property(fc.jsonValue(), (stored) => void expect(checkRhythm(readRhythm(stored, defaultRhythm))).toBeNull()));
});

test('a form may write times as people do', () => {
	const form = new FormData();
	for (const [name, value] of [['digestTimes', '14:30， 9：00 9:00'], ['quiet', 'on'], ['quietFrom', '20:00'], ['quietTo', '08:00'], ['kind-assigned', 'at-once'], ['kind-raised', 'sometimes']]) form.set(name!, value!);
	expect(rhythmOfForm(form)).toEqual({ kinds: { assigned: 'at-once' }, digestTimes: ['09:00', '14:30'], quiet: { from: '20:00', to: '08:00' }, quietDaysOff: false, urgentThrough: false });
});
