import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { conflict, type Conflict } from '#lib/access/refuse.ts';

/**
 * What the same form has made already: a double click must not make two. Locks the id until the transaction ends.
 *
 * @returns Null when nothing was made yet.
 */
export async function madeOnce(
	trx: Kysely<DB>, table: 'sampling_plan' | 'campaign' | 'lead_report', id: string, actor: Actor
): Promise<{ readonly ok: true; readonly id: string } | Conflict | null> {
	if (!/^[0-9a-f-]{36}$/.test(id)) return conflict;
	await sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`.execute(trx);
	const known = await trx.selectFrom(table).select('created_by').where('id', '=', id).executeTakeFirst();
	if (known === undefined) return null;
	return known.created_by === actor.id ? { ok: true, id } : conflict;
}
