import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, monthEnd, monthOf } from '#lib/calendar/days.ts';
import { bindingMarks, readCadence } from '#lib/sources/watermark.ts';
import { mapKinds } from './kinds.ts';
import { knownSince } from './known-since.server.ts';
import { hasBegun, type KnownSince } from './known-since.ts';

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
	/** Before, nothing was ever delivered. */
	readonly since: KnownSince;
};

const behind = ['late', 'missing', 'partial'];

/** Reads the mark and one kind's watermarks; of several sources that are due, the slowest decides. */
export async function readCompleteness(db: Kysely<DB>, kind: string): Promise<Completeness> {
	const [{ rows: marks }, binding] = await Promise.all([
		sql<{ version: number; mark: string | null }>`
			select version, complete_up_to as mark from count_mark where name = 'counts'`.execute(db),
		readBinding(db, [kind])
	]);
	const upTo = slowest(binding);
	const late = new Set(binding.filter(isBehind).map(({ city }) => city));
	const version = marks[0]?.version ?? 0;
	return { version, mark: marks[0]?.mark ?? null, upTo, late, since: await knownSince(db, kind, version) };
}

/** Cities in which the source of any of some kinds has not delivered, and up to which day all of these are known: what monitors judge there has gaps. */
export async function readBehind(db: Kysely<DB>, kinds: readonly string[]): Promise<ReadonlyMap<string, string>> {
	return slowest((await readBinding(db, kinds)).filter(isBehind));
}

type BindingMark = { readonly city: string; readonly completeUpTo: string; readonly state: string };

/** The watermarks that decide, of each kind and city. */
async function readBinding(db: Kysely<DB>, kinds: readonly string[]): Promise<readonly BindingMark[]> {
	const rows = await db
		.selectFrom('watermark as w')
		.innerJoin('source as s', 's.id', 'w.source_id')
		.select(['w.kind', 'w.region_code as city', 'w.complete_up_to as completeUpTo', 'w.state', 's.cadence'])
		.where('w.kind', 'in', ['', ...kinds])
		.where('w.state', '<>', 'stopped')
		.execute();
	const byCell = Map.groupBy(rows, (row) => `${row.kind}|${row.city}`);
	return [...byCell.values()].flatMap((all) => bindingMarks(all.map((row) => ({ ...row, promised: readCadence(row.cadence) !== null }))));
}

const isBehind = ({ state }: BindingMark) => behind.includes(state);

function slowest(marks: readonly BindingMark[]): ReadonlyMap<string, string> {
	const days = new Map<string, string>();
	for (const { city, completeUpTo } of marks) {
		const known = days.get(city);
		if (known === undefined || completeUpTo < known) days.set(city, completeUpTo);
	}
	return days;
}

/** The last day of the month that a city's figures contain; null: nothing of this month has come yet, or none ever will. */
export function lastDayIn(month: string, city: string, known: Completeness): string | null {
	if (!hasBegun(month, city, known.since)) return null;
	const complete = known.upTo.get(city) ?? known.mark;
	const end = monthEnd(month);
	if (complete === null || complete >= end) return end;
	return complete < month ? null : complete;
}

/** The first evening on which monitors ran (a warning raised earlier proves an earlier one); null: none ever did. */
export async function monitoredSince(db: Kysely<DB>): Promise<string | null> {
	const { rows } = await sql<{ since: string | null }>`
		select least((select min(as_of) from monitor_run), (select min(raised_on) from warning)) as since`.execute(db);
	return rows[0]?.since ?? null;
}

/** The day up to which counts are complete; null before the first roll-up. */
export async function completeUpTo(db: Kysely<DB>): Promise<string | null> {
	const { rows } = await sql<{ mark: string | null }>`select complete_up_to as mark from count_mark where name = 'counts'`.execute(db);
	return rows[0]?.mark ?? null;
}

/**
 * The newest month worth opening, as its first day: the month of `today`, or that of the last counts where these ended more than a month
 * ago: an instance that holds past years opens on them, not on an empty month.
 */
export async function newestMonth(db: Kysely<DB>, today: string, kinds: readonly string[] = mapKinds): Promise<string> {
	const month = monthOf(today);
	// One look into the index for each kind; over all kinds at once it would be a scan.
	const lasts = kinds.map((kind) => sql`select max(month) as month from count_city_month where kind = ${kind}`);
	const { rows } = await sql<{ last: string | null }>`select max(month) as last from (${sql.join(lasts, sql` union all `)}) newest`.execute(db);
	const last = rows[0]?.last ?? null;
	return last === null || last >= addMonths(month, -1) ? month : last;
}
