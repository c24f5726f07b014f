import { randomBytes, randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, dayOf, isDay } from '#lib/calendar/days.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.server.ts';
import { check, may } from './permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Conflict, type NotAllowed, type NotFound, type OwnWork, type Refusal } from './refuse.ts';
import { regionWithin } from './scope.server.ts';
import { regionPrefix } from './scope.ts';
import { secretHash } from './tokens.server.ts';
import { longestTokenDays, outwardScopes, reportScope, secretPrefix, tokenState } from './tokens.ts';

const secretBytes = 32;
/** Shown beside a token's name, to tell which secret a system has. */
const shownEnd = 4;

/** Tokens of an administrator's office and those below it, the newest first. Never a secret, never a row that came through one. */
export async function listTokens(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'token.technical') && !may(actor, 'token.scope')) return notAllowed;
	const rows = await db
		.selectFrom('api_token as t')
		.leftJoin('region as r', 'r.code', 't.region_code')
		.leftJoin('app_user as maker', 'maker.id', 't.created_by')
		.leftJoin('app_user as granter', 'granter.id', 't.granted_by')
		.select(['t.id', 't.name', 't.holder', 't.contact', 't.secret_end', 't.expires_on', 't.created_at', 't.created_by', 't.region_code', 'r.name as region', 't.scopes', 't.source_ids'])
		.select(['t.granted_at', 't.revoked_at', 't.revoked_why', 't.last_used_at', 't.last_used_address', 't.refusals', 't.last_refused_at', 't.last_refusal'])
		.select(['maker.display_name as maker', 'granter.display_name as granter'])
		.select(sql<string[]>`(select coalesce(array_agg(s.name order by s.name), '{}') from source s where s.id = any(t.source_ids))`.as('sources'))
		.select(sql<Date>`clock_timestamp()`.as('now'))
		.where(regionWithin(regionPrefix(actor.regionCode), 't.office_region_code'))
		.orderBy(sql`t.revoked_at is not null`)
		.orderBy('t.created_at', 'desc')
		.orderBy('t.id')
		.execute();
	const tokens = rows.map(({ now, ...row }) => ({
		...row,
		state: tokenState({ revokedAt: row.revoked_at, expiresOn: row.expires_on, grantedAt: row.granted_at }, dayOf(now))
	}));
	return { ok: true as const, tokens };
}

/** Sources an administrator may bind a token to: those of their region. Names only. */
export async function grantableSources(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'token.scope')) return notAllowed;
	const sources = await db
		.selectFrom('source as s')
		.innerJoin('department as d', 'd.id', 's.owner_department_id')
		.select(['s.id', 's.name', 's.kinds', 'd.name as department'])
		.where(regionWithin(regionPrefix(actor.regionCode), 's.region_code'))
		.orderBy('s.name')
		.execute();
	return { ok: true as const, sources };
}

type TokenInput = { readonly name: string; readonly holder: string; readonly contact: string; readonly expiresOn: string };

/** Makes a token that may do nothing yet. The secret is in the answer and nowhere else: whoever loses it makes another token. */
export async function createToken(
	db: Kysely<DB>, actor: Actor, input: TokenInput
): Promise<{ readonly ok: true; readonly id: string; readonly secret: string } | NotAllowed | NotFound | OwnWork | Refusal<'token-name' | 'token-name-taken' | 'token-holder' | 'token-contact' | 'token-expiry'>> {
	const refusal = check(actor, 'token.technical');
	if (refusal !== null) return refusal;
	const [name, holder, contact] = [input.name.trim(), input.holder.trim(), input.contact.trim()];
	if (name === '' || name.length > 60) return refuse('token-name');
	if (holder === '' || holder.length > 100) return refuse('token-holder');
	if (contact === '' || contact.length > 100) return refuse('token-contact');
	const { rows: [{ now } = { now: new Date() }] } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
	const today = dayOf(now);
	if (!isDay(input.expiresOn) || input.expiresOn < today || input.expiresOn > addDays(today, longestTokenDays)) return refuse('token-expiry');
	const secret = secretPrefix + randomBytes(secretBytes).toString('base64url');
	const id = randomUUID();
	return db.transaction().execute(async (trx) => {
		const { numInsertedOrUpdatedRows } = await trx
			.insertInto('api_token')
			.values({
				id, name, holder, contact, secret_hash: secretHash(secret), secret_end: secret.slice(-shownEnd), office_region_code: actor.regionCode,
				expires_on: input.expiresOn, created_by: actor.id
			})
			.onConflict((clash) => clash.column('name').doNothing())
			.executeTakeFirst();
		if (numInsertedOrUpdatedRows !== 1n) return refuse('token-name-taken');
		await audit(trx, actor, { action: 'token.create', objectKind: 'token', objectId: id, detail: { name, holder, expiresOn: input.expiresOn } });
		return { ok: true as const, id, secret };
	});
}

export type TokenGrant = {
	readonly regionCode: string;
	/** Kinds that may be pushed; `knownKinds` says which there are. */
	readonly kinds: readonly string[];
	readonly sourceIds: readonly string[];
	readonly outward: readonly string[];
	/** May it report warnings of the outside platform that its source is? */
	readonly reports?: boolean;
};

/**
 * Says what a token may do, in place of what it could do before. Somebody else than its maker: two people stand behind every way in.
 *
 * @param knownKinds names of all kinds, which are the intake's to know.
 */
export async function grantToken(
	db: Kysely<DB>, actor: Actor, id: string, grant: TokenGrant, knownKinds: readonly string[]
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Conflict | Refusal<'no-region' | 'token-nothing' | 'token-kind' | 'token-source' | 'token-no-source'>> {
	if (!may(actor, 'token.scope')) return notAllowed;
	const own = regionPrefix(actor.regionCode);
	if (!/^\d{6}$/.test(grant.regionCode) || !grant.regionCode.startsWith(own)) return refuse('no-region');
	const delivers = grant.kinds.length > 0 || grant.reports === true;
	if (!delivers && grant.outward.length === 0) return refuse('token-nothing');
	if (!grant.kinds.every((kind) => knownKinds.includes(kind))) return refuse('token-kind');
	if (!grant.outward.every((scope) => (outwardScopes as readonly string[]).includes(scope))) return refuse('token-kind');
	if (delivers && grant.sourceIds.length === 0) return refuse('token-no-source');
	return db.transaction().execute(async (trx) => {
		const token = await trx
			.selectFrom('api_token')
			.select(['created_by', 'revoked_at', 'region_code', 'scopes', 'source_ids'])
			.where('id', '=', id)
			.where(regionWithin(own, 'office_region_code'))
			.forUpdate()
			.executeTakeFirst();
		if (token === undefined) return notFound;
		const refusal = check(actor, 'token.scope', { authorId: token.created_by });
		if (refusal !== null) return refusal;
		if (token.revoked_at !== null) return conflict;
		const region = await trx.selectFrom('region').select('code').where('code', '=', grant.regionCode).executeTakeFirst();
		if (region === undefined) return refuse('no-region');
		const sources = !delivers ? [] : [...new Set(grant.sourceIds)].sort();
		const found = await trx.selectFrom('source').select('id').where('id', 'in', [...sources, '']).where(regionWithin(own, 'region_code')).execute();
		if (found.length !== sources.length) return refuse('token-source');
		const scopes = [...new Set([...grant.kinds.map((kind) => `intake:${kind}`), ...grant.outward, ...(grant.reports === true ? [reportScope] : [])])].sort();
		await trx
			.updateTable('api_token')
			.set({ region_code: grant.regionCode, scopes, source_ids: sources, granted_by: actor.id, granted_at: sql<Date>`clock_timestamp()` })
			.where('id', '=', id)
			.execute();
		const from = { regionCode: token.region_code, scopes: token.scopes, sources: token.source_ids };
		await audit(trx, actor, { action: 'token.grant', objectKind: 'token', objectId: id, detail: { from, to: { regionCode: grant.regionCode, scopes, sources } } });
		return { ok: true as const };
	});
}

/** Ends a token for good, at once. Either administrator may: closing a door needs no second person. */
export async function revokeToken(
	db: Kysely<DB>, actor: Actor, id: string, why: string
): Promise<{ readonly ok: true } | NotAllowed | NotFound | Conflict | Refusal<'token-no-why'>> {
	if (!may(actor, 'token.technical') && !may(actor, 'token.scope')) return notAllowed;
	const note = why.trim();
	if (note === '' || note.length > 200) return refuse('token-no-why');
	return db.transaction().execute(async (trx) => {
		const token = await trx
			.selectFrom('api_token')
			.select('revoked_at')
			.where('id', '=', id)
			.where(regionWithin(regionPrefix(actor.regionCode), 'office_region_code'))
			.forUpdate()
			.executeTakeFirst();
		if (token === undefined) return notFound;
		if (token.revoked_at !== null) return conflict;
		await trx.updateTable('api_token').set({ revoked_by: actor.id, revoked_at: sql<Date>`clock_timestamp()`, revoked_why: note }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'token.revoke', objectKind: 'token', objectId: id, detail: { why: note } });
		return { ok: true as const };
	});
}
