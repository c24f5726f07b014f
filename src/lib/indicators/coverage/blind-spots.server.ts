import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { Held } from '#lib/warnings/evaluation.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { kindOf } from '#lib/indicators/evaluate.server.ts';

/** What could not be judged on the last evening, and why. */
export type BlindSpot = {
	readonly kind: string;
	/** Null: nobody said that anything is late, but nothing came. */
	readonly sourceId: string | null;
	readonly reason: Held['reason'];
	readonly since: string | null;
	readonly cities: readonly string[];
	/** Evenings that wait to be judged again. */
	readonly evenings: number;
	readonly indicators: readonly { readonly id: string; readonly name: string; readonly nameEn: string }[];
};

/** What the gaps of the sources blind: cities that were held on the last evening, by kind and cause, with the indicators that depend on it. */
export async function blindSpots(db: Kysely<DB>, actor: Actor): Promise<readonly BlindSpot[]> {
	if (!may(actor, 'intake.see') && !may(actor, 'source.technical')) return [];
	const inside = regionWithin(regionPrefix(actor.regionCode).slice(0, 4), 'h.region_code');
	const { rows } = await sql<Omit<BlindSpot, 'indicators'> & { day: string }>`
		with last as (select max(as_of) as day from monitor_run)
		select h.kind, h.source_id as "sourceId", h.reason, min(h.since)::text as since, array_agg(r.name order by r.code) as cities, last.day::text as day,
			(select count(distinct w.as_of)::int from held_evening w
				where w.kind = h.kind and w.scored_on is null and w.region_code = any(array_agg(h.region_code))) as evenings
		from held_evening h join last on last.day = h.as_of join region r on r.code = h.region_code
		where h.scored_on is null and ${inside}
		group by h.kind, h.source_id, h.reason, last.day order by h.kind, h.reason
	`.execute(db);
	if (rows.length === 0) return [];
	const indicators = (await activeIndicators(db))(rows[0]!.day);
	const names = new Map((await db.selectFrom('indicator').select(['id', 'name', 'name_en']).execute()).map((row) => [row.id, row]));
	return rows.map(({ day: _, ...spot }) => ({
		...spot,
		indicators: indicators.filter((indicator) => kindOf(indicator) === spot.kind).map(({ id }) => ({ id, name: names.get(id)!.name, nameEn: names.get(id)!.name_en }))
	}));
}
