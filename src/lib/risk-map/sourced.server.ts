import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { kindOf } from '#lib/indicators/evaluate.server.ts';
import { overlaps } from '#lib/indicators/held.ts';

/** Whether any source answers for a region: where none does, nothing that was counted is no zero. */
export type Sourced = (regionCode: string) => boolean;

/** The kinds that indicators watch on a day: what warnings are made of. */
export async function watchedKinds(db: Kysely<DB>, day: string): Promise<readonly string[]> {
	return [...new Set((await activeIndicators(db))(day).map(kindOf))];
}

/** Finds who answers for any of some kinds by the registered territories. */
export async function readSourced(db: Kysely<DB>, kinds: readonly string[]): Promise<Sourced> {
	const sources = await db.selectFrom('source').select('region_code').distinct().where(sql<boolean>`kinds && ${kinds as string[]}::text[]`).execute();
	return (regionCode) => sources.some((source) => overlaps(source.region_code, regionCode));
}
