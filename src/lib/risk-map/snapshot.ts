import { createHash } from 'node:crypto';
import type { MonthPoint, Progress } from './lists.server.ts';
import type { MapQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';

/** Figures as a page showed them, and what they hang on; plain data. */
export type SnapshotContent = {
	readonly query: MapQuery;
	/** The jurisdiction they were made within. */
	readonly scope: { readonly regionCode: string; readonly industries: readonly string[] | null };
	/** How far the data went: the last complete day of all and of each city of its own, and which of them were late. */
	readonly known: { readonly mark: string | null; readonly upTo: readonly (readonly [string, string])[]; readonly late: readonly string[] };
	readonly today: string;
	readonly map: RiskMap;
	readonly series: readonly MonthPoint[];
	readonly progress: Progress;
};

/** Letters and digits that are not mistaken for each other on paper (Crockford's base 32). */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const idLength = 12;

/**
 * The id of figures: the first 60 bits of the SHA-256 of their content. What changes with every roll-up although no figure does, the
 * counts' version, the day of looking what the regions are drawn by, is left out.
 */
export function snapshotId(content: SnapshotContent): string {
	const { today: _, known: _known, ...figures } = content;
	const text = JSON.stringify({ ...figures, map: { ...figures.map, version: 0, approved: null } });
	const bytes = createHash('sha256').update(text).digest();
	let bits = bytes.readBigUInt64BE(0) >> 4n;
	let id = '';
	for (let i = 0; i < idLength; i++) {
		id = digits[Number(bits & 31n)]! + id;
		bits >>= 5n;
	}
	return id;
}
