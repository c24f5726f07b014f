import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Clock } from '#lib/calendar/clock.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { deliversOldOnly, deliveryState, readCadence, type SourceState } from './watermark.ts';

/** Rows that a city usually has in the span of a batch, from which on their absence is no chance any more (Poisson: below 1 %). */
const expectedAtLeast = 5;

/** What a batch brought; `seenTo` is the newest day among all its rows, those known before included. */
export type Delivery = {
	readonly sourceId: string;
	readonly kind: string;
	readonly rows: number;
	/** The very same file came before. */
	readonly again: boolean;
	readonly firstDay: string | null;
	readonly lastDay: string | null;
	readonly seenTo: string | null;
};

/**
 * Moves the watermarks after a merge, from the staging table: of cities that delivered, and of those whose few rows may well be
 * missing by chance. A city that usually has many rows and now has none is not moved: missing is never read as zero.
 * A source answers for its own territory only: a stray row from elsewhere promises nothing there.
 */
export async function moveWatermarks(trx: Kysely<DB>, delivery: Delivery): Promise<void> {
	const { sourceId, kind, firstDay, lastDay } = delivery;
	if (firstDay === null || lastDay === null) return nothingNew(trx, delivery);
	const { region_code } = await trx.selectFrom('source').select('region_code').where('id', '=', sourceId).executeTakeFirstOrThrow();
	// Classes and grades name enterprises and months; the city is where the enterprise is. So it is for rows without a region.
	const monthly = kind === 'class' || kind === 'grade';
	const placed = monthly
		? sql`select e.region_code, s.month as day from stage s join enterprise e using (uscc) where s.reason is null`
		: sql`select coalesce(e.region_code, s.region_code) as region_code, s.day from stage s
			left join enterprise e on e.uscc = s.uscc and not s.region_own where s.reason is null and s.region_code is not null`;
	const delivered = sql`select * from (${placed}) p where ${regionWithin(regionPrefix(region_code), 'p.region_code')}`;
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

/**
 * A delivery that brought nothing new is a delivery all the same, if it reaches as far as the earlier ones: an empty file, or one
 * whose rows are all known. A file sent again, or an older one, is none.
 */
async function nothingNew(trx: Kysely<DB>, { sourceId, kind, rows, again, seenTo }: Delivery): Promise<void> {
	if (rows > 0 && (again || seenTo === null)) return;
	await sql`
		update watermark set last_received_at = now(), state = case when state in ('late', 'missing') then 'on-time' else state end,
			changed_at = case when state in ('late', 'missing') then now() else changed_at end
		where source_id = ${sourceId} and kind = ${kind} and (${seenTo}::date is null or complete_up_to <= ${seenTo}::date)
	`.execute(trx);
}

type OldMark = { readonly kind: string; readonly region_code: string; readonly complete_up_to: string; readonly last_received_at: Date };

/** Of marks that stand still while their source delivers, those whose city should have had rows meanwhile: of a rare kind there may have been none. */
async function lackingMarks<T extends OldMark>(db: Kysely<DB>, marks: readonly T[]): Promise<ReadonlySet<T>> {
	if (marks.length === 0) return new Set();
	const asked = marks.map(({ kind, region_code, complete_up_to, last_received_at }, i) => ({ i, kind, region_code, upto: complete_up_to, received: dayOf(last_received_at) }));
	const { rows } = await sql<{ i: number }>`
		select m.i from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as m(i int, kind text, region_code text, upto date, received date)
		join count_city_day c on c.region_code = m.region_code and c.kind = m.kind and c.day > m.upto - 28 and c.day <= m.upto
		group by m.i, m.upto, m.received having sum(c.n) / 28.0 * (m.received - m.upto) >= ${expectedAtLeast}
	`.execute(db);
	return new Set(rows.map(({ i }) => marks[i]!));
}

/** Judges every watermark against its source's cadence; run as time passes, since lateness comes without an event. */
export async function refreshWatermarks(db: Kysely<DB>, clock: Clock): Promise<{ readonly changed: number }> {
	const rows = await db
		.selectFrom('watermark as w')
		.innerJoin('source as s', 's.id', 'w.source_id')
		.select(['w.source_id', 'w.kind', 'w.region_code', 'w.state', 'w.last_received_at', 'w.complete_up_to', 'w.delay_days', 's.cadence', 's.state as source_state'])
		.select(sql<boolean>`exists (
			select from partial_day d where d.source_id = w.source_id and d.kind = w.kind and d.region_code = w.region_code and d.settled_on is null
		)`.as('partial'))
		.where('w.state', 'in', ['on-time', 'late', 'missing', 'partial', 'stopped'])
		.execute();
	const [calendar, now] = [await loadWorkCalendar(db), await clock()];
	const old = rows.filter((row) => deliversOldOnly(readCadence(row.cadence), row.complete_up_to, row.last_received_at, row.delay_days));
	const lacking = await lackingMarks(db, old);
	const stateOf = (row: (typeof rows)[number]): SourceState => {
		const cadence = readCadence(row.cadence);
		const delivery = deliveryState(cadence, row.last_received_at, now, calendar);
		if (delivery !== 'on-time') return delivery;
		if (lacking.has(row)) return 'late';
		return row.partial ? 'partial' : 'on-time';
	};
	const changes = rows
		.map((row) => ({ ...row, next: row.source_state === 'stopped' ? ('stopped' as const) : stateOf(row) }))
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
