import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed } from '#lib/access/refuse.ts';
import { check } from '#lib/access/permissions.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { addDays, dayOf } from '#lib/calendar/days.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { listSources, type SourceRow } from '#lib/intake/batches.server.ts';
import { cityCompleteTo, type CompleteTo } from './complete-to.server.ts';
import { deliveryDays, type DeliveryDay } from './deliveries.ts';
import type { SourceState } from './watermark.ts';

/** Days of the calendar of deliveries, today included: four weeks. */
const shownDays = 28;
/** A monthly delivery of the days shown may have come as long before. */
const daysBefore = 40;

/** Where a kind of a source stands in one city. */
export type CityMark = {
	readonly city: string;
	readonly state: SourceState;
	/** Last day of which anything came. */
	readonly deliveredTo: string;
	/** Last day that is complete by the delay that was learned; without one the last that was delivered. */
	readonly completeTo: string;
	readonly learned: { readonly afterDays: number; readonly share: number; readonly rows: number } | null;
};

/** A day that came in part only, with the cities. */
export type PartialDelivery = { readonly day: string; readonly cities: readonly string[]; readonly rows: number; readonly expected: number };

export type KindDeliveries = {
	readonly kind: string;
	readonly state: SourceRow['kinds'][number]['state'];
	readonly complete: CompleteTo;
	/** Cities that have not delivered. */
	readonly behind: readonly string[];
	readonly cities: readonly CityMark[];
	/** Newest first. */
	readonly partial: readonly PartialDelivery[];
};

/** A source with its deliveries, and where each of its kinds stands. */
export type SourceDeliveries = {
	readonly source: SourceRow;
	readonly days: readonly DeliveryDay[];
	readonly kinds: readonly KindDeliveries[];
	/** Whether this person may say that partial days are complete. */
	readonly mayAccept: boolean;
};

/** The calendar of deliveries of every source that concerns somebody's jurisdiction. Counts and states, no rows. */
export async function listDeliveries(
	db: Kysely<DB>, actor: Actor, now: Date
): Promise<{ readonly ok: true; readonly days: number; readonly sources: readonly SourceDeliveries[] } | NotAllowed> {
	const listed = await listSources(db, actor);
	if (!listed.ok) return listed;
	const to = dayOf(now);
	const from = addDays(to, 1 - shownDays);
	const inside = regionWithin(regionPrefix(actor.regionCode).slice(0, 4), 'w.region_code');
	const { rows: batches } = await sql<{ source: string; rows: number; at: Date }>`
		select source_id as source, rows, coalesce(finished_at, started_at) as at from intake_batch
		where state = 'done' and source_id = any(${listed.sources.map(({ id }) => id)}) and started_at >= ${addDays(from, -daysBefore)}::date
		order by started_at
	`.execute(db);
	const { rows: marks } = await sql<Omit<CityMark, 'learned'> & { source: string; kind: string; afterDays: number | null; share: number; rows: number }>`
		select w.source_id as source, w.kind, r.name as city, w.state, w.complete_up_to as "deliveredTo", w.delay_days as "afterDays", w.delay_share as share, w.delay_rows as rows,
			${cityCompleteTo}::text as "completeTo"
		from watermark w join region r on r.code = w.region_code where ${inside} order by r.code
	`.execute(db);
	const { rows: partial } = await sql<PartialDelivery & { source: string; kind: string }>`
		select w.source_id as source, w.kind, w.day::text, array_agg(r.name order by r.code) as cities, sum(w.rows)::int as rows, round(sum(w.expected))::int as expected
		from partial_day w join region r on r.code = w.region_code
		where w.settled_on is null and ${inside} group by 1, 2, 3 order by 3 desc
	`.execute(db);
	const calendar = await loadWorkCalendar(db);
	const of = <T extends { readonly source: string }>(all: readonly T[], id: string) => all.filter(({ source }) => source === id);
	return {
		ok: true,
		days: shownDays,
		sources: listed.sources.map((source): SourceDeliveries => ({
			source,
			days: deliveryDays(source, of(batches, source.id), from, to, now, calendar),
			kinds: source.kinds.map(({ kind, state, complete, behind }) => ({
				kind, state, complete, behind,
				cities: of(marks, source.id).filter((mark) => mark.kind === kind).map(({ city, state, deliveredTo, completeTo, afterDays, share, rows }) => ({
					city, state, deliveredTo, completeTo, learned: afterDays === null ? null : { afterDays, share, rows }
				})),
				partial: of(partial, source.id).filter((day) => day.kind === kind)
			})),
			mayAccept: check(actor, 'intake.mend', source) === null
		}))
	};
}
