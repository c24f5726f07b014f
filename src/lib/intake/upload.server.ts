import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { conflict, notFound, refuse, type Conflict, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { refuseWhenFull, type DiskFull } from '#lib/settings/disk.ts';
import { importFile, rememberedMapping } from './import.server.ts';
import { inspectFile, type FileRefusal } from '#lib/intake/read/inspect-file.ts';
import { loadKindBook, offeredKind } from '#lib/intake/kinds/book.server.ts';
import { bindMapping, completeMapping, doubtfulColumns, type Mapping } from './mapping.ts';
import { openRows } from '#lib/intake/read/open-rows.ts';
import { sampleColumns } from './sample-columns.server.ts';
import { keepMapping } from '#lib/sources/mapping.server.ts';
import { refuseForeignKind } from '#lib/sources/promised.server.ts';

/** Largest file a page takes; more goes through the command line. */
const uploadBytes = 2 * 1024 * 1024 * 1024;

/** Uploads that nobody started are thrown away after so many days. */
const keepDays = 7;

/** The name says nothing: neither the path nor the file's own name can be guessed or chosen. */
function pathOf(dataDir: string, batchId: string): string {
	return join(dataDir, 'uploads', batchId);
}

type NotOwn = NotAllowed | NotFound | OwnWork;

/** Stores a file as it streams in and makes a batch that waits for its mapping. */
export async function storeUpload(
	db: Kysely<DB>,
	actor: Actor,
	upload: { readonly kind: string; readonly sourceId: string; readonly fileName: string; readonly body: Readable; /** As far as the sender says. */ readonly bytes?: number },
	dataDir: string
): Promise<{ readonly ok: true; readonly batchId: string } | NotOwn | FileRefusal | DiskFull | Refusal<'too-large'>> {
	const source = await sourceOf(db, upload.sourceId);
	if (source === undefined) return notFound;
	const refusal = check(actor, 'intake.import', { departmentId: source.owner_department_id });
	if (refusal !== null) return refusal;
	const kind = await offeredKind(db, upload.kind);
	if ('reason' in kind) return kind;
	const foreign = refuseForeignKind(source, kind);
	if (foreign !== null) return foreign;
	const full = await refuseWhenFull(upload.bytes || 0);
	if (full !== null) return full;
	await dropForgotten(db, dataDir);
	const batchId = randomUUID();
	const path = pathOf(dataDir, batchId);
	await mkdir(join(dataDir, 'uploads'), { recursive: true, mode: 0o700 });
	let size = 0;
	const counted = new Transform({
		transform(chunk: Buffer, _, done) {
			size += chunk.length;
			done(size > uploadBytes ? new TooLarge() : null, chunk);
		}
	});
	try {
		await pipeline(upload.body, counted, createWriteStream(path, { mode: 0o600 }));
		const file = await inspectFile(path);
		const opened = file.ok ? await openRows(file) : file;
		if (!opened.ok || !file.ok) {
			await rm(path, { force: true });
			return opened as FileRefusal;
		}
		opened.close();
		await db
			.insertInto('intake_batch')
			.values({
				id: batchId, source_id: source.id, kind: kind.stored, file_name: upload.fileName.slice(0, 200), file_sha256: file.sha256,
				file_bytes: file.bytes, state: 'uploaded', actor_id: actor.id
			})
			.execute();
		return { ok: true, batchId };
	} catch (error) {
		await rm(path, { force: true });
		if (error instanceof TooLarge) return refuse('too-large');
		throw error;
	}
}

class TooLarge extends Error {}

async function sourceOf(db: Kysely<DB>, id: string) {
	return db.selectFrom('source').select(['id', 'name', 'owner_department_id', 'kinds']).where('id', '=', id).executeTakeFirst();
}

async function waitingBatch(db: Kysely<DB>, actor: Actor, batchId: string) {
	const batch = await db
		.selectFrom('intake_batch as b')
		.innerJoin('source as s', 's.id', 'b.source_id')
		.select(['b.id', 'b.kind', 'b.source_id', 'b.state', 's.owner_department_id as departmentId'])
		.where('b.id', '=', batchId)
		.executeTakeFirst();
	const kind = batch === undefined ? null : (await loadKindBook(db)).find(batch.kind);
	if (batch === undefined || kind === null) return notFound;
	const refusal = check(actor, 'intake.map', { departmentId: batch.departmentId });
	if (refusal !== null) return notFound;
	return { ok: true as const, ...batch, kind };
}

/** The columns of an uploaded file with their first values and the mapping that is remembered or guessed. */
export async function previewUpload(db: Kysely<DB>, actor: Actor, batchId: string, dataDir: string) {
	const batch = await waitingBatch(db, actor, batchId);
	if (!batch.ok) return batch;
	if (batch.state !== 'uploaded') return conflict;
	const sample = await sampleColumns(pathOf(dataDir, batchId));
	if (!sample.ok) return sample;
	const remembered = await rememberedMapping(db, batch.source_id, batch.kind);
	const mapping = completeMapping(batch.kind, sample.columns, remembered);
	const doubts = new Map(doubtfulColumns(batch.kind, sample.columns, mapping, remembered).map(({ column, taken }) => [column, taken]));
	return {
		ok: true as const,
		kind: batch.kind.name,
		format: sample.format,
		encoding: sample.encoding,
		otherSheets: sample.otherSheets,
		remembered: remembered !== null && sample.columns.some((name) => remembered.columns[name] !== undefined),
		mapping,
		columns: sample.columns.filter((name) => !name.startsWith('#')).map((name) => ({
			name, field: mapping.columns[name] ?? null, keep: mapping.keep?.includes(name) ?? false, values: sample.valuesOf(name), taken: doubts.get(name) ?? null
		}))
	};
}

/** Checks the mapping, remembers it and asks the worker for the import. */
export async function startImport(
	db: Kysely<DB>, actor: Actor, batchId: string, mapping: Mapping
): Promise<{ readonly ok: true } | NotOwn | Conflict | FileRefusal> {
	const batch = await waitingBatch(db, actor, batchId);
	if (!batch.ok) return batch;
	const columns = Object.keys(mapping.columns);
	const bound = bindMapping(batch.kind, columns, mapping);
	if (!bound.ok) return bound;
	return db.transaction().execute(async (trx) => {
		const { numUpdatedRows } = await trx
			.updateTable('intake_batch')
			.set({ state: 'running', mapping: JSON.stringify(mapping), started_at: sql<Date>`now()`, error: null })
			.where('id', '=', batchId)
			.where('state', '=', 'uploaded')
			.executeTakeFirst();
		if (numUpdatedRows !== 1n) return conflict;
		await trx
			.insertInto('job_request')
			.values({ job: 'import-upload', payload: JSON.stringify({ batchId }), requested_by: actor.id })
			.execute();
		await keepMapping(trx, actor, batch.source_id, batch.kind, mapping, 'upload');
		return { ok: true as const };
	});
}

/** Throws an upload away that was not started. */
export async function dropUpload(db: Kysely<DB>, actor: Actor, batchId: string, dataDir: string): Promise<{ readonly ok: true } | NotOwn | Conflict> {
	const batch = await waitingBatch(db, actor, batchId);
	if (!batch.ok) return batch;
	const { numDeletedRows } = await db.deleteFrom('intake_batch').where('id', '=', batchId).where('state', '=', 'uploaded').executeTakeFirst();
	if (numDeletedRows !== 1n) return conflict;
	await rm(pathOf(dataDir, batchId), { force: true });
	return { ok: true };
}

async function dropForgotten(db: Kysely<DB>, dataDir: string): Promise<void> {
	const forgotten = await db
		.deleteFrom('intake_batch')
		.where('state', '=', 'uploaded')
		.where('started_at', '<', sql<Date>`now() - make_interval(days => ${keepDays})`)
		.returning('id')
		.execute();
	await Promise.all(forgotten.map(({ id }) => rm(pathOf(dataDir, id), { force: true })));
}

/**
 * Takes an uploaded file in, in the worker. Safe to repeat: a batch that is done is left alone, one whose worker died is nowhere.
 */
export async function importUpload(
	db: Kysely<DB>, batchId: string, dataDir: string, options: { readonly signal: AbortSignal; readonly progress: (share: number) => void }
): Promise<Readonly<Record<string, unknown>>> {
	const batch = await db
		.selectFrom('intake_batch as b')
		.leftJoin('app_user as u', 'u.id', 'b.actor_id')
		.select(['b.id', 'b.kind', 'b.source_id', 'b.state', 'b.file_name', 'b.mapping', 'b.actor_id', 'u.name as actorName'])
		.where('b.id', '=', batchId)
		.executeTakeFirst();
	const kind = batch === undefined ? null : (await loadKindBook(db)).find(batch.kind);
	if (batch === undefined || batch.state !== 'running' || kind === null) return { skipped: true };
	const path = pathOf(dataDir, batchId);
	const fail = async (message: string) => {
		await db.updateTable('intake_batch').set({ state: 'failed', error: message, finished_at: sql<Date>`now()` }).where('id', '=', batchId).where('state', '=', 'running').execute();
		await rm(path, { force: true });
		return { failed: message };
	};
	if (!(await stat(path).catch(() => null))?.isFile()) return fail('上传的文件已不在服务器上，请重新上传');
	const result = await importFile(db, {
		kind: kind.name,
		sourceId: batch.source_id,
		path,
		fileName: batch.file_name ?? batchId,
		mapping: batch.mapping as unknown as Mapping,
		actor: null,
		onBehalfOf: batch.actor_id === null ? null : { id: batch.actor_id, name: batch.actorName ?? '', address: null },
		batchId,
		signal: options.signal,
		progress: ({ step, share }) => options.progress(step === 'inspect' ? 0 : step === 'read' ? share * 0.6 : 0.7)
	});
	if (!result.ok && result.reason === 'disk-full') {
		// Nothing is wrong with the file: it waits with its mapping until somebody starts it again.
		await db.updateTable('intake_batch').set({ state: 'uploaded', error: result.message }).where('id', '=', batchId).where('state', '=', 'running').execute();
		return { waits: result.message };
	}
	if (!result.ok) return fail('message' in result ? result.message : result.reason);
	await rm(path, { force: true });
	return { rows: result.rows, accepted: result.accepted, rejected: result.rejected };
}

/** Puts a batch whose run broke off back to its mapping; nothing of it was written. */
export async function retryImport(db: Kysely<DB>, actor: Actor, batchId: string): Promise<{ readonly ok: true } | NotOwn | Conflict> {
	const batch = await waitingBatch(db, actor, batchId);
	if (!batch.ok) return batch;
	const { numUpdatedRows } = await db
		.updateTable('intake_batch')
		.set({ state: 'uploaded' })
		.where('id', '=', batchId)
		.where('state', '=', 'running')
		.where(sql<boolean>`not exists (select from job_request r where r.job = 'import-upload' and r.payload ->> 'batchId' = ${batchId} and r.state in ('waiting', 'running'))`)
		.executeTakeFirst();
	return numUpdatedRows === 1n ? { ok: true } : conflict;
}
