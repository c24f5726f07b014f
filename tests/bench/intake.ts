import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { withClient } from '#db/connection.ts';
import { makeRowCheck } from '#lib/intake/check-row.ts';
import { checkContext, importFile } from '#lib/intake/import.server.ts';
import { inspectFile } from '#lib/intake/inspect-file.ts';
import { kinds } from '#lib/intake/kinds.ts';
import { bindMapping, completeMapping } from '#lib/intake/mapping.ts';
import { mergeStage } from '#lib/intake/merge.server.ts';
import { openRows } from '#lib/intake/open-rows.ts';
import { ensureSource } from '#lib/intake/sources.server.ts';
import { createStage, stageColumns, stageLine } from '#lib/intake/stage.ts';
import type { BenchContext, BenchDatabase } from './context.ts';
import { benchFile } from './rows.ts';

/** Rows per second from file to register and events, against the merge alone and against a bare COPY of the same bytes. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('intake', { fresh: true });
	await measure(context, database, 'registrations');
	// Complaints are about those who are registered.
	const source = await ensureSource(database.db, 'bench registrations', 'registration');
	const { path } = await benchFile(context, 'registrations');
	await importFile(database.db, { kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null });
	await measure(context, database, 'complaints');
}

async function measure(context: BenchContext, database: BenchDatabase, kind: 'registrations' | 'complaints'): Promise<void> {
	const { path, rows } = await benchFile(context, kind);
	const { db, owner } = database;
	const source = await ensureSource(db, `bench ${kind}`, kinds[kind].stored);
	const input = { kind, sourceId: source.id, path, mapping: null, actor: null } as const;

	context.log(`${kind}: from the file to register and events`);
	let peak = 0;
	const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
	const began = performance.now();
	const result = await importFile(db, input);
	const whole = (performance.now() - began) / 1000;
	clearInterval(sampler);
	if (!result.ok || result.accepted !== rows) throw new Error(`not all came in: ${JSON.stringify(result)}`);

	const again = performance.now();
	const repeated = await importFile(db, input);
	if (!repeated.ok || repeated.duplicates !== rows) throw new Error('the second time is not all duplicates');
	const second = (performance.now() - again) / 1000;

	await sql`truncate event, match_queue, intake_key, intake_reject, intake_batch, count_touched, watermark`.execute(owner);
	if (kind === 'registrations') await sql`truncate enterprise, enterprise_link`.execute(owner);
	context.log(`${kind}: the merge alone, from a staging table that is loaded already`);
	const merge = await mergeAlone(database, kind, source.id, path);
	context.log(`${kind}: COPY of the same bytes into a bare table`);
	const copy = await bareCopy(database, path);

	context.report(`${kind}_rows_per_second`, rows / whole, 'rows/s');
	context.report(`${kind}_seconds`, whole, 's');
	context.report(`${kind}_peak_memory`, peak / 1e6, 'MB');
	context.report(`${kind}_duplicates_per_second`, rows / second, 'rows/s');
	context.report(`${kind}_merge_rows_per_second`, rows / merge, 'rows/s');
	context.report(`${kind}_against_merge_alone`, whole / merge, 'ratio');
	context.report(`${kind}_copy_rows_per_second`, rows / copy, 'rows/s');
	context.report(`${kind}_against_bare_copy`, whole / copy, 'ratio');
}

class Undone extends Error {}

/** Seconds of the same merge from a loaded staging table; undone at the end. */
async function mergeAlone({ db }: BenchDatabase, kind: 'registrations' | 'complaints', sourceId: string, path: string): Promise<number> {
	let seconds = 0;
	try {
		await withClient(db, ({ client, connection }) =>
			connection.transaction().execute(async (trx) => {
				await sql.raw(createStage).execute(trx);
				await pipeline(stageLines(db, kind, path), client.query(copyFrom(`copy stage (${stageColumns.join(', ')}) from stdin`)));
				const began = performance.now();
				await mergeStage(trx, { kind: kinds[kind], sourceId, batchId: 'bench', history: true, again: false });
				seconds = (performance.now() - began) / 1000;
				throw new Undone();
			})
		);
	} catch (error) {
		if (!(error instanceof Undone)) throw error;
	}
	return seconds;
}

async function* stageLines(db: BenchDatabase['db'], kind: 'registrations' | 'complaints', path: string): AsyncGenerator<string> {
	const file = await inspectFile(path);
	if (!file.ok) throw new Error(file.message);
	const opened = await openRows(file);
	if (!opened.ok) throw new Error(opened.message);
	const check = makeRowCheck(await checkContext(db, kinds[kind], null, new Map()));
	const bound = bindMapping(kinds[kind], opened.columns, completeMapping(kinds[kind], opened.columns, null));
	if (!bound.ok) throw new Error(bound.message);
	for await (const rows of opened.rows()) yield rows.map((row) => stageLine(check(row, opened.columns, bound.bound))).join('');
}

async function bareCopy({ owner }: BenchDatabase, path: string): Promise<number> {
	return withClient(owner, async ({ client }) => {
		await client.query('drop table if exists bench_bare');
		await client.query('create table bench_bare (line text)');
		const began = performance.now();
		// One column: a delimiter and quote that do not occur keep each line as it is.
		await pipeline(createReadStream(path), client.query(copyFrom(`copy bench_bare from stdin with (format csv, delimiter E'\\x01', quote E'\\x02')`)));
		const seconds = (performance.now() - began) / 1000;
		await client.query('drop table bench_bare');
		return seconds;
	});
}
