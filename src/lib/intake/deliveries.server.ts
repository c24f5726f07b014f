import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed } from '#lib/access/refuse.ts';
import { check } from '#lib/access/permissions.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { addDays, dayOf } from '#lib/calendar/days.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { listSources, type SourceRow } from './batches.server.ts';
import { deliveryDays, type DeliveryDay } from './deliveries.ts';

/** Days of the calendar of deliveries, today included. */
const shownDays = 35;

/** What is known of one kind of a source: its calendar, until when it is complete, and what is missing. */
export type SourceDeliveries = {
	readonly source: Pick<SourceRow, 'id' | 'name' | 'department' | 'contact' | 'cadence' | 'stopped'>;
	readonly kind: string;
	readonly state: SourceRow['kinds'][number]['state'];
	/** Cities that have not delivered. */
	readonly behind: readonly string[];
	/** Last day of which anything came, over the cities that came least far. */
	readonly deliveredTo: string;
	/** Last day that is complete by what was learned of the source's delays; null: not learned yet. */
	readonly completeTo: { readonly day: string; readonly afterDays: number; readonly share: number; readonly rows: number } | null;
	readonly days: readonly DeliveryDay[];
	/** Days that came in part only, newest first, with the cities. */
	readonly partial: readonly { readonly day: string; readonly cities: readonly string[]; readonly rows: number; readonly expected: number }[];
	/** Whether this person may say that partial days are complete. */
	readonly mayAccept: boolean;
};

/** The calendar of deliveries of every source that concerns somebody's jurisdiction. Counts and states, no rows. */
export async function listDeliveries(
	db: Kysely<DB>, actor: Actor, now: Date
): Promise<{ readonly ok: true; readonly days: readonly string[]; readonly rows: readonly SourceDeliveries[] } | NotAllowed> {
	const listed = await listSources(db, actor);
	if (!listed.ok) return listed;
	const to = dayOf(now);
	const from = addDays(to, 1 - shownDays);
	const ids = listed.sources.map(({ id }) => id);
	const inside = regionWithin(regionPrefix(actor.regionCode).slice(0, 4), 'w.region_code');
	const batches = await db
		.selectFrom('intake_batch')
		.select(['source_id', 'kind', 'rows', sql<Date>`coalesce(finished_at, started_at)`.as('at')])
		.where('state', '=', 'done')
		.where('source_id', 'in', ids.length > 0 ? ids : [''])
		.where('started_at', '>=', sql<Date>`${addDays(from, -40)}::date`)
		.orderBy('started_at')
		.execute();
	const { rows: known } = await sql<{ source: string; kind: string; afterDays: number; share: number; rows: number; received: string }>`
		select w.source_id as source, w.kind, max(w.delay_days)::int as "afterDays", min(w.delay_share)::float8 as share, sum(w.delay_rows)::int as rows,
			min(w.last_received_at::date)::text as received
		from watermark w where w.delay_days is not null and ${inside} group by 1, 2
	`.execute(db);
	const { rows: partial } = await sql<{ source: string; kind: string; day: string; cities: string[]; rows: number; expected: number }>`
		select w.source_id as source, w.kind, w.day::text, array_agg(r.name order by r.code) as cities, sum(w.rows)::int as rows, sum(w.expected)::float8 as expected
		from partial_day w join region r on r.code = w.region_code
		where w.settled_on is null and ${inside} group by 1, 2, 3 order by 3 desc
	`.execute(db);
	const calendar = await loadWorkCalendar(db);
	const rows = listed.sources.flatMap((source) =>
		source.kinds.map(({ kind, state, behind, completeUpTo }): SourceDeliveries => {
			const of = <T extends { readonly kind: string }>(all: readonly T[], id: (row: T) => string) => all.filter((row) => row.kind === kind && id(row) === source.id);
			const [learned] = of(known, (row) => row.source);
			const own = of(batches, (row) => row.source_id);
			return {
				source, kind, state, behind, deliveredTo: completeUpTo,
				completeTo: learned === undefined ? null : {
					day: [completeUpTo, addDays(learned.received, -learned.afterDays)].sort()[0]!, afterDays: learned.afterDays, share: learned.share, rows: learned.rows
				},
				days: deliveryDays(source.cadence, own, from, to, now, calendar),
				partial: of(partial, (row) => row.source).map(({ day, cities, rows, expected }) => ({ day, cities, rows, expected: Math.round(expected) })),
				mayAccept: check(actor, 'intake.mend', source) === null
			};
		})
	);
	return { ok: true, days: Array.from({ length: shownDays }, (_, i) => addDays(from, i)), rows };
}
