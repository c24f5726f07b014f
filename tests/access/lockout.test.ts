import { describe, expect, it } from 'vitest';
import { accountRule, addressRule, counted, forgiven, lockedUntil, remembered, type FailureCount } from '#lib/access/lockout.ts';

const start = new Date('2025-06-10T09:00:00+08:00');
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

function failing(times: number, everyMinutes = 0): FailureCount | null {
	let count: FailureCount | null = null;
	for (let i = 0; i < times; i++) count = counted(count, accountRule, after(i * everyMinutes));
	return count;
}

describe('lockout', () => {
	it('keeps the door open through four failures', () => {
		expect(lockedUntil(failing(4), start)).toBeNull();
	});

	it('closes it with the fifth, for a quarter of an hour', () => {
		const count = failing(5);
		expect(lockedUntil(count, start)).toEqual(after(15));
		expect(lockedUntil(count, after(14.9))).toEqual(after(15));
		expect(lockedUntil(count, after(15))).toBeNull();
	});

	it('starts from one again when the lock is over', () => {
		expect(counted(failing(5), accountRule, after(16)).failures).toBe(1);
	});

	it('forgets failures after a quiet window', () => {
		expect(remembered(failing(4), accountRule, after(15))).toBeNull();
		expect(counted(failing(4), accountRule, after(15)).failures).toBe(1);
	});

	it('counts slow guessing as long as no window passes between two guesses', () => {
		expect(lockedUntil(failing(5, 10), after(41))).not.toBeNull();
	});

	it('takes a colleague who mistyped and then got in off the address again', () => {
		let office: FailureCount | null = null;
		for (let person = 0; person < 200; person++) {
			office = counted(office, addressRule, after(person * 0.1));
			expect(lockedUntil(office, after(person * 0.1))).toBeNull();
			office = forgiven(office, addressRule);
		}
		expect(office).toBeNull();
	});

	it('opens a locked address when forgiving brings it below the limit', () => {
		expect(lockedUntil(forgiven(failing(5), addressRule), start)).toBeNull();
	});
});
