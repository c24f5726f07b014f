import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import type { TokenActor } from '#lib/access/tokens.server.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import type { Dataset } from './datasets.ts';
import { makeManifest, type Manifest } from './manifest.ts';
import { jurisdictionOf, readPage } from './read.server.ts';
import { lineOf, makeTally } from './rows.ts';

/** Rows of one answer: default and most. Ten thousand are about 4 MB, which is held in memory for the checksum in front. */
export const answerRows = { usual: 1_000, most: 10_000 } as const;

/**
 * What a system takes: the rows of its jurisdiction behind `after`, with their manifest in front. The position is noted, and what
 * went out is audited, before anything is sent. Asking again gives the same rows again.
 *
 * @param token from `authorise`, which has checked the dataset's scope.
 */
export async function takeRows(
	db: Kysely<DB>, token: TokenActor, dataset: Dataset, { after, limit }: { readonly after: number; readonly limit: number }
): Promise<{ readonly ok: true; readonly manifest: Manifest; readonly body: string } | Refusal<'beyond-head', { readonly head: number }>> {
	const { rows, through, head } = await readPage(db, dataset, { after, limit, regionPrefix: token.regionPrefix });
	// The position of another dataset, or of another system: from there rows would be missed without a word.
	if (after > head) return refuse('beyond-head', { head });
	const tally = makeTally();
	const lines = rows.map((row) => {
		const line = lineOf(row);
		tally.add(line, row);
		return line;
	});
	const jurisdiction = await jurisdictionOf(db, token.regionCode);
	const manifest = makeManifest({ dataset, jurisdiction, range: { after, through, head }, at: await databaseClock(db)() }, tally.written());
	await db.transaction().execute(async (trx) => {
		await notePosition(trx, token, dataset, { through, rows: rows.length });
		// A taker that looks in vain every minute is no news.
		if (rows.length > 0) {
			const { first, last } = manifest.sequence;
			await audit(trx, token, { action: 'outward.take', objectKind: 'outward', objectId: dataset, detail: { rows: rows.length, first, last, region: token.regionCode, sha256: manifest.sha256 } });
		}
	});
	return { ok: true, manifest, body: `${JSON.stringify(manifest)}\n${lines.join('')}` };
}

async function notePosition(trx: Kysely<DB>, token: TokenActor, dataset: Dataset, { through, rows }: { readonly through: number; readonly rows: number }): Promise<void> {
	await trx
		.insertInto('outward_taker')
		.values({ token_id: token.id, dataset, region_code: token.regionCode, position: through, rows, requests: 1, last_at: sql<Date>`clock_timestamp()` })
		.onConflict((clash) =>
			clash.columns(['token_id', 'dataset']).doUpdateSet({
				region_code: sql`excluded.region_code`,
				position: sql`excluded.position`,
				rows: sql`outward_taker.rows + excluded.rows`,
				requests: sql`outward_taker.requests + 1`,
				last_at: sql`excluded.last_at`
			})
		)
		.execute();
}
