import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { spansOf } from '#lib/counts/known.ts';
import { between, firstKnown, rowName, stillKnown } from '#lib/counts/versions.server.ts';
import { eachKnown } from '#lib/detection/daily/cells.ts';
import type { KindCounts } from './counts.server.ts';
import type { Definition, DefinitionOf } from './definition.ts';
import { newestJudgements } from '#lib/links/judged.server.ts';
import type { LinkKind } from '#lib/links/verdicts.ts';
import type { Fact, FactsByKey, Hit } from './entity.ts';
import type { TradeRates } from './entity-rules.ts';
import { itemMeanings } from '#lib/indicators/coverage/item-names.server.ts';

/**
 * The facts an entity monitor needs to judge every evening from `from` to `to`, as they were known on any of them: only keys that can
 * reach their limit.
 */
export async function loadFacts(db: Kysely<DB>, definition: Definition, evenings: Evenings): Promise<FactsByKey> {
	switch (definition.monitor) {
		case 'shared-link':
			return linkFacts(db, definition, evenings);
		case 'register-then-cancel':
			return cancelFacts(db, definition, evenings);
		case 'repeated-changes':
			return changeFacts(db, definition.items, definition.days + definition.mergeDays, definition.limit, evenings);
		case 'shell-transfer':
			return changeFacts(db, definition.items, definition.days, definition.items.length, evenings);
		case 'prepaid-card':
			return prepaidFacts(db, definition, evenings);
		case 'enterprise-rise':
			return riseFacts(db, definition, evenings);
		case 'linked-group':
		case 'cell-surge':
			throw new Error('Cells are judged from counts, groups from the graph of links.');
	}
}

/** Evenings to be judged, and kinds of which rows were ever corrected; only keys of certain enterprises, or all. */
type Evenings = { readonly from: string; readonly to: string; readonly corrected: ReadonlySet<string>; readonly uscc?: readonly string[] };

/** Whether an event `e` is of an enterprise that is looked at. */
// As rows, not as an array: an array of thousands is weighed against every partition before anything is read.
const looked = ({ uscc }: Evenings) => (uscc === undefined ? sql<boolean>`true` : sql<boolean>`e.uscc in (select unnest(${[...uscc]}::text[]))`);

const factColumns = sql.raw(`e.uscc, e.occurred_at::date::text as day, e.received_at::date::text as received, e.region_code as region,
	e.industry_key as industry, e.item, e.person_key as person, e.kind`);

/** A fact with what says on which evenings its version was known. */
type FactVersion = Fact & { readonly name: string; readonly known: string; readonly replaced: string | null };

/** The columns of facts of some kinds, and how rows become facts: of kinds of which rows were corrected, as known on each evening. */
async function factsOf(db: Kysely<DB>, kinds: readonly string[], { from, corrected }: Evenings) {
	const byKey = (facts: readonly Fact[]): FactsByKey => Map.groupBy(facts, (fact) => fact.key);
	if (!kinds.some((kind) => corrected.has(kind))) return { columns: factColumns, byKey };
	const first = await firstKnown(db, kinds, from);
	return {
		columns: sql`${factColumns}, ${rowName} as name, e.known_from::date::text as known, e.known_to::date::text as replaced`,
		byKey: (rows: readonly Fact[]) => byKey((rows as readonly FactVersion[]).flatMap(({ name, known, replaced, ...fact }) =>
			spansOf({ received: fact.received, known, replaced, first: first.get(name) ?? null })
				.map(({ from, until }): Fact => ({ ...fact, received: from, until }))
		))
	};
}

/** A year of habit before the first window. */
const habitDays = 365;

/** Desks are no addresses of their own: these kinds of place count as a whole, and so does what is listed. */
const wholePlaces = sql.raw(`(p.kind in ('cluster', 'park') or p.place_key in (select place_key from cluster_address where state in ('active', 'superseded')))`);

/** Links of one kind as rows l (key, uscc, since, until, place, whole) without those that a person judged unreal; of some enterprises all that share anything with them. */
function countedLinks(link: LinkKind, { to: asOf, uscc }: Evenings) {
	const own = sql`select o.key from enterprise_link o where o.kind = ${link} and o.uscc in (select unnest(${[...(uscc ?? [])]}::text[]))`;
	const near = uscc === undefined ? sql`` : sql`and l.key in (
		${own} ${link === 'address' ? sql`union select a.address_key from address_place a join address_place b using (place_key) where b.address_key in (${own})` : sql``}
	)`;
	const unreal = sql`not exists (select from ${newestJudgements(asOf)} j
		where j.uscc = l.uscc and j.kind = l.kind and j.key = l.key and j.verdict = 'not-same')`;
	return link === 'address'
		? sql`(
			select case when ${wholePlaces} then p.place_key else l.key end as key, l.uscc, l.since, l.until, p.kind as place,
				coalesce(${wholePlaces} and p.unit is not null, false) as whole
			from enterprise_link l left join address_place p on p.address_key = l.key
			where l.kind = 'address' ${near} and ${unreal}
		)`
		: sql`(select l.key, l.uscc, l.since, l.until, null::text as place, false as whole from enterprise_link l where l.kind = ${link} ${near} and ${unreal})`;
}

/** Registrations by the address, person, phone or agent they were tied to that day. */
async function linkFacts(db: Kysely<DB>, definition: DefinitionOf<'shared-link'>, evenings: Evenings): Promise<FactsByKey> {
	const { from, to } = evenings;
	const { columns, byKey } = await factsOf(db, ['registration'], evenings);
	const { rows } = await sql<Fact>`
		with links as materialized (select * from ${countedLinks(definition.link, evenings)} l),
		keys as (
			select l.key, bool_or(l.whole) as whole
			from event e join links l on l.uscc = e.uscc
			where e.kind = 'registration' and ${stillKnown(from)} and ${between(addDays(from, 1 - definition.days), to)}
				and l.since <= e.occurred_at::date + 1 and (l.until is null or l.until > e.occurred_at::date)
			group by l.key
			having count(distinct e.uscc) >= least(${definition.limit}, (select min(limit_30_days) from cluster_address where state = 'active')) and bool_or(${looked(evenings)})
		)
		select l.key, l.place, keys.whole, ${columns}
		from keys
		join links l on l.key = keys.key
		join event e on e.uscc = l.uscc
		where e.kind = 'registration' and ${stillKnown(from)} and ${between(addDays(from, -definition.days - habitDays), to)}
			and l.since <= e.occurred_at::date + 1 and (l.until is null or l.until > e.occurred_at::date)
		order by e.occurred_at, e.uscc
	`.execute(db);
	return byKey(rows);
}

async function cancelFacts(db: Kysely<DB>, definition: DefinitionOf<'register-then-cancel'>, evenings: Evenings): Promise<FactsByKey> {
	const { from, to } = evenings;
	const { columns, byKey } = await factsOf(db, ['cancellation'], evenings);
	const { rows } = await sql<Fact>`
		select l.key, l.place, l.whole, ${columns}
		from event e
		join enterprise n on n.uscc = e.uscc
		join ${countedLinks(definition.link, evenings)} l on l.uscc = e.uscc
		where e.kind = 'cancellation' and ${stillKnown(from)} and ${between(addDays(from, 1 - definition.days), to)}
			and e.occurred_at::date - n.established_on between 0 and ${definition.lifeDays}
			and l.since <= e.occurred_at::date and (l.until is null or l.until >= e.occurred_at::date)
		order by e.occurred_at, e.uscc
	`.execute(db);
	return byKey(rows);
}

/**
 * Enterprises that had `least` of some events `e` within so many days. Over a year of evenings many have as many in all, few so close
 * together; those in all are counted first, as that needs no sorting.
 */
function bursts(events: RawBuilder<boolean>, least: number, days: number): RawBuilder<unknown> {
	return sql`
		select uscc from (
			select e.uscc, e.occurred_at::date - lag(e.occurred_at::date, ${least - 1}::int) over (partition by e.uscc order by e.occurred_at) as span
			from event e
			where ${events} and e.uscc in (select e.uscc from event e where ${events} group by e.uscc having count(*) >= ${least})
		) close where span < ${days}::int
		group by uscc
	`;
}

async function changeFacts(
	db: Kysely<DB>, items: readonly string[], days: number, least: number, evenings: Evenings
): Promise<FactsByKey> {
	const { from, to } = evenings;
	const { columns, byKey } = await factsOf(db, ['change'], evenings);
	const changed = sql<boolean>`
		e.kind = 'change' and ${stillKnown(from)} and ${between(addDays(from, -days), to)} and e.item = any(${[...items]}) and ${looked(evenings)}
	`;
	const { rows } = await sql<Fact>`
		with often as (${bursts(changed, least, days)})
		select e.uscc as key, ${columns}
		from event e join often using (uscc)
		where ${changed}
		order by e.occurred_at
	`.execute(db);
	return byKey(rows);
}

const signKinds = ['complaint', 'change', 'cancellation', 'abnormal-list', 'filing'] as const;
/** Signs that a shop closes: it moves, changes its representative, files or completes its cancellation, cannot be found any more. */
const closingSigns = sql.raw(`(
	(e.kind = 'change' and e.item in ('address', 'legal-representative'))
	or e.kind in ('cancellation', 'abnormal-list')
	or (e.kind = 'filing' and (e.item like '%清算%' or e.item like '%注销%'))
)`);

async function prepaidFacts(db: Kysely<DB>, definition: DefinitionOf<'prepaid-card'>, evenings: Evenings): Promise<FactsByKey> {
	const { from, to } = evenings;
	const { columns, byKey } = await factsOf(db, signKinds, evenings);
	const meanings = await itemMeanings(db, 'complaint');
	const items = [...definition.items, ...[...meanings].flatMap(([name, means]) => (definition.items.includes(means) ? [name] : []))];
	const complained = sql<boolean>`
		e.kind = 'complaint' and ${stillKnown(from)} and e.item = any(${items}) and e.uscc not like '~%'
			and ${between(addDays(from, 1 - definition.days), to)} and ${looked(evenings)}
	`;
	const { rows } = await sql<Fact>`
		with complained as (${bursts(complained, definition.limit, definition.days)})
		select e.uscc as key, ${columns}
		from event e join complained using (uscc)
		where ${stillKnown(from)} and ${between(addDays(from, 1 - Math.max(definition.days, definition.signDays)), to)}
			and ((e.kind = 'complaint' and e.item = any(${items})) or ${closingSigns})
		order by e.occurred_at
	`.execute(db);
	return byKey(rows.map((fact) => (fact.item != null && meanings.has(fact.item) ? { ...fact, item: meanings.get(fact.item)! } : fact)));
}

async function riseFacts(db: Kysely<DB>, definition: DefinitionOf<'enterprise-rise'>, evenings: Evenings): Promise<FactsByKey> {
	const { from, to } = evenings;
	const { columns, byKey } = await factsOf(db, [definition.eventKind], evenings);
	const recent = sql<boolean>`
		e.kind = ${definition.eventKind} and ${stillKnown(from)} and e.uscc not like '~%' and ${between(addDays(from, 1 - definition.days), to)} and ${looked(evenings)}
	`;
	// Looked up first: of a few enterprises years of events are at hand by name, and the planner does not know that they are few.
	const { rows: often } = await sql<{ uscc: string }>`${bursts(recent, definition.floor, definition.days)}`.execute(db);
	const { rows } = await sql<Fact>`
		select e.uscc as key, ${columns}
		from event e
		where e.uscc = any(${often.map(({ uscc }) => uscc)}) and e.kind = ${definition.eventKind} and ${stillKnown(from)}
			and ${between(addDays(from, -definition.days - habitDays), to)}
		order by e.occurred_at
	`.execute(db);
	return byKey(rows);
}

/** How many enterprises a division has: by the evening they came (above 0) or went. What came before the first evening stands on it. */
export type Market = ReadonlyMap<string, readonly { readonly from: string; readonly n: number }[]>;

/** The market of all evenings between two days, by the register's dates. */
export async function loadMarket(db: Kysely<DB>, from: string, to: string): Promise<Market> {
	const { rows } = await sql<{ industry: string; came: string; went: string | null; n: number }>`
		select left(industry_key, 3) as industry, greatest(established_on, ${from}::date) as came,
			case when cancelled_on <= ${to}::date then greatest(cancelled_on, ${from}::date) end as went, count(*)::int as n
		from enterprise
		where (status = 'active' or cancelled_on is not null) and (established_on is null or established_on <= ${to}::date)
		group by 1, 2, 3
	`.execute(db);
	const moves = rows.flatMap(({ industry, came, went, n }) => [
		{ industry, from: came, n },
		...(went === null ? [] : [{ industry, from: went, n: -n }])
	]);
	return Map.groupBy(moves, (move) => move.industry);
}

/** Events per active enterprise and year by division: the year before the last fortnight, as known on the evening. */
export function tradeRates(market: Market, counts: KindCounts, asOf: string): TradeRates {
	const evening = daysBetween(counts.firstDay, asOf);
	const byLeaf = new Float64Array(counts.layout.leaves.length);
	eachKnown(counts.counts, evening - 378, evening, (leaf, day, n) => {
		if (day <= evening - 14) byLeaf[leaf]! += n;
	});
	const happened = new Map<string, number>();
	counts.layout.leaves.forEach((leaf, i) => {
		const industry = leaf.industry.slice(0, 3);
		happened.set(industry, (happened.get(industry) ?? 0) + byLeaf[i]!);
	});
	const rates = new Map<string, number>();
	let [events, enterprises] = [0, 0];
	for (const [industry, moves] of market) {
		const active = moves.reduce((sum, move) => (move.from <= asOf ? sum + move.n : sum), 0);
		const n = happened.get(industry) ?? 0;
		if (active > 0) rates.set(industry, n / active);
		events += n;
		enterprises += active;
	}
	const overall = events / Math.max(1, enterprises);
	return { enterprises, perYear: (industry) => rates.get(industry.slice(0, 3)) ?? overall };
}

const labelColumns = {
	address: ['address_key', 'address'], person: ['legal_rep_key', 'legal_rep'], phone: ['phone_key', 'phone'], agent: ['agent_key', 'agent'],
	enterprise: ['uscc', 'name']
} as const;

/** The names of what hits are about, as registered, by `scope|key`. */
export async function labelsOf(db: Kysely<DB>, hits: readonly Pick<Hit, 'scopeKind' | 'key'>[]): Promise<ReadonlyMap<string, string>> {
	const labels = new Map<string, string>();
	for (const [scope, own] of Map.groupBy(hits, (hit) => hit.scopeKind)) {
		// The key of a place is its address without the city's digits; a group has no name but its members'.
		if (scope === 'place') for (const { key } of own) labels.set(`place|${key}`, key.slice(key.indexOf(':') + 1).replace(':', ''));
		if (scope === 'place' || scope === 'group') continue;
		const [key, label] = labelColumns[scope];
		const { rows } = await sql<{ key: string; label: string | null }>`
			select ${sql.ref(key)} as key, max(${sql.ref(label)}) as label
			from enterprise where ${sql.ref(key)} = any(${own.map((hit) => hit.key)}) group by 1
		`.execute(db);
		for (const row of rows) if (row.label !== null) labels.set(`${scope}|${row.key}`, row.label);
	}
	return labels;
}
