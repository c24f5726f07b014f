import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { withClient } from '#db/connection.ts';
import { makeRowCheck } from '#lib/intake/check-row.ts';
import { checkContext, importFile, type ImportProgress } from '#lib/intake/import.server.ts';
import { inspectFile } from '#lib/intake/read/inspect-file.ts';
import { kinds } from '#lib/intake/kinds/kinds.ts';
import { bindMapping, completeMapping } from '#lib/intake/mapping.ts';
import { mergeStage } from '#lib/intake/merge/merge.server.ts';
import { openRows } from '#lib/intake/read/open-rows.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { createStage, stageColumnsOf, stageLine } from '#lib/intake/merge/stage.ts';
import type { BenchContext, BenchDatabase } from '../context.ts';
import { benchFile, type BenchKind } from '../rows.ts';
import { copyingBackend, makeStopwatch, type Lap } from './stopwatch.ts';

/** Rows per second from file to register and events, against the merge alone and against a bare COPY of the same bytes; and where the time goes. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('intake', { fresh: true });
	await measure(context, database, 'registrations');
	if (context.size === 'L') return context.log('speed: no complaints in size L; 50 million rows want some 150 GB');
	// Complaints are about those who are registered.
	const source = await ensureSource(database.db, 'bench registrations', 'registration');
	const { path } = await benchFile(context, 'registrations');
	await importFile(database.db, { kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null });
	await measure(context, database, 'complaints');
}

async function measure(context: BenchContext, database: BenchDatabase, kind: BenchKind): Promise<void> {
	const { path, rows } = await benchFile(context, kind);
	const { db, owner } = database;
	const source = await ensureSource(db, `bench ${kind}`, kinds[kind].stored);
	const input = { kind, sourceId: source.id, path, mapping: null, actor: null } as const;

	context.log(`${kind}: COPY of the same bytes into a bare table`);
	const copy = await bareCopy(database, path);
	await judgingAlone(context, database, kind, path);

	context.log(`${kind}: from the file to register and events`);
	const began = performance.now();
	const { laps, result } = await inSteps(database, (progress) => importFile(db, { ...input, progress }));
	const whole = (performance.now() - began) / 1000;
	if (!result.ok || result.accepted !== rows) throw new Error(`not all came in: ${JSON.stringify(result)}`);

	const again = performance.now();
	const repeated = await importFile(db, input);
	if (!repeated.ok || repeated.duplicates !== rows) throw new Error('the second time is not all duplicates');
	const second = (performance.now() - again) / 1000;

	await sql`truncate event, match_queue, intake_key, intake_reject, intake_batch, count_touched, watermark cascade`.execute(owner);
	if (kind === 'registrations') await sql`truncate enterprise, enterprise_link`.execute(owner);
	context.log(`${kind}: the merge alone, from a staging table that is loaded already`);
	const merge = await mergeAlone(database, kind, source.id, path);

	context.report(`${kind}_rows_per_second`, rows / whole, 'rows/s');
	context.report(`${kind}_seconds`, whole, 's');
	context.report(`${kind}_duplicates_per_second`, rows / second, 'rows/s');
	context.report(`${kind}_merge_rows_per_second`, rows / merge.clock, 'rows/s');
	context.report(`${kind}_against_merge_alone`, whole / merge.clock, 'ratio');
	if (merge.database !== null) {
		// Of the two processes that work at the same time the busier one is waited for. On a machine that others use only this compares.
		const waited = [...laps.values()].reduce((sum, { own, database: busy }) => sum + Math.max(own, busy ?? 0), 0);
		context.report(`${kind}_against_merge_alone_in_processor_time`, waited / merge.database, 'ratio');
	}
	context.report(`${kind}_copy_rows_per_second`, rows / copy, 'rows/s');
	context.report(`${kind}_against_bare_copy`, whole / copy, 'ratio');
	const in100k = 100_000 / rows;
	for (const [step, { clock, own, database: busy }] of laps) {
		context.report(`${kind}_step_${step}`, clock, 's');
		context.report(`${kind}_step_${step}_own_processor`, own * in100k, 's/100,000 rows');
		if (busy !== null) context.report(`${kind}_step_${step}_database_processor`, busy * in100k, 's/100,000 rows');
	}
}

/** Runs an import and measures its steps: `inspect`, `read` (with the COPY that goes on meanwhile), the merge's parts, and the rest up to the commit. */
async function inSteps<T>(
	{ owner }: BenchDatabase, work: (progress: (done: ImportProgress) => void) => Promise<T>
): Promise<{ readonly laps: ReadonlyMap<string, Lap>; readonly result: T }> {
	let asked = false;
	const { lap, follow } = makeStopwatch();
	const laps = new Map<string, Lap>();
	let current: string | null = null;
	const begins = (step: string | null) => {
		if (step === current) return;
		const measured = lap();
		if (current !== null) laps.set(current, measured);
		current = step;
	};
	const result = await work(({ step, part }) => {
		begins(part ?? (step === 'merge' ? 'known-file' : step));
		if (step !== 'read' || asked) return;
		asked = true;
		void copyingBackend(owner).then(follow);
	});
	begins(null);
	return { laps, result };
}

/** Processor time of reading, of judging, and of writing the lines for COPY: each pass does what the one before did, and more. */
async function judgingAlone(context: BenchContext, { db }: BenchDatabase, kind: BenchKind, path: string): Promise<void> {
	context.log(`${kind}: reading and judging alone`);
	const columns = stageColumnsOf(kinds[kind].effect);
	let before = 0;
	for (const pass of ['reading', 'judging', 'lines'] as const) {
		const { lap } = makeStopwatch();
		const opened = await openRows(await fileOf(path));
		if (!opened.ok) throw new Error(opened.message);
		const judge = await judging(db, kind, opened.columns);
		let rows = 0;
		let characters = 0;
		for await (const piece of opened.rows()) {
			rows += piece.length;
			if (pass === 'judging') for (const row of piece) characters += judge(row).line as number;
			if (pass === 'lines') for (const row of piece) characters += stageLine(judge(row), columns).length;
		}
		const { own } = lap();
		if (pass !== 'reading' && characters === 0) throw new Error('nothing was judged');
		context.report(`${kind}_${pass}_own_processor`, ((own - before) * 100_000) / rows, 's/100,000 rows');
		before = own;
	}
}

async function fileOf(path: string) {
	const file = await inspectFile(path);
	if (!file.ok) throw new Error(file.message);
	return file;
}

async function judging(db: BenchDatabase['db'], kind: BenchKind, columns: readonly string[]) {
	const check = makeRowCheck(await checkContext(db, kinds[kind], null, new Map()));
	const bound = bindMapping(kinds[kind], columns, completeMapping(kinds[kind], columns, null));
	if (!bound.ok) throw new Error(bound.message);
	return (row: Parameters<typeof check>[0]) => check(row, columns, bound.bound);
}

class Undone extends Error {}

/** The same merge from a loaded staging table; undone at the end. */
async function mergeAlone({ db }: BenchDatabase, kind: BenchKind, sourceId: string, path: string): Promise<Lap> {
	const { lap, follow } = makeStopwatch();
	let merged: Lap | null = null;
	try {
		await withClient(db, ({ client, connection }) =>
			connection.transaction().execute(async (trx) => {
				await sql.raw(createStage).execute(trx);
				await pipeline(stageLines(db, kind, path), client.query(copyFrom(`copy stage (${stageColumnsOf(kinds[kind].effect).join(', ')}) from stdin`)));
				const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
				follow(rows[0]!.pid);
				lap();
				await mergeStage(trx, { kind: kinds[kind], sourceId, batchId: 'bench', history: true, again: false });
				merged = lap();
				throw new Undone();
			})
		);
	} catch (error) {
		if (!(error instanceof Undone)) throw error;
	}
	if (merged === null) throw new Error('nothing was merged');
	return merged;
}

async function* stageLines(db: BenchDatabase['db'], kind: BenchKind, path: string): AsyncGenerator<string> {
	const opened = await openRows(await fileOf(path));
	if (!opened.ok) throw new Error(opened.message);
	const judge = await judging(db, kind, opened.columns);
	const columns = stageColumnsOf(kinds[kind].effect);
	for await (const rows of opened.rows()) yield rows.map((row) => stageLine(judge(row), columns)).join('');
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
