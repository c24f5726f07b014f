import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from './actor.ts';
import {
	canonicalJson,
	chainStart,
	continues,
	entryHash,
	storable,
	type ChainedEntry,
	type ChainPosition
} from './audit-chain.ts';

/** One writer at a time: the key of the advisory lock that guards the chain's end ("QSAU"). */
const chainLock = 0x51534155;
const pageSize = 1_000;

/** On whose behalf; null for jobs, the command line, and strangers at the login page. */
export type AuditActor = Pick<Actor, 'id' | 'name' | 'address'>;

export type AuditRecord = {
	/** `warning.acknowledge`, `account.create`: concept and verb. */
	readonly action: string;
	readonly objectKind?: string | null;
	readonly objectId?: string | null;
	/** What changed, from what to what. Never a password, a token or unmasked personal data. */
	readonly detail?: Readonly<Record<string, unknown>>;
};

/**
 * Adds an entry to the audit trail.
 *
 * Call it as the LAST statement of the transaction that makes the change: the lock on the chain's end is held until that
 * transaction ends, so everything after it makes all other writers wait, and waiting for a row lock there can deadlock.
 * With a plain connection pool it opens a short transaction of its own.
 */
export async function audit(
	db: Kysely<DB> | Transaction<DB>,
	actor: AuditActor | { readonly id: null; readonly name: string | null; readonly address: string | null } | null,
	record: AuditRecord
): Promise<void> {
	if (!db.isTransaction) {
		await db.transaction().execute((trx) => audit(trx, actor, record));
		return;
	}
	// A statement of its own: a statement sees what was committed before it began, so lock and read must not be one.
	await sql`select pg_advisory_xact_lock(${chainLock})`.execute(db);
	const { rows } = await sql<{ at: Date; seq: string | number | null; hash: string | null }>`
		select date_trunc('milliseconds', clock_timestamp()) as at, last.seq, last.hash
		from (select 1) one left join (select seq, hash from audit_entry order by seq desc limit 1) last on true
	`.execute(db);
	const tail = rows[0]!;
	const position: ChainPosition = tail.hash === null ? chainStart : { seq: Number(tail.seq), hash: tail.hash };
	const content = {
		seq: position.seq + 1,
		at: tail.at,
		actorId: text(actor?.id),
		actorName: text(actor?.name),
		action: storable(record.action),
		objectKind: text(record.objectKind),
		objectId: text(record.objectId),
		detail: record.detail ?? {},
		address: text(actor?.address)
	};
	await db
		.insertInto('audit_entry')
		.values({
			seq: content.seq,
			at: content.at,
			actor_id: content.actorId,
			actor_name: content.actorName,
			action: content.action,
			object_kind: content.objectKind,
			object_id: content.objectId,
			detail: canonicalJson(content.detail),
			address: content.address,
			prev_hash: position.hash,
			hash: entryHash(position.hash, content)
		})
		.execute();
}

function text(value: string | null | undefined): string | null {
	return value == null ? null : storable(value);
}

/** The chain's end, to be anchored outside the database so that a cut tail shows; null while the trail is empty. */
export async function auditHead(db: Kysely<DB>): Promise<(ChainPosition & { readonly at: Date }) | null> {
	const row = await db
		.selectFrom('audit_entry')
		.select(['seq', 'hash', 'at'])
		.orderBy('seq', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row === undefined ? null : { seq: Number(row.seq), hash: row.hash, at: row.at };
}

export type AuditVerdict = {
	readonly entries: number;
	readonly valid: boolean;
	/** Sequence number of the first entry that does not continue the chain, or that an anchor misses. */
	readonly firstBroken: number | null;
};

/**
 * Walks the hash chain from its first entry, a page at a time.
 *
 * @param anchors heads written down outside the database: each must still stand in the chain with the same hash.
 */
export async function verifyAudit(db: Kysely<DB>, anchors: readonly ChainPosition[] = []): Promise<AuditVerdict> {
	const expected = new Map(anchors.map((anchor) => [anchor.seq, anchor.hash]));
	let position = chainStart;
	let entries = 0;
	let firstBroken: number | null = null;
	for (let after = 0; ; ) {
		const page = await readPage(db, after);
		for (const entry of page) {
			entries++;
			const anchored = expected.get(entry.seq);
			const intact = continues(position, entry) && (anchored === undefined || anchored === entry.hash);
			// A gap breaks the chain at the number that is missing.
			if (!intact) firstBroken ??= Math.min(entry.seq, position.seq + 1);
			position = entry;
		}
		if (page.length < pageSize) break;
		after = page[page.length - 1]!.seq;
	}
	const lastAnchor = Math.max(0, ...expected.keys());
	if (lastAnchor > position.seq) firstBroken ??= position.seq + 1;
	return { entries, valid: firstBroken === null, firstBroken };
}

async function readPage(db: Kysely<DB>, after: number): Promise<ChainedEntry[]> {
	const rows = await db
		.selectFrom('audit_entry')
		.selectAll()
		.where('seq', '>', after)
		.orderBy('seq')
		.limit(pageSize)
		.execute();
	return rows.map((row) => ({
		seq: Number(row.seq),
		at: row.at,
		actorId: row.actor_id,
		actorName: row.actor_name,
		action: row.action,
		objectKind: row.object_kind,
		objectId: row.object_id,
		detail: row.detail,
		address: row.address,
		prevHash: row.prev_hash,
		hash: row.hash
	}));
}
