import type { Kysely } from 'kysely';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { daysBetween, isDay } from '#lib/calendar/days.ts';
import type { Leaf, LeafCounts } from '#lib/detection/daily/cells.ts';
import { growing, inOrderOf, type Numbering } from './columns.ts';
import { codeAt, copyRows, epoch, industryOf, regionOf } from './copy.server.ts';

/** The counts of a kind between two days, a row for each leaf and day; `leaf` is its number, `day` counts from the first. */
export type DayCounts = { readonly leaf: Int32Array; readonly day: Int32Array; readonly n: Int32Array };

/** Reads what was counted of a kind, both days included. Some years of a province are millions of rows. */
export async function readDayCounts(db: Kysely<DB>, { kind, from, to }: { readonly kind: string; readonly from: string; readonly to: string }, leafOf: Numbering): Promise<DayCounts> {
	if (!/^[a-z0-9-]+$/.test(kind) || ![from, to].every(isDay)) throw new Error(`Not a kind and days: ${kind} ${from} ${to}`);
	const shift = daysBetween(epoch, from);
	const rows = growing({ leaf: Int32Array, day: Int32Array, n: Int32Array });
	const { arrays } = rows;
	await withClient(db, ({ client }) =>
		copyRows(client, `select region_code, industry_key, day, n from count_day where kind = '${kind}' and day between '${from}' and '${to}'`, 4, (row) => {
			const at = rows.next();
			arrays.leaf[at] = leafOf.of(codeAt(row, 0));
			arrays.day[at] = row.bytes.readInt32BE(row.at[2]) - shift;
			arrays.n[at] = row.bytes.readInt32BE(row.at[3]);
		})
	);
	return rows.filled();
}

/** The leaves that were numbered, in order, and the place of each number among them. */
export function leavesOf(leafOf: Numbering): { readonly leaves: readonly Leaf[]; readonly place: Int32Array } {
	const { codes, place } = leafOf.sorted();
	return { leaves: codes.map((code) => ({ region: regionOf(code), industry: industryOf(code) })), place };
}

/** Counts by leaf, days ascending. */
export function countsByLeaf({ leaf, day, n }: DayCounts, place: Int32Array): Pick<LeafCounts, 'start' | 'day' | 'n'> {
	const start = new Int32Array(place.length + 1);
	for (let k = 0; k < leaf.length; k++) start[place[leaf[k]!]! + 1]!++;
	for (let i = 0; i < place.length; i++) start[i + 1]! += start[i]!;
	const next = start.slice();
	const days = new Int32Array(day.length);
	const counts = new Int32Array(day.length);
	// By day first: then each leaf's come in order.
	for (const k of inOrderOf(day)) {
		const to = next[place[leaf[k]!]!]!++;
		days[to] = day[k]!;
		counts[to] = n[k]!;
	}
	return { start, day: days, n: counts };
}
