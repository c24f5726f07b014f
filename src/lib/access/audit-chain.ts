import { createHash } from 'node:crypto';

/** What one entry of the audit trail says, without its place in the chain. */
export type AuditContent = {
	readonly seq: number;
	readonly at: Date;
	readonly actorId: string | null;
	readonly actorName: string | null;
	readonly action: string;
	readonly objectKind: string | null;
	readonly objectId: string | null;
	readonly detail: unknown;
	readonly address: string | null;
};

export type ChainedEntry = AuditContent & { readonly prevHash: string; readonly hash: string };

/** Stands before the first entry. */
const genesisHash = '0'.repeat(64);

/**
 * JSON with sorted keys and without blanks: the same text before a `jsonb` column and after it.
 *
 * NUL and lone surrogates, which PostgreSQL refuses, are replaced, so that no input can keep an entry out of the trail.
 */
export function canonicalJson(value: unknown): string {
	if (value === undefined || value === null) return 'null';
	if (typeof value === 'string') return JSON.stringify(storable(value));
	if (typeof value === 'bigint') return JSON.stringify(String(value));
	if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
	if (value instanceof Date) return JSON.stringify(value.toISOString());
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	const fields = Object.entries(value as Record<string, unknown>)
		.filter(([, field]) => field !== undefined)
		.map(([key, field]) => [storable(key), field] as const)
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}

/** The text as PostgreSQL can store it. */
export function storable(text: string): string {
	return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

/** SHA-256 (hex) over the previous hash and every other column. */
export function entryHash(prevHash: string, entry: AuditContent): string {
	const content = canonicalJson([
		prevHash,
		entry.seq,
		entry.at,
		entry.actorId,
		entry.actorName,
		entry.action,
		entry.objectKind,
		entry.objectId,
		entry.detail,
		entry.address
	]);
	return createHash('sha256').update(content).digest('hex');
}

/** Where a walk along the chain stands: what the next entry must continue. */
export type ChainPosition = { readonly seq: number; readonly hash: string };

export const chainStart: ChainPosition = { seq: 0, hash: genesisHash };

/** Does the entry continue the chain at this position, unchanged? */
export function continues(position: ChainPosition, entry: ChainedEntry): boolean {
	return (
		entry.seq === position.seq + 1 && entry.prevHash === position.hash && entry.hash === entryHash(entry.prevHash, entry)
	);
}
