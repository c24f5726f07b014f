import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { readWarningCells } from './cells.server.ts';
import { sumBy, total, type Cell } from './cube.ts';
import { isOfKind } from './layers.ts';
import { mapContext, type KnownThen, type MapContext } from './map-context.server.ts';
import { mapUnits, type MapUnit } from './map-units.ts';
import type { MapQuery } from './query.ts';
import { cachedCells, layerCells } from './risk-map.server.ts';
import { keptKnowledge, type KeptKnowledge } from './snapshot.ts';
import { withinPlace } from './within-place.server.ts';

/** One of many small maps: of an indicator's warnings, or of a kind of events. */
export type SmallMap = {
	readonly key: string;
	/** Names of an indicator; null where `key` is a kind. */
	readonly name: string | null;
	readonly nameEn: string | null;
	readonly total: number;
	readonly units: readonly MapUnit[];
	/** Of a kind: how far its data went. */
	readonly known?: KeptKnowledge;
};

/** So many are still looked at side by side. */
const mostMaps = 12;

/**
 * The map of a layer for each kind of events or, of layers that are of no kind, of the month's warnings by indicator.
 *
 * @param as how far data went when figures were shown before
 */
export async function smallMaps(
	db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, kinds: readonly string[], as: KnownThen | null = null
): Promise<readonly SmallMap[]> {
	const plain = { ...query, view: 'multiples' as const, compare: null };
	if (isOfKind(query.measure)) {
		const maps = await inTurn(kinds.slice(0, mostMaps), async (kind) => {
			const context = await mapContext(db, actor, { ...plain, kind }, today, as?.ofKinds?.get(kind) ?? as);
			if (!context.ok) return null;
			const cells = (await layerCells(db, context.scope, context.asked, query.measure, context.known, context.spans)) ?? (await cachedCells(db, context.scope, context.asked, context.known));
			return { ...smallMap(context, { ...plain, kind }, cells, { key: kind, name: null, nameEn: null }), known: keptKnowledge(query.region, context.known) };
		});
		return maps.filter((map) => map.total > 0);
	}
	const warnings = { ...plain, measure: 'warnings' as const };
	const context = await mapContext(db, actor, warnings, today, as);
	if (!context.ok) return [];
	const { now } = context.spans;
	const { rows } = await sql<{ key: string; name: string; nameEn: string; n: number }>`
		select i.id as key, i.name, i.name_en as "nameEn", count(*)::int as n
		from warning w join indicator i on i.id = w.indicator_id
		where ${withinPlace(context.scope, query, 'w')} and w.raised_on between ${now.from} and ${now.to}
		group by 1, 2, 3 order by 4 desc, 1 limit ${mostMaps}`.execute(db);
	return inTurn(rows, async ({ n: _, ...one }) =>
		smallMap(context, warnings, await readWarningCells(db, context.scope, context.asked, context.spans, context.monitored.since, one.key), one));
}

function smallMap({ regions, asked, layout, knowledge }: MapContext, query: MapQuery, cells: readonly Cell[], named: Pick<SmallMap, 'key' | 'name' | 'nameEn'>): SmallMap {
	return { ...named, total: total(cells).n, units: mapUnits(regions, query, asked.units, layout.hexes, sumBy(cells, (cell) => cell.unit), knowledge) };
}

/** One after the other: a page that asks for twelve maps must not take all connections of the process. */
async function inTurn<A, B>(list: readonly A[], make: (one: A) => Promise<B | null>): Promise<readonly B[]> {
	const made: B[] = [];
	for (const one of list) {
		const result = await make(one);
		if (result !== null) made.push(result);
	}
	return made;
}
