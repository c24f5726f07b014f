import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { knownOn } from '#lib/counts/versions.server.ts';

/** The register's columns that changes speak of, as known on the evening of a past day. */
export type KnownRegister = {
	readonly name: string;
	readonly legalRep: string | null;
	readonly address: string | null;
	readonly capitalWan: string | null;
	readonly capitalCurrency: string | null;
	readonly capitalRaw: string | null;
	readonly regionCode: string;
	readonly regionName: string | null;
	readonly regionBasis: string;
	readonly regionGiven: string | null;
	readonly status: string;
	readonly cancelledOn: string | null;
	/** The day on which the statement came that the changes are put upon, where that was later: statements are not kept. */
	readonly statedLater: string | null;
	/** The day from which on the statement was true, where that is later: then nothing of it is known of the past day. */
	readonly trueFrom: string | null;
};

/**
 * What the register would have said on an evening: the statement about the enterprise, and over it the changes and cancellations that
 * counted as known then; the rule of `foldRegister`, for looking. Folded changes of one address count here by the one that was kept.
 */
export async function registerKnown(db: Kysely<DB>, actor: Actor, uscc: string, day: string): Promise<KnownRegister | undefined> {
	const end = sql`(${day}::date + 1)::timestamptz`;
	// The evening's own rule counts no folded row; for the register what is folded still speaks.
	const knownThen = sql`(${knownOn(day)} or (event.folded_into is not null and event.known_from < ${end} and (event.known_to is null or event.known_to >= ${end}) and event.received_at < ${end}))`;
	const { rows } = await sql<KnownRegister>`
		with base as (
			select e.uscc, e.stated_at, e.stated_status, e.stated_cancelled_on, b.started_at as came,
				case when e.stated is null then jsonb_build_object('name', e.name, 'legal_rep', e.legal_rep, 'address', e.address, 'capital_wan', e.capital_wan,
					'capital_currency', e.capital_currency, 'capital_raw', e.capital_raw, 'region_code', e.region_code, 'region_basis', e.region_basis, 'region_given', e.region_given)
					else e.stated end as stated
			from enterprise e left join intake_batch b on b.id = e.batch_id
			where e.uscc = ${uscc} and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
		), counting as (
			select event.kind, event.item, event.occurred_at, event.event_id, event.content -> 'register' as register, event.occurred_at >= base.stated_at as newer
			from event join base on base.uscc = event.uscc
			where event.kind in ('change', 'cancellation') and ${knownThen}
		), change as (
			select max(r.register ->> 'name') as name, max(r.register ->> 'legal_rep') as legal_rep, max(r.register ->> 'address') as address,
				max(r.register ->> 'capital_wan') as capital_wan, max(r.register ->> 'capital_currency') as capital_currency, max(r.register ->> 'capital_raw') as capital_raw,
				max(r.register ->> 'region_code') as region_code, max(r.register ->> 'region_basis') as region_basis, max(r.register ->> 'region_given') as region_given
			from (
				select distinct on (item) register from counting where kind = 'change' and newer and register is not null order by item, occurred_at desc, event_id desc
			) r
		), cancelled as (
			select c.occurred_at::date as day, coalesce(c.register ->> 'status', 'cancelled') as status
			from counting c, base where c.kind = 'cancellation' and (c.newer or base.stated_status is null) order by c.occurred_at desc, c.event_id desc limit 1
		), said as (
			select coalesce(c.name, b.stated ->> 'name') as name, coalesce(c.legal_rep, b.stated ->> 'legal_rep') as legal_rep, coalesce(c.address, b.stated ->> 'address') as address,
				case when c.capital_raw is null then b.stated ->> 'capital_wan' else c.capital_wan end as capital_wan,
				case when c.capital_raw is null then b.stated ->> 'capital_currency' else c.capital_currency end as capital_currency,
				coalesce(c.capital_raw, b.stated ->> 'capital_raw') as capital_raw, coalesce(c.region_code, b.stated ->> 'region_code') as region_code,
				coalesce(c.region_basis, b.stated ->> 'region_basis') as region_basis,
				case when c.region_code is null then b.stated ->> 'region_given' else c.region_given end as region_given,
				coalesce(x.status, b.stated_status, 'active') as status, case when x.day is null then b.stated_cancelled_on else x.day end as cancelled_on,
				case when b.came >= ${end} then b.came::date end as came, case when b.stated_at >= ${end} then b.stated_at::date end as true_from
			from base b cross join change c left join cancelled x on true
		)
		select s.name, s.legal_rep as "legalRep", s.address, s.capital_wan as "capitalWan", s.capital_currency as "capitalCurrency", s.capital_raw as "capitalRaw",
			s.region_code as "regionCode", r.name as "regionName", s.region_basis as "regionBasis", s.region_given as "regionGiven", s.status,
			s.cancelled_on::text as "cancelledOn", s.came::text as "statedLater", s.true_from::text as "trueFrom"
		from said s left join region r on r.code = s.region_code
	`.execute(db);
	return rows[0];
}
