/** How many failures close the door, how soon they are forgotten and how long it stays closed. */
export type LockoutRule = {
	readonly failures: number;
	readonly windowMinutes: number;
	readonly lockMinutes: number;
};

/** Five failures (GB/T 22239-2019 8.1.4.1 b asks for a limit on failed log-ins; the number is ours). */
export const accountRule: LockoutRule = { failures: 5, windowMinutes: 15, lockMinutes: 15 };

/**
 * For an address the failures of *different accounts* are counted, and an account that then signs in is taken off again: a whole
 * office may sit behind one address, and people there mistype but get in. Whoever tries names or one password on many accounts
 * does not. A locked address still serves accounts that have signed in from it before (see `signIn`).
 */
export const addressRule: LockoutRule = { failures: 5, windowMinutes: 15, lockMinutes: 15 };

/** What is remembered of one account or address. */
export type FailureCount = {
	readonly failures: number;
	readonly firstAt: Date;
	readonly lastAt: Date;
	readonly lockedUntil: Date | null;
};

const minute = 60_000;

/** The count as it stands now: null when there was nothing, or when it has been forgotten. */
export function remembered(count: FailureCount | null, rule: LockoutRule, now: Date): FailureCount | null {
	if (count === null) return null;
	if (count.lockedUntil !== null) return count.lockedUntil > now ? count : null;
	return now.getTime() - count.lastAt.getTime() < rule.windowMinutes * minute ? count : null;
}

/** Until when the door is closed; null while it is open. */
export function lockedUntil(count: FailureCount | null, now: Date): Date | null {
	return count?.lockedUntil != null && count.lockedUntil > now ? count.lockedUntil : null;
}

/** The count after one more failure; the last one that the rule admits closes the door. */
export function counted(count: FailureCount | null, rule: LockoutRule, now: Date): FailureCount {
	const before = remembered(count, rule, now);
	const failures = (before?.failures ?? 0) + 1;
	return {
		failures,
		firstAt: before?.firstAt ?? now,
		lastAt: now,
		lockedUntil: failures >= rule.failures ? new Date(now.getTime() + rule.lockMinutes * minute) : null
	};
}

/** The count after one failure turned out to be none; null when nothing is left to remember. */
export function forgiven(count: FailureCount | null, rule: LockoutRule): FailureCount | null {
	if (count === null || count.failures <= 1) return null;
	const failures = count.failures - 1;
	return { ...count, failures, lockedUntil: failures < rule.failures ? null : count.lockedUntil };
}
