import { sql, type Kysely } from 'kysely';

/** What ties enterprises together: agents, places above single rooms, people's judgements, and listed registration addresses. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table enterprise add column agent text, add column agent_key text;

		alter table enterprise_link drop constraint enterprise_link_kind;
		alter table enterprise_link add constraint enterprise_link_kind check (kind in ('address', 'person', 'phone', 'agent'));

		alter table warning drop constraint warning_scope_kind;
		alter table warning add constraint warning_scope_kind
			check (scope_kind in ('cell', 'enterprise', 'address', 'place', 'person', 'phone', 'agent', 'group'));

		-- Derived from addresses by rules in code: the building or park of each. Rows of other rules are made anew.
		create table address_place (
			address_key text primary key,
			place_key text not null,
			unit text,
			kind text not null constraint address_place_kind check (kind in ('cluster', 'park', 'market', 'tower', 'village', 'house')),
			rules smallint not null
		);
		create index address_place_place on address_place (place_key);

		-- Whether an enterprise is really tied to an address, person, phone or agent. The newest counts; none is changed or deleted.
		create table link_judgement (
			uscc text not null,
			kind text not null constraint link_judgement_kind check (kind in ('address', 'person', 'phone', 'agent')),
			key text not null,
			at timestamptz not null default clock_timestamp(),
			verdict text not null constraint link_judgement_verdict check (verdict in ('same', 'not-same', 'unsure')),
			note text not null,
			actor_id text not null,
			actor_name text not null,
			department_id text not null references department (id),
			primary key (uscc, kind, key, at)
		);
		revoke update, delete, truncate on link_judgement from qianshao_app;

		-- Addresses approved for cluster registration, each version proposed by one person and switched on by another.
		create table cluster_address (
			id text not null,
			version integer not null,
			address text not null,
			place_key text not null,
			region_code text not null references region (code),
			department_id text not null references department (id),
			-- Document that approved it.
			basis text not null,
			-- New enterprises in 30 days that are nothing to warn of.
			limit_30_days integer not null constraint cluster_address_limit check (limit_30_days > 0),
			valid_from date not null,
			valid_to date,
			state text not null constraint cluster_address_state check (state in ('draft', 'active', 'superseded', 'rejected')),
			created_by text not null,
			created_at timestamptz not null default now(),
			decided_by text,
			decided_at timestamptz,
			primary key (id, version)
		);
		create index cluster_address_place on cluster_address (place_key);
		create unique index cluster_address_one_active on cluster_address (id) where state = 'active';
		create unique index cluster_address_one_draft on cluster_address (id) where state = 'draft';
	`.execute(db);
}
