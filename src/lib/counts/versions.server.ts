import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';

/** Kinds of which rows were ever corrected or withdrawn: few, and of the others looking back is simple. */
export async function correctedKinds(db: Kysely<DB>): Promise<ReadonlySet<string>> {
	const { rows } = await sql<{ kind: string }>`select distinct kind from event where known_to is not null`.execute(db);
	return new Set(rows.map((row) => row.kind));
}

/**
 * Versions of `event e` that may count on an evening from `evening` on: the newest, and those replaced later. `spansOf` says on which.
 */
export const stillKnown = (evening: string) => sql<boolean>`(e.known_to is null or e.known_to >= ${evening}::date + 1) and not e.withdrawn`;

/**
 * Events of `event e` that happened on the days `from` … `to`. Instants, not dates: only with these the planner leaves out the other months
 * of events, and planning all hundred and fifty takes longer than reading one.
 */
export const between = (from: string, to: string) =>
	sql<boolean>`e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${addDays(to, 1)}::timestamptz`;

const correctedAfter = (kinds: readonly string[], evening: string) => sql`
	select source_id, kind, source_key, min(known_from) as first
	from event where kind = any(${[...kinds]}) and known_to >= ${evening}::date + 1
	group by source_id, kind, source_key
`;

/**
 * Joins to `event e`, as `r`, the source rows of a kind that were corrected after an evening; `r.first`: when we first had them. For
 * queries that read many events: from few ones the planner would go through all corrections for each.
 */
export function joinCorrected(kind: string, evening: string): RawBuilder<unknown> {
	return sql`left join (${correctedAfter([kind], evening)}) r
		on r.source_id = e.source_id and r.kind = e.kind and r.source_key = e.source_key`;
}

/** The source rows of some kinds that were corrected after an evening (as `rowName`), and the day on which we first had them. */
export async function firstKnown(db: Kysely<DB>, kinds: readonly string[], evening: string): Promise<ReadonlyMap<string, string>> {
	const { rows } = await sql<{ name: string; first: string }>`
		select ${rowName} as name, e.first::date::text as first from (${correctedAfter(kinds, evening)}) e
	`.execute(db);
	return new Map(rows.map((row) => [row.name, row.first]));
}

/** Names the source row of an `event e`. */
export const rowName = sql.raw(`e.source_id || '|' || e.kind || '|' || e.source_key`);

/** Rows of `event` as known on one evening; for what is looked up and not kept. The same rule as `spansOf`. */
export function knownOn(evening: string): RawBuilder<boolean> {
	const end = sql`${evening}::date + 1`;
	return sql<boolean>`(
		not event.withdrawn and event.received_at < ${end} and (event.known_to is null or event.known_to >= ${end})
		and (event.known_from < ${end} or (event.known_to is null and not exists (
			select from event p where p.kind = event.kind and p.known_to >= ${end} and p.known_from < ${end}
				and p.source_id = event.source_id and p.source_key = event.source_key
		)))
	)`;
}
