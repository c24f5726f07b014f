import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { withdrawalUnknown } from '#lib/intake/reject-reasons.ts';

/**
 * Withdrawals that name the row by its key only: they happened when that row did, in this file or in what came before. One whose row
 * nobody knows is refused.
 */
export async function dateWithdrawals(trx: Kysely<DB>, sourceId: string, kind: string): Promise<void> {
	await sql`
		update stage s set occurred_at = found.at, day = (found.at at time zone 'Asia/Shanghai')::date from (
			select u.line, coalesce(
				(select p.occurred_at from stage p where p.source_key = u.source_key and p.line < u.line and p.reason is null and p.occurred_at is not null order by p.line desc limit 1),
				(select k.occurred_at from intake_key k where k.source_id = ${sourceId} and k.kind = ${kind} and k.source_key = u.source_key)
			) as at
			from stage u where u.reason is null and u.withdrawn and u.occurred_at is null
		) found
		where s.line = found.line and s.reason is null and s.occurred_at is null and found.at is not null
	`.execute(trx);
	const { reason, field, message } = withdrawalUnknown;
	await sql`
		update stage set reason = ${reason}, fault_field = ${field}, message = ${message}
		where reason is null and withdrawn and occurred_at is null
	`.execute(trx);
}
