import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { LinkKind, Verdict } from './verdicts.ts';

/** The newest judgement of each tie, as given until the end of a day (null: until now). A sub-select to be joined. */
export const newestJudgements = (asOf: string | null) => sql<{ uscc: string; kind: LinkKind; key: string; verdict: Verdict }>`(
	select distinct on (uscc, kind, key) uscc, kind, key, verdict, note, actor_name, at from link_judgement
	where ${asOf === null ? sql`true` : sql`at < (${asOf}::date + 1)::timestamp at time zone 'Asia/Shanghai'`}
	order by uscc, kind, key, at desc
)`;

/** Ties that people judged: looked up by `uscc|kind|key`. */
export async function judgedTies(db: Kysely<DB>, asOf: string): Promise<ReadonlyMap<string, Verdict>> {
	const { rows } = await sql<{ name: string; verdict: Verdict }>`
		select uscc || '|' || kind || '|' || key as name, verdict from ${newestJudgements(asOf)} j
	`.execute(db);
	return new Map(rows.map(({ name, verdict }) => [name, verdict]));
}

/** A listed registration address: at most `limit` new enterprises in 30 days are nothing to warn of. */
export type ListedPlace = { readonly key: string; readonly limit: number; readonly from: string; readonly to: string | null };

/** Every address that was ever listed, by what version said so. */
export async function listedPlaces(db: Kysely<DB>): Promise<ListedPlace[]> {
	return db
		.selectFrom('cluster_address')
		.select(['place_key as key', 'limit_30_days as limit', 'valid_from as from', 'valid_to as to'])
		.where('state', 'in', ['active', 'superseded'])
		.orderBy('id')
		.orderBy('version', 'desc')
		.execute();
}

/** What is listed on a day: of several versions the newest that is valid. */
export function listedOn(places: readonly ListedPlace[], day: string): ReadonlyMap<string, ListedPlace> {
	const found = new Map<string, ListedPlace>();
	for (const place of places) {
		if (place.from <= day && (place.to === null || day <= place.to) && !found.has(place.key)) found.set(place.key, place);
	}
	return found;
}
