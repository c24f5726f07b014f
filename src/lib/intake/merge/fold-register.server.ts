import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** What a change may say of the register; events keep it in `content.register`, an enterprise its values before all changes in `stated`. */
const changeable = sql.raw(`name text, legal_rep text, legal_rep_key text, address text, address_key text,
	capital_wan numeric, capital_currency text, capital_raw text, region_code text, region_basis text, region_given text`);

/** The enterprises that the staging table is about, as the table `touched`; with corrections also those that a row named before. */
export async function makeTouched(trx: Kysely<DB>, corrected: boolean): Promise<void> {
	await sql`
		create temp table touched on commit drop as
		select uscc from stage where reason is null ${corrected ? sql`union select old_uscc from version` : sql`group by uscc`}
	`.execute(trx);
	// Looked up by key, never walked once per enterprise, whatever the planner believes of the register's size.
	await sql`alter table touched add primary key (uscc)`.execute(trx);
	await sql`analyze touched`.execute(trx);
}

/** Puts the touched enterprises back to what was stated of them before any change, so that a new statement can be compared with that. */
export async function unfoldRegister(trx: Kysely<DB>): Promise<void> {
	await sql`
		update enterprise e set stated = null, name = s.name, legal_rep = s.legal_rep, legal_rep_key = s.legal_rep_key, address = s.address,
			address_key = s.address_key, capital_wan = s.capital_wan, capital_currency = s.capital_currency, capital_raw = s.capital_raw,
			region_code = s.region_code, region_basis = s.region_basis, region_given = s.region_given
		from enterprise was cross join jsonb_to_record(was.stated) as s (${changeable})
		where was.uscc = e.uscc and was.stated is not null and was.uscc in (select uscc from touched)
	`.execute(trx);
}

/**
 * Brings the touched enterprises up to date: what was stated of them, and over it the changes and cancellations that count now and
 * are not older than the statement (`-infinity`: none stands, the enterprise never was). In whatever order rows came, were corrected or withdrawn, the outcome is the same.
 */
export async function foldRegister(trx: Kysely<DB>): Promise<void> {
	await sql`
		create temp table counting on commit drop as
		select v.uscc, v.kind, v.item, v.occurred_at, (v.occurred_at at time zone 'Asia/Shanghai')::date as day, v.event_id,
			v.content -> 'register' as register, v.known_to is null and (not v.withdrawn or v.folded_into is not null) as live, v.occurred_at >= e.stated_at as newer
		from event v join enterprise e on e.uscc = v.uscc and e.stated_at > '-infinity'
		where v.kind in ('change', 'cancellation') and v.uscc in (select uscc from touched)
	`.execute(trx);
	await sql`analyze counting`.execute(trx);
	const { rows } = await sql<{ some: boolean }>`select exists (select from counting) as some`.execute(trx);
	const changed = rows[0]!.some;
	if (changed) await foldChanges(trx);
	await sql`
		update enterprise e set status = now.status, cancelled_on = now.cancelled_on
		from (
			select e.uscc, coalesce(c.status, e.stated_status, 'active') as status, case when c.uscc is null then e.stated_cancelled_on else c.day end as cancelled_on
			from enterprise e join touched using (uscc)
			left join (
				select distinct on (v.uscc) v.uscc, v.day, coalesce(v.register ->> 'status', 'cancelled') as status
				from counting v join enterprise e on e.uscc = v.uscc
				where v.kind = 'cancellation' and v.live and (v.newer or e.stated_status is null)
				order by v.uscc, v.occurred_at desc, v.event_id desc
			) c on c.uscc = e.uscc
		) now
		where e.uscc = now.uscc and (e.status, e.cancelled_on) is distinct from (now.status, now.cancelled_on)
	`.execute(trx);
	if (!changed) return;
	await foldLinks(trx, 'address', 'address');
	await foldLinks(trx, 'person', 'legal-representative');
}

/** Keeps what was stated, and puts over it what the latest change of each item says. */
async function foldChanges(trx: Kysely<DB>): Promise<void> {
	await sql`
		update enterprise e set
			stated = jsonb_build_object('name', e.name, 'legal_rep', e.legal_rep, 'legal_rep_key', e.legal_rep_key, 'address', e.address,
				'address_key', e.address_key, 'capital_wan', e.capital_wan, 'capital_currency', e.capital_currency, 'capital_raw', e.capital_raw,
				'region_code', e.region_code, 'region_basis', e.region_basis, 'region_given', e.region_given),
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
			region_given = case when c.region_code is null then e.region_given else c.region_given end
		from (
			select uscc, max(r.name) as name, max(r.legal_rep) as legal_rep, max(r.legal_rep_key) as legal_rep_key, max(r.address) as address,
				max(r.address_key) as address_key, max(r.capital_wan) as capital_wan, max(r.capital_currency) as capital_currency,
				max(r.capital_raw) as capital_raw, max(r.region_code) as region_code, max(r.region_basis) as region_basis, max(r.region_given) as region_given
			from (
				select distinct on (uscc, item) uscc, register from counting
				where kind = 'change' and live and newer and register is not null
				order by uscc, item, occurred_at desc, event_id desc
			) latest cross join jsonb_to_record(latest.register) as r (${changeable})
			group by uscc
		) c
		where e.uscc = c.uscc
	`.execute(trx);
}

/** Links to addresses and persons, with since when and until when. */
async function foldLinks(trx: Kysely<DB>, kind: 'address' | 'person', item: 'address' | 'legal-representative'): Promise<void> {
	const column = kind === 'address' ? 'address_key' : 'legal_rep_key';
	const key = sql`register ->> ${column}`;
	const present = sql.ref(`e.${column}`);
	await sql`
		create temp table span as
		select uscc, ${key} as key, day, lead(day) over (partition by uscc order by occurred_at, event_id) as until
		from counting where item = ${item} and live and register is not null
	`.execute(trx);
	// Nothing that counts says any more that it was ever there.
	await sql`
		delete from enterprise_link l using counting d, enterprise e
		where d.item = ${item} and not d.live and l.kind = ${kind} and l.uscc = d.uscc and l.key = d.${key} and e.uscc = d.uscc
			and l.key is distinct from ${present} and l.key is distinct from e.stated ->> ${column}
			and not exists (select from span s where s.uscc = l.uscc and s.key = l.key)
	`.execute(trx);
	await sql`
		insert into enterprise_link as l (kind, key, uscc, since, until)
		select distinct on (key, uscc) ${kind}, key, uscc, min(day) over (partition by key, uscc), until from span where key is not null
		order by key, uscc, day desc, until desc nulls first
		on conflict (kind, key, uscc) do update set since = least(l.since, excluded.since), until = excluded.until
	`.execute(trx);
	// The present one is open; any other ended when the next change came, or with the statement that no longer names it.
	await sql`
		update enterprise_link l set until = case when l.key is not distinct from ${present} then null else coalesce(
			(select min(s.day) from span s where s.uscc = l.uscc and s.day >= l.since and s.key is distinct from l.key),
			greatest(l.since, (e.stated_at at time zone 'Asia/Shanghai')::date)) end
		from enterprise e
		where e.uscc = l.uscc and l.kind = ${kind} and e.uscc in (select uscc from counting where item = ${item})
			and (l.until is null) = (l.key is distinct from ${present})
	`.execute(trx);
	await sql`drop table span`.execute(trx);
}
