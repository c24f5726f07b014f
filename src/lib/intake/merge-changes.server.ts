import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/**
 * Applies changes to the register: of each enterprise and item the latest one that is known, so that a change that arrives late
 * replaces nothing newer. Links keep since when and until when something was shared.
 */
export async function mergeChanges(trx: Kysely<DB>, firstDay: string): Promise<void> {
	await sql`
		create temp table latest_change on commit drop as
		select c.* from (
			select distinct on (uscc, item) uscc, item, occurred_at, day, name, legal_rep, legal_rep_key, address, address_key,
				capital_wan, capital_currency, capital_raw, region_code, region_basis, region_given, region_own
			from stage where reason is null and live and not withdrawn
			order by uscc, item, occurred_at desc, line desc
		) c
		join (
			select uscc, item, max(occurred_at) as newest from event
			where kind = 'change' and known_to is null and not withdrawn and uscc in (select uscc from stage where reason is null)
				and occurred_at >= ${firstDay}::date::timestamp at time zone 'Asia/Shanghai'
			group by uscc, item
		) known on known.uscc = c.uscc and known.item is not distinct from c.item and known.newest = c.occurred_at
	`.execute(trx);
	await applyLatest(trx);
	await startLinks(trx, 'address', sql`s.address_key`);
	await startLinks(trx, 'person', sql`s.legal_rep_key`);
	await endLinks(trx);
}

/**
 * Changes that came before the enterprise they change: what they said of the register was kept with them (see `insertEvents`).
 * Their links were made when they came.
 *
 * @param firstDay The earliest registration among the new enterprises, which stand in the table `register_new`.
 */
export async function mergeEarlierChanges(trx: Kysely<DB>, firstDay: string): Promise<void> {
	await sql`
		create temp table latest_change on commit drop as
		select c.uscc, c.item, c.occurred_at, (c.occurred_at at time zone 'Asia/Shanghai')::date as day, said.*, said.region_given is not null as region_own
		from (
			select distinct on (uscc, item) uscc, item, occurred_at, content from event
			where kind = 'change' and known_to is null and not withdrawn and uscc in (select uscc from register_new)
				and occurred_at >= ${firstDay}::date::timestamp at time zone 'Asia/Shanghai'
			order by uscc, item, occurred_at desc, event_id desc
		) c
		cross join jsonb_to_record(c.content -> 'register') as said (
			name text, legal_rep text, legal_rep_key text, address text, address_key text,
			capital_wan numeric, capital_currency text, capital_raw text, region_code text, region_basis text, region_given text
		)
	`.execute(trx);
	await applyLatest(trx);
	await endLinks(trx);
}

/** Writes what the table `latest_change` says into the register. */
async function applyLatest(trx: Kysely<DB>): Promise<void> {
	await sql`
		update enterprise e set
			name = coalesce(c.name, e.name),
			legal_rep = coalesce(c.legal_rep, e.legal_rep),
			legal_rep_key = case when c.legal_rep is null then e.legal_rep_key else c.legal_rep_key end,
			address = coalesce(c.address, e.address),
			address_key = case when c.address is null then e.address_key else c.address_key end,
			capital_wan = case when c.capital_raw is null then e.capital_wan else c.capital_wan end,
			capital_currency = case when c.capital_raw is null then e.capital_currency else c.capital_currency end,
			capital_raw = coalesce(c.capital_raw, e.capital_raw),
			region_code = coalesce(c.region_code, e.region_code),
			region_basis = coalesce(c.region_basis, e.region_basis),
			region_given = coalesce(c.region_given, e.region_given),
			changed_at = greatest(e.changed_at, c.occurred_at)
		from (
			select uscc, max(name) filter (where item = 'name') as name,
				max(legal_rep) filter (where item = 'legal-representative') as legal_rep,
				max(legal_rep_key) filter (where item = 'legal-representative') as legal_rep_key,
				max(address) filter (where item = 'address') as address, max(address_key) filter (where item = 'address') as address_key,
				max(capital_wan) filter (where item = 'capital') as capital_wan,
				max(capital_currency) filter (where item = 'capital') as capital_currency,
				max(capital_raw) filter (where item = 'capital') as capital_raw,
				max(region_code) filter (where item = 'address' and region_own) as region_code,
				max(region_basis) filter (where item = 'address' and region_own) as region_basis,
				max(region_given) filter (where item = 'address' and region_own) as region_given,
				max(occurred_at) as occurred_at
			from latest_change group by uscc
		) c
		where e.uscc = c.uscc
	`.execute(trx);
}

async function startLinks(trx: Kysely<DB>, kind: 'address' | 'person', key: ReturnType<typeof sql>): Promise<void> {
	const item = kind === 'address' ? 'address' : 'legal-representative';
	// What a change of the same item followed ended there.
	await sql`
		with linked as (
			select distinct on (key, uscc) key, uscc, since, until from (
				select ${key} as key, s.uscc, s.day as since, lead(s.day) over (partition by s.uscc order by s.occurred_at, s.line) as until
				from stage s where s.reason is null and s.live and not s.withdrawn and s.item = ${item}
			) spans where key is not null
			order by key, uscc, until desc nulls first, since
		)
		insert into enterprise_link as l (kind, key, uscc, since, until)
		select ${kind}, key, uscc, since, until from linked order by key, uscc
		on conflict (kind, key, uscc) do update set since = least(l.since, excluded.since),
			until = case when excluded.since >= l.since then excluded.until else l.until end
	`.execute(trx);
}

/** Ends the links to what an address or a person was before. */
async function endLinks(trx: Kysely<DB>): Promise<void> {
	await sql`
		update enterprise_link l set until = c.day
		from latest_change c join enterprise e on e.uscc = c.uscc
		where l.uscc = c.uscc and l.until is null and l.since <= c.day and (
			(c.item = 'address' and l.kind = 'address' and l.key is distinct from e.address_key)
			or (c.item = 'legal-representative' and l.kind = 'person' and l.key is distinct from e.legal_rep_key)
		)
	`.execute(trx);
}
