import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { knownOn } from '#lib/counts/versions.server.ts';
import { foldedUnder, type FoldSide } from '#lib/duplicates/verdicts.server.ts';
import { maskChange } from './mask.ts';
import { monthSpan, pageMonths, type MonthCount, type TimelineStart } from './timeline.ts';

export type TimelineEvent = {
	readonly occurredOn: string;
	readonly receivedOn: string;
	readonly kind: string;
	readonly item: string | null;
	readonly source: string | null;
	/** Of a change: from and to, persons masked. */
	readonly before: string | null;
	readonly after: string | null;
	/** Rows that say the same and were folded into this one. */
	readonly folded: readonly FoldSide[];
};

export type TimelineLook = {
	/** Only these kinds; empty: all. */
	readonly kinds: readonly string[];
	/** Null: from the newest on. */
	readonly start: TimelineStart | null;
};

/** Most events of a page, however many its newest month has: the rest of it is the next page. */
const mostEvents = 400;

/**
 * A page of an enterprise's events, newest first, with what its whole life counts by month and kind. The caller has judged who may see
 * the enterprise.
 *
 * @param known as known on the evening of this day; null: now.
 */
export async function timelineOf(db: Kysely<DB>, uscc: string, known: string | null, { kinds, start }: TimelineLook) {
	const own = known === null ? sql`(select * from event e where e.uscc = ${uscc} and ${liveEvent})` : sql`(select * from event where event.uscc = ${uscc} and ${knownOn(known)})`;
	const { rows: counts } = await sql<MonthCount>`
		select to_char(e.occurred_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, e.kind, count(*)::int as n from ${own} e group by 1, 2 order by 1, 2
	`.execute(db);
	const wanted = kinds.length === 0 ? counts : counts.filter(({ kind }) => kinds.includes(kind));
	const page = pageMonths(wanted, start?.month ?? null);
	if (page === null) return { counts, events: [], older: null };
	const newest = start?.month ?? wanted.at(-1)!.month;
	const { rows } = await sql<Omit<TimelineEvent, 'folded'> & { id: string; at: string }>`
		select e.event_id::text as id, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
			(e.occurred_at at time zone 'Asia/Shanghai')::date::text as "occurredOn", (e.received_at at time zone 'Asia/Shanghai')::date::text as "receivedOn",
			e.kind, e.item, s.name as source, e.content ->> 'before' as before, e.content ->> 'after' as after
		from ${own} e left join source s on s.id = e.source_id
		where e.occurred_at >= ${monthSpan(page.from)[0]} and e.occurred_at < ${monthSpan(newest)[1]}
			${kinds.length === 0 ? sql`` : sql`and e.kind = any(${[...kinds]})`}
			${start?.after ? sql`and (e.occurred_at, e.event_id) < (${start.after.at}::timestamptz, ${start.after.id}::uuid)` : sql``}
		order by e.occurred_at desc, e.event_id desc
		limit ${mostEvents + 1}
	`.execute(db);
	const shown = rows.slice(0, mostEvents);
	const last = shown.at(-1);
	// Of a past day it is not told what was folded since.
	const folded = known === null ? await foldedUnder(db, shown.map((row) => row.id), [uscc]) : new Map<string, readonly FoldSide[]>();
	return {
		counts,
		events: shown.map(({ id, at: _, ...row }): TimelineEvent => ({
			...row, folded: folded.get(id) ?? [], before: maskChange(row.item, row.before), after: maskChange(row.item, row.after)
		})),
		/** Where the next page begins; null on the last one. */
		older: rows.length > mostEvents && last ? `${last.at}_${last.id}` : page.older
	};
}
