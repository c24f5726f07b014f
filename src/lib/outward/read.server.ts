import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { Dataset } from './datasets.ts';
import type { LoggedRow } from './rows.ts';

/** Numbers looked through for one page: a county's taker in a province's log would else have the database read all of it at once. */
const widestLook = 200_000;

export type Page = {
	readonly rows: readonly LoggedRow[];
	/** Everything of the jurisdiction up to here has been given. */
	readonly through: number;
	readonly head: number;
};

/** The rows of a jurisdiction behind a number, in order, at most `limit`. The same question gives the same rows, later perhaps more behind them. */
export async function readPage(
	db: Kysely<DB>, dataset: Dataset, { after, limit, regionPrefix, upTo }: {
		readonly after: number; readonly limit: number; readonly regionPrefix: string;
		/** Nothing beyond this number. */
		readonly upTo?: number;
	}
): Promise<Page> {
	const head = await headOf(db, dataset);
	const end = Math.min(upTo ?? head, head, after + widestLook);
	const rows = await db
		.selectFrom('outward_row')
		.select(['seq', 'revises', 'withdrawn', 'period', 'content', 'logged_at as loggedAt'])
		.where('dataset', '=', dataset)
		.where('seq', '>', after)
		.where('seq', '<=', end)
		.where(regionWithin(regionPrefix, 'region_code'))
		.orderBy('seq')
		.limit(limit)
		.execute();
	return { rows, through: Math.max(after, rows.length === limit ? rows.at(-1)!.seq : end), head };
}

/** The last number given in a dataset, 0 while there is none; moved by the transaction that adds the rows. */
export async function headOf(db: Kysely<DB>, dataset: Dataset): Promise<number> {
	const row = await db.selectFrom('outward_mark').select('head').where('dataset', '=', dataset).executeTakeFirst();
	return row?.head ?? 0;
}

/** A jurisdiction as a manifest names it. */
export async function jurisdictionOf(db: Kysely<DB>, regionCode: string): Promise<{ readonly regionCode: string; readonly name: string }> {
	const row = await db.selectFrom('region').select('name').where('code', '=', regionCode).executeTakeFirst();
	return { regionCode, name: row?.name ?? regionCode };
}
