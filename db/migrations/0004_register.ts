import { sql, type Kysely } from 'kysely';

/**
 * The register and what happened: everything that belongs to one enterprise is keyed by uscc, so that it can be distributed by it.
 * uscc is text everywhere (joining char(18) to text fails on a distributed database); `~<region>:<industry>` stands for nobody registered.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table enterprise (
			uscc text primary key constraint enterprise_uscc_form check (length(uscc) = 18),
			name text not null,
			region_code text not null,
			-- How region_code was found: as given, by succession, or fallen back to the city or province.
			region_basis text not null constraint enterprise_region_basis check (region_basis in ('given', 'successor', 'city', 'province', 'nation')),
			region_given text,
			industry_key text not null default '-',
			enterprise_type text,
			legal_rep text,
			legal_rep_key text,
			address text,
			address_key text,
			phone text,
			phone_key text,
			capital_wan numeric(18, 4),
			capital_currency text,
			capital_raw text,
			established_on date,
			status text not null default 'active' constraint enterprise_status check (status in ('active', 'cancelled', 'revoked')),
			cancelled_on date,
			-- 重点类企业 keep their existing strict supervision; class rules never lower it (A9).
			key_class boolean not null default false,
			tags text[] not null default '{}',
			source_id text,
			batch_id text,
			-- When the newest statement about the whole enterprise was true: a registration, or a row of the register.
			stated_at timestamptz not null,
			-- What was stated then: whether by the register itself, the status if it gave one, and the values before changes, if there were any.
			in_register boolean not null default false,
			stated_status text,
			stated_cancelled_on date,
			stated jsonb
		);
		create index enterprise_cell on enterprise (region_code, industry_key);
		create index enterprise_name on enterprise (name text_pattern_ops);

		-- Keyed by the shared thing, so that a cluster is found in one place.
		create table enterprise_link (
			kind text not null constraint enterprise_link_kind check (kind in ('address', 'person', 'phone')),
			key text not null,
			uscc text not null,
			since date not null,
			until date,
			primary key (kind, key, uscc)
		);
		create index enterprise_link_uscc on enterprise_link (uscc);

		create table event (
			uscc text not null constraint event_uscc_form check (length(uscc) = 18 or uscc like '~%'),
			occurred_at timestamptz not null,
			event_id uuid not null,
			kind text not null,
			-- What exactly: a complaint's type, the changed item, the penalty's kind.
			item text,
			source_id text not null,
			source_key text not null,
			batch_id text not null,
			received_at timestamptz not null,
			-- Frozen as of the occurrence.
			region_code text not null,
			region_basis text not null,
			industry_key text not null,
			class text,
			person_key text,
			content jsonb not null default '{}',
			known_from timestamptz not null,
			-- Null while this is the newest version of the source row; a corrected or withdrawn row keeps its old versions.
			known_to timestamptz,
			withdrawn boolean not null default false,
			primary key (uscc, occurred_at, event_id)
		) partition by range (occurred_at);
		create table event_default partition of event default;
		create index event_kind_time on event (kind, occurred_at, region_code);
		create index event_batch on event (batch_id);

		-- A–D of every active enterprise and month; a correction is a further version, nothing is overwritten (A6).
		create table enterprise_class (
			uscc text not null,
			month date not null,
			version smallint not null default 1,
			class text not null constraint enterprise_class_class check (class in ('A', 'B', 'C', 'D')),
			source_id text not null,
			batch_id text,
			received_at timestamptz not null,
			primary key (uscc, month, version)
		);
		create index enterprise_class_month on enterprise_class (month, class);

		create table professional_grade (
			uscc text not null,
			field text not null,
			month date not null,
			version smallint not null default 1,
			grade text not null,
			source_id text not null,
			batch_id text,
			received_at timestamptz not null,
			primary key (uscc, field, month, version)
		);

		-- Events about nobody registered wait here to be matched to an enterprise.
		create table match_queue (
			uscc text not null,
			event_id uuid not null,
			occurred_at timestamptz not null,
			given_name text,
			given_uscc text,
			region_code text not null,
			state text not null default 'open' constraint match_queue_state check (state in ('open', 'matched', 'nobody')),
			matched_uscc text,
			decided_by text,
			decided_at timestamptz,
			primary key (uscc, event_id)
		);
	`.execute(db);

	// Months from 2015 to 2027; the worker makes further ones ahead of time, the default partition takes what has none.
	const statements: string[] = [];
	for (let year = 2015; year <= 2027; year++) {
		for (let month = 1; month <= 12; month++) {
			const from = `${year}-${String(month).padStart(2, '0')}-01`;
			const to = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
			const name = `event_${from.slice(0, 4)}_${from.slice(5, 7)}`;
			statements.push(
				`create table ${name} partition of event for values from ('${from} 00:00:00+08') to ('${to} 00:00:00+08');`
			);
		}
	}
	await sql.raw(statements.join('\n')).execute(db);
}
