/** What systems may take out, each a scope of its own. */
export const outwardScopes = ['outward:classes', 'outward:grades', 'outward:warnings', 'outward:results'] as const;

/** Reports warnings of the platform that the token's source is, and reads back how far work on them has come. */
export const reportScope = 'warnings:report';

/** `intake:registrations` pushes rows of a kind, `outward:classes` takes a dataset. Kinds can be added, so the list is open. */
export type TokenScope = `intake:${string}` | (typeof outwardScopes)[number] | typeof reportScope;

/** `new`: made, not yet granted anything. */
export type TokenState = 'new' | 'active' | 'expired' | 'revoked';

/** What stands in the table about a token's life. */
type TokenLife = { readonly revokedAt: Date | null; readonly expiresOn: string; readonly grantedAt: Date | null };

/** @param today the day in Asia/Shanghai; a token is good until the end of its last day. */
export function tokenState({ revokedAt, expiresOn, grantedAt }: TokenLife, today: string): TokenState {
	if (revokedAt !== null) return 'revoked';
	if (expiresOn < today) return 'expired';
	return grantedAt === null ? 'new' : 'active';
}

/** Why a request was not let in. The last two are 403: the token is good, but not for this (yet); the others 401. */
export type TokenFault = 'no-token' | 'bad-token' | 'token-revoked' | 'token-expired' | 'token-new' | 'scope-missing';

/** Secrets begin with this, so that scanners of source code find those that were left lying about. */
export const secretPrefix = 'qsk_';

/** The secret of `Authorization: Bearer qsk_…`; null for anything else. */
export function bearerSecret(header: string | null): string | null {
	return header?.match(/^[Bb]earer +(qsk_[\w-]{43})$/)?.[1] ?? null;
}

/** No token is good for longer without somebody looking at it again. */
export const longestTokenDays = 731;
