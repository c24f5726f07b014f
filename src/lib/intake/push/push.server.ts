import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import type { TokenActor } from '#lib/access/tokens.server.ts';
import { diskState, type DiskState } from '#lib/settings/disk.ts';
import { importFile, type Imported } from '#lib/intake/import.server.ts';
import type { FileRefusal } from '#lib/intake/read/inspect-file.ts';
import { rejectOutside } from './jurisdiction.server.ts';
import { makePushQueue, type PushQueue, type QueueState } from './queue.ts';
import { dropSpooled, spoolBody, type SpoolFault } from './spool.server.ts';

/**
 * What one web process takes at once. Fifty systems with one batch each find a place, and one system with fifty connections leaves
 * room for others. Two run, so that one is checked while the other is merged; more would only wait for the database's lock, each
 * with a connection that pages need.
 */
const queueLimits = { places: 128, placesPerToken: 16, running: 2, spoolBytes: 4 * 1024 * 1024 * 1024 } as const;

/** Longer than this nobody keeps a connection open for a turn; who comes again is then in front. */
const longestWaitMs = 120_000;

/** Rejects in the answer; all of them are at the batch's own address. */
const rejectsAnswered = 100;
/** Rejects of one page of that address. */
export const rejectsPage = 1_000;

const queue = makePushQueue(queueLimits, () => performance.now());

/** How full this process's queue is, for its metrics. */
export function pushQueueState(): QueueState {
	return queue.state();
}

type PushRequest = {
	readonly kind: string;
	/** Name or id of the source; null: the token's only one. */
	readonly source: string | null;
	readonly body: AsyncIterable<Uint8Array>;
	readonly gzip: boolean;
	/** What the sender says the body has; 0 for what it does not say. */
	readonly contentLength: number;
	/** Ends the waiting when the sender has gone. */
	readonly signal: AbortSignal;
};

type PushedReject = { readonly line: number; readonly reason: string; readonly field: string | null; readonly message: string };

export type Pushed = Imported & { readonly source: string; readonly rejects: readonly PushedReject[]; readonly rejectsMore: number };

export type PushRefusal =
	| NotAllowed | NotFound | OwnWork | FileRefusal
	| Refusal<Exclude<SpoolFault, 'queue-full'>>
	| Refusal<'source-missing' | 'source-not-granted', { readonly sources: readonly string[] }>
	| Refusal<'queue-full', { readonly retryAfterS: number }>
	| Refusal<'disk-full', { readonly disk: DiskState }>;

/**
 * Takes a batch of rows in that a system sends: whole or not at all, by the same checks and the same merge as files. Returns only
 * after the database has committed, so what is answered is kept. The same batch again is answered with duplicates.
 *
 * @param deps the queue is this process's; tests bring their own.
 */
export async function pushBatch(
	db: Kysely<DB>, token: TokenActor, request: PushRequest,
	deps: { readonly dataDir: string; readonly queue?: PushQueue; readonly disk?: typeof diskState }
): Promise<Pushed | PushRefusal> {
	if (!token.scopes.includes(`intake:${request.kind}`)) return notAllowed;
	const source = await sourceOf(db, token, request.source);
	if (!source.ok) return source;
	const disk = await (deps.disk ?? diskState)({ wanted: request.contentLength });
	if (disk.level === 'full') return refuse('disk-full', { disk });
	const line = deps.queue ?? queue;
	const full = () => refuse('queue-full', { retryAfterS: line.retryAfterS() });
	const place = line.enter(token.id);
	if (place === null) return full();
	const batchId = randomUUID();
	let path: string | null = null;
	try {
		const spooled = await spoolBody(deps.dataDir, batchId, Readable.from(request.body, { objectMode: false }), request.gzip, place.hold);
		if (!spooled.ok) return spooled.reason === 'queue-full' ? full() : refuse(spooled.reason);
		path = spooled.path;
		if (!(await place.turn(request.signal, longestWaitMs))) return full();
		const imported = await importPushed(db, token, request.kind, source.id, batchId, path);
		if (!imported.ok) return imported;
		const rejects = imported.rejected === 0 ? [] : await rejectsAfter(db, batchId, -1, rejectsAnswered);
		return { ...imported, source: source.name, rejects, rejectsMore: imported.rejected - rejects.length };
	} finally {
		place.leave();
		if (path !== null) await dropSpooled(path);
	}
}

async function importPushed(db: Kysely<DB>, token: TokenActor, kind: string, sourceId: string, batchId: string, path: string) {
	const region = await db.selectFrom('region').select('name').where('code', '=', token.regionCode).executeTakeFirst();
	const jurisdiction = { prefix: token.regionPrefix, label: `${token.regionCode} ${region?.name ?? ''}`.trim() };
	return importFile(db, {
		kind, sourceId, batchId, path, fileName: `${token.name}.ndjson`, format: 'ndjson', mapping: null, actor: null, onBehalfOf: token,
		judgeStage: (trx, facts) => rejectOutside(trx, facts, jurisdiction)
	});
}

/** The source a batch is for: one of the token's. What it is not bound to is told by no more than the names it is bound to. */
async function sourceOf(db: Kysely<DB>, token: TokenActor, wanted: string | null) {
	const own = await db.selectFrom('source').select(['id', 'name']).where('id', 'in', [...token.sourceIds, '']).orderBy('name').execute();
	const sources = own.map(({ name }) => name);
	if (wanted === null && own.length !== 1) return refuse('source-missing', { sources });
	const source = wanted === null ? own[0] : own.find(({ id, name }) => name === wanted || id === wanted);
	if (source === undefined) return refuse('source-not-granted', { sources });
	return { ok: true as const, id: source.id, name: source.name };
}

function rejectsAfter(db: Kysely<DB>, batchId: string, after: number, limit: number): Promise<PushedReject[]> {
	return db
		.selectFrom('intake_reject')
		.select(['line', 'reason', 'field', 'message'])
		.where('batch_id', '=', batchId)
		.where('line', '>', after)
		.orderBy('line')
		.limit(limit)
		.execute();
}

/** A batch that this token pushed, with a page of its rejects; another's is not found. */
export async function pushedBatch(db: Kysely<DB>, token: TokenActor, batchId: string, afterLine: number) {
	if (!token.scopes.some((scope) => scope.startsWith('intake:'))) return notAllowed;
	const batch = await db
		.selectFrom('intake_batch as b')
		.innerJoin('source as s', 's.id', 'b.source_id')
		.select(['b.id', 'b.kind', 's.name as source', 'b.state', 'b.rows', 'b.accepted', 'b.duplicates', 'b.versions', 'b.rejected', 'b.warnings', 'b.started_at', 'b.finished_at'])
		.select(sql<number>`(select count(*)::int from intake_reject r where r.batch_id = b.id and r.state = 'open')`.as('open'))
		.where('b.id', '=', batchId)
		.where('b.actor_id', '=', token.id)
		.executeTakeFirst();
	if (batch === undefined) return notFound;
	return { ok: true as const, batch, rejects: await rejectsAfter(db, batchId, afterLine, rejectsPage) };
}
