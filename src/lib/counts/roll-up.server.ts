import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import { foldNoted } from '#lib/duplicates/fold.server.ts';
import { recomputeActive } from './active.server.ts';
import { classNote, countAllClasses, countClasses } from './class-month.server.ts';
import { countInspections, noteNewMonth, visitNote } from './inspection-month.server.ts';
import { monthColumns, monthSums } from './month-parts.ts';

/** One roll-up at a time ("QSCT"): two would delete and insert each other's cells. */
const rollUpLock = 0x51534354;

/** Notes taken up at once; more are left for the next turn, so that a transaction stays short. */
const notesAtOnce = 50_000;

/** Kinds after which other enterprises are in the market than before. */
const changesMarket = ['registration', 'cancellation', 'change', 'enterprise'];

export type RolledUp = {
	/** (day, kind) pairs that were counted again. */
	readonly pairs: number;
	readonly months: number;
	/** Of the counts; readers key their caches by it. */
	readonly version: number | null;
};

/** What a live event is: not replaced by a newer version, not withdrawn, which includes what is folded into another row. */
export const liveEvent = sql.raw('e.known_to is null and not e.withdrawn');

/** Division, else section, else unknown. */
export const countedKey = sql.raw(`substr(e.industry_key, 1, 3)`);

/**
 * Brings the counts up to date: every (day, kind) that the merges noted is counted again from the live events and from the history
 * that came as counts, then the maps' summaries of those days and months. Notes made meanwhile wait for the next call.
 */
export async function recomputeTouched(db: Kysely<DB>): Promise<RolledUp> {
	const total = { pairs: 0, months: 0, version: null as number | null };
	await noteNewMonth(db);
	for (;;) {
		// Apart from the counting: merges have to wait for it.
		await db.transaction().execute(foldNoted);
		const turn = await db.transaction().execute(oneTurn);
		if (turn === null) return total;
		total.pairs += turn.pairs;
		total.months += turn.months;
		total.version = turn.version;
	}
}

async function oneTurn(trx: Kysely<DB>): Promise<{ pairs: number; months: number; version: number } | null> {
	await sql`select pg_advisory_xact_lock(${rollUpLock})`.execute(trx);
	// The ids that are seen now, and only they, are deleted at the end: a note that commits meanwhile is not lost.
	await sql`create temp table seen on commit drop as select id, day, kind from count_touched where folded order by id limit ${sql.lit(notesAtOnce)}`.execute(trx);
	await sql`
		create temp table pair on commit drop as
		select kind, day, day::timestamp at time zone 'Asia/Shanghai' as starts, (day + 1)::timestamp at time zone 'Asia/Shanghai' as ends
		from (select distinct kind, day from seen) noted
	`.execute(trx);
	await sql`analyze pair`.execute(trx);
	const { rows: months } = await sql<{ month: string; pairs: number; market: boolean; classes: boolean; visits: boolean }>`
		select date_trunc('month', day)::date as month, count(*)::int as pairs, bool_or(kind = any(${changesMarket})) as market,
			bool_or(kind = ${classNote}) as classes, bool_or(kind = ${visitNote}) as visits
		from pair group by 1 order by 1
	`.execute(trx);
	if (months.length === 0) return null;
	for (const { month } of months) await recount(trx, month);
	await summarise(trx);
	const changed = months.find(({ market }) => market);
	if (changed !== undefined) await recomputeActive(trx, changed.month);
	const noted = (what: 'classes' | 'visits') => months.filter((one) => one[what]).map(({ month }) => month);
	if (noted('classes').length > 0) await countClasses(trx, noted('classes'));
	if (noted('visits').length > 0) await countInspections(trx, noted('visits'));
	await sql`delete from count_touched where id in (select id from seen)`.execute(trx);
	const version = await mark(trx);
	await sql`drop table seen, pair`.execute(trx);
	return { pairs: months.reduce((sum, { pairs }) => sum + pairs, 0), months: months.length, version };
}

/** Counts the pairs of one month; the bounds are written out, so that only this month's partition is opened. */
async function recount(trx: Kysely<DB>, month: string): Promise<void> {
	const inMonth = sql`p.day >= ${month}::date and p.day < ${addMonths(month, 1)}::date`;
	await sql`delete from count_day d using pair p where d.kind = p.kind and d.day = p.day and ${inMonth}`.execute(trx);
	await sql`
		insert into count_day (region_code, day, kind, industry_key, n)
		select region_code, day, kind, industry_key, sum(n)::int from (
			select e.region_code, p.day, p.kind, ${countedKey} as industry_key, count(*) as n
			from pair p join event e on e.kind = p.kind and e.occurred_at >= p.starts and e.occurred_at < p.ends
			where p.kind <> 'complaint' and ${inMonth} and ${withinMonth(month)} and ${liveEvent}
			group by 1, 2, 3, 4
			union all
			select e.region_code, p.day, p.kind, ${countedKey}, ${complaintsOnce}
			from pair p join event e on e.kind = p.kind and e.occurred_at >= p.starts and e.occurred_at < p.ends
			where p.kind = 'complaint' and ${inMonth} and ${withinMonth(month)} and ${liveEvent}
			group by 1, 2, 3, 4
			union all
			select h.region_code, h.day, h.kind, h.industry_key, h.n
			from pair p join count_history h on h.kind = p.kind and h.day = p.day where ${inMonth}
		) counted
		group by 1, 2, 3, 4 order by 1, 2, 3, 4
	`.execute(trx);
}

/** A person who complains about the same subject several times a day, over several channels, counts once (D4). */
const complaintsOnce = sql<number>`count(distinct (e.uscc, e.person_key)) filter (where e.person_key is not null) + count(*) filter (where e.person_key is null)`;

function withinMonth(month: string): RawBuilder<boolean> {
	const [from, to] = [month, addMonths(monthOf(month), 1)].map((day) => sql.lit(`${day} 00:00:00 Asia/Shanghai`));
	return sql<boolean>`e.occurred_at >= ${from!} and e.occurred_at < ${to!}`;
}

async function summarise(trx: Kysely<DB>): Promise<void> {
	await sql`delete from count_city_day d using pair p where d.kind = p.kind and d.day = p.day`.execute(trx);
	await sql`
		insert into count_city_day (region_code, day, kind, industry_key, n)
		select substr(c.region_code, 1, 4) || '00', c.day, c.kind, substr(c.industry_key, 1, 1), sum(c.n)::int
		from pair p join count_day c on c.kind = p.kind and c.day = p.day
		group by 1, 2, 3, 4 order by 1, 2, 3, 4
	`.execute(trx);
	await sql`
		create temp table pair_month on commit drop as
		select distinct kind, date_trunc('month', day)::date as month, (date_trunc('month', day) + interval '1 month')::date as ends from pair
	`.execute(trx);
	// Unseen, it would be taken for many months, and the summaries read whole.
	await sql`analyze pair_month`.execute(trx);
	await sql`delete from count_county_month d using pair_month p where d.kind = p.kind and d.month = p.month`.execute(trx);
	await sql`
		insert into count_county_month (region_code, month, kind, industry_key, ${sql.raw(monthColumns)})
		select c.region_code, p.month, c.kind, c.industry_key, ${sql.raw(monthSums)}
		from pair_month p join count_day c on c.kind = p.kind and c.day >= p.month and c.day < p.ends
		group by 1, 2, 3, 4 order by 3, 2, 1, 4
	`.execute(trx);
	await sql`delete from count_city_month d using pair_month p where d.kind = p.kind and d.month = p.month`.execute(trx);
	await sumCityMonths(trx, sql`(c.kind, c.month) in (select kind, month from pair_month)`);
	await sql`drop table pair_month`.execute(trx);
}

/** Whole months by city and section, from those by county and division `c`. */
async function sumCityMonths(trx: Kysely<DB>, those: RawBuilder<unknown>): Promise<void> {
	await sql`
		insert into count_city_month (region_code, month, kind, industry_key, n)
		select substr(c.region_code, 1, 4) || '00', c.month, c.kind, substr(c.industry_key, 1, 1), sum(c.n)::int from count_county_month c
		where ${those} group by 1, 2, 3, 4 order by 3, 2, 1, 4
	`.execute(trx);
}

/** Says that counts are complete up to yesterday, under a new version. */
async function mark(trx: Kysely<DB>): Promise<number> {
	const { rows } = await sql<{ version: number }>`
		insert into count_mark as m (name, version, complete_up_to, changed_at)
		select 'counts', 1, (clock_timestamp() at time zone 'Asia/Shanghai')::date - 1, clock_timestamp()
		on conflict (name) do update set version = m.version + 1, complete_up_to = excluded.complete_up_to, changed_at = excluded.changed_at
		returning version
	`.execute(trx);
	return rows[0]!.version;
}

/** All counts from nothing, in one pass over all events: after a bulk load, and what benchmarks and tests compare with. */
export async function rebuildCounts(trx: Kysely<DB>): Promise<void> {
	await foldNoted(trx);
	await sql`select pg_advisory_xact_lock(${rollUpLock})`.execute(trx);
	await sql`create temp table noted on commit drop as select id from count_touched where folded`.execute(trx);
	const day = sql`(e.occurred_at at time zone 'Asia/Shanghai')::date`;
	for (const table of ['count_day', 'count_city_day', 'count_county_month', 'count_city_month']) await sql`delete from ${sql.table(table)}`.execute(trx);
	await sql`
		insert into count_day (region_code, day, kind, industry_key, n)
		select region_code, day, kind, industry_key, sum(n)::int from (
			select e.region_code, ${day} as day, e.kind, ${countedKey} as industry_key, count(*) as n
			from event e where e.kind <> 'complaint' and ${liveEvent} group by 1, 2, 3, 4
			union all
			select e.region_code, ${day}, e.kind, ${countedKey}, ${complaintsOnce}
			from event e where e.kind = 'complaint' and ${liveEvent} group by 1, 2, 3, 4
			union all
			select region_code, day, kind, industry_key, n from count_history
		) counted
		group by 1, 2, 3, 4 order by 1, 2, 3, 4
	`.execute(trx);
	await sql`
		insert into count_city_day (region_code, day, kind, industry_key, n)
		select substr(region_code, 1, 4) || '00', day, kind, substr(industry_key, 1, 1), sum(n)::int from count_day
		group by 1, 2, 3, 4 order by 1, 2, 3, 4
	`.execute(trx);
	await sql`
		insert into count_county_month (region_code, month, kind, industry_key, ${sql.raw(monthColumns)})
		select c.region_code, p.month, c.kind, c.industry_key, ${sql.raw(monthSums)}
		from count_day c cross join lateral (select date_trunc('month', c.day)::date as month) p group by 1, 2, 3, 4 order by 3, 2, 1, 4
	`.execute(trx);
	await sumCityMonths(trx, sql`true`);
	await recomputeActive(trx, null);
	await countAllClasses(trx);
	await sql`delete from count_touched where id in (select id from noted)`.execute(trx);
	await sql`drop table noted`.execute(trx);
	await mark(trx);
}

/** Days of a kind that must be counted again. The merge does this in bulk; this is for everything that changes single events. */
export async function touch(db: Kysely<DB>, days: readonly { readonly day: string; readonly kind: string }[]): Promise<void> {
	if (days.length > 0) await db.insertInto('count_touched').values([...days]).execute();
}
