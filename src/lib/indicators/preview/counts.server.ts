import type { Kysely } from 'kysely';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { personCorrections } from '#lib/counts/known.ts';
import { layoutOf, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestDelay } from '#lib/detection/daily/delay.ts';
import { neighbouringCounties } from '#lib/regions/neighbours.server.ts';
import { loadCounts, repeatDays, repeatsSeen, type KindCounts } from '#lib/indicators/counts.server.ts';
import { eachGroup, growing, inOrderOf, numbering, type Numbering } from '#lib/indicators/columns.ts';
import { codeAt, copyRows, dayAt, epoch, hashAt } from '#lib/indicators/copy.server.ts';
import { countsByLeaf, leavesOf, readDayCounts, type DayCounts } from '#lib/indicators/day-counts.server.ts';

/** Days before the first evening from which events are looked at one by one: what came even later counts as known at once. */
const lookedAt = 210;

/**
 * What `loadCounts` loads, for a year or two of evenings at once: one pass over the counts and one over the events, in step. Kinds of which
 * rows were corrected take the long way, which knows of versions.
 */
export async function loadCountsFast(
	db: Kysely<DB>, kind: string, from: string, to: string, judgedFrom: string, corrected: boolean
): Promise<KindCounts> {
	if (corrected) return loadCounts(db, kind, from, to, judgedFrom, corrected);
	const days = daysBetween(from, to) + 1;
	const leafOf = numbering();
	const asked = { kind, from, to, judgedFrom, since: [from, addDays(judgedFrom, -lookedAt)].sort()[1]! };
	const [counted, events] = await Promise.all([readDayCounts(db, asked, leafOf), readEvents(db, asked, days, leafOf)]);
	const { leaves, place } = leavesOf(leafOf);
	return {
		kind, firstDay: from, days,
		layout: layoutOf(leaves, await neighbouringCounties(db, new Set(leaves.map((leaf) => leaf.region)))),
		counts: { ...countsByLeaf(counted, place), late: lateOf(events.corrections, place) },
		delays: events.delays
	};
}

type Asked = { readonly kind: string; readonly from: string; readonly to: string; readonly judgedFrom: string; readonly since: string };

type Corrections = DayCounts & { readonly received: Int32Array };

function lateOf({ leaf, day, received, n }: Corrections, place: Int32Array): LeafCounts['late'] {
	const order = inOrderOf(day);
	const at = (column: Int32Array) => Int32Array.from(order, (k) => column[k]!);
	return {
		leaf: Int32Array.from(order, (k) => place[leaf[k]!]!), day: at(day), received: at(received), n: at(n),
		longest: day.reduce((longest, on, k) => Math.max(longest, received[k]! - on), 0)
	};
}

/** The delays of a kind, and what was not known on every evening; complaints of a person as in `counts.server.ts`. */
async function readEvents(
	db: Kysely<DB>, { kind, from, to, judgedFrom, since }: Asked, days: number, leafOf: Numbering
): Promise<{ readonly delays: Float64Array | null; readonly corrections: Corrections }> {
	const shift = daysBetween(epoch, from);
	const firstEvening = daysBetween(from, judgedFrom);
	const table = new Float64Array(days * (longestDelay + 1));
	let late = false;
	const corrections = growing({ leaf: Int32Array, day: Int32Array, received: Int32Array, n: Int32Array });
	const told = (leaf: number, day: number, received: number, n: number) => {
		if (!(received > firstEvening && received > day)) return;
		const at = corrections.next();
		corrections.arrays.leaf[at] = leaf;
		corrections.arrays.day[at] = day;
		corrections.arrays.received[at] = received;
		corrections.arrays.n[at] = n;
	};
	const persons = growing({ who: Float64Array, leaf: Int32Array, day: Int32Array, received: Int32Array });
	const who = kind === 'complaint' ? `case when person_key is not null then hashtextextended(uscc || '|' || person_key, 0) end` : 'null::bigint';
	await withClient(db, ({ client }) =>
		copyRows(
			client,
			`select region_code, industry_key, occurred_at, received_at, ${who} from event
				where kind = '${kind}' and known_to is null and not withdrawn and occurred_at >= '${since}' and occurred_at < '${addDays(to, 1)}'`,
			5,
			(row) => {
				const day = dayAt(row, 2) - shift;
				const received = dayAt(row, 3) - shift;
				table[day * (longestDelay + 1) + Math.min(longestDelay, Math.max(0, received - day))]!++;
				late ||= received > day;
				const leaf = leafOf.of(codeAt(row, 0));
				if (row.length[4]! < 0) return told(leaf, day, received, 1);
				const at = persons.next();
				persons.arrays.who[at] = hashAt(row, 4);
				persons.arrays.leaf[at] = leaf;
				persons.arrays.day[at] = day;
				persons.arrays.received[at] = received;
			}
		)
	);
	const { who: hashes, leaf, day, received } = persons.filled();
	const near = firstEvening - repeatsSeen;
	const several = (rows: readonly number[]) => {
		const odd = rows.some((i) => day[i] !== day[rows[0]!] || (received[i]! > firstEvening && received[i]! > day[i]!));
		// What came in time on one day counts once in the counts already.
		if (!odd) return;
		for (const [own, repeats] of [[rows.filter((i) => day[i]! >= near), repeatDays], [rows.filter((i) => day[i]! < near), -1]] as const) {
			const spans = own.map((i) => ({ leaf: String(leaf[i]), day: day[i]!, from: received[i]!, until: null }));
			for (const row of personCorrections(spans, repeats)) told(Number(row.leaf), row.day, row.received, row.n);
		}
	};
	eachGroup(hashes, (i) => told(leaf[i]!, day[i]!, received[i]!, 1), several);
	return { delays: late ? table : null, corrections: corrections.filled() };
}
