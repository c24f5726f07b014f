import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { importFile, type Imported } from '#lib/intake/import.server.ts';
import { offeredKind } from '#lib/intake/kinds/book.server.ts';
import { kindNames, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { parseMapping, type Mapping } from '#lib/intake/mapping.ts';
import type { IntakeWarning } from '#lib/intake/reject-reasons.ts';
import { rejectLines } from '#lib/mending/rejects.server.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { wrongUse, type Command, type CommandContext, type CommandOutcome } from '../command.ts';

export const command: Command = {
	name: 'import',
	summary: 'Takes files of one kind in: CSV, NDJSON or XLSX',
	usage: `import <kind> <file…|-> --source NAME [--mapping FILE] [--dry-run]

  <kind>           ${kindNames.slice(0, 6).join(' ')}
                   ${kindNames.slice(6, 13).join(' ')}
                   ${kindNames.slice(13).join(' ')}
                   and the kinds that an administrator defined, by their names
  <file…|->        CSV (UTF-8 or GB18030, found out by itself), NDJSON or XLSX; - reads standard input
  --source NAME    who delivers; an unknown one is made and owned by the default department;
                   one that an administrator registered takes its own kinds only
  --mapping FILE   JSON: which column is which field; the others are guessed by their header
  --dry-run        does everything and undoes it: shows what would happen

Each file is a batch of its own: all of it comes in, or nothing. Refused rows are kept, and written to rejectsFile as CSV
that can be mended and imported again.`,
	async run(context, args) {
		const { values, positionals } = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: { source: { type: 'string' }, mapping: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } }
		});
		const [name, ...files] = positionals;
		if (name === undefined) return wrongUse(`no kind given; kinds are ${kindNames.join(', ')}, and those that an administrator defined`);
		if (files.length === 0) return wrongUse('no file given; - reads standard input');
		if (!values.source?.trim()) return wrongUse('--source NAME is missing: who delivers these rows?');
		const kind = await offeredKind(await context.database(), name);
		if ('reason' in kind) return wrongUse(kind.message);
		const mapping = values.mapping === undefined ? null : await readMapping(values.mapping, kind);
		if (typeof mapping === 'string') return { ok: false, reason: mapping };
		return importAll(context, { kind, files, source: values.source.trim(), mapping, dryRun: values['dry-run'] });
	}
};

type Job = { readonly kind: KindFacts; readonly files: readonly string[]; readonly source: string; readonly mapping: Mapping | null; readonly dryRun: boolean };

async function importAll(context: CommandContext, job: Job): Promise<CommandOutcome> {
	for (const file of job.files) if (file !== '-' && !existsSync(file)) return { ok: false, reason: `${file}: there is no such file` };
	const db = await context.database();
	const source = await ensureSource(db, job.source, job.kind.stored);
	const done: { readonly file: string; readonly result: Imported }[] = [];
	let failure: string | null = null;
	for (const file of job.files) {
		const path = file === '-' ? await spool(context) : file;
		try {
			const result = await importFile(db, {
				kind: job.kind.name,
				sourceId: source.id,
				path,
				...(file === '-' ? { fileName: '-' } : {}),
				mapping: job.mapping,
				actor: null,
				mayAddKind: true,
				dryRun: job.dryRun,
				signal: context.signal,
				progress: ({ step, share, rows }) => context.progress(`${file}: ${step} ${Math.floor(share * 100)} % (${rows} rows)`)
			});
			if (!result.ok) {
				failure = `${file}: ${'message' in result ? result.message : result.reason}`;
				break;
			}
			done.push({ file, result });
			context.print(`${file}: ${describe(result)}${job.dryRun ? ' (dry run, undone)' : ''}`);
		} finally {
			if (file === '-') await rm(path, { force: true });
		}
	}
	const kept = source.created && !(await removeUnused(db, source.id, job.dryRun));
	const summary = await summarise(context, db, done, kept || (source.created && job.dryRun) ? source.name : null);
	return failure === null ? { ok: true, summary } : { ok: false, reason: failure, summary };
}

/** Takes a source away again that nothing came from; says whether it did. */
async function removeUnused(db: Kysely<DB>, id: string, dryRun: boolean): Promise<boolean> {
	const { numDeletedRows } = await db
		.deleteFrom('source')
		.where('id', '=', id)
		.$if(!dryRun, (query) => query.where(({ not, exists, selectFrom }) => not(exists(selectFrom('intake_batch').select('id').where('source_id', '=', id)))))
		.executeTakeFirst();
	return numDeletedRows > 0n;
}

function describe({ rows, accepted, versions, duplicates, rejected }: Imported): string {
	const corrected = versions > 0 ? ` (${versions} corrected)` : '';
	return `${rows} rows, ${accepted} accepted${corrected}, ${duplicates} known already, ${rejected} refused`;
}

async function summarise(
	context: CommandContext, db: Kysely<DB>, done: readonly { readonly file: string; readonly result: Imported }[], newSource: string | null
): Promise<Readonly<Record<string, unknown>>> {
	const sum = (pick: (result: Imported) => number) => done.reduce((total, { result }) => total + pick(result), 0);
	const warnings: (IntakeWarning & { readonly file?: string })[] = done.flatMap(({ file, result }) => result.warnings.map((warning) => ({ ...warning, file })));
	if (newSource !== null) warnings.unshift({ code: 'new-source', count: 1, firstLine: null, example: newSource });
	return {
		rows: sum((result) => result.rows),
		accepted: sum((result) => result.accepted),
		duplicates: sum((result) => result.duplicates),
		rejected: sum((result) => result.rejected),
		versions: sum((result) => result.versions),
		rejectsFile: await writeRejects(context, db, done.map(({ result }) => result)),
		warnings,
		batches: done.map(({ result }) => result.batchId)
	};
}

/** Null where nothing was refused; a dry run keeps none either, as its rejects were undone with everything else. */
async function writeRejects(context: CommandContext, db: Kysely<DB>, results: readonly Imported[]): Promise<string | null> {
	const batches = results.filter((result) => result.rejected > 0).map((result) => result.batchId);
	if (batches.length === 0) return null;
	const kept = await db.selectFrom('intake_batch').select('id').where('id', 'in', batches).executeTakeFirst();
	if (kept === undefined) return null;
	const folder = join(context.settings.dataDir, 'rejects');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const path = join(folder, `${batches[0]}.csv`);
	await pipeline(Readable.from(rejectLines(db, batches)), createWriteStream(path, { mode: 0o600 }));
	return path;
}

/** Standard input is read twice (its encoding, its rows): it goes through a file. */
async function spool(context: CommandContext): Promise<string> {
	const folder = join(context.settings.dataDir, 'uploads');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const path = join(folder, randomUUID());
	await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
	return path;
}

/** A mapping, or the words that say why there is none. */
async function readMapping(path: string, kind: KindFacts): Promise<Mapping | string> {
	let value: unknown;
	try {
		value = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		return `--mapping ${path}: ${error instanceof Error ? error.message : String(error)}`;
	}
	const parsed = parseMapping(value, kind);
	return parsed.ok ? parsed.mapping : `--mapping ${path}: ${parsed.message}`;
}
