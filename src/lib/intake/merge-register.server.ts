import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { KindFacts } from './kinds.ts';
import { mergeEarlierChanges } from './merge-changes.server.ts';
import type { MergeInput } from './merge.server.ts';

/**
 * Brings registrations and register rows into `enterprise` and its links. A statement about an earlier time than the register's
 * (`changed_at`) only fills what is empty; a newer one replaces what it names.
 */
export async function mergeRegister(trx: Kysely<DB>, input: MergeInput, facts: KindFacts, firstDay: string | null): Promise<void> {
	const asOf = facts.effect === 'registration' ? sql`s.occurred_at` : sql`now()`;
	const isRegister = facts.effect === 'register';
	const newer = sql`excluded.changed_at >= e.changed_at`;
	const pick = (column: string) => {
		const [theirs, ours] = [sql.ref(`excluded.${column}`), sql.ref(`e.${column}`)];
		return sql`${sql.ref(column)} = case when ${newer} then coalesce(${theirs}, ${ours}) else coalesce(${ours}, ${theirs}) end`;
	};
	const picked = sql.join(
		['enterprise_type', 'legal_rep', 'legal_rep_key', 'address', 'address_key', 'phone', 'phone_key', 'established_on'].map(pick), sql`, `
	);
	// The three say one thing: a text that could not be read must not stand beside the amount of another.
	const capital = sql.join(
		['capital_wan', 'capital_currency', 'capital_raw'].map((column) => {
			const [theirs, ours] = [sql.ref(`excluded.${column}`), sql.ref(`e.${column}`)];
			return sql`${sql.ref(column)} = case when excluded.capital_raw is not null and (${newer} or e.capital_raw is null) then ${theirs} else ${ours} end`;
		}), sql`, `
	);
	await sql`
		create temp table register_new on commit drop as
		select distinct uscc from stage s where reason is null and live and not exists (select from enterprise e where e.uscc = s.uscc)
	`.execute(trx);
	// The old links end where the address, person or phone is a different one now.
	await sql`
		create temp table register_before on commit drop as
		select e.uscc, e.address_key, e.legal_rep_key, e.phone_key from enterprise e where e.uscc in (select uscc from stage where reason is null and live)
	`.execute(trx);
	await sql`
		insert into enterprise as e (uscc, name, region_code, region_basis, region_given, industry_key, enterprise_type, legal_rep, legal_rep_key,
			address, address_key, phone, phone_key, capital_wan, capital_currency, capital_raw, established_on, status, cancelled_on, key_class,
			source_id, batch_id, changed_at)
		select distinct on (s.uscc collate "C") s.uscc, s.name, s.region_code, s.region_basis, s.region_given, s.industry_key, s.enterprise_type, s.legal_rep,
			s.legal_rep_key, s.address, s.address_key, s.phone, s.phone_key, s.capital_wan, s.capital_currency, s.capital_raw, s.established_on,
			coalesce(s.status, 'active'), s.cancelled_on, coalesce(s.key_class, false), ${input.sourceId}, ${input.batchId}, ${asOf}
		from stage s where s.reason is null and s.live and s.withdrawn is not true
		order by s.uscc collate "C", s.occurred_at desc, s.line desc
		on conflict (uscc) do update set
			name = case when ${newer} then excluded.name else e.name end,
			region_code = case when ${newer} then excluded.region_code else e.region_code end,
			region_basis = case when ${newer} then excluded.region_basis else e.region_basis end,
			region_given = case when ${newer} then excluded.region_given else e.region_given end,
			industry_key = case when excluded.industry_key <> '-' and (${newer} or e.industry_key = '-') then excluded.industry_key else e.industry_key end,
			${picked}, ${capital},
			key_class = e.key_class or excluded.key_class,
			${isRegister ? sql`status = excluded.status, cancelled_on = coalesce(excluded.cancelled_on, case when excluded.status = 'active' then null else e.cancelled_on end),` : sql``}
			source_id = excluded.source_id, batch_id = excluded.batch_id, changed_at = greatest(e.changed_at, excluded.changed_at)
	`.execute(trx);
	await links(trx);
	if (isRegister || firstDay === null) return;
	await earlierCancellations(trx, firstDay);
	await mergeEarlierChanges(trx, firstDay);
}

/** Cancellations that came before the registration they end. */
async function earlierCancellations(trx: Kysely<DB>, firstDay: string): Promise<void> {
	await sql`
		update enterprise e set status = coalesce(c.content #>> '{register,status}', 'cancelled'), cancelled_on = (c.occurred_at at time zone 'Asia/Shanghai')::date
		from (
			select distinct on (uscc) uscc, occurred_at, content from event
			where kind = 'cancellation' and known_to is null and not withdrawn and uscc in (select uscc from stage where reason is null)
				and occurred_at >= ${firstDay}::date::timestamp at time zone 'Asia/Shanghai'
			order by uscc, occurred_at desc
		) c
		where e.uscc = c.uscc and e.status = 'active'
	`.execute(trx);
}

async function links(trx: Kysely<DB>): Promise<void> {
	const since = sql`coalesce(s.established_on, s.day, now()::date)`;
	await sql`
		insert into enterprise_link as l (kind, key, uscc, since)
		select kind, key, uscc, min(since) from (
			select 'address' as kind, s.address_key as key, s.uscc, ${since} as since from stage s where s.reason is null and s.live and s.address_key is not null
			union all
			select 'person', s.legal_rep_key, s.uscc, ${since} from stage s where s.reason is null and s.live and s.legal_rep_key is not null
			union all
			select 'phone', s.phone_key, s.uscc, ${since} from stage s where s.reason is null and s.live and s.phone_key is not null
		) linked
		group by kind, key, uscc
		order by kind, key collate "C", uscc collate "C"
		on conflict (kind, key, uscc) do update set since = least(l.since, excluded.since)
	`.execute(trx);
	await sql`
		update enterprise_link l set until = now()::date
		from register_before b join enterprise e on e.uscc = b.uscc
		where l.uscc = b.uscc and l.until is null and (
			(l.kind = 'address' and l.key = b.address_key and e.address_key is distinct from b.address_key)
			or (l.kind = 'person' and l.key = b.legal_rep_key and e.legal_rep_key is distinct from b.legal_rep_key)
			or (l.kind = 'phone' and l.key = b.phone_key and e.phone_key is distinct from b.phone_key)
		)
	`.execute(trx);
}
