import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** What a month's classes are noted under for the next roll-up; no kind of events can be called so. */
export const classNote = '*class';

/** Counts the enterprises of some months (first days) by their newest class, by the county and division the register has them in now. */
export async function countClasses(trx: Kysely<DB>, months: readonly string[]): Promise<void> {
	await sql`delete from class_month where month = any(${months as string[]}::date[])`.execute(trx);
	// Month by month: one sort of a month's enterprises fits into memory, one of all months does not.
	for (const month of months) {
		await sql`
			insert into class_month (region_code, month, industry_key, a, b, c, d)
			select e.region_code, ${month}::date, substr(e.industry_key, 1, 3), count(*) filter (where c.class = 'A')::int,
				count(*) filter (where c.class = 'B')::int, count(*) filter (where c.class = 'C')::int, count(*) filter (where c.class = 'D')::int
			from enterprise_class c join enterprise e on e.uscc = c.uscc
			where c.month = ${month}::date
				and not exists (select from enterprise_class newer where newer.uscc = c.uscc and newer.month = c.month and newer.version > c.version)
			group by 1, 3
		`.execute(trx);
	}
}

/** All months there are. */
export async function countAllClasses(trx: Kysely<DB>): Promise<void> {
	// Between the ends, which the index answers: to ask for the distinct months would read everything.
	const { rows } = await sql<{ month: string }>`
		select generate_series(min(month), max(month), interval '1 month')::date as month from enterprise_class`.execute(trx);
	await countClasses(trx, rows.map(({ month }) => month));
}

/** Notes that classes of some months came in. */
export async function noteClasses(trx: Kysely<DB>, months: readonly string[]): Promise<void> {
	await sql`insert into count_touched (day, kind, folded) select distinct m, ${classNote}, true from unnest(${months as string[]}::date[]) m`.execute(trx);
}
