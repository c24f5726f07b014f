import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import { failureLock, readFailures, writeFailures } from '#lib/access/failures.server.ts';
import { turnTaking } from '#lib/access/in-turn.ts';
import { addressRule, counted, lockedUntil, remembered } from '#lib/access/lockout.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import type { Clock } from '#lib/calendar/clock.ts';
import { dayOf } from '#lib/calendar/days.ts';
import type { Screen } from './actor.ts';
import { genuineToken } from './token.server.ts';
import { writeToken, type TokenParts } from './token.ts';

/** A token as it came, and from where. */
export type Knock = { readonly token: string; readonly address: string };

export type ScreenRefusal = Refusal<'none' | 'wrong' | 'replaced' | 'revoked' | 'ended'> | Refusal<'locked', { readonly until: Date }>;
/** `now`: the database's clock. */
export type Admission = { readonly ok: true; readonly screen: Screen; readonly now: Date } | ScreenRefusal;

/** A screen asks four times a minute; it is noted once. */
const seenEveryS = 60;

const inTurn = turnTaking();

/**
 * Opens a screen with a token that was typed or stood in the address: checks the lock of the address, the signature, the screen, and
 * writes it into the audit trail.
 *
 * @returns the token as the screen's browser keeps it.
 */
export async function openScreen(
	db: Kysely<DB>, dataDir: string, knock: Knock, clock: Clock = databaseClock(db)
): Promise<{ readonly ok: true; readonly token: string } | ScreenRefusal> {
	return inTurn(knock.address, async () => {
		const now = await clock();
		const until = lockedUntil(await readFailures(db, 'screen', knock.address), now);
		if (until !== null) return refuse('locked', { until });
		const parts = await genuineToken(dataDir, knock.token);
		if (parts === null) return countWrong(db, knock.address, now);
		const admission = await screenOf(db, parts, now);
		const { id } = parts;
		const record = { action: admission.ok ? 'screen.open' : 'screen.refuse', objectKind: 'screen', objectId: id, detail: admission.ok ? {} : { reason: admission.reason } } as const;
		await audit(db, { id: null, name: null, address: knock.address }, record);
		return admission.ok ? { ok: true as const, token: writeToken(parts) } : admission;
	});
}

/**
 * Lets a screen look, by the token that its browser keeps. The first line of whatever answers a screen. A token of ours passes a locked
 * address: a colleague's typing errors must not darken the screens behind the same address. Others are counted like typed ones, so that
 * nobody guesses this way instead.
 *
 * @param token null: the browser keeps none.
 */
export async function admitScreen(db: Kysely<DB>, dataDir: string, token: string | null, address: string, clock: Clock = databaseClock(db)): Promise<Admission> {
	if (token === null) return refuse('none');
	const [parts, now] = await Promise.all([genuineToken(dataDir, token), clock()]);
	if (parts !== null) return screenOf(db, parts, now, address);
	return inTurn(address, async () => {
		const until = lockedUntil(await readFailures(db, 'screen', address), now);
		return until === null ? countWrong(db, address, now) : refuse('locked', { until });
	});
}

/** @param seenFrom where it looks from: then it is noted that it does. */
async function screenOf(db: Kysely<DB>, { id, version }: TokenParts, now: Date, seenFrom: string | null = null): Promise<Admission> {
	const row = await db.selectFrom('wall_screen').selectAll().where('id', '=', id).executeTakeFirst();
	// Signed by us, but of a database that is not this one.
	if (row === undefined || version > row.token_version) return refuse('wrong');
	if (row.revoked_at !== null) return refuse('revoked');
	if (version < row.token_version) return refuse('replaced');
	if (row.last_day !== null && row.last_day < dayOf(now)) return refuse('ended');
	if (seenFrom !== null && (row.last_seen_at === null || now.getTime() - row.last_seen_at.getTime() >= seenEveryS * 1_000 || row.last_seen_address !== seenFrom)) {
		await db.updateTable('wall_screen').set({ last_seen_at: now, last_seen_address: seenFrom }).where('id', '=', id).execute();
	}
	return { ok: true, now, screen: { id, name: row.name, regionCode: row.region_code, seconds: row.seconds, views: row.views } };
}

/** Counts a wrong token against its address; the last one that the rule admits closes it. */
async function countWrong(db: Kysely<DB>, address: string, now: Date): Promise<Refusal<'wrong'>> {
	await db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${failureLock})`.execute(trx);
		const after = counted(remembered(await readFailures(trx, 'screen', address), addressRule, now), addressRule, now);
		await writeFailures(trx, 'screen', address, after);
		await audit(trx, { id: null, name: null, address }, { action: 'screen.refuse', objectKind: 'screen', detail: { reason: 'wrong', failures: after.failures, lockedUntil: after.lockedUntil } });
	});
	return refuse('wrong');
}
