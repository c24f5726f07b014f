import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { isDatabaseDown } from '#db/errors.ts';
import type { DB } from '#db/types.ts';
import { diskState } from '#lib/settings/disk.ts';
import { doneMarker, isComplete, isIgnored, ownFolders, type SeenFile } from './look.ts';
import { batchReport, fileAway, refusedReport, type TakenFile } from './report.server.ts';
import { importFile } from '#lib/intake/import.server.ts';

export type FolderContext = {
	/** Holds `<source>/<kind>/<file>`; made when it is not there. */
	readonly inbox: string;
	/** By the database's clock. */
	readonly now: Date;
	readonly signal: AbortSignal;
	readonly log: (message: string) => void;
	readonly disk?: typeof diskState;
};

/** `waiting`: files that may still be written. `failed`: files that could not be dealt with now and are tried again. */
export type FolderRun = { readonly files: number; readonly rows: number; readonly rejected: number; readonly waiting: number; readonly failed: number; readonly misplaced: number };

/** A run lets go after so many files: what else is due must not wait for a folder that is filled faster than it is read. */
const filesOfRun = 50;

type Place = { readonly folder: string; readonly source: string; readonly kind: string };

/**
 * Looks into the watched folder once: takes in what is complete, and moves it with a report to `done/` or `rejected/`.
 *
 * A file is first moved to `.taken/<batch>/` beside it, which one process only can do, then imported as this batch, then filed away.
 * Broken off anywhere, the next run goes on there: a batch that is in the database is not imported again.
 */
export async function watchFolder(db: Kysely<DB>, context: FolderContext): Promise<FolderRun> {
	await mkdir(context.inbox, { recursive: true });
	const { places, misplaced } = await findPlaces(context.inbox);
	const run = { files: 0, rows: 0, rejected: 0, waiting: 0, failed: 0, misplaced };
	const deal = async (path: string, work: () => Promise<{ readonly rows: number; readonly rejected: number } | null>) => {
		context.signal.throwIfAborted();
		try {
			const done = await work();
			if (done === null) return;
			run.files++;
			run.rows += done.rows;
			run.rejected += done.rejected;
		} catch (error) {
			if (isDatabaseDown(error) || context.signal.aborted) throw error;
			// One file must not keep the others waiting; it stays where it is and is tried again.
			run.failed++;
			context.log(`${path}: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	for (const place of places) for (const taken of await takenFiles(place)) await deal(taken.path, () => takeIn(db, taken, context));
	if ((await (context.disk ?? diskState)()).level === 'full') return run;
	const complete = await look(db, places, context.now);
	run.waiting = complete.waiting;
	for (const { file, place, marked } of complete.files.slice(0, filesOfRun)) {
		await deal(file.path, async () => {
			const taken = await claim(db, place, file.path, marked);
			return taken === null ? null : takeIn(db, taken, context);
		});
	}
	return run;
}

/** Folders of sources and kinds, and how many files lie where none belongs. */
async function findPlaces(inbox: string): Promise<{ readonly places: readonly Place[]; readonly misplaced: number }> {
	const places: Place[] = [];
	let misplaced = 0;
	for (const source of await readdir(inbox, { withFileTypes: true })) {
		if (source.name.startsWith('.')) continue;
		if (!source.isDirectory()) {
			if (!isIgnored(source.name)) misplaced++;
			continue;
		}
		for (const kind of await readdir(join(inbox, source.name), { withFileTypes: true })) {
			if (kind.name.startsWith('.')) continue;
			if (kind.isDirectory()) places.push({ folder: join(inbox, source.name, kind.name), source: source.name, kind: kind.name });
			else if (!isIgnored(kind.name)) misplaced++;
		}
	}
	return { places, misplaced };
}

/** Files that an earlier run took and did not get to file away. */
async function takenFiles(place: Place): Promise<TakenFile[]> {
	const taken = join(place.folder, ownFolders.taken);
	const batches = await readdir(taken).catch(() => []);
	const files = await Promise.all(
		batches.map(async (batchId) => {
			const names = await readdir(join(taken, batchId)).catch(() => []);
			// Filed away already, only the empty folder was left.
			if (names.length === 0) await rmdir(join(taken, batchId)).catch(() => undefined);
			return names.map((name) => ({ ...place, name, batchId, path: join(taken, batchId, name) }));
		})
	);
	return files.flat();
}

type Complete = { readonly file: SeenFile; readonly place: Place; readonly marked: boolean };

/** Finds what is complete, oldest first, and keeps how the others look now. */
async function look(db: Kysely<DB>, places: readonly Place[], now: Date): Promise<{ readonly files: readonly Complete[]; readonly waiting: number }> {
	const rows = await db.selectFrom('inbox_look').selectAll().execute();
	const earlier = new Map(rows.map((row) => [row.path, { path: row.path, bytes: row.bytes, modifiedAt: row.modified_at, seenAt: row.seen_at }]));
	const files: Complete[] = [];
	const seen: string[] = [];
	for (const place of places) {
		const names = new Set(await readdir(place.folder));
		for (const name of names) {
			if (isIgnored(name)) continue;
			const path = join(place.folder, name);
			const facts = await lstat(path).catch(() => null);
			if (facts === null || !facts.isFile()) continue;
			const file = { path, bytes: facts.size, modifiedAt: new Date(Math.floor(facts.mtimeMs)) };
			const marked = names.has(name + doneMarker);
			seen.push(path);
			if (isComplete(file, earlier.get(path), marked, now)) files.push({ file, place, marked });
			else await remember(db, file, now);
		}
	}
	await db.deleteFrom('inbox_look').where('path', 'not in', [...seen, '']).execute();
	return { files: files.sort((a, b) => a.file.modifiedAt.getTime() - b.file.modifiedAt.getTime()), waiting: seen.length - files.length };
}

/** The first look at a file as it is now stays; a later one of the same tells nothing new. */
async function remember(db: Kysely<DB>, file: SeenFile, now: Date): Promise<void> {
	await sql`
		insert into inbox_look as l (path, bytes, modified_at, first_seen_at, seen_at) values (${file.path}, ${file.bytes}, ${file.modifiedAt}, ${now}, ${now})
		on conflict (path) do update set bytes = excluded.bytes, modified_at = excluded.modified_at, seen_at = excluded.seen_at
			where (l.bytes, l.modified_at) is distinct from (excluded.bytes, excluded.modified_at)
	`.execute(db);
}

/** Moves a file to where nobody else writes. Null: somebody else was faster. */
async function claim(db: Kysely<DB>, place: Place, path: string, marked: boolean): Promise<TakenFile | null> {
	const batchId = randomUUID();
	const name = path.slice(place.folder.length + 1);
	const folder = join(place.folder, ownFolders.taken, batchId);
	await mkdir(folder, { recursive: true });
	try {
		await rename(path, join(folder, name));
	} catch (error) {
		await rmdir(folder);
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
		throw error;
	}
	if (marked) await rm(path + doneMarker, { force: true });
	await db.deleteFrom('inbox_look').where('path', '=', path).execute();
	return { ...place, name, batchId, path: join(folder, name) };
}

async function takeIn(db: Kysely<DB>, taken: TakenFile, context: FolderContext): Promise<{ readonly rows: number; readonly rejected: number }> {
	let report = await batchReport(db, taken);
	if (report === null) {
		const refusal = await importTaken(db, taken, context.signal);
		report = refusal === null ? (await batchReport(db, taken))! : refusedReport(taken, context.now, refusal);
	}
	const filed = await fileAway(db, taken, report);
	await rmdir(join(taken.folder, ownFolders.taken, taken.batchId));
	context.log(`${taken.source}/${taken.kind}/${taken.name} → ${filed.slice(taken.folder.length + 1)}`);
	return { rows: report.rows, rejected: report.rejected };
}

/** Null when the file is in the database; else why it is not. */
async function importTaken(db: Kysely<DB>, taken: TakenFile, signal: AbortSignal): Promise<{ readonly reason: string; readonly message: string } | null> {
	const source = await db
		.selectFrom('source')
		.select('id')
		.where((eb) => eb.or([eb('name', '=', taken.source), eb('id', '=', taken.source)]))
		.executeTakeFirst();
	if (source === undefined) {
		return { reason: 'no-source', message: `没有数据源“${taken.source}”；请由系统管理员登记，或把文件夹改为已登记数据源的名称，再把文件放回` };
	}
	const before = await stat(taken.path);
	const result = await importFile(db, {
		kind: taken.kind, sourceId: source.id, path: taken.path, fileName: taken.name, batchId: taken.batchId, mapping: null, actor: null, signal
	});
	// Nothing is wrong with the file: it waits until there is room.
	if (!result.ok && result.reason === 'disk-full') throw new Error(result.message);
	if (!result.ok) return { reason: result.reason, message: 'message' in result ? result.message : result.reason };
	const after = await stat(taken.path);
	if (after.size === before.size) return null;
	// Somebody had it open and went on writing. What came in counts; all of it comes in again as another batch, known rows as duplicates.
	const folder = join(taken.folder, ownFolders.taken);
	await rename(join(folder, taken.batchId), join(folder, randomUUID()));
	throw new Error('was still written while it was read, and is read again');
}
