import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Clock } from './clock.ts';

/** The database's clock: hosts may disagree with each other, with it they need not. */
export function databaseClock(db: Kysely<DB>): Clock {
	return async () => {
		const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
		return rows[0]!.at;
	};
}
