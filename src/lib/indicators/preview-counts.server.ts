import type { Kysely } from 'kysely';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween, isDay } from '#lib/calendar/days.ts';
import { personCorrections, type Correction } from '#lib/counts/known.ts';
import { layoutOf, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestDelay } from '#lib/detection/daily/delay.ts';
import { neighbouringCounties } from '#lib/regions/neighbours.server.ts';
import { leafCounts, loadCounts, repeatDays, repeatsSeen, type KindCounts } from './counts.server.ts';
import { eachGroup, growing } from './preview-columns.ts';
import { copyRows, type CopiedRow } from './preview-copy.server.ts';

/** Days before the first evening from which events are looked at one by one: what came even later counts as known at once. */
const lookedAt = 210;
/** PostgreSQL counts its days and microseconds from here. */
const epoch = '2000-01-01';

/**
 * What `loadCounts` loads, for a year or two of evenings at once: one pass over the counts and one over the events, in step. Kinds of which
 * rows were corrected take the long way, which knows of versions.
 */
export async function loadCountsFast(
	db: Kysely<DB>, kind: string, from: string, to: string, judgedFrom: string, corrected: boolean
): Promise<KindCounts> {
	if (corrected) return loadCounts(db, kind, from, to, judgedFrom, corrected);
	if (!/^[a-z-]+$/.test(kind) || ![from, to, judgedFrom].every(isDay)) throw new Error(`Not a kind and days: ${kind} ${from} ${to} ${judgedFrom}`);
	const days = daysBetween(from, to) + 1;
	const [counted, events] = await Promise.all([
		readCounts(db, kind, from, to),
		readEvents(db, kind, { from, to, judgedFrom, since: [from, addDays(judgedFrom, -lookedAt)].sort()[1]! }, days)
	]);
	const codes = [...new Set([...counted.leaf, ...events.corrections.map((row) => row.code)])].sort((a, b) => a - b);
	const at = new Map(codes.map((code, i) => [code, i]));
	const leaves = codes.map((code) => ({ region: regionOf(code), industry: industryOf(code) }));
	const names = codes.map((code) => `${regionOf(code)}|${industryOf(code)}`);
	const corrections = events.corrections.map(({ code, ...row }): Correction => ({ ...row, leaf: names[at.get(code)!]! }));
	return {
		kind, firstDay: from, days,
		layout: layoutOf(leaves, await neighbouringCounties(db, new Set(leaves.map((leaf) => leaf.region)))),
		counts: { ...inOrder(counted, at), late: leafCounts([], corrections, new Map(names.map((name, i) => [name, i]))).late },
		delays: events.delays
	};
}

type Counted = { readonly leaf: Float64Array; readonly day: Int32Array; readonly n: Int32Array };

async function readCounts(db: Kysely<DB>, kind: string, from: string, to: string): Promise<Counted> {
	const shift = daysBetween(epoch, from);
	const rows = growing({ leaf: Float64Array, day: Int32Array, n: Int32Array });
	await withClient(db, ({ client }) =>
		copyRows(client, `select region_code, industry_key, day, n from count_day where kind = '${kind}' and day between '${from}' and '${to}'`, 4, (row) => {
			const at = rows.next();
			rows.arrays.leaf[at] = codeOf(row, 0);
			rows.arrays.day[at] = row.bytes.readInt32BE(row.at[2]) - shift;
			rows.arrays.n[at] = row.bytes.readInt32BE(row.at[3]);
		})
	);
	return rows.filled();
}

/** Counts by leaf, days ascending. */
function inOrder({ leaf, day, n }: Counted, at: ReadonlyMap<number, number>): Pick<LeafCounts, 'start' | 'day' | 'n'> {
	const index = Int32Array.from(leaf, (code) => at.get(code)!);
	const start = new Int32Array(at.size + 1);
	for (const i of index) start[i + 1]!++;
	for (let i = 0; i < at.size; i++) start[i + 1]! += start[i]!;
	const next = start.slice();
	const days = new Int32Array(day.length);
	const counts = new Int32Array(day.length);
	// By day first: then each leaf's come in order.
	for (const k of byDay(day)) {
		const to = next[index[k]!]!++;
		days[to] = day[k]!;
		counts[to] = n[k]!;
	}
	return { start, day: days, n: counts };
}

function byDay(day: Int32Array): Uint32Array {
	const starts = new Uint32Array(day.reduce((most, d) => Math.max(most, d), 0) + 2);
	for (const d of day) starts[d + 1]!++;
	for (let d = 1; d < starts.length; d++) starts[d]! += starts[d - 1]!;
	const order = new Uint32Array(day.length);
	for (let k = 0; k < day.length; k++) order[starts[day[k]!]!++] = k;
	return order;
}

type Span = { readonly from: string; readonly to: string; readonly judgedFrom: string; readonly since: string };
type CodedCorrection = Omit<Correction, 'leaf'> & { readonly code: number };
type Seen = { readonly code: number; readonly day: number; readonly received: number };

/** The delays of a kind, and what was not known on every evening; complaints of a person as in `counts.server.ts`. */
async function readEvents(
	db: Kysely<DB>, kind: string, { from, to, judgedFrom, since }: Span, days: number
): Promise<{ readonly delays: Float64Array | null; readonly corrections: readonly CodedCorrection[] }> {
	const shift = daysBetween(epoch, from);
	const firstEvening = daysBetween(from, judgedFrom);
	const table = new Float64Array(days * (longestDelay + 1));
	let late = false;
	const corrections: CodedCorrection[] = [];
	const persons = growing({ who: Float64Array, hash: Int32Array, code: Float64Array, day: Int32Array, received: Int32Array });
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
				if (row.length[4]! < 0) {
					if (received > firstEvening && received > day) corrections.push({ code: codeOf(row, 0), day, received, n: 1 });
					return;
				}
				const at = persons.next();
				persons.arrays.who[at] = personAt(row, 4);
				persons.arrays.hash[at] = row.bytes.readInt32BE(row.at[4]! + 4);
				persons.arrays.code[at] = codeOf(row, 0);
				persons.arrays.day[at] = day;
				persons.arrays.received[at] = received;
			}
		)
	);
	const { who: persona, hash, code, day, received } = persons.filled();
	eachGroup(persona, hash, (rows) => {
		const odd = rows.some((i) => day[i] !== day[rows[0]!] || (received[i]! > firstEvening && received[i]! > day[i]!));
		// What came in time on one day counts once in the counts already.
		if (!odd) return;
		const seen = rows.map((i) => ({ code: code[i]!, day: day[i]!, received: received[i]! }));
		if (seen.length === 1) corrections.push({ ...seen[0]!, n: 1 });
		else {
			const near = firstEvening - repeatsSeen;
			corrections.push(...ofPerson(seen.filter((one) => one.day >= near), repeatDays), ...ofPerson(seen.filter((one) => one.day < near), -1));
		}
	});
	return { delays: late ? table : null, corrections: corrections.filter((row) => row.received > firstEvening && row.received > row.day) };
}

function ofPerson(rows: readonly Seen[], days: number): CodedCorrection[] {
	const spans = rows.map(({ code, day, received }) => ({ leaf: String(code), day, from: received, until: null }));
	return personCorrections(spans, days).map(({ leaf, ...row }) => ({ ...row, code: Number(leaf) }));
}

const microsADay = 86_400_000_000;
/** Asia/Shanghai is eight hours ahead (`calendar/days.ts`). */
const shanghaiMicros = 28_800_000_000;

function dayAt({ bytes, at }: CopiedRow, column: number): number {
	const micros = bytes.readInt32BE(at[column]) * 4_294_967_296 + bytes.readUInt32BE(at[column]! + 4);
	return Math.floor((micros + shanghaiMicros) / microsADay);
}

/** 53 bits of a hash: of two million persons two are taken for one about once in five thousand previews. */
function personAt({ bytes, at }: CopiedRow, column: number): number {
	return (bytes.readUInt32BE(at[column]) & 0x1fffff) * 4_294_967_296 + bytes.readUInt32BE(at[column]! + 4);
}

const keySpace = 1 << 24;

/** Region and division in one number that sorts as they do: six digits, and up to three characters. */
function codeOf({ bytes, at, length }: CopiedRow, column: number): number {
	let region = 0;
	for (let i = 0; i < 6; i++) region = region * 10 + bytes[at[column]! + i]! - 48;
	const from = at[column + 1]!;
	const size = Math.min(3, length[column + 1]!);
	let industry = 0;
	for (let i = 0; i < 3; i++) industry = industry * 256 + (i < size ? bytes[from + i]! : 0);
	return region * keySpace + industry;
}

const regionOf = (code: number) => String(Math.floor(code / keySpace)).padStart(6, '0');

function industryOf(code: number): string {
	const key = code % keySpace;
	return String.fromCharCode(...[key >> 16, (key >> 8) & 255, key & 255].filter((char) => char !== 0));
}
