import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Clock } from '#lib/calendar/clock.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { deliveryState, readCadence } from './watermark.ts';

/** Rows that a city usually has in the span of a batch, from which on their absence is no chance any more (Poisson: below 1 %). */
const expectedAtLeast = 5;

/**
 * Moves the watermarks after a merge, from the staging table: of cities that delivered, and of those whose few rows may well be
 * missing by chance. A city that usually has many rows and now has none is not moved: missing is never read as zero.
 */
export async function moveWatermarks(
	trx: Kysely<DB>,
	batch: { readonly sourceId: string; readonly kind: string; readonly firstDay: string | null; readonly lastDay: string | null }
): Promise<void> {
	const { sourceId, kind, firstDay, lastDay } = batch;
	if (firstDay === null || lastDay === null) return;
	// Classes and grades name enterprises and months; the city is where the enterprise is.
	const monthly = kind === 'class' || kind === 'grade';
	const delivered = monthly
		? sql`select e.region_code, s.month as day from stage s join enterprise e using (uscc) where s.reason is null`
		: sql`select region_code, day from stage where reason is null and region_code is not null`;
	await sql`
		insert into watermark as w (source_id, kind, region_code, complete_up_to, last_received_at, state, changed_at)
		select ${sourceId}, ${kind}, substr(region_code, 1, 4) || '00', max(day), now(), 'on-time', now()
		from (${delivered}) d group by 3 order by 3
		on conflict (source_id, kind, region_code) do update set
			complete_up_to = greatest(w.complete_up_to, excluded.complete_up_to), last_received_at = excluded.last_received_at,
			state = case when w.state in ('late', 'missing') then 'on-time' else w.state end,
			changed_at = case when w.state in ('late', 'missing') then excluded.changed_at else w.changed_at end
	`.execute(trx);
	if (monthly) return;
	await sql`
		update watermark w set complete_up_to = ${lastDay}::date, last_received_at = now(),
			state = case when w.state in ('late', 'missing') then 'on-time' else w.state end
		where w.source_id = ${sourceId} and w.kind = ${kind} and w.complete_up_to < ${lastDay}::date
			and not exists (select from stage s where s.reason is null and substr(s.region_code, 1, 4) = substr(w.region_code, 1, 4))
			and (
				select coalesce(sum(c.n), 0) / 28.0 * least(28, greatest(1, ${lastDay}::date - greatest(${firstDay}::date, w.complete_up_to)))
				from count_city_day c
				where c.region_code = w.region_code and c.kind = ${kind} and c.day > w.complete_up_to - 28 and c.day <= w.complete_up_to
			) < ${expectedAtLeast}
	`.execute(trx);
}

/** Judges every watermark against its source's cadence; run as time passes, since lateness comes without an event. */
export async function refreshWatermarks(db: Kysely<DB>, clock: Clock): Promise<{ readonly changed: number }> {
	const rows = await db
		.selectFrom('watermark as w')
		.innerJoin('source as s', 's.id', 'w.source_id')
		.select(['w.source_id', 'w.kind', 'w.region_code', 'w.state', 'w.last_received_at', 's.cadence', 's.state as source_state'])
		.where('w.state', 'in', ['on-time', 'late', 'missing', 'stopped'])
		.execute();
	const [calendar, now] = [await loadWorkCalendar(db), await clock()];
	const changes = rows
		.map((row) => ({
			...row,
			next: row.source_state === 'stopped' ? ('stopped' as const) : deliveryState(readCadence(row.cadence), row.last_received_at, now, calendar)
		}))
		.filter((row) => row.next !== row.state);
	for (const { source_id, kind, region_code, state, next } of changes) {
		await db
			.updateTable('watermark')
			.set({ state: next, changed_at: now })
			.where('source_id', '=', source_id)
			.where('kind', '=', kind)
			.where('region_code', '=', region_code)
			// A batch may have come in between.
			.where('state', '=', state)
			.execute();
	}
	return { changed: changes.length };
}
