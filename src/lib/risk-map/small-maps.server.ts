import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { ofIndustry, warningSpans, within } from './cells.server.ts';
import { isOfKind } from './layers.ts';
import type { MapUnit } from './map-units.ts';
import type { MapQuery } from './query.ts';
import { riskMap } from './risk-map.server.ts';

/** One of many small maps: of an indicator's warnings, or of a kind of events. */
export type SmallMap = {
	readonly key: string;
	/** Names of an indicator; null where `key` is a kind. */
	readonly name: string | null;
	readonly nameEn: string | null;
	readonly total: number;
	readonly units: readonly MapUnit[];
};

/** So many are still looked at side by side. */
const mostMaps = 12;

/** The map of a layer for each kind of events or, of layers that are of no kind, of the month's warnings by indicator. */
export async function smallMaps(db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, kinds: readonly string[]): Promise<readonly SmallMap[]> {
	const plain = { ...query, view: 'multiples' as const, compare: null };
	if (isOfKind(query.measure)) {
		const maps = await Promise.all(kinds.slice(0, mostMaps).map(async (kind) => {
			const outcome = await riskMap(db, actor, { ...plain, kind }, today);
			return outcome.ok ? [{ key: kind, name: null, nameEn: null, total: outcome.map.total.n, units: outcome.map.units }] : [];
		}));
		return maps.flat().filter((map) => map.units.some((unit) => unit.n > 0));
	}
	const { now } = warningSpans(query.month, today);
	const { rows } = await sql<{ id: string; name: string; nameEn: string; n: number }>`
		select i.id, i.name, i.name_en as "nameEn", count(*)::int as n
		from warning w join indicator i on i.id = w.indicator_id
		where ${within(scopeOf(actor), query, 'w')} and ${ofIndustry(query.industry, 'w.industry_key')} and w.raised_on between ${now.from} and ${now.to}
		group by 1, 2, 3 order by 4 desc, 1 limit ${mostMaps}`.execute(db);
	const maps = await Promise.all(rows.map(async ({ id, name, nameEn, n }) => {
		const outcome = await riskMap(db, actor, { ...plain, measure: 'warnings' }, today, null, id);
		return outcome.ok ? [{ key: id, name, nameEn, total: n, units: outcome.map.units }] : [];
	}));
	return maps.flat();
}
