import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { foldRegister, unfoldRegister } from './fold-register.server.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import type { MergeInput } from './merge.server.ts';

/**
 * Brings registrations and register rows into `enterprise` and its links. A statement about an earlier time than the register's
 * (`stated_at`) only fills what is empty; a newer one replaces what it names. Changes and cancellations come over it again.
 */
export async function mergeRegister(trx: Kysely<DB>, input: MergeInput, facts: KindFacts, corrected: boolean): Promise<void> {
	const asOf = facts.effect === 'registration' ? sql`s.occurred_at` : sql`now()`;
	const inRegister = facts.effect === 'register';
	const newer = sql`excluded.stated_at >= e.stated_at`;
	const restated = sql`${newer} and (excluded.stated_status is not null or not e.in_register)`;
	const pick = (column: string) => {
		const [theirs, ours] = [sql.ref(`excluded.${column}`), sql.ref(`e.${column}`)];
		return sql`${sql.ref(column)} = case when ${newer} then coalesce(${theirs}, ${ours}) else coalesce(${ours}, ${theirs}) end`;
	};
	const picked = sql.join(
		['enterprise_type', 'legal_rep', 'legal_rep_key', 'address', 'address_key', 'phone', 'phone_key', 'agent', 'agent_key', 'established_on'].map(pick), sql`, `
	);
	// The three say one thing: a text that could not be read must not stand beside the amount of another.
	const capital = sql.join(
		['capital_wan', 'capital_currency', 'capital_raw'].map((column) => {
			const [theirs, ours] = [sql.ref(`excluded.${column}`), sql.ref(`e.${column}`)];
			return sql`${sql.ref(column)} = case when excluded.capital_raw is not null and (${newer} or e.capital_raw is null) then ${theirs} else ${ours} end`;
		}), sql`, `
	);
	// The old links end where the address, person or phone is a different one now.
	await sql`
		create temp table register_before on commit drop as
		select e.uscc, e.address_key, e.legal_rep_key, e.phone_key, e.agent_key from enterprise e where e.uscc in (select uscc from touched)
	`.execute(trx);
	const { rows } = await sql<{ known: boolean }>`select exists (select from register_before) as known`.execute(trx);
	const known = rows[0]!.known;
	if (known) await sql`analyze register_before`.execute(trx);
	await unfoldRegister(trx);
	const takesBack = corrected && !inRegister;
	if (takesBack) await takeBack(trx);
	const there = sql`exists (select from register_before b where b.uscc = s.uscc)`;
	const statements = (which: RawBuilder<unknown>) => sql`
		insert into enterprise as e (uscc, name, region_code, region_basis, region_given, industry_key, enterprise_type, legal_rep, legal_rep_key,
			address, address_key, phone, phone_key, agent, agent_key, capital_wan, capital_currency, capital_raw, established_on, status, cancelled_on, key_class,
			source_id, batch_id, stated_at, in_register, stated_status, stated_cancelled_on)
		select distinct on (s.uscc collate "C") s.uscc, s.name, s.region_code, s.region_basis, s.region_given, s.industry_key, s.enterprise_type, s.legal_rep,
			s.legal_rep_key, s.address, s.address_key, s.phone, s.phone_key, s.agent, s.agent_key, s.capital_wan, s.capital_currency, s.capital_raw, s.established_on,
			coalesce(s.status, 'active'), s.cancelled_on, coalesce(s.key_class, (select k.key_class from enterprise k where k.uscc = s.uscc), false),
			${input.sourceId}, ${input.batchId}, ${asOf}, ${inRegister}, s.status, s.cancelled_on
		from stage s where s.reason is null and s.live and s.withdrawn is not true and ${which}
		order by s.uscc collate "C", s.occurred_at desc, s.line desc`;
	if (known) {
		await sql`
			${statements(there)} on conflict (uscc) do update set
				name = case when ${newer} then excluded.name else e.name end,
				region_code = case when ${newer} then excluded.region_code else e.region_code end,
				region_basis = case when ${newer} then excluded.region_basis else e.region_basis end,
				region_given = case when ${newer} then excluded.region_given else e.region_given end,
				industry_key = case when excluded.industry_key <> '-' and (${newer} or e.industry_key = '-') then excluded.industry_key else e.industry_key end,
				${picked}, ${capital},
				key_class = case when ${newer} then excluded.key_class else e.key_class end,
				stated_status = case when ${restated} then excluded.stated_status else e.stated_status end,
				stated_cancelled_on = case when ${restated} then excluded.stated_cancelled_on else e.stated_cancelled_on end,
				in_register = e.in_register or excluded.in_register,
				source_id = excluded.source_id, batch_id = excluded.batch_id, stated_at = greatest(e.stated_at, excluded.stated_at)
		`.execute(trx);
	}
	// Whoever is new needs no look at what was there: a third faster, for the links as well.
	const isNew = known ? sql`not ${there}` : sql`true`;
	await statements(isNew).execute(trx);
	const linked = (which: RawBuilder<unknown>) => sql`
		select uscc, coalesce(established_on, day, now()::date) as since, address_key, legal_rep_key, phone_key, agent_key
		from stage s where reason is null and live and withdrawn is not true and ${which}`;
	input.begins?.('links');
	await startLinks(trx, linked(isNew), 'new');
	if (known) await startLinks(trx, linked(there), 'known');
	if (takesBack) {
		await startLinks(trx, sql`
			select uscc, coalesce(established_on, now()::date) as since, address_key, legal_rep_key, phone_key, agent_key
			from enterprise where uscc in (select uscc from taken_back where not gone)
		`, 'known');
	}
	input.begins?.('changes');
	await foldRegister(trx);
	await sql`
		update enterprise_link l set until = now()::date
		from register_before b join enterprise e on e.uscc = b.uscc
		where l.uscc = b.uscc and l.until is null and (
			(l.kind = 'address' and l.key = b.address_key and e.address_key is distinct from b.address_key)
			or (l.kind = 'person' and l.key = b.legal_rep_key and e.legal_rep_key is distinct from b.legal_rep_key)
			or (l.kind = 'phone' and l.key = b.phone_key and e.phone_key is distinct from b.phone_key)
			or (l.kind = 'agent' and l.key = b.agent_key and e.agent_key is distinct from b.agent_key)
		)
	`.execute(trx);
}

/**
 * Takes back what a registration said before it was corrected or withdrawn: it is no statement any more, and linked nothing. Whose
 * only one was withdrawn never was: not active from its first day on.
 */
async function takeBack(trx: Kysely<DB>): Promise<void> {
	await sql`
		create temp table taken_back on commit drop as
		select e.uscc, count(*) filter (where live) = 0 as gone, max(occurred_at) filter (where live and not staged) as others_at
		from enterprise e join touched using (uscc)
		join lateral (
			select v.occurred_at, v.known_to is null and not v.withdrawn as live, exists (select from stage s where s.event_id = v.event_id) as staged
			from event v where v.uscc = e.uscc and v.kind = 'registration'
		) r on true
		where not e.in_register
		group by e.uscc having count(*) filter (where not live) > 0
	`.execute(trx);
	await sql`
		update enterprise e set stated_at = coalesce(t.others_at, '-infinity'),
			stated_status = case when t.gone then 'cancelled' else e.stated_status end,
			stated_cancelled_on = case when t.gone then coalesce(e.established_on, now()::date) else e.stated_cancelled_on end
		from taken_back t where e.uscc = t.uscc
	`.execute(trx);
	await sql`delete from enterprise_link where uscc in (select uscc from taken_back)`.execute(trx);
}

/**
 * @param rows uscc, since, address_key, legal_rep_key, phone_key, agent_key
 * @param whose links belong to enterprises of the register: those that are new there have none.
 */
async function startLinks(trx: Kysely<DB>, rows: RawBuilder<unknown>, whose: 'new' | 'known'): Promise<void> {
	await sql`
		insert into enterprise_link as l (kind, key, uscc, since)
		select kind, key, uscc, min(since) from (
			select k.kind, k.key, r.uscc, r.since from (${rows}) r
			cross join lateral (values ('address', r.address_key), ('person', r.legal_rep_key), ('phone', r.phone_key), ('agent', r.agent_key)) k (kind, key)
			where k.key is not null
		) linked
		group by kind, key, uscc
		order by kind, key collate "C", uscc collate "C"
		${whose === 'new' ? sql`` : sql`on conflict (kind, key, uscc) do update set since = least(l.since, excluded.since)`}
	`.execute(trx);
}
