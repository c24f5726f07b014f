import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { between, stillKnown } from '#lib/counts/versions.server.ts';
import type { Arrival, Tie } from '#lib/detection/links/graph.ts';
import { isCrowd, settledKind, type PlaceKind } from '#lib/enterprises/place.ts';
import { judgedTies, listedOn, listedPlaces } from '#lib/links/judged.server.ts';
import type { LinkKind } from '#lib/links/verdicts.ts';
import type { DefinitionOf } from './definition.ts';

/** An enterprise doing what a group monitor watches, with where it is and what ties it. */
export type LinkArrival = Arrival & { readonly uscc: string; readonly region: string; readonly industry: string };

type Group = DefinitionOf<'linked-group'>;

/** So far back what is normal is learned. */
const historyDays = 3 * 365;
/** Days on the graph's scale are counted from here. */
const dayZero = '2000-01-01';

export const dayNumber = (day: string): number => daysBetween(dayZero, day);
export const dayOfNumber = (day: number): string => addDays(dayZero, day);

type Row = {
	readonly uscc: string;
	readonly day: string;
	readonly known: string;
	readonly region: string;
	readonly industry: string;
	readonly gone: string | null;
	readonly branch: boolean;
	/** `kind|since|place kind|place key|unit?|key`, one a line. */
	readonly ties: string | null;
};

/** Whether the `enterprise n` is a branch of a company. */
export const isBranch = sql.raw(`coalesce(n.name ~ '公司.+' or n.enterprise_type ~ '分公司|分支', false)`);

/** Everything a group monitor needs to judge the evenings `from` … `to`. */
export async function loadArrivals(db: Kysely<DB>, definition: Group, from: string, to: string): Promise<LinkArrival[]> {
	const { rows } = await sql<Row>`
		with done as materialized (${done(definition, from, to)}),
		tied as (
			select d.uscc, d.day, string_agg(concat_ws('|', l.kind, l.since::text, coalesce(p.kind, ''), coalesce(p.place_key, ''),
				case when p.unit is null then '' else '1' end, l.key), E'\n' order by l.kind, l.since, l.key) as ties
			from done d
			join enterprise_link l on l.uscc = d.uscc and ${tieCounts(definition)}
			left join address_place p on l.kind = 'address' and p.address_key = l.key
			group by 1, 2
		)
		select d.uscc, d.day::text, d.known::text, d.region, d.industry, n.cancelled_on::text as gone, ${isBranch} as branch, t.ties
		from done d left join tied t using (uscc, day) left join enterprise n on n.uscc = d.uscc
	`.execute(db);
	const judged = await judgedTies(db, to);
	const listed = await listedPlaces(db);
	const numbers = new Map<string, number>();
	const arrivals = rows.map((row): LinkArrival => {
		const { uscc, region, industry } = row;
		let enterprise = numbers.get(uscc);
		if (enterprise === undefined) numbers.set(uscc, (enterprise = numbers.size));
		const approved = listedOn(listed, row.day);
		const ties = (row.ties ?? '').split('\n').flatMap((line): Tie[] => {
			if (line === '') return [];
			const [kind, since, placeKind, placeKey, unit, ...rest] = line.split('|');
			const key = rest.join('|');
			const verdict = judged.get(`${uscc}|${kind}|${key}`);
			if (verdict === 'not-same' || approved.has(key) || approved.has(placeKey!)) return [];
			const own = { since: dayNumber(since!), kept: verdict === 'same' };
			return tiesOf(kind as LinkKind, key, placeKind as PlaceKind | '', placeKey!, unit === '1', row.branch).map((tie) => ({ ...tie, ...own }));
		});
		return { enterprise, uscc, region, industry, day: dayNumber(row.day), known: dayNumber(row.known), ties };
	});
	const gone = new Map(rows.flatMap(({ uscc, gone }) => (gone === null ? [] : [[uscc, dayNumber(gone)] as const])));
	return withSettledPlaces(arrivals, gone, dayNumber(`${from.slice(0, 4)}-01-01`));
}

/** An address ties by its room and by its place; a place without rooms is both. */
export function tiesOf(kind: LinkKind, key: string, placeKind: PlaceKind | '', placeKey: string, unit: boolean, branch = false): Tie[] {
	switch (kind) {
		case 'person':
			// Branches of a company answer to one person by their nature, many at once when a chain opens.
			if (branch) return [{ kind, key: `branch ${key}`, sort: 'branch', crowd: true }];
			// A name is shared by many, an identity number by nobody.
			return [{ kind, key, sort: key.startsWith('i:') ? 'id' : 'name' }];
		case 'phone':
			// Service numbers are made to be called by all.
			return [/^[48]00/.test(key) ? { kind, key, sort: 'service', crowd: true } : { kind, key }];
		case 'agent':
			return [{ kind, key, crowd: true }];
		case 'address': {
			if (placeKind === '') return [{ kind: 'place', key, sort: 'house' }];
			const place: Tie = { kind: 'place', key: placeKey, sort: placeKind, crowd: isCrowd(placeKind) };
			return unit ? [place, { kind: 'room', key, sort: placeKind }] : [place];
		}
	}
}

/** Places by what they did in the calendar year before `until`, not by their words alone: the same for every evening of a year. */
function withSettledPlaces(arrivals: readonly LinkArrival[], gone: ReadonlyMap<string, number>, until: number): LinkArrival[] {
	const seen = new Map<string, { days: number[]; gone: number; units: Set<string>; industries: Set<string> }>();
	for (const { uscc, day, industry, ties } of arrivals) {
		if (day > until || day <= until - 365) continue;
		const place = ties.find((tie) => tie.kind === 'place');
		if (place === undefined || place.crowd) continue;
		let facts = seen.get(place.key);
		if (facts === undefined) seen.set(place.key, (facts = { days: [], gone: 0, units: new Set(), industries: new Set() }));
		facts.days.push(day);
		if ((gone.get(uscc) ?? Infinity) < until) facts.gone++;
		facts.industries.add(industry.slice(0, 3));
		const room = ties.find((tie) => tie.kind === 'room');
		if (room) facts.units.add(room.key);
	}
	const settled = new Map<string, PlaceKind>();
	for (const [key, { days, gone: left, units, industries }] of seen) {
		const kind = settledKind('house', {
			registrations: days.length, quarters: new Set(days.map((day) => Math.floor((until - day) / 92))).size,
			units: units.size, industries: industries.size, gone: left / days.length
		});
		if (kind !== 'house') settled.set(key, kind);
	}
	if (settled.size === 0) return [...arrivals];
	return arrivals.map((arrival) => {
		const kind = settled.get(arrival.ties.find((tie) => tie.kind === 'place')?.key ?? '');
		if (kind === undefined) return arrival;
		return {
			...arrival,
			ties: arrival.ties.map((tie) => (tie.kind === 'place' ? { ...tie, sort: kind, crowd: true } : tie.kind === 'room' ? { ...tie, sort: kind } : tie))
		};
	});
}

/** Which of an enterprise's ties belong to what it did. */
function tieCounts({ stream, days, within }: Group): RawBuilder<unknown> {
	switch (stream) {
		case 'registration':
			// Also what came soon after: a representative or an address that is handed on.
			return sql`l.since <= d.day + ${days}::int and (l.until is null or l.until > d.day)`;
		case 'transfer':
			// What the sale brought, and who was called or did the paper work.
			return sql`l.since <= d.day + 1 and (l.until is null or l.until > d.day)
				and (l.kind in ('phone', 'agent') or l.since >= d.day - ${within}::int)`;
		default:
			return sql`l.since <= d.day and (l.until is null or l.until >= d.day)`;
	}
}

/** What enterprises did, as rows of (uscc, day, known, region, industry). */
function done(definition: Group, from: string, to: string): RawBuilder<unknown> {
	const since = addDays(from, -historyDays);
	const received = sql.raw('e.received_at::date as known, e.region_code as region, e.industry_key as industry');
	const live = sql`${stillKnown(from)} and ${between(since, to)} and e.uscc not like '~%'`;
	switch (definition.stream) {
		case 'registration':
			return sql`select distinct on (e.uscc) e.uscc, e.occurred_at::date as day, ${received}
				from event e where e.kind = 'registration' and ${live} order by e.uscc, e.occurred_at, e.received_at`;
		case 'young-cancellation':
			return sql`select distinct on (e.uscc) e.uscc, e.occurred_at::date as day, ${received}
				from event e join enterprise n on n.uscc = e.uscc
				where e.kind = 'cancellation' and ${live} and e.occurred_at::date - n.established_on between 0 and ${definition.lifeDays}::int
				order by e.uscc, e.occurred_at, e.received_at`;
		case 'transfer':
			// The first day by which the latest of each item lies within the span.
			return sql`select distinct on (c.uscc) c.uscc, c.day, c.known, c.region, c.industry from (
				select e.uscc, e.occurred_at::date as day, ${received}, least(${sql.join(definition.items.map((item) => sql`
					coalesce(max(e.occurred_at::date) filter (where e.item = ${item}) over before, '-infinity')`))}) as earliest
				from event e where e.kind = 'change' and e.item = any(${[...definition.items]}) and ${live}
				window before as (partition by e.uscc order by e.occurred_at)
			) c where c.earliest >= c.day - ${definition.within}::int order by c.uscc, c.day`;
		case 'change-storm':
			// The day of the last of so many applications; what was filed on one day is one.
			return sql`select distinct on (c.uscc) c.uscc, c.day, c.known, c.region, c.industry from (
				select a.*, lag(a.day, ${definition.times - 1}::int) over (partition by a.uscc order by a.day) as began from (
					select e.uscc, e.occurred_at::date as day, max(e.received_at)::date as known, max(e.region_code) as region,
						max(e.industry_key) as industry
					from event e where e.kind = 'change' and e.item = any(${[...definition.items]}) and ${live} group by 1, 2
				) a
			) c where c.day - c.began <= ${definition.within}::int order by c.uscc, c.day`;
	}
}
