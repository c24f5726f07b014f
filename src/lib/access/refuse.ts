/**
 * A refusal as a value: `{ ok: false, reason, …what the page needs to explain it }`.
 * Verbs return it, routes turn it into HTTP with `statusOf`, commands into an exit code.
 */
export type Refusal<Reason extends string = string, Detail extends object = object> = {
	readonly ok: false;
	readonly reason: Reason;
} & Readonly<Detail>;

/** `refuse('too-long', { limit: 200 })` → `{ ok: false, reason: 'too-long', limit: 200 }`. */
export function refuse<const Reason extends string, const Detail extends object = Record<never, never>>(
	reason: Reason,
	detail?: Detail
): Refusal<Reason, Detail> {
	return { ok: false, reason, ...detail } as Refusal<Reason, Detail>;
}

/** The actor's role or grant does not carry this action. */
export const notAllowed = refuse('not-allowed');
/** The object does not exist, or lies outside the actor's jurisdiction: outside, the two are the same answer. */
export const notFound = refuse('not-found');
/** Nobody approves, switches on or grants anything of their own. */
export const ownWork = refuse('own-work');
/** Somebody else changed the object meanwhile: load it again. */
export const conflict = refuse('conflict');

export type NotAllowed = typeof notAllowed;
export type NotFound = typeof notFound;
export type OwnWork = typeof ownWork;
export type Conflict = typeof conflict;

/** HTTP status of a refusal, for routes: 404, 403 or 409 for the shared reasons, 400 for a concept's own. */
export function statusOf(refusal: Refusal): 400 | 403 | 404 | 409 {
	switch (refusal.reason) {
		case 'not-found':
			return 404;
		case 'not-allowed':
		case 'own-work':
			return 403;
		case 'conflict':
			return 409;
		default:
			return 400;
	}
}
