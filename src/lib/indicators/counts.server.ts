import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { correctionsOf, personCorrections, spansOf, type Correction, type Version } from '#lib/counts/known.ts';
import { countedKey, liveEvent } from '#lib/counts/roll-up.server.ts';
import { between, joinCorrected, stillKnown } from '#lib/counts/versions.server.ts';
import { layoutOf, type CellLayout, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestDelay } from '#lib/detection/daily/delay.ts';
import { neighbouringCounties } from '#lib/regions/neighbours.server.ts';
import { numbering } from './columns.ts';
import { codeOf } from './copy.server.ts';
import { countsByLeaf, leavesOf, readDayCounts } from './day-counts.server.ts';

/** Everything the monitors of one kind of event read: loaded once for a run, looked at again for each evening. */
export type KindCounts = {
	readonly kind: string;
	/** Day of index 0. */
	readonly firstDay: string;
	readonly days: number;
	readonly layout: CellLayout;
	readonly counts: LeafCounts;
	/** Events by day index and delay in days: `delays[day * (longestDelay + 1) + delay]`; null when nothing ever comes late. */
	readonly delays: Float64Array | null;
};

/** Days within which a complaint of the same person about the same enterprise is no new one (D4). */
export const repeatDays = 30;
/** Such repeats are looked for as far back from the first judged day as its windows and their repeats reach. */
export const repeatsSeen = 60;

/**
 * Loads sparse daily counts of a kind between two days, both included, and what is needed to look back: what came late, what was
 * corrected since, and complaints of the same person about the same enterprise that count once.
 *
 * @param judgedFrom first day that will be judged: only what was received after it needs a correction.
 * @param corrected whether any row of the kind was ever corrected.
 */
export async function loadCounts(
	db: Kysely<DB>,
	kind: string,
	from: string,
	to: string,
	judgedFrom: string,
	corrected: boolean
): Promise<KindCounts> {
	const span = await sql<{ days: number; past: boolean }>`
		select ${to}::date - ${from}::date + 1 as days, ${to}::date < current_date as past
	`.execute(db);
	const days = span.rows[0]!.days;
	const asked = { kind, from, to, judgedFrom, corrected };
	// Nothing can be known later than today.
	const lookBack = span.rows[0]!.past || judgedFrom < to;
	const near = [addDays(judgedFrom, -repeatsSeen), from].sort()[1]!;
	const firstEvening = daysBetween(from, judgedFrom);
	const leafOf = numbering();
	// None needs another: where there are connections to spare, the database reads them at the same time.
	const [counted, delays, late, recent] = await Promise.all([
		readDayCounts(db, asked, leafOf),
		delayTable(db, asked, days),
		lookBack ? lateCorrections(db, asked, near) : [],
		kind === 'complaint' ? recentComplaints(db, asked, near) : []
	]);
	// Where all that ever counted has been corrected since, only the corrections know the leaf.
	const corrections = [...late, ...recent]
		.filter((row) => row.received > firstEvening && row.received > row.day)
		.sort((a, b) => a.day - b.day)
		.map((row) => ({ ...row, leaf: leafOf.of(codeOf(row.leaf.slice(0, 6), row.leaf.slice(7))) }));
	const { leaves, place } = leavesOf(leafOf);
	return {
		kind, firstDay: from, days, delays,
		layout: layoutOf(leaves, await neighbouringCounties(db, new Set(leaves.map((leaf) => leaf.region)))),
		counts: {
			...countsByLeaf(counted, place),
			late: {
				leaf: Int32Array.from(corrections, (row) => place[row.leaf]!),
				day: Int32Array.from(corrections, (row) => row.day),
				received: Int32Array.from(corrections, (row) => row.received),
				n: Int32Array.from(corrections, (row) => row.n),
				longest: corrections.reduce((longest, row) => Math.max(longest, row.received - row.day), 0)
			}
		}
	};
}

type VersionRow = Version<number> & { readonly leaf: string; readonly day: number; readonly n: number };
type PersonVersion = VersionRow & { readonly who: string };

/** What is looked back on: a kind of event, and whether any of its rows was ever corrected. */
type Asked = { readonly kind: string; readonly from: string; readonly to: string; readonly judgedFrom: string; readonly corrected: boolean };

/** The parts of a query for versions of events; a version is `special` when it did not count on every evening to be judged. */
function parts({ kind, from, judgedFrom, corrected }: Asked) {
	const day = (at: string) => sql`${sql.raw(at)}::date - ${from}::date`;
	const columns = sql`e.region_code || '|' || ${countedKey} as leaf, ${day('e.occurred_at')} as day, ${day('e.received_at')} as received,
		${day('e.known_from')} as known, ${day('e.known_to')} as replaced`;
	return {
		join: corrected ? joinCorrected(kind, judgedFrom) : sql``,
		columns,
		first: sql`${corrected ? day('r.first') : sql`null::int`} as first`,
		special: sql<boolean>`(
			(e.known_to is null and e.received_at >= ${judgedFrom}::date + 1 and e.received_at::date > e.occurred_at::date)
			or e.known_to >= ${judgedFrom}::date + 1 ${corrected ? sql`or r.first is not null` : sql``}
		)`
	};
}

/**
 * Versions that came or went after the first evening to be judged. Complaints of known persons on days before `near` count once a day,
 * so that their other rows of that day matter as well; later ones are not looked at here.
 */
async function lateCorrections(db: Kysely<DB>, asked: Asked, near: string): Promise<Correction[]> {
	const { kind, from, to, judgedFrom } = asked;
	const { join, columns, first, special } = parts(asked);
	const persons = kind === 'complaint';
	const { rows } = await sql<VersionRow & { id: string | null; uscc: string | null; person: string | null }>`
		select leaf, day, received, known, replaced, first, id, uscc, person, count(*)::int as n from (
			select ${columns}, ${first}, ${persons ? named : sql`null as id, null as uscc, null as person`}
			from event e ${join}
			where e.kind = ${kind} and ${between(from, to)} and ${stillKnown(judgedFrom)} and ${special}
				${persons ? sql`and (e.person_key is null or e.occurred_at < ${near}::date)` : sql``}
		) version group by 1, 2, 3, 4, 5, 6, 7, 8, 9
	`.execute(db);
	const late = rows.flatMap((row) => (row.person === null ? [] : [{ ...row, who: `${row.uscc}|${row.person}|${row.day}` }]));
	const plain = rows.filter((row) => row.person === null).flatMap((row) => correctionsOf(spansOf(row), row, row.n));
	if (late.length === 0) return plain;
	const { rows: sameDay } = await sql<PersonVersion & { id: string }>`
		with late as materialized (
			select distinct uscc, person, day, (${from}::date + day)::timestamptz as starts
			from jsonb_to_recordset(${JSON.stringify(late)}::jsonb) as r(uscc text, person text, day int)
		)
		select e.event_id::text as id, e.uscc || '|' || e.person_key || '|' || late.day as who, ${columns}, null as first
		from late join event e on e.uscc = late.uscc and e.person_key = late.person
			and e.occurred_at >= late.starts and e.occurred_at < late.starts + interval '1 day'
		where e.kind = ${kind} and ${liveEvent}
	`.execute(db);
	const ids = new Set(late.map((row) => row.id));
	return [...plain, ...byPerson([...late, ...sameDay.filter((row) => !ids.has(row.id))], -1)];
}

/** Of a complaint of a known person: which it is, and whose. */
const named = sql.raw(`case when e.person_key is not null then e.event_id::text end as id,
	case when e.person_key is not null then e.uscc end as uscc, e.person_key as person`);

/** Recent complaints of known persons: those that came by several channels, on several days, late or in several versions. */
async function recentComplaints(db: Kysely<DB>, asked: Asked, near: string): Promise<Correction[]> {
	const { kind, to, judgedFrom } = asked;
	const { join, columns, first, special } = parts(asked);
	const { rows } = await sql<PersonVersion>`
		with version as (
			select e.uscc || '|' || e.person_key as who, ${columns}, ${first}, ${special} as special
			from event e ${join}
			where e.kind = ${kind} and e.person_key is not null and ${stillKnown(judgedFrom)} and ${between(near, to)}
		), odd as (
			select who from version group by who having bool_or(special) or min(day) < max(day)
		)
		select version.* from version join odd using (who)
	`.execute(db);
	return byPerson(rows, repeatDays);
}

function byPerson(rows: readonly PersonVersion[], days: number): Correction[] {
	return [...Map.groupBy(rows, (row) => row.who).values()].flatMap((own) =>
		personCorrections(own.flatMap((row) => spansOf(row).map((span) => ({ ...span, leaf: row.leaf, day: row.day }))), days)
	);
}

/**
 * How late this kind of event arrives, by day: half a year before the first judged day is enough to learn from. When a corrected row came
 * first its newest version does not tell, so it teaches nothing.
 */
async function delayTable(
	db: Kysely<DB>,
	{ kind, from, to, judgedFrom, corrected }: Asked,
	days: number
): Promise<Float64Array | null> {
	const [, since] = [from, addDays(judgedFrom, -210)].sort() as [string, string];
	const { rows } = await sql<{ day: number; delay: number; n: number }>`
		select e.occurred_at::date - ${from}::date as day, e.received_at::date - e.occurred_at::date as delay,
			count(*)::int as n
		from event e
		where e.kind = ${kind} and ${between(since, to)}
			and e.received_at::date - e.occurred_at::date <= ${longestDelay}::int and ${liveEvent} ${corrected ? uncorrected : sql``}
		group by 1, 2
	`.execute(db);
	if (rows.every((row) => row.delay <= 0)) return null;
	const table = new Float64Array(days * (longestDelay + 1));
	for (const row of rows) table[row.day * (longestDelay + 1) + Math.max(0, row.delay)]! += row.n;
	return table;
}

const uncorrected = sql`and not exists (
	select from event p where p.kind = e.kind and p.known_to is not null and p.source_id = e.source_id and p.source_key = e.source_key
)`;
