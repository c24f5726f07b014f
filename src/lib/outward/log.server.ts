import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { datasets, isDataset, type Dataset } from './datasets.ts';
import { newestPeriod, periodCounts, sourceRows } from './source-rows.server.ts';

/** One writer at a time ("QSOW"): held until the commit, so that numbers become visible in their order and without gaps. */
const writerLock = 0x51534f57;

/** What one look at a dataset added. */
export type Logged = { readonly dataset: Dataset; readonly added: number; readonly corrections: number; readonly withdrawals: number; readonly head: number };

/**
 * Adds to the outward log what is new, corrected or withdrawn since the last look. Rows of the log never change: a correction is a
 * new row that `revises` the one before, and goes to those who got that one.
 *
 * The first look begins with the newest month (classes and grades), or with everything there is (warnings and results).
 *
 * @param since `YYYY-MM`: log classes or grades from this earlier month on as well.
 */
export async function logOutward(db: Kysely<DB>, dataset: Dataset, since?: string): Promise<Logged> {
	return db.transaction().execute(async (trx) => {
		// A statement of its own: a statement sees what was committed before it began.
		await sql`select pg_advisory_xact_lock(${writerLock})`.execute(trx);
		const mark = await findMark(trx, dataset, since);
		const changed = await changedPeriods(trx, dataset, mark);
		const added = changed.periods.length === 0 ? nothing : await append(trx, dataset, mark.head, changed.periods);
		const head = mark.head + added.added;
		await trx
			.updateTable('outward_mark')
			.set({ head, seen: JSON.stringify(changed.seen), looked_at: sql<Date>`clock_timestamp()` })
			.where('dataset', '=', dataset)
			.execute();
		return { dataset, ...added, head };
	});
}

/** More than a dataset gets between two backups. */
const skipped = 1_000_000;
/** More changes of warnings than there are between two backups. */
const feedSkipped = 200_000;

/**
 * After a restore: numbers that may have been given since the backup are not given again, so that a taker who has them never gets
 * other rows under them.
 */
export async function skipNumbers(db: Kysely<DB>): Promise<void> {
	await db.updateTable('outward_mark').set({ head: sql`head + ${skipped}` }).where('head', '>', 0).execute();
	// Outside platforms read on by the numbers of the feed; the application may take numbers, not set them.
	await sql`select max(nextval(pg_get_serial_sequence('warning_feed', 'id'))) from generate_series(1, ${feedSkipped})`.execute(db);
}

/** The datasets that somebody takes: logged before, granted to a token that is still good, or wanted in the outbox. */
export async function takenDatasets(db: Kysely<DB>, outbox: readonly Dataset[]): Promise<Dataset[]> {
	const { rows } = await sql<{ name: string }>`
		select dataset as name from outward_mark
		union select substr(scope, 9) from api_token, unnest(scopes) scope where revoked_at is null and expires_on >= current_date and scope like 'outward:%'
	`.execute(db);
	const wanted = new Set([...outbox, ...rows.map((row) => row.name).filter(isDataset)]);
	return datasets.filter((dataset) => wanted.has(dataset));
}

type Mark = { readonly since: string; readonly seen: Readonly<Record<string, number>>; readonly head: number };

async function findMark(trx: Kysely<DB>, dataset: Dataset, since: string | undefined): Promise<Mark> {
	const begin = isMonthly(dataset) ? (since ?? (await newestPeriod(dataset).execute(trx)).rows[0]!.period) : '';
	const row = await trx
		.insertInto('outward_mark')
		.values({ dataset, since: begin, looked_at: sql<Date>`clock_timestamp()` })
		.onConflict((clash) => clash.column('dataset').doUpdateSet({ since: since === undefined ? sql`outward_mark.since` : sql`least(outward_mark.since, excluded.since)` }))
		.returning(['since', 'seen', 'head'])
		.executeTakeFirstOrThrow();
	return { since: row.since, seen: row.seen as Record<string, number>, head: row.head };
}

const isMonthly = (dataset: Dataset): dataset is 'classes' | 'grades' => dataset === 'classes' || dataset === 'grades';

/** Months to compare; `['*']` for a dataset that is small enough to be compared whole. */
async function changedPeriods(trx: Kysely<DB>, dataset: Dataset, mark: Mark): Promise<{ readonly periods: readonly string[]; readonly seen: Mark['seen'] }> {
	if (!isMonthly(dataset)) return { periods: ['*'], seen: {} };
	const { rows } = await periodCounts(dataset, mark.since).execute(trx);
	const seen = Object.fromEntries(rows.map(({ period, n }) => [period, n]));
	const periods = [...new Set([...Object.keys(seen), ...Object.keys(mark.seen)])].filter((period) => seen[period] !== mark.seen[period]);
	return { periods, seen };
}

type Added = Pick<Logged, 'added' | 'corrections' | 'withdrawals'>;
const nothing: Added = { added: 0, corrections: 0, withdrawals: 0 };

async function append(trx: Kysely<DB>, dataset: Dataset, head: number, periods: readonly string[]): Promise<Added> {
	const logged = isMonthly(dataset) ? sql`dataset = ${dataset} and period = any (${periods as string[]})` : sql`dataset = ${dataset}`;
	const { rows } = await sql<Added>`
		with source as materialized (${sourceRows(dataset, periods)}),
		last as materialized (
			select distinct on (period, object_key) seq, period, object_key, region_code, fact, withdrawn, content
			from outward_row where ${logged} order by period, object_key, seq desc
		),
		fresh as (
			select s.period, s.object_key, coalesce(l.region_code, s.region_code) as region_code, s.fact, l.seq as revises, false as withdrawn, s.content
			from source s left join last l on l.period = s.period and l.object_key = s.object_key
			where l.seq is null or l.withdrawn or l.fact <> s.fact
			union all
			select l.period, l.object_key, l.region_code, l.fact, l.seq, true, l.content
			from last l left join source s on s.period = l.period and s.object_key = l.object_key
			where s.object_key is null and not l.withdrawn
		),
		made as (
			insert into outward_row (dataset, seq, period, object_key, region_code, fact, revises, withdrawn, content, logged_at)
			select ${dataset}, ${head}::bigint + row_number() over (order by period, object_key), period, object_key, region_code, fact, revises, withdrawn,
				content, date_trunc('milliseconds', statement_timestamp())
			from fresh
			returning revises, withdrawn
		)
		select count(*)::int as added, count(*) filter (where revises is not null and not withdrawn)::int as corrections,
			count(*) filter (where withdrawn)::int as withdrawals
		from made
	`.execute(trx);
	return rows[0]!;
}
