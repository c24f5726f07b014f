import { sql, type Kysely } from 'kysely';

/** Reaching people: notices in the application, what leaves the network by e-mail and webhook, and where it may go. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- What a person is told, written by the transaction that did it.
		create table notice (
			id bigint generated always as identity primary key,
			user_id text not null references app_user (id) on delete cascade,
			kind text not null,
			object_kind text not null constraint notice_object_kind check (object_kind in ('warning', 'incident', 'disposal', 'warnings')),
			object_id text not null,
			-- 2026-000123; null where it is about several.
			number text,
			key text not null,
			detail jsonb not null default '{}',
			created_at timestamptz not null default clock_timestamp(),
			read_at timestamptz,
			-- When it was decided what of it leaves the network.
			planned_at timestamptz,
			-- The same thing is told once.
			constraint notice_told_once unique (user_id, key)
		);
		create index notice_of_user on notice (user_id, id);
		create index notice_unread on notice (user_id, id) where read_at is null;
		create index notice_unplanned on notice (id) where planned_at is null;

		-- Where a person is reached outside the application, and when.
		create table notice_reach (
			user_id text primary key references app_user (id) on delete cascade,
			-- Confirmed by the person; null: no e-mail.
			email text,
			email_confirmed_at timestamptz,
			pending_email text,
			-- SHA-256 of the secret in the letter that asks whether the address is right.
			pending_hash text constraint notice_reach_pending_unique unique,
			pending_until timestamptz,
			-- Which kinds, when, and when not; checked where it is read.
			rhythm jsonb not null default '{}',
			-- The language of letters.
			locale text not null default 'zh-CN' constraint notice_reach_locale check (locale in ('zh-CN', 'en')),
			constraint notice_reach_confirmed check ((email is null) = (email_confirmed_at is null)),
			constraint notice_reach_pending check ((pending_email is null) = (pending_hash is null) and (pending_email is null) = (pending_until is null))
		);

		-- A department's own system that is told by HTTP.
		create table webhook (
			id text primary key,
			department_id text not null references department (id),
			name text not null,
			url text not null,
			rhythm jsonb not null default '{}',
			locale text not null default 'zh-CN' constraint webhook_locale check (locale in ('zh-CN', 'en')),
			-- The secret is derived outside the database from this and a key file; the hash tells when that file is another one.
			secret_version integer not null default 1,
			-- For a day both the old and the new secret sign.
			secret_since timestamptz not null default now(),
			secret_hash text not null,
			state text not null default 'on' constraint webhook_state check (state in ('on', 'off')),
			created_by text not null,
			created_at timestamptz not null default now(),
			constraint webhook_name_unique unique (department_id, name)
		);

		-- Where anything may go at all: servers of mail and webhooks, and the domains of e-mail addresses.
		create table allowed_host (
			id text primary key,
			host text not null,
			-- Of whoever listed it: what people and departments there send may go to the host.
			region_code text not null references region (code),
			-- May it be spoken to without encryption?
			plain boolean not null,
			reason text not null,
			allowed_by text not null,
			allowed_at timestamptz not null default now(),
			removed_by text,
			removed_at timestamptz,
			removed_why text,
			constraint allowed_host_removed check ((removed_at is null) = (removed_by is null) and (removed_at is null) = (removed_why is null))
		);
		create unique index allowed_host_once on allowed_host (host, region_code) where removed_at is null;

		-- Messages that leave: each is handed over once.
		create table outgoing (
			-- Stands in Message-ID and webhook-id.
			id text primary key,
			channel text not null constraint outgoing_channel check (channel in ('email', 'webhook')),
			user_id text references app_user (id) on delete cascade,
			webhook_id text references webhook (id) on delete cascade,
			-- notices: numbers and links; count: how much is unread; test; confirm: asks whether an address is right.
			form text not null constraint outgoing_form check (form in ('notices', 'count', 'test', 'confirm')),
			-- Another address than the confirmed one, for test and confirm.
			address text,
			state text not null default 'waiting'
				constraint outgoing_state check (state in ('waiting', 'handing-over', 'sent', 'unknown', 'given-up', 'dropped')),
			due_at timestamptz not null,
			attempts smallint not null default 0,
			next_at timestamptz not null,
			handing_since timestamptz,
			problem text,
			problem_detail text,
			created_at timestamptz not null default now(),
			ended_at timestamptz,
			-- An unknown end was followed by a count.
			followed boolean not null default false,
			constraint outgoing_target check ((channel = 'webhook') = (webhook_id is not null) and (channel = 'webhook' or user_id is not null or address is not null)),
			constraint outgoing_handing check ((state = 'handing-over') = (handing_since is not null)),
			constraint outgoing_ended check ((state in ('sent', 'unknown', 'given-up', 'dropped')) = (ended_at is not null))
		);
		create index outgoing_due on outgoing (next_at) where state = 'waiting';
		create index outgoing_handing_over on outgoing (handing_since) where state = 'handing-over';
		create index outgoing_user on outgoing (user_id) where state in ('waiting', 'unknown');
		create index outgoing_webhook on outgoing (webhook_id) where state = 'waiting';
		create index outgoing_created on outgoing (created_at);

		-- Which notice a message tells. Target is 'user:ID' or 'webhook:ID', key the notice's: nothing is told to anybody twice.
		create table outgoing_item (
			target text not null,
			key text not null,
			notice_id bigint not null references notice (id) on delete cascade,
			outgoing_id text not null references outgoing (id) on delete cascade,
			primary key (target, key)
		);
		create index outgoing_item_message on outgoing_item (outgoing_id);
		create index outgoing_item_notice on outgoing_item (notice_id);
	`.execute(db);
}
