import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { monthEnd } from '#lib/calendar/days.ts';

/** Until when a kind's data is complete in each city, and which counts these are. */
export type Completeness = {
	/** Changes whenever counts change: the key of every cache. */
	readonly version: number;
	/** The last complete day overall; null before the first roll-up. */
	readonly mark: string | null;
	/** City code → last complete day. Cities without a watermark are complete up to the mark. */
	readonly upTo: ReadonlyMap<string, string>;
	/** Cities whose source has not delivered what the mark has. */
	readonly late: ReadonlySet<string>;
};

/** Reads the mark and one kind's watermarks; with several sources the slowest decides. */
export async function readCompleteness(db: Kysely<DB>, kind: string): Promise<Completeness> {
	const [{ rows: marks }, { rows: cities }] = await Promise.all([
		sql<{ version: number; mark: string | null }>`
			select version, complete_up_to as mark from count_mark where name = 'counts'`.execute(db),
		sql<{ city: string; upTo: string; late: boolean }>`
			select region_code as city, min(complete_up_to) as "upTo", bool_or(state in ('late', 'missing', 'partial')) as late
			from watermark where kind = ${kind} and state <> 'stopped' group by region_code`.execute(db)
	]);
	return {
		version: marks[0]?.version ?? 0,
		mark: marks[0]?.mark ?? null,
		upTo: new Map(cities.map((row) => [row.city, row.upTo])),
		late: new Set(cities.filter((row) => row.late).map((row) => row.city))
	};
}

/** The last day of the month that a city's figures contain; null: nothing of this month has come yet. */
export function lastDayIn(month: string, city: string, known: Completeness): string | null {
	const complete = known.upTo.get(city) ?? known.mark;
	const end = monthEnd(month);
	if (complete === null || complete >= end) return end;
	return complete < month ? null : complete;
}

/** The day up to which counts are complete; null before the first roll-up. */
export async function completeUpTo(db: Kysely<DB>): Promise<string | null> {
	const { rows } = await sql<{ mark: string | null }>`select complete_up_to as mark from count_mark where name = 'counts'`.execute(db);
	return rows[0]?.mark ?? null;
}
