import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';

/** Counted so far only: more than that is an alarm as well, and counting all of it would take long. */
const mostCounted = 100_000;

/** Whether the months to come have their parts of the event table, and how much lies in the part for what has none. */
export async function partitionState(db: Kysely<DB>, today: string): Promise<{ readonly monthsAhead: number; readonly defaultRows: number }> {
	const { rows } = await sql<{ names: string[]; n: number }>`
		select array(select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'event'::regclass) as names,
			(select count(*)::int from (select from event_default limit ${mostCounted}) d) as n
	`.execute(db);
	const { names, n } = rows[0]!;
	return { monthsAhead: monthsAhead(names, today), defaultRows: n };
}

/** Months after the present one that follow each other without a gap, of parts named `event_2027_05`. */
export function monthsAhead(names: readonly string[], today: string): number {
	const there = new Set(names);
	let months = 0;
	while (there.has(`event_${addMonths(monthOf(today), months + 1).slice(0, 7).replace('-', '_')}`)) months++;
	return months;
}
