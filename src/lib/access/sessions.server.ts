import { createHash } from 'node:crypto';
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { Lucia, TimeSpan, type Adapter } from 'lucia';
import type { AppUser, DB } from '#db/types.ts';
import { grants, roles, type Actor } from './actor.ts';
import { idleMinutes } from './idle.ts';

/**
 * Sessions. The only file that knows lucia, which is no longer developed: whoever replaces it keeps these exports.
 *
 * lucia stores session ids as they are. Our adapter stores their SHA-256, so that who reads the table (or a backup) cannot use it.
 * Danger: lucia calls update and delete with the id that the adapter *returned*, which is the stored one, never the cookie's.
 */

/** lucia prolongs a session in use after half of this. */
const lifetime = new TimeSpan(12, 'h');
/** `last_seen` is written once in so many seconds, not with every request. */
const seenSeconds = 60;

type Account = Selectable<AppUser>;
type UserAttributes = { readonly account: Account; readonly now: Date };
type SessionAttributes = { readonly address: string | null; readonly userAgent: string | null };

declare module 'lucia' {
	interface Register {
		Lucia: Lucia<Record<never, never>, UserAttributes>;
		DatabaseUserAttributes: UserAttributes;
		DatabaseSessionAttributes: SessionAttributes;
	}
}

export type Session = {
	readonly actor: Actor;
	readonly mustChangePassword: boolean;
	/** The database's time. */
	readonly now: Date;
};

/** What the cookie holds, hashed: the key of `app_session`. */
export function storedSessionId(id: string): string {
	return createHash('sha256').update(id).digest('hex');
}

function lucia(db: Kysely<DB>) {
	return new Lucia(sessionAdapter(db), { sessionExpiresIn: lifetime, getUserAttributes: (attributes) => attributes });
}

const idle = sql`make_interval(mins => ${idleMinutes})`;

/** Ids given to `setSession` and `getSessionAndUser` are the cookie's; all others are stored ones. Exported for its tests. */
export function sessionAdapter(db: Kysely<DB>): Adapter {
	return {
		async setSession({ id, userId, expiresAt, attributes }) {
			await db
				.insertInto('app_session')
				.values({
					id: storedSessionId(id),
					user_id: userId,
					expires_at: expiresAt,
					last_seen: sql<Date>`now()`,
					address: attributes.address,
					user_agent: attributes.userAgent
				})
				.execute();
		},
		async getSessionAndUser(id) {
			const row = await db
				.selectFrom('app_session as s')
				.leftJoin('app_user as u', (join) =>
					join.onRef('u.id', '=', 's.user_id').on('u.state', '=', 'active').on('u.role', '<>', 'none')
				)
				.selectAll('u')
				.select(['s.id as session_id', 's.user_id', 's.expires_at', 's.address', 's.user_agent'])
				.select(sql<Date>`now()`.as('now'))
				.where('s.id', '=', storedSessionId(id))
				.where('s.last_seen', '>', sql<Date>`now() - ${idle}`)
				.executeTakeFirst();
			if (row === undefined) return [null, null];
			const { session_id, user_id, expires_at, address, user_agent, now, ...account } = row;
			return [
				{ id: session_id, userId: user_id, expiresAt: expires_at, attributes: { address, userAgent: user_agent } },
				account.id === null ? null : { id: account.id, attributes: { account: account as Account, now } }
			];
		},
		async getUserSessions(userId) {
			const rows = await db.selectFrom('app_session').selectAll().where('user_id', '=', userId).execute();
			return rows.map((row) => ({
				id: row.id,
				userId: row.user_id,
				expiresAt: row.expires_at,
				attributes: { address: row.address, userAgent: row.user_agent }
			}));
		},
		async updateSessionExpiration(storedId, expiresAt) {
			await db.updateTable('app_session').set({ expires_at: expiresAt }).where('id', '=', storedId).execute();
		},
		async deleteSession(storedId) {
			await db.deleteFrom('app_session').where('id', '=', storedId).execute();
		},
		async deleteUserSessions(userId) {
			await db.deleteFrom('app_session').where('user_id', '=', userId).execute();
		},
		async deleteExpiredSessions() {
			await sql`delete from app_session where expires_at <= now() or last_seen <= now() - ${idle}`.execute(db);
		}
	};
}

/** Begins a session and clears away those that have ended. @returns the id for the cookie; it is stored nowhere. */
export async function startSession(
	db: Kysely<DB> | Transaction<DB>,
	userId: string,
	from: SessionAttributes
): Promise<string> {
	const sessions = lucia(db);
	await sessions.deleteExpiredSessions();
	const session = await sessions.createSession(userId, from);
	return session.id;
}

/**
 * Who sends this cookie? Null when the session is unknown, over, idle too long, or its account no longer active.
 *
 * @param address where this request came from, for the actor's audit entries.
 * @param background the page asks by itself: the session is read but not kept awake.
 */
export async function readSession(
	db: Kysely<DB>,
	sessionId: string,
	address: string | null,
	background = false
): Promise<Session | null> {
	const { session, user } = await lucia(db).validateSession(sessionId);
	if (session === null) return null;
	if (!background) {
		await sql`
			update app_session set last_seen = now()
			where id = ${session.id} and last_seen < now() - make_interval(secs => ${seenSeconds})
		`.execute(db);
	}
	const actor = actorOf(user.account, address);
	return actor === null ? null : { actor, mustChangePassword: user.account.must_change_password, now: user.now };
}

export async function endSession(db: Kysely<DB>, sessionId: string): Promise<void> {
	await lucia(db).invalidateSession(storedSessionId(sessionId));
}

/** Signs an account out everywhere: after a new password, role or jurisdiction, or when it is disabled. */
export async function endSessionsOf(db: Kysely<DB> | Transaction<DB>, userId: string): Promise<void> {
	await lucia(db).invalidateUserSessions(userId);
}

/** The actor an account stands for; null while it has no role. */
export function actorOf(account: Account, address: string | null): Actor | null {
	const role = roles.find((known) => known === account.role);
	if (role === undefined) return null;
	return {
		id: account.id,
		name: account.name,
		displayName: account.display_name,
		role,
		grants: grants.filter((grant) => account.grants.includes(grant)),
		departmentId: account.department_id,
		regionCode: account.region_code,
		industries: account.industries,
		inspectorId: account.inspector_id,
		address
	};
}
