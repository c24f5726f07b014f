/** What can keep a message from being handed over. */
export const handingProblems = [
	'host-not-listed', 'not-encrypted', 'unreachable', 'login-refused', 'tls', 'refused', 'no-answer', 'no-smtp', 'redirected', 'answered', 'secret-changed', 'worker-ended'
] as const;
export type HandingProblem = (typeof handingProblems)[number];

/**
 * How a hand-over ended. `later`: certainly not taken, try again. `never`: certainly not taken, and trying again is no use.
 * `unknown`: it may have been taken; handing it over again could double it.
 */
export type Handed =
	| { readonly end: 'sent' }
	| { readonly end: 'later' | 'never' | 'unknown'; readonly problem: HandingProblem; readonly detail: string };

/**
 * Pauses after the first, second … failure, in minutes: a server that restarts is met soon, one that is away for a night and a morning
 * still gets everything; together 28 hours and 16 minutes, after which what has waited is old and stands in the application anyway.
 */
export const retryPausesMinutes = [1, 5, 10, 30, 60, 120, 240, 480, 750] as const;

/** When to try again after so many failures; null: given up. */
export function nextTry(failures: number, now: Date): Date | null {
	const pause = retryPausesMinutes[failures - 1];
	return pause === undefined ? null : new Date(now.getTime() + pause * 60_000);
}

/** No hand-over lasts longer: after this the connection is cut. */
export const longestHandOverMs = 45_000;
/** A message that is being handed over for longer has lost its worker. Several times the longest, for a host that was stopped for a while. */
export const abandonedAfterMs = 4 * longestHandOverMs;
