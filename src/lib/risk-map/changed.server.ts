import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { ChangedRows } from '#lib/counts/corrections.ts';
import { makeDatabaseCache } from './cache.ts';
import { monthRows, rowsHref, type MapQuery } from './query.ts';
import { changedBehind } from './rows.server.ts';

const cache = makeDatabaseCache<ChangedRows | null>(300);

/**
 * How many rows of a map's kind and month were corrected, withdrawn or folded after they had counted; null: none, or warnings are shown.
 *
 * @param version of the counts: what changed is in the figures from the next version on, and the same counts are answered from memory.
 */
export async function changedInMonth(db: Kysely<DB>, actor: Actor, query: MapQuery, version: number): Promise<ChangedRows | null> {
	if (!may(actor, 'events.see') || query.measure === 'warnings') return null;
	const rows = monthRows(query);
	const { regionPrefix, industries } = scopeOf(actor);
	return cache(db, `${version} ${regionPrefix} ${industries?.join() ?? '*'} ${rowsHref(rows)}`, () => changedBehind(db, actor, rows, 1));
}
