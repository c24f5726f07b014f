import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { ChainPosition } from './audit-chain.ts';
import { auditHead } from './audit.server.ts';

/** Heads of the audit trail, one JSON object a line, outside the database: a tail cut off there shows here. */
const fileIn = (dataDir: string): string => join(dataDir, 'audit-anchor.jsonl');

/** The heads written down so far; none when there is no file yet. A line that is no head (a torn last one) is passed over. */
export async function readAnchors(dataDir: string): Promise<ChainPosition[]> {
	const text = await readFile(fileIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return '';
		throw error;
	});
	return text.split('\n').flatMap((line) => {
		try {
			const head: unknown = JSON.parse(line);
			return isPosition(head) ? [{ seq: head.seq, hash: head.hash }] : [];
		} catch {
			return [];
		}
	});
}

function isPosition(value: unknown): value is ChainPosition {
	if (typeof value !== 'object' || value === null || !('seq' in value) || !('hash' in value)) return false;
	return Number.isSafeInteger(value.seq) && typeof value.hash === 'string';
}

/** Writes the present head down, if the trail has grown since the last time. Called by the worker; copy the file elsewhere as well. */
export async function anchorAudit(db: Kysely<DB>, dataDir: string): Promise<ChainPosition | null> {
	const head = await auditHead(db);
	if (head === null) return null;
	const anchors = await readAnchors(dataDir);
	if (anchors.some((anchor) => anchor.seq === head.seq && anchor.hash === head.hash)) return null;
	await mkdir(dataDir, { recursive: true });
	await appendFile(fileIn(dataDir), `${JSON.stringify({ seq: head.seq, hash: head.hash, at: head.at })}\n`, { mode: 0o600 });
	return { seq: head.seq, hash: head.hash };
}
