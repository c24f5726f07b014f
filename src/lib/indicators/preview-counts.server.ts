import type { Kysely } from 'kysely';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween, isDay } from '#lib/calendar/days.ts';
import { personCorrections, type Correction } from '#lib/counts/known.ts';
import { layoutOf, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestDelay } from '#lib/detection/daily/delay.ts';
import { neighbouringCounties } from '#lib/regions/neighbours.server.ts';
import { leafCounts, loadCounts, repeatDays, repeatsSeen, type KindCounts } from './counts.server.ts';
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
	let rows = { leaf: new Float64Array(1 << 16), day: new Int32Array(1 << 16), n: new Int32Array(1 << 16) };
	let size = 0;
	await withClient(db, ({ client }) =>
		copyRows(client, `select region_code, industry_key, day, n from count_day where kind = '${kind}' and day between '${from}' and '${to}'`, 4, (row) => {
			if (size === rows.n.length) rows = { leaf: doubled(rows.leaf, Float64Array), day: doubled(rows.day, Int32Array), n: doubled(rows.n, Int32Array) };
			rows.leaf[size] = codeOf(row, 0);
			rows.day[size] = row.bytes.readInt32BE(row.at[2]) - shift;
			rows.n[size++] = row.bytes.readInt32BE(row.at[3]);
		})
	);
	return { leaf: rows.leaf.subarray(0, size), day: rows.day.subarray(0, size), n: rows.n.subarray(0, size) };
}

function doubled<T extends Float64Array | Int32Array>(array: T, make: new (length: number) => T): T {
	const longer = new make(2 * array.length);
	longer.set(array);
	return longer;
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
	const near = firstEvening - repeatsSeen;
	const persons = kind === 'complaint';
	const table = new Float64Array(days * (longestDelay + 1));
	let late = false;
	const corrections: CodedCorrection[] = [];
	const told = ({ code, day, received }: Seen) => {
		if (received > firstEvening && received > day) corrections.push({ code, day, received, n: 1 });
	};
	// Most persons came once: only of the others a list is kept.
	const byPerson = new Map<number, Seen | Seen[]>();
	const who = persons ? `case when person_key is not null then hashtextextended(uscc || '|' || person_key, 0) end` : 'null::bigint';
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
				const seen = { code: codeOf(row, 0), day, received };
				if (row.length[4]! < 0) return told(seen);
				const person = personAt(row, 4);
				const before = byPerson.get(person);
				if (before === undefined) byPerson.set(person, seen);
				else if (Array.isArray(before)) before.push(seen);
				else byPerson.set(person, [before, seen]);
			}
		)
	);
	for (const seen of byPerson.values()) {
		if (!Array.isArray(seen)) told(seen);
		else {
			corrections.push(
				...ofPerson(seen.filter(({ day }) => day >= near), repeatDays, firstEvening),
				...ofPerson(seen.filter(({ day }) => day < near), -1, firstEvening)
			);
		}
	}
	return { delays: late ? table : null, corrections: corrections.filter((row) => row.received > firstEvening && row.received > row.day) };
}

/** Rows that all came in time on one day count once in the counts already. */
function ofPerson(rows: readonly Seen[], days: number, firstEvening: number): CodedCorrection[] {
	if (rows.every((row) => row.day === rows[0]!.day && !(row.received > firstEvening && row.received > row.day))) return [];
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
