import { randomBytes } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { conflict, notFound, refuse, type Conflict, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { dayOf, isDay } from '#lib/calendar/days.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import { screenState } from './state.ts';
import { makeToken, tokenHash } from './token.server.ts';
import { idBytes, idOf } from './token.ts';
import { viewsAmong, viewSeconds } from './views.ts';

/** What the security administrator says of a screen. */
export type ScreenInput = {
	readonly name: string;
	readonly regionCode: string;
	readonly seconds: number;
	readonly views: readonly string[];
	/** `YYYY-MM-DD`, or empty for no end. */
	readonly lastDay: string;
};

/** `screen-name-taken`: another screen of the region that is not revoked has it. */
export type ScreenFaultOfInput = Refusal<'screen-name' | 'screen-name-taken' | 'no-region' | 'screen-seconds' | 'screen-views' | 'screen-last-day'>;
type Barred = NotAllowed | NotFound | OwnWork;

const longestName = 40;
/** Two characters of a token hold no more. */
const mostVersions = 1023;

/** Screens of an administrator's region and those below it, those in use first. Never a token, and nothing of what they show. */
export async function listScreens(db: Kysely<DB>, actor: Actor, dataDir: string) {
	const refusal = check(actor, 'screen.manage');
	if (refusal) return refusal;
	const rows = await db
		.selectFrom('wall_screen as s')
		.innerJoin('region as r', 'r.code', 's.region_code')
		.leftJoin('app_user as maker', 'maker.id', 's.created_by')
		.leftJoin('app_user as revoker', 'revoker.id', 's.revoked_by')
		.select(['s.id', 's.name', 's.region_code as regionCode', 'r.name as region', 's.seconds', 's.views', 's.last_day as lastDay', 's.token_version', 's.token_hash', 's.token_made_at as tokenMadeAt'])
		.select(['s.created_at as createdAt', 'maker.display_name as maker', 's.last_seen_at as lastSeenAt', 's.last_seen_address as lastSeenAddress', 's.revoked_at as revokedAt', 's.revoked_why as revokedWhy', 'revoker.display_name as revoker'])
		.select(sql<Date>`clock_timestamp()`.as('now'))
		.where(regionWithin(regionPrefix(actor.regionCode), 's.region_code'))
		.orderBy(sql`s.revoked_at is not null`)
		.orderBy('s.created_at', 'desc')
		.orderBy('s.id')
		.execute();
	const screens = await Promise.all(
		rows.map(async ({ now, token_version, token_hash, ...row }) => {
			const keyFits = row.revokedAt !== null || tokenHash(await makeToken(dataDir, row.id, token_version)) === token_hash;
			return { ...row, views: viewsAmong(row.views), state: screenState({ ...row, keyFits }, dayOf(now), now) };
		})
	);
	return { ok: true as const, screens };
}

/** Makes a screen. Its token is in the answer and nowhere else: whoever loses it makes another one. */
export async function createScreen(db: Kysely<DB>, actor: Actor, dataDir: string, input: ScreenInput): Promise<{ readonly ok: true; readonly id: string; readonly token: string } | Barred | ScreenFaultOfInput> {
	const refusal = check(actor, 'screen.manage');
	if (refusal) return refusal;
	const id = idOf(randomBytes(idBytes));
	const token = await makeToken(dataDir, id, 1);
	return db.transaction().execute(async (trx) => {
		const read = await judged(trx, actor, input);
		if (!read.ok) return read;
		const { numInsertedOrUpdatedRows } = await trx
			.insertInto('wall_screen')
			.values({ id, ...read.columns, token_hash: tokenHash(token), token_made_by: actor.id, created_by: actor.id })
			.onConflict((clash) => clash.doNothing())
			.executeTakeFirst();
		if (numInsertedOrUpdatedRows !== 1n) return refuse('screen-name-taken');
		await audit(trx, actor, { action: 'screen.create', objectKind: 'screen', objectId: id, detail: said(read.columns) });
		return { ok: true as const, id, token };
	});
}

/** Changes what a screen shows and how long; it follows with its next look. */
export async function changeScreen(db: Kysely<DB>, actor: Actor, id: string, input: ScreenInput): Promise<{ readonly ok: true } | Barred | Conflict | ScreenFaultOfInput> {
	const refusal = check(actor, 'screen.manage');
	if (refusal) return refusal;
	return db.transaction().execute(async (trx) => {
		const screen = await ownScreen(trx, actor, id);
		if (screen === undefined) return notFound;
		if (screen.revoked_at !== null) return conflict;
		const read = await judged(trx, actor, input);
		if (!read.ok) return read;
		const { name, region_code } = read.columns;
		const twin = await trx.selectFrom('wall_screen').select('id').where('region_code', '=', region_code).where('name', '=', name).where('revoked_at', 'is', null).where('id', '<>', id).executeTakeFirst();
		if (twin !== undefined) return refuse('screen-name-taken');
		await trx.updateTable('wall_screen').set(read.columns).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'screen.change', objectKind: 'screen', objectId: id, detail: { from: said(screen), to: said(read.columns) } });
		return { ok: true as const };
	});
}

/** Gives a screen a new token; the old one is good for nothing from now on. */
export async function renewToken(db: Kysely<DB>, actor: Actor, dataDir: string, id: string): Promise<{ readonly ok: true; readonly name: string; readonly token: string } | Barred | Conflict> {
	const refusal = check(actor, 'screen.manage');
	if (refusal) return refusal;
	return db.transaction().execute(async (trx) => {
		const screen = await ownScreen(trx, actor, id);
		if (screen === undefined) return notFound;
		if (screen.revoked_at !== null || screen.token_version >= mostVersions) return conflict;
		const version = screen.token_version + 1;
		const token = await makeToken(dataDir, id, version);
		await trx
			.updateTable('wall_screen')
			.set({ token_version: version, token_hash: tokenHash(token), token_made_by: actor.id, token_made_at: sql<Date>`clock_timestamp()`, last_seen_at: null, last_seen_address: null })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, { action: 'screen.renew', objectKind: 'screen', objectId: id, detail: { name: screen.name, version } });
		return { ok: true as const, name: screen.name, token };
	});
}

/** Ends a screen for good; what it shows goes dark with its next look. */
export async function revokeScreen(db: Kysely<DB>, actor: Actor, id: string, why: string): Promise<{ readonly ok: true } | Barred | Conflict | Refusal<'screen-no-why'>> {
	const refusal = check(actor, 'screen.manage');
	if (refusal) return refusal;
	const note = why.trim();
	if (note === '' || note.length > 200) return refuse('screen-no-why');
	return db.transaction().execute(async (trx) => {
		const screen = await ownScreen(trx, actor, id);
		if (screen === undefined) return notFound;
		if (screen.revoked_at !== null) return conflict;
		await trx.updateTable('wall_screen').set({ revoked_by: actor.id, revoked_at: sql<Date>`clock_timestamp()`, revoked_why: note }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'screen.revoke', objectKind: 'screen', objectId: id, detail: { name: screen.name, why: note } });
		return { ok: true as const };
	});
}

function ownScreen(trx: Transaction<DB>, actor: Actor, id: string) {
	return trx.selectFrom('wall_screen').selectAll().where('id', '=', id).where(regionWithin(regionPrefix(actor.regionCode), 'region_code')).forUpdate().executeTakeFirst();
}

type Columns = { readonly name: string; readonly region_code: string; readonly seconds: number; readonly views: string[]; readonly last_day: string | null };

/** What was typed as columns, or what of it is wrong. */
async function judged(trx: Transaction<DB>, actor: Actor, input: ScreenInput): Promise<{ readonly ok: true; readonly columns: Columns } | ScreenFaultOfInput> {
	const [name, lastDay, views] = [input.name.trim(), input.lastDay.trim(), [...viewsAmong(input.views)]];
	if (name === '' || name.length > longestName) return refuse('screen-name');
	const isOwn = /^\d{6}$/.test(input.regionCode) && input.regionCode.startsWith(regionPrefix(actor.regionCode));
	const region = isOwn ? await trx.selectFrom('region').select('code').where('code', '=', input.regionCode).where('kind', '<>', 'placeholder').executeTakeFirst() : undefined;
	if (region === undefined) return refuse('no-region');
	if (!Number.isInteger(input.seconds) || input.seconds < viewSeconds.least || input.seconds > viewSeconds.most) return refuse('screen-seconds');
	if (views.length === 0) return refuse('screen-views');
	if (lastDay !== '' && (!isDay(lastDay) || lastDay < (await databaseToday(trx)))) return refuse('screen-last-day');
	return { ok: true, columns: { name, region_code: region.code, seconds: input.seconds, views, last_day: lastDay === '' ? null : lastDay } };
}

const said = ({ name, region_code, seconds, views, last_day }: Columns) => ({ name, regionCode: region_code, seconds, views, until: last_day });
