import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { eventKinds } from '#lib/intake/kinds/kinds.ts';
import { mapKinds } from './kinds.ts';

/** Kinds of events that the map offers: the known ones, the most watched first, then those that were defined here. */
export async function offeredKinds(db: Kysely<DB>): Promise<readonly string[]> {
	const book = await loadKindBook(db);
	return [...mapKinds, ...book.eventKinds.filter((kind) => !eventKinds.includes(kind))];
}
