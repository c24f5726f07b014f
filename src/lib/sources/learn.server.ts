import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, weekday } from '#lib/calendar/days.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { learnedDelay } from './delay.ts';
import { partialDays, type Partial } from './partial.ts';

/** Days of receipt that delays are learned from, and the longest delay told apart. */
const learnedDays = 90;
const longestDelay = 30;
/** A city with fewer rows takes the delay of its source. */
const ownRows = 200;

/**
 * Learns for each source, kind and city how late rows come, from what was received in the last three months. History taken in at once
 * teaches nothing unless it says when its rows were received.
 */
export async function learnDelays(db: Kysely<DB>, today: string): Promise<{ readonly learned: number }> {
	const { rows } = await sql<{ source: string; kind: string; city: string; delay: number; n: number }>`
		select e.source_id as source, e.kind, substr(e.region_code, 1, 4) || '00' as city,
			least(${longestDelay}::int, greatest(0, e.received_at::date - e.occurred_at::date)) as delay, count(*)::int as n
		from event e left join intake_batch b on b.id = e.batch_id
		where e.received_at >= ${addDays(today, -learnedDays)}::date and e.received_at < ${today}::date + 1 and e.known_to is null
			and (b.history is not true or e.received_at > e.occurred_at)
		group by 1, 2, 3, 4
	`.execute(db);
	const bySource = Map.groupBy(rows, (row) => `${row.source}|${row.kind}`);
	const marks = await db.selectFrom('watermark').select(['source_id', 'kind', 'region_code']).execute();
	const values = marks.flatMap((mark) => {
		const all = bySource.get(`${mark.source_id}|${mark.kind}`) ?? [];
		const own = all.filter(({ city }) => city === mark.region_code);
		const learned = learnedDelay(byDelay(own.reduce((sum, { n }) => sum + n, 0) >= ownRows ? own : all));
		return learned === null ? [] : [{ ...mark, ...learned }];
	});
	await sql`
		update watermark w set delay_days = v.days, delay_share = v.share, delay_rows = v.rows
		from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as v(source_id text, kind text, region_code text, days smallint, share real, rows int)
		where w.source_id = v.source_id and w.kind = v.kind and w.region_code = v.region_code
			and (w.delay_days, w.delay_share, w.delay_rows) is distinct from (v.days, v.share, v.rows)
	`.execute(db);
	return { learned: values.length };
}

function byDelay(rows: readonly { readonly delay: number; readonly n: number }[]): number[] {
	const sums = new Array<number>(longestDelay + 1).fill(0);
	for (const { delay, n } of rows) sums[delay]! += n;
	return sums;
}

/** Days back that are looked at for being partial, and those they are compared with: eight weeks and a little. */
const lookedDays = 14;
const comparedDays = 70;

/**
 * Finds the days of which sources with a cadence brought far fewer rows than usual, and settles those that have been filled since. A day
 * is looked at when its rows should have come by the delay that was learned.
 */
export async function findPartialDays(db: Kysely<DB>, today: string): Promise<{ readonly found: number; readonly settled: number }> {
	const from = addDays(today, -lookedDays);
	const start = addDays(today, -lookedDays - comparedDays);
	const marks = await db
		.selectFrom('watermark as w')
		.innerJoin('source as s', 's.id', 'w.source_id')
		.select(['w.source_id', 'w.kind', 'w.region_code', 'w.complete_up_to', 'w.delay_days'])
		.where('s.state', '=', 'active')
		.where('s.cadence', 'is not', null)
		.where('w.kind', 'not in', ['class', 'grade', 'enterprise'])
		.execute();
	if (marks.length === 0) return { found: 0, settled: 0 };
	const { rows } = await sql<{ source: string; kind: string; city: string; day: string; n: number }>`
		select source_id as source, kind, substr(region_code, 1, 4) || '00' as city, occurred_at::date::text as day, count(*)::int as n
		from event
		where kind = any(${[...new Set(marks.map(({ kind }) => kind))]}) and occurred_at >= ${start}::date and occurred_at < ${today}::date
			and known_to is null and not withdrawn
		group by 1, 2, 3, 4
	`.execute(db);
	const counts = Map.groupBy(rows, (row) => `${row.source}|${row.kind}|${row.city}`);
	const known = Map.groupBy(
		await db.selectFrom('partial_day').select(['source_id', 'kind', 'region_code', 'day', 'settled_by']).where('day', '>=', start).execute(),
		(row) => `${row.source_id}|${row.kind}|${row.region_code}`
	);
	const calendar = await loadWorkCalendar(db);
	const days = Array.from({ length: lookedDays + comparedDays }, (_, i) => addDays(start, i));
	const sort = new Map(days.map((day) => [day, calendar.isOff(day) === weekday(day) > 5 ? String(weekday(day)) : calendar.isOff(day) ? 'off' : 'made-up']));
	const found = marks.flatMap((mark) => {
		const key = `${mark.source_id}|${mark.kind}|${mark.region_code}`;
		const own = new Map(counts.get(key)?.map(({ day, n }) => [day, n]));
		const accepted = new Set((known.get(key) ?? []).filter((row) => row.settled_by !== null).map((row) => row.day));
		const due = [mark.complete_up_to, addDays(today, -1 - (mark.delay_days ?? 0))].sort()[0]!;
		const judged = days.filter((day) => day <= due).map((day) => ({ day, rows: own.get(day) ?? 0, sort: sort.get(day)!, accepted: accepted.has(day) }));
		return partialDays(judged, from).map((partial) => ({ ...partial, source_id: mark.source_id, kind: mark.kind, region_code: mark.region_code }));
	});
	return write(db, today, found);
}

type Found = Partial & { readonly source_id: string; readonly kind: string; readonly region_code: string };

async function write(db: Kysely<DB>, today: string, found: readonly Found[]): Promise<{ readonly found: number; readonly settled: number }> {
	const partial = sql`jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as p(source_id text, kind text, region_code text, day date, rows int, expected real)`;
	return db.transaction().execute(async (trx) => {
		const settled = await sql`
			-- Filled since, or so long ago that nobody will bring the rest.
			update partial_day d set settled_on = ${today}::date
			where d.settled_on is null and not exists (
				select from ${partial} where p.source_id = d.source_id and p.kind = d.kind and p.region_code = d.region_code and p.day = d.day
			)
		`.execute(trx);
		const added = await sql`
			insert into partial_day as d (source_id, kind, region_code, day, rows, expected, found_on)
			select source_id, kind, region_code, day, rows, expected, ${today}::date from ${partial}
			on conflict (source_id, kind, region_code, day) do update set rows = excluded.rows, expected = excluded.expected,
				found_on = case when d.settled_on is null then d.found_on else excluded.found_on end, settled_on = null
			where d.settled_by is null and (d.rows <> excluded.rows or d.settled_on is not null)
		`.execute(trx);
		return { found: Number(added.numAffectedRows ?? 0), settled: Number(settled.numAffectedRows ?? 0) };
	});
}
