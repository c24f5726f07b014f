import { expect, test } from 'vitest';
import { dueTimes } from '../../jobs/due.ts';

const at = (text: string) => new Date(`${text}+08:00`);

test.each([
	['before its time, yesterday was the last', '2025-06-10T01:59:59', 24, ['2025-06-09T02:00']],
	['at its time, today is due', '2025-06-10T02:00:00', 24, ['2025-06-10T02:00']],
	['further back, each day', '2025-03-01T12:00:00', 72, ['2025-02-27T02:00', '2025-02-28T02:00', '2025-03-01T02:00']],
	['within a shorter period than a day, perhaps nothing', '2025-06-10T12:00:00', 3, []]
])('a daily job: %s', (_, now, hours, expected) => {
	expect(dueTimes({ every: 'day', at: '02:00' }, at(now), hours)).toEqual(expected.map((time) => at(`${time}:00`)));
});

test('a job every few minutes is due at whole multiples, whenever the worker began', () => {
	const times = dueTimes({ every: 'minutes', minutes: 15 }, at('2025-06-10T10:07:00'), 0.5);
	expect(times).toEqual([at('2025-06-10T09:45:00'), at('2025-06-10T10:00:00')]);
});
