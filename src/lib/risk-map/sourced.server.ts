import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { kindOf } from '#lib/indicators/evaluate.server.ts';
import { overlaps } from './coverage.server.ts';

/** Whether any source answers for a region: where none does, nothing that was counted is no zero. */
export type Sourced = (regionCode: string) => boolean;

/**
 * Finds who answers for a kind by the registered territories.
 *
 * @param kind null: any of the kinds that indicators watch on the day, for warnings.
 */
export async function readSourced(db: Kysely<DB>, kind: string | null, day: string): Promise<Sourced> {
	const kinds = kind === null ? [...new Set((await activeIndicators(db))(day).map(kindOf))] : [kind];
	const sources = await db.selectFrom('source').select('region_code').distinct().where(sql<boolean>`kinds && ${kinds}::text[]`).execute();
	return (regionCode) => sources.some((source) => overlaps(source.region_code, regionCode));
}
