import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { complaintsOnce, countedKey, liveEvent } from '#lib/counts/roll-up.server.ts';
import { layoutOf, neverReceived, type CellLayout, type Leaf, type LeafCounts } from '#lib/detection/cells.ts';
import { longestDelay } from '#lib/detection/delay.ts';

/** Everything the monitors of one kind of event read: loaded once for a run, looked at again for each evening. */
export type KindCounts = {
	readonly kind: string;
	/** Day of index 0. */
	readonly firstDay: string;
	readonly days: number;
	readonly layout: CellLayout;
	readonly counts: LeafCounts;
	/** Events by day index and delay in days: `delays[day * (longestDelay + 1) + delay]`; null when nothing ever comes late. */
	readonly delays: Float64Array | null;
};

/** Days a source's row may be repeated by the same person before it is a new complaint (D4). */
const repeatDays = 30;

type Correction = { leaf: string; day: number; received: number; n: number };

/**
 * Loads sparse daily counts of a kind between two days, both included, and what is needed to look back: what was received later than
 * it happened, and complaints of the same person about the same enterprise that count once.
 *
 * @param judgedFrom first day that will be judged: only what was received after it needs a correction.
 */
export async function loadCounts(
	db: Kysely<DB>,
	kind: string,
	from: string,
	to: string,
	judgedFrom: string
): Promise<KindCounts> {
	const { rows } = await sql<{ region: string; industry: string; entries: string }>`
		select region_code as region, industry_key as industry, string_agg((day - ${from}::date) || ' ' || n, ' ') as entries
		from count_day
		where kind = ${kind} and day between ${from}::date and ${to}::date
		group by region_code, industry_key
		order by region_code, industry_key
	`.execute(db);
	const span = await sql<{ days: number; past: boolean }>`
		select ${to}::date - ${from}::date + 1 as days, ${to}::date < current_date as past
	`.execute(db);
	const days = span.rows[0]!.days;
	const leaves: Leaf[] = rows.map(({ region, industry }) => ({ region, industry }));
	const index = new Map(leaves.map((leaf, i) => [`${leaf.region}|${leaf.industry}`, i]));
	const entries = rows.map((row) => parseEntries(row.entries));
	const corrections = [
		// Nothing can be known later than today.
		...(span.rows[0]!.past || judgedFrom < to ? await lateRows(db, kind, from, to, judgedFrom) : []),
		...(kind === 'complaint' ? await repeatedRows(db, kind, from, to, judgedFrom) : [])
	].filter((row) => index.has(row.leaf));
	return {
		kind, firstDay: from, days,
		layout: layoutOf(leaves),
		counts: leafCounts(entries, corrections, index),
		delays: await delayTable(db, kind, from, to, judgedFrom, days)
	};
}

/** `'3 1 5 2'` → days [3, 5], counts [1, 2], days ascending. */
function parseEntries(text: string): { readonly day: number[]; readonly n: number[] } {
	const values: number[] = [];
	let value = 0;
	for (let i = 0; i <= text.length; i++) {
		const code = i < text.length ? text.charCodeAt(i) : 32;
		if (code === 32) {
			values.push(value);
			value = 0;
		} else value = value * 10 + code - 48;
	}
	const order = Array.from({ length: values.length / 2 }, (_, i) => i);
	let sorted = true;
	for (let i = 2; i < values.length; i += 2) sorted &&= values[i]! >= values[i - 2]!;
	if (!sorted) order.sort((a, b) => values[2 * a]! - values[2 * b]!);
	return { day: order.map((i) => values[2 * i]!), n: order.map((i) => values[2 * i + 1]!) };
}

function leafCounts(
	entries: readonly { readonly day: number[]; readonly n: number[] }[],
	corrections: Correction[],
	index: ReadonlyMap<string, number>
): LeafCounts {
	const start = new Int32Array(entries.length + 1);
	entries.forEach((entry, i) => (start[i + 1] = start[i]! + entry.day.length));
	const day = new Int32Array(start[entries.length]!);
	const n = new Int32Array(day.length);
	entries.forEach((entry, i) => {
		day.set(entry.day, start[i]!);
		n.set(entry.n, start[i]!);
	});
	corrections.sort((a, b) => a.day - b.day);
	return {
		start, day, n,
		late: {
			leaf: Int32Array.from(corrections, (row) => index.get(row.leaf)!),
			day: Int32Array.from(corrections, (row) => row.day),
			received: Int32Array.from(corrections, (row) => row.received),
			n: Int32Array.from(corrections, (row) => row.n),
			longest: corrections.reduce((longest, row) => Math.max(longest, row.received - row.day), 0)
		}
	};
}

/**
 * What the counts hold now but nobody knew by the evening it happened: current versions received later (taken away until then) and
 * versions since replaced (added until then).
 */
async function lateRows(db: Kysely<DB>, kind: string, from: string, to: string, judgedFrom: string): Promise<Correction[]> {
	const counted = kind === 'complaint' ? complaintsOnce : sql<number>`count(*)`;
	const span = sql`e.occurred_at >= ${from}::date and e.occurred_at < ${to}::date + 1`;
	const cell = sql`e.region_code || '|' || ${countedKey} as leaf, e.occurred_at::date - ${from}::date as day`;
	const { rows } = await sql<Correction>`
		select ${cell}, e.received_at::date - ${from}::date as received, (${counted})::int as n
		from event e
		where e.kind = ${kind} and ${span} and ${liveEvent}
			and e.received_at >= ${judgedFrom}::date + 1 and e.received_at::date > e.occurred_at::date
		group by 1, 2, 3
	`.execute(db);
	const replaced = await sql<Correction & { from: number }>`
		select ${cell}, e.known_to::date - ${from}::date as received, e.received_at::date - ${from}::date as "from", (${counted})::int as n
		from event e
		where e.kind = ${kind} and ${span} and e.known_to >= ${judgedFrom}::date + 1 and not e.withdrawn
		group by 1, 2, 3, 4
	`.execute(db);
	// Known until it was replaced: +n while received > as-of, −n while even the first version had not come.
	return [
		...rows,
		...replaced.rows.map((row) => ({ ...row, n: -row.n })),
		...replaced.rows.filter((row) => row.from > row.day).map((row) => ({ ...row, received: row.from }))
	];
}

/** Complaints by the same person about the same enterprise within a month of one before: taken away for good. */
async function repeatedRows(db: Kysely<DB>, kind: string, from: string, to: string, judgedFrom: string): Promise<Correction[]> {
	// The counts know one a day already: what is left are the same person's further days.
	const { rows } = await sql<Correction>`
		with days as (
			select distinct e.uscc, e.person_key, e.region_code || '|' || ${countedKey} as leaf, e.occurred_at::date as day
			from event e
			where e.kind = ${kind} and e.person_key is not null and ${liveEvent}
				and e.occurred_at >= greatest(${from}::date, ${judgedFrom}::date - 60) and e.occurred_at < ${to}::date + 1
		), recent as (
			select leaf, day, lag(day) over (partition by uscc, person_key order by day) as previous from days
		)
		select leaf, day - ${from}::date as day, count(*)::int as n
		from recent where day - previous <= ${repeatDays}
		group by 1, 2
	`.execute(db);
	return rows.map((row) => ({ ...row, received: neverReceived }));
}

/** How late this kind of event arrives, by day: half a year before the first judged day is enough to learn from. */
async function delayTable(
	db: Kysely<DB>,
	kind: string,
	from: string,
	to: string,
	judgedFrom: string,
	days: number
): Promise<Float64Array | null> {
	const { rows } = await sql<{ day: number; delay: number; n: number }>`
		select e.occurred_at::date - ${from}::date as day, least(${longestDelay}::int, e.received_at::date - e.occurred_at::date) as delay,
			count(*)::int as n
		from event e
		where e.kind = ${kind} and e.occurred_at >= greatest(${from}::date, ${judgedFrom}::date - 210) and e.occurred_at < ${to}::date + 1
			and ${liveEvent}
		group by 1, 2
	`.execute(db);
	if (rows.every((row) => row.delay <= 0)) return null;
	const table = new Float64Array(days * (longestDelay + 1));
	for (const row of rows) table[row.day * (longestDelay + 1) + Math.max(0, row.delay)]! += row.n;
	return table;
}
