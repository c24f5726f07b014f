import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import type { Definition, DefinitionOf } from './definition.ts';
import type { Fact } from './entity.ts';
import type { FactsByKey, TradeRates } from './entity-rules.ts';

/** The facts an entity monitor needs to judge every evening from `from` to `to`: only keys that can reach their limit. */
export async function loadFacts(db: Kysely<DB>, definition: Definition, from: string, to: string): Promise<FactsByKey> {
	switch (definition.monitor) {
		case 'shared-link':
			return linkFacts(db, definition, from, to);
		case 'register-then-cancel':
			return cancelFacts(db, definition, from, to);
		case 'repeated-changes':
			return changeFacts(db, definition.items, addDays(from, -definition.days - definition.mergeDays), to, definition.limit);
		case 'shell-transfer':
			return changeFacts(db, definition.items, addDays(from, -definition.days), to, definition.items.length);
		case 'prepaid-card':
			return prepaidFacts(db, definition, from, to);
		case 'enterprise-rise':
			return riseFacts(db, definition, from, to);
		case 'cell-surge':
			throw new Error('Cells are judged from counts, not from events.');
	}
}

const factColumns = sql.raw(`e.uscc, e.occurred_at::date::text as day, e.received_at::date::text as received, e.region_code as region,
	e.industry_key as industry, e.item, e.person_key as person, e.kind`);
const current = sql.raw('e.known_to is null and not e.withdrawn');
const between = (from: string, to: string) => sql`e.occurred_at >= ${from}::date and e.occurred_at < ${to}::date + 1`;

function byKey(rows: readonly Fact[]): FactsByKey {
	return Map.groupBy(rows, (row) => row.key);
}

/** A year of habit before the first window. */
const habitDays = 365;

/** Registrations by the address, person or phone they were tied to that day. */
async function linkFacts(db: Kysely<DB>, definition: DefinitionOf<'shared-link'>, from: string, to: string): Promise<FactsByKey> {
	const { rows } = await sql<Fact>`
		with keys as (
			select l.key
			from event e join enterprise_link l on l.uscc = e.uscc and l.kind = ${definition.link}
			where e.kind = 'registration' and ${current} and ${between(addDays(from, 1 - definition.days), to)}
				and l.since <= e.occurred_at::date + 1 and (l.until is null or l.until > e.occurred_at::date)
			group by l.key
			having count(distinct e.uscc) >= ${definition.limit}
		)
		select l.key, ${factColumns}
		from keys
		join enterprise_link l on l.kind = ${definition.link} and l.key = keys.key
		join event e on e.uscc = l.uscc
		where e.kind = 'registration' and ${current} and ${between(addDays(from, -definition.days - habitDays), to)}
			and l.since <= e.occurred_at::date + 1 and (l.until is null or l.until > e.occurred_at::date)
		order by e.occurred_at, e.uscc
	`.execute(db);
	return byKey(rows);
}

async function cancelFacts(db: Kysely<DB>, definition: DefinitionOf<'register-then-cancel'>, from: string, to: string): Promise<FactsByKey> {
	const { rows } = await sql<Fact>`
		select l.key, ${factColumns}
		from event e
		join enterprise n on n.uscc = e.uscc
		join enterprise_link l on l.uscc = e.uscc and l.kind = ${definition.link}
		where e.kind = 'cancellation' and ${current} and ${between(addDays(from, 1 - definition.days), to)}
			and e.occurred_at::date - n.established_on between 0 and ${definition.lifeDays}
			and l.since <= e.occurred_at::date and (l.until is null or l.until >= e.occurred_at::date)
		order by e.occurred_at, e.uscc
	`.execute(db);
	return byKey(rows);
}

async function changeFacts(db: Kysely<DB>, items: readonly string[], from: string, to: string, least: number): Promise<FactsByKey> {
	const { rows } = await sql<Fact>`
		with often as (
			select e.uscc from event e
			where e.kind = 'change' and ${current} and ${between(from, to)} and e.item = any(${[...items]})
			group by e.uscc having count(*) >= ${least}
		)
		select e.uscc as key, ${factColumns}
		from event e join often using (uscc)
		where e.kind = 'change' and ${current} and ${between(from, to)} and e.item = any(${[...items]})
		order by e.occurred_at
	`.execute(db);
	return byKey(rows);
}

/** Signs that a shop closes: it moves, changes its representative, files or completes its cancellation, cannot be found any more. */
const closingSigns = sql.raw(`(
	(e.kind = 'change' and e.item in ('address', 'legal-representative'))
	or e.kind in ('cancellation', 'abnormal-list')
	or (e.kind = 'filing' and (e.item like '%清算%' or e.item like '%注销%'))
)`);

async function prepaidFacts(db: Kysely<DB>, definition: DefinitionOf<'prepaid-card'>, from: string, to: string): Promise<FactsByKey> {
	const items = [...definition.items];
	const { rows } = await sql<Fact>`
		with complained as (
			select e.uscc from event e
			where e.kind = 'complaint' and ${current} and e.item = any(${items}) and e.uscc not like '~%'
				and ${between(addDays(from, 1 - definition.days), to)}
			group by e.uscc having count(*) >= ${definition.limit}
		)
		select e.uscc as key, ${factColumns}
		from event e join complained using (uscc)
		where ${current} and ${between(addDays(from, 1 - Math.max(definition.days, definition.signDays)), to)}
			and ((e.kind = 'complaint' and e.item = any(${items})) or ${closingSigns})
		order by e.occurred_at
	`.execute(db);
	return byKey(rows);
}

async function riseFacts(db: Kysely<DB>, definition: DefinitionOf<'enterprise-rise'>, from: string, to: string): Promise<FactsByKey> {
	const { rows } = await sql<Fact>`
		with often as (
			select e.uscc from event e
			where e.kind = ${definition.eventKind} and ${current} and e.uscc not like '~%'
				and ${between(addDays(from, 1 - definition.days), to)}
			group by e.uscc having count(*) >= ${definition.floor}
		)
		select e.uscc as key, ${factColumns}
		from event e join often using (uscc)
		where e.kind = ${definition.eventKind} and ${current} and ${between(addDays(from, -definition.days - habitDays), to)}
		order by e.occurred_at
	`.execute(db);
	return byKey(rows);
}

/** Events per active enterprise and year by division, from the counts and denominators of the year before. */
export async function loadTradeRates(db: Kysely<DB>, kind: string, asOf: string): Promise<TradeRates> {
	const { rows } = await sql<{ industry: string; n: number; active: number }>`
		with happened as (
			select industry_key, sum(n)::int as n from count_day
			where kind = ${kind} and day > ${asOf}::date - 379 and day <= ${asOf}::date - 14
			group by industry_key
		), alive as (
			select left(industry_key, 3) as industry_key, count(*)::int as n from enterprise where status = 'active' group by 1
		)
		select alive.industry_key as industry, coalesce(happened.n, 0) as n, alive.n as active
		from alive left join happened using (industry_key)
	`.execute(db);
	const rates = new Map(rows.map((row) => [row.industry, row.n / row.active]));
	const enterprises = rows.reduce((sum, row) => sum + row.active, 0);
	const overall = rows.reduce((sum, row) => sum + row.n, 0) / Math.max(1, enterprises);
	return { enterprises, perYear: (industry) => rates.get(industry.slice(0, 3)) ?? overall };
}

/** The names of what is shared or of the enterprise, as registered. */
export async function labelsOf(db: Kysely<DB>, kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
	if (keys.length === 0) return new Map();
	const column = { address: 'address', person: 'legal_rep', phone: 'phone', enterprise: 'name' }[kind]!;
	const keyColumn = { address: 'address_key', person: 'legal_rep_key', phone: 'phone_key', enterprise: 'uscc' }[kind]!;
	const { rows } = await sql<{ key: string; label: string | null }>`
		select ${sql.ref(keyColumn)} as key, max(${sql.ref(column)}) as label
		from enterprise where ${sql.ref(keyColumn)} = any(${[...keys]}) group by 1
	`.execute(db);
	return new Map(rows.flatMap((row) => (row.label === null ? [] : [[row.key, row.label] as const])));
}
