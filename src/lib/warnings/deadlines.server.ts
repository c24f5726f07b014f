import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { AddWorkingDays } from './deadlines.ts';

/** Longest deadline (120 working days) with all holidays a half-year can hold. */
const horizonDays = 260;

/** Working days from `from` on, read once from the calendar; days the calendar does not hold are judged by the weekday. */
export async function workingDaysFrom(db: Kysely<DB>, from: string): Promise<AddWorkingDays> {
	const { rows } = await sql<{ day: string }>`
		select d::date::text as day
		from generate_series(${from}::date, ${from}::date + ${horizonDays}::int, interval '1 day') d
		left join calendar_day c on c.day = d::date
		where not coalesce(c.off, extract(isodow from d) > 5)
		order by d
	`.execute(db);
	return nthWorkingDay(rows.map((row) => row.day));
}

/** @param working working days, ascending. */
export function nthWorkingDay(working: readonly string[]): AddWorkingDays {
	return (day, n) => {
		const first = working.findIndex((candidate) => (n === 0 ? candidate >= day : candidate > day));
		const found = first < 0 ? undefined : working[first + Math.max(0, n - 1)];
		if (found === undefined) throw new RangeError(`No working day known ${n} working days after ${day}.`);
		return found;
	};
}
