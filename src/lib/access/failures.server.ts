import type { Kysely, Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { FailureCount } from './lockout.ts';

/** Doors that failures close: an account, an address for people, an address for wall screens. */
export type FailureKind = 'account' | 'address' | 'screen';

/** Guards `login_failure`: "QSLG". */
export const failureLock = 0x51534c47;

/** What is remembered of failures at one door; null: nothing. */
export async function readFailures(db: Kysely<DB>, kind: FailureKind, key: string): Promise<FailureCount | null> {
	const row = await db
		.selectFrom('login_failure')
		.selectAll()
		.where('kind', '=', kind)
		.where('key', '=', key)
		.executeTakeFirst();
	if (row === undefined) return null;
	return { failures: row.failures, firstAt: row.first_at, lastAt: row.last_at, lockedUntil: row.locked_until };
}

/** Remembers it; null forgets. */
export async function writeFailures(
	trx: Transaction<DB>,
	kind: FailureKind,
	key: string,
	count: FailureCount | null
): Promise<void> {
	if (count === null) {
		await trx.deleteFrom('login_failure').where('kind', '=', kind).where('key', '=', key).execute();
		return;
	}
	const values = {
		failures: count.failures,
		first_at: count.firstAt,
		last_at: count.lastAt,
		locked_until: count.lockedUntil
	};
	await trx
		.insertInto('login_failure')
		.values({ kind, key, ...values })
		.onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(values))
		.execute();
}
