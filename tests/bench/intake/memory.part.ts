import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kinds } from '#lib/intake/kinds/kinds.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import type { BenchContext, BenchDatabase } from '../context.ts';
import { benchFile, type BenchKind } from '../rows.ts';
import { benchWorkbook } from './workbook.ts';

const child = fileURLToPath(new URL('./import-child.ts', import.meta.url));

/** The most memory that a process needs which takes one file in. At size L up to the staging table: what follows is the database's. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('intake_memory', { fresh: true });
	const large = context.size === 'L';
	for (const kind of large ? (['registrations'] as const) : (['registrations', 'complaints'] as const)) {
		const { path } = await benchFile(context, kind);
		await measure(context, database, kind, `${kind}_csv`, path, large ? 'read' : 'merge');
		if (large) await rm(path);
	}
	for (const shared of [true, false]) {
		// A sheet has no more than 1,048,576 rows.
		const path = await benchWorkbook(context, Math.min(context.enterprises, 500_000), shared);
		await measure(context, database, 'registrations', `registrations_xlsx_${shared ? 'shared' : 'inline'}_texts`, path, large ? 'read' : 'merge');
		await rm(path);
	}
}

async function measure(context: BenchContext, { db, url }: BenchDatabase, kind: BenchKind, name: string, path: string, until: 'read' | 'merge'): Promise<void> {
	context.log(`${name}: memory of a process that takes ${path} in`);
	const source = await ensureSource(db, `bench memory ${name}`, kinds[kind].stored);
	const began = performance.now();
	const { stdout } = await promisify(execFile)(process.execPath, [child, url, kind, source.id, path, until]);
	const { rows, peak } = JSON.parse(stdout) as { rows: number; peak: number };
	context.report(`${name}_peak_memory`, peak, 'MB');
	context.report(`${name}_memory_rows`, rows, 'rows');
	context.report(`${name}_seconds_to_${until === 'read' ? 'the_staging_table' : 'the_end'}`, (performance.now() - began) / 1000, 's');
}
