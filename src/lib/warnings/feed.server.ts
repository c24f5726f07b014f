import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';

/** Open pages listen here; the payload is the newest feed id. */
export const feedChannel = 'qianshao_warning';

/** Guards the order of feed ids ("QSWF"). */
const feedLock = 0x51535746;

export type FeedEntry = {
	readonly warningId: string;
	readonly regionCode: string;
	readonly industryKey: string;
	readonly departmentId: string;
	/** The history's action: raise, worsen, acknowledge …; `arrive` on a desk that gets a warning from another, or is asked to take it. */
	readonly what: string;
};

/**
 * Tells open pages. One writer at a time until its transaction ends: readers catch up by id, so a lower id must never become visible
 * after a higher one. Therefore near the end of a transaction, after all row locks and before the audit entry.
 */
export async function feed(trx: Transaction<DB>, entries: readonly FeedEntry[]): Promise<void> {
	if (entries.length === 0) return;
	await sql`select pg_advisory_xact_lock(${feedLock})`.execute(trx);
	const rows = entries.map((entry) => ({
		warning_id: entry.warningId,
		region_code: entry.regionCode,
		industry_key: entry.industryKey,
		department_id: entry.departmentId,
		what: entry.what
	}));
	const { rows: inserted } = await sql<{ newest: string }>`
		with added as (
			insert into warning_feed (warning_id, region_code, industry_key, department_id, what)
			select r.warning_id, r.region_code, r.industry_key, r.department_id, r.what
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
				as r (warning_id text, region_code text, industry_key text, department_id text, what text)
			returning id, warning_id
		), told as (
			-- Platforms read on from the number of the newest change of each of theirs, however old it is.
			insert into outside_status (warning_id, source_id, outside_id, fed)
			select a.warning_id, o.source_id, o.outside_id, max(a.id)
			from added a join warning w on w.id = a.warning_id join outside_warning o on o.series_key = w.series_key
			group by 1, 2, 3
			on conflict (warning_id) do update set fed = excluded.fed
		)
		select max(id)::text as newest from added
	`.execute(trx);
	await sql`select pg_notify(${feedChannel}, ${inserted[0]!.newest})`.execute(trx);
}

/** The newest feed id, '0' when nothing was ever raised. Ids are text: bigint. */
export async function feedHead(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ head: string }>`select coalesce(max(id), 0)::text as head from warning_feed`.execute(db);
	return rows[0]!.head;
}
