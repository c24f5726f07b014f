import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { refuse, type Refusal } from './refuse.ts';
import { regionPrefix } from './scope.ts';
import { bearerSecret, tokenState, type TokenFault, type TokenScope } from './tokens.ts';

/** A system that has been let in. Usable as the actor of `audit(db, token, …)`. */
export type TokenActor = {
	readonly id: string;
	readonly name: string;
	/** Where the request came from. */
	readonly address: string | null;
	/** GB/T 2260 code of the jurisdiction, `'000000'` for the nation. */
	readonly regionCode: string;
	/** The same as a prefix for `regionWithin`: rows outside are not this token's. */
	readonly regionPrefix: string;
	readonly scopes: readonly string[];
	/** Sources for which it may push; says nothing about what it may take out. */
	readonly sourceIds: readonly string[];
};

/** A refused request: which fault, and for a token that is known, which. */
export type TokenRefusal = Refusal<TokenFault, { readonly tokenId: string | null }>;

/** Uses closer together than this are written down once: a row for each request would be the hottest of the database. */
const useEveryS = 60;

/**
 * Lets a system in: the first line of whatever answers below `/api/v1`.
 *
 * Checks the secret of the `Authorization` header, that the token is granted, not expired and not revoked, and that it carries the
 * scope. Notes the use, or counts the refusal. Limit rows by the returned `regionPrefix`.
 *
 * @example
 * const token = await authorise(locals.db, request.headers.get('authorization'), 'outward:classes', locals.address);
 * if (!token.ok) return problem(token); // 401 or 403
 * … .where(regionWithin(token.token.regionPrefix, 'e.region_code'))
 *
 * @param neededScope null: any token that is good.
 */
export async function authorise(
	db: Kysely<DB>, authorizationHeader: string | null, neededScope: TokenScope | null, address: string | null = null
): Promise<{ readonly ok: true; readonly token: TokenActor } | TokenRefusal> {
	if (authorizationHeader === null) return refuse('no-token', { tokenId: null });
	const secret = bearerSecret(authorizationHeader);
	if (secret === null) return refuse('bad-token', { tokenId: null });
	const row = await db
		.selectFrom('api_token')
		.select(['id', 'name', 'region_code', 'scopes', 'source_ids', 'expires_on', 'revoked_at', 'granted_at', 'last_used_at', 'last_used_address'])
		.select(sql<Date>`clock_timestamp()`.as('now'))
		.where('secret_hash', '=', secretHash(secret))
		.executeTakeFirst();
	if (row === undefined) return refuse('bad-token', { tokenId: null });
	const state = tokenState({ revokedAt: row.revoked_at, expiresOn: row.expires_on, grantedAt: row.granted_at }, dayOf(row.now));
	if (state !== 'active') return refused(db, row.id, `token-${state}`);
	if (neededScope !== null && !row.scopes.includes(neededScope)) return refused(db, row.id, 'scope-missing');
	const noted = row.last_used_at !== null && row.now.getTime() - row.last_used_at.getTime() < useEveryS * 1_000 && row.last_used_address === address;
	if (!noted) {
		await db.updateTable('api_token').set({ last_used_at: row.now, last_used_address: address }).where('id', '=', row.id).execute();
	}
	const regionCode = row.region_code!;
	return {
		ok: true,
		token: { id: row.id, name: row.name, address, regionCode, regionPrefix: regionPrefix(regionCode), scopes: row.scopes, sourceIds: row.source_ids }
	};
}

/** Counted with the token, so that its administrators see a system that knocks in vain. */
async function refused(db: Kysely<DB>, tokenId: string, fault: TokenFault): Promise<TokenRefusal> {
	await noteRefusal(db, tokenId, fault);
	return refuse(fault, { tokenId });
}

/** Counts a request that a token could not make: also for what a verb finds out later (a source that is not the token's). */
export async function noteRefusal(db: Kysely<DB>, tokenId: string, fault: string): Promise<void> {
	await db
		.updateTable('api_token')
		.set({ refusals: sql`refusals + 1`, last_refused_at: sql<Date>`clock_timestamp()`, last_refusal: fault })
		.where('id', '=', tokenId)
		.execute();
}

/** A secret has 256 bits of chance: nobody guesses it from a plain hash, which can be looked up. */
export function secretHash(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
