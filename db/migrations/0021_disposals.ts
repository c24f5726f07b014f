import { sql, type Kysely } from 'kysely';

/** Disposal: what the office may choose from, papers from draft to outcome, and what is attached to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Measures, normal causes and what a department signs with. Ours stand in the code; a row here is the office's own version of one.
		create table disposal_choice (
			list text not null constraint disposal_choice_list check (list in ('measure', 'cause', 'agency')),
			id text not null,
			version integer not null,
			definition jsonb not null,
			state text not null constraint disposal_choice_state check (state in ('proposed', 'active', 'superseded', 'rejected')),
			created_by text not null,
			created_at timestamptz not null default now(),
			decided_by text,
			decided_at timestamptz,
			primary key (list, id, version)
		);
		create unique index disposal_choice_active on disposal_choice (list, id) where state = 'active';
		create unique index disposal_choice_proposed on disposal_choice (list, id) where state = 'proposed';

		create table disposal (
			id text primary key,
			warning_id text not null references warning (id),
			-- The warning's, which never change: for the jurisdiction.
			region_code text not null,
			industry_key text not null,
			department_id text not null references department (id),
			measure_id text not null,
			-- The measure as it was when this began: later changes of the list change no paper.
			measure jsonb not null,
			state text not null constraint disposal_state
				check (state in ('draft', 'submitted', 'approved', 'issued', 'served', 'concluded', 'withdrawn')),
			-- Set when the addressee is an enterprise; else it stands in the text only.
			uscc text,
			addressee text not null,
			fields jsonb not null default '{}',
			title text not null default '',
			body text not null default '',
			created_by text not null references app_user (id),
			created_at timestamptz not null,
			approver_id text references app_user (id),
			submitted_by text references app_user (id),
			submitted_at timestamptz,
			approved_at timestamptz,
			declined_reason text,
			number text constraint disposal_number_unique unique,
			issued_by text references app_user (id),
			issued_at timestamptz,
			issued_on date,
			-- What was issued, word for word, and its SHA-256.
			paper jsonb,
			paper_hash text,
			served_on date,
			served_how text,
			served_note text,
			outcome text,
			outcome_note text,
			concluded_on date,
			concluded_by text references app_user (id),
			withdrawn_reason text,
			changed_at timestamptz not null,
			version integer not null default 1,
			constraint disposal_frozen check (state not in ('issued', 'served', 'concluded') or issued_on is not null)
		);
		create index disposal_warning on disposal (warning_id);
		create index disposal_place on disposal (region_code, state);
		create index disposal_approver on disposal (approver_id) where state = 'submitted';
		create index disposal_uscc on disposal (uscc);

		create table disposal_attachment (
			id text primary key,
			disposal_id text not null references disposal (id),
			name text not null,
			media_type text not null,
			bytes bytea not null,
			size integer not null,
			hash text not null,
			added_by text not null references app_user (id),
			added_at timestamptz not null
		);
		create index disposal_attachment_disposal on disposal_attachment (disposal_id);
	`.execute(db);
}
