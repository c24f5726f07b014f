import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import type { Dataset } from './datasets.ts';
import { headOf } from './read.server.ts';
import { writeFile } from './write.server.ts';

export type Dropped = { readonly dataset: Dataset; readonly fileName: string; readonly rows: number; readonly bytes: number };

/**
 * Puts what is new in a dataset into the outbox as one file; null when nothing is. Each row stands in exactly one file: the range
 * is fixed before the file is written, so that a run that died writes the very same file again.
 */
export async function dropNew(db: Kysely<DB>, dataset: Dataset, { folder, signal }: { readonly folder: string; readonly signal?: AbortSignal }): Promise<Dropped | null> {
	const drop = await openDrop(db, dataset);
	if (drop === null) return null;
	const { manifest, bytes } = await writeFile(db, {
		dataset, file: join(folder, dataset, drop.fileName), format: 'ndjson', regionCode: '000000', after: drop.after, upTo: drop.through, at: drop.madeAt, signal
	});
	const { rows, sha256 } = manifest;
	await db.transaction().execute(async (trx) => {
		await trx
			.updateTable('outward_drop')
			.set({ state: 'done', rows, bytes, sha256 })
			.where('dataset', '=', dataset)
			.where('after_seq', '=', drop.after)
			.execute();
		await audit(trx, null, { action: 'outward.drop', objectKind: 'outward', objectId: dataset, detail: { file: drop.fileName, rows, bytes, sha256 } });
	});
	return { dataset, fileName: drop.fileName, rows, bytes };
}

/** Numbers were skipped by a restore: a file without rows would be no news. */
async function hasRows(db: Kysely<DB>, dataset: Dataset, after: number): Promise<boolean> {
	return (await db.selectFrom('outward_row').select('seq').where('dataset', '=', dataset).where('seq', '>', after).limit(1).executeTakeFirst()) !== undefined;
}

type Drop = { readonly after: number; readonly through: number; readonly fileName: string; readonly madeAt: Date };

/** The drop that was interrupted, else a new one from where the last ended. */
async function openDrop(db: Kysely<DB>, dataset: Dataset): Promise<Drop | null> {
	const last = await db
		.selectFrom('outward_drop')
		.select(['after_seq as after', 'through_seq as through', 'file_name as fileName', 'made_at as madeAt', 'state'])
		.where('dataset', '=', dataset)
		.orderBy('after_seq', 'desc')
		.limit(1)
		.executeTakeFirst();
	if (last?.state === 'writing') return last;
	const after = last?.through ?? 0;
	const through = await headOf(db, dataset);
	if (through <= after || !(await hasRows(db, dataset, after))) return null;
	const number = (seq: number) => String(seq).padStart(10, '0');
	return db
		.insertInto('outward_drop')
		.values({
			dataset, after_seq: after, through_seq: through, state: 'writing', made_at: sql<Date>`date_trunc('milliseconds', clock_timestamp())`,
			file_name: `${dataset}-${number(after + 1)}-${number(through)}.ndjson`
		})
		.returning(['after_seq as after', 'through_seq as through', 'file_name as fileName', 'made_at as madeAt'])
		.executeTakeFirstOrThrow();
}
