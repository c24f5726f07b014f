import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import type { Clock } from '#lib/calendar/clock.ts';
import { accountName } from './accounts.ts';
import { audit } from './audit.server.ts';
import { failureLock, readFailures, writeFailures } from './failures.server.ts';
import { turnTaking } from './in-turn.ts';
import { accountRule, addressRule, counted, forgiven, lockedUntil, remembered } from './lockout.ts';
import { verifyPassword } from './passwords.server.ts';
import { refuse, type Refusal } from './refuse.ts';
import { startSession } from './sessions.server.ts';

export type Attempt = {
	readonly name: string;
	readonly password: string;
	readonly address: string;
	readonly userAgent: string | null;
};

/** `inactive` is told only to who knew the password: no role yet, or disabled. */
export type SignInRefusal =
	| Refusal<'wrong'>
	| Refusal<'inactive'>
	| Refusal<'locked', { readonly until: Date; readonly kind: 'account' | 'address' }>;

/** An address is known to an account that signed in from it within so many days. */
const knownDays = 30;

const inTurn = turnTaking();

/**
 * Signs a person in: checks the locks, the password, counts failures, starts a session.
 *
 * Attempts from one address and at one account are judged one after the other in this process, so that a burst of parallel guesses
 * is counted guess by guess. With several web processes each may let one more through.
 */
export function signIn(
	db: Kysely<DB>,
	attempt: Attempt,
	clock: Clock = databaseClock(db)
): Promise<{ readonly ok: true; readonly sessionId: string } | SignInRefusal> {
	const name = attempt.name.trim().toLowerCase();
	return inTurn(`address ${attempt.address}`, () =>
		inTurn(`account ${name}`, () => judge(db, { ...attempt, name }, clock))
	);
}

async function judge(db: Kysely<DB>, attempt: Attempt, clock: Clock) {
	const { name, address } = attempt;
	const accountKey = failureKey(name);
	const account = accountName.test(name) ? await findAccount(db, name) : undefined;

	const now = await clock();
	const accountLock = lockedUntil(await readFailures(db, 'account', accountKey), now);
	if (accountLock !== null) return refuse('locked', { until: accountLock, kind: 'account' as const });
	const addressLock = lockedUntil(await readFailures(db, 'address', address), now);
	if (addressLock !== null && !(account && (await isKnown(db, account.id, address, now)))) {
		return refuse('locked', { until: addressLock, kind: 'address' as const });
	}

	const right = await verifyPassword(account?.password_hash ?? null, attempt.password);
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${failureLock})`.execute(trx);
		const before = remembered(await readFailures(trx, 'account', accountKey), accountRule, now);
		if (!right || account === undefined) {
			const after = counted(before, accountRule, now);
			await writeFailures(trx, 'account', accountKey, after);
			if (before === null) {
				await writeFailures(trx, 'address', address, counted(await readFailures(trx, 'address', address), addressRule, now));
			}
			// The name only where it is an account: people type passwords into this field.
			await audit(trx, { id: null, name: null, address }, {
				action: 'session.refuse',
				objectKind: 'account',
				objectId: account?.id ?? null,
				detail: { failures: after.failures, lockedUntil: after.lockedUntil }
			});
			return refuse('wrong');
		}
		if (before !== null) {
			await writeFailures(trx, 'account', accountKey, null);
			const ofAddress = remembered(await readFailures(trx, 'address', address), addressRule, now);
			await writeFailures(trx, 'address', address, forgiven(ofAddress, addressRule));
		}
		if (account.state !== 'active' || account.role === 'none') return refuse('inactive');
		const sessionId = await startSession(trx, account.id, { address, userAgent: attempt.userAgent });
		await trx.updateTable('app_user').set({ last_login_at: now }).where('id', '=', account.id).execute();
		await audit(trx, { id: account.id, name: account.name, address }, {
			action: 'session.start',
			objectKind: 'account',
			objectId: account.id
		});
		return { ok: true as const, sessionId };
	});
}

function findAccount(db: Kysely<DB>, name: string) {
	return db
		.selectFrom('app_user')
		.select(['id', 'name', 'password_hash', 'state', 'role'])
		.where('name', '=', name)
		.executeTakeFirst();
}

/** Names are kept hashed: what people type there by mistake is sometimes their password. */
function failureKey(name: string): string {
	return createHash('sha256').update(name).digest('hex');
}

/** Opens an account's door again, after its password was set anew. */
export async function forgetFailures(trx: Transaction<DB>, name: string): Promise<void> {
	await writeFailures(trx, 'account', failureKey(name), null);
}

async function isKnown(db: Kysely<DB>, accountId: string, address: string, now: Date): Promise<boolean> {
	const row = await db
		.selectFrom('audit_entry')
		.select('seq')
		.where('object_kind', '=', 'account')
		.where('object_id', '=', accountId)
		.where('action', '=', 'session.start')
		.where('address', '=', address)
		.where('at', '>', new Date(now.getTime() - knownDays * 86_400_000))
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}
