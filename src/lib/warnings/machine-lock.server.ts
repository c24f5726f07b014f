import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';

/** "QSWM". */
const machineLock = 0x5153574d;

/**
 * Whoever writes to many warnings at once does it alone: two runs would both open an episode of a new series, and two that lock many
 * rows in different order would wait for each other. One person's step on one warning needs no such turn.
 */
export async function lockMachine(trx: Transaction<DB>): Promise<void> {
	await sql`select pg_advisory_xact_lock(${machineLock})`.execute(trx);
}
