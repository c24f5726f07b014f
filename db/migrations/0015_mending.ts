import { sql, type Kysely } from 'kysely';

/** Rules that mend refused rows, and rows of several sources that say the same thing once. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- A row that was folded into another has a withdrawn version from then on, and this says into which: whoever counts versions
		-- needs to know nothing of folds, on any evening.
		alter table event add column folded_into uuid;

		-- Notes whose days were looked through for folds; only these are counted.
		alter table count_touched add column folded boolean not null default false;

		-- Each folding of a row, by a written rule. One without an end holds.
		create table event_fold (
			uscc text not null constraint event_fold_uscc_form check (length(uscc) = 18 or uscc like '~%'),
			event_id uuid not null,
			occurred_at timestamptz not null,
			kind text not null,
			source_id text not null,
			source_key text not null,
			region_code text not null,
			industry_key text not null,
			rule text not null constraint event_fold_rule check (rule in ('complaint-channels', 'address-fragments', 'filing-not-change')),
			rule_version smallint not null,
			kept_uscc text not null,
			kept_event_id uuid not null,
			kept_occurred_at timestamptz not null,
			kept_source_id text not null,
			kept_source_key text not null,
			-- The kept row was made by this fold: a change that counts as a filing nobody else reported.
			derived boolean not null default false,
			made_at timestamptz not null,
			undone_at timestamptz,
			-- Null: the machine, because the rows no longer fit the rule.
			undone_by text,
			undone_by_name text,
			undone_why text,
			primary key (uscc, event_id)
		);
		create index event_fold_kept on event_fold (kept_uscc, kept_event_id) where undone_at is null;
		create index event_fold_made on event_fold (made_at);

		-- What people said of two source rows; the newest counts, and the machine never goes against it.
		create table fold_verdict (
			uscc text not null,
			kind text not null,
			source_id text not null,
			source_key text not null,
			other_source_id text not null,
			other_source_key text not null,
			at timestamptz not null default clock_timestamp(),
			verdict text not null constraint fold_verdict_verdict check (verdict in ('two', 'by-rule')),
			note text not null,
			actor_id text not null,
			actor_name text not null,
			primary key (uscc, kind, source_id, source_key, other_source_id, other_source_key, at)
		);
		revoke update, delete, truncate on fold_verdict from qianshao_app;

		create table mend_rule (
			id text primary key,
			-- Running, as people speak of it.
			number integer not null constraint mend_rule_number_unique unique,
			source_id text not null references source (id),
			kind text not null,
			step jsonb not null,
			-- Which refused rows it was made for: reason, field, shape of the value.
			scope jsonb not null,
			note text not null,
			department_id text not null references department (id),
			actor_id text not null,
			actor_name text not null,
			made_at timestamptz not null default clock_timestamp()
		);
		create index mend_rule_source on mend_rule (source_id, kind);
		create table mend_entry (
			rule_id text not null references mend_rule (id),
			at timestamptz not null default clock_timestamp(),
			action text not null constraint mend_entry_action check (action in ('remember', 'forget', 'undo')),
			note text not null,
			actor_id text not null,
			actor_name text not null,
			primary key (rule_id, at)
		);
		revoke update, delete, truncate on mend_rule, mend_entry from qianshao_app;

		alter table intake_batch
			-- The rule whose rows these are.
			add column mend_rule_id text references mend_rule (id),
			-- Remembered rules that changed rows of this file: [{"rule": id, "rows": 12}].
			add column mended jsonb not null default '[]';
		create index intake_batch_rule on intake_batch (mend_rule_id) where mend_rule_id is not null;

		alter table intake_reject
			-- The offending cell, cut short.
			add column value text,
			-- The rule that mended or ignored the row.
			add column rule_id text references mend_rule (id);
		alter table intake_reject drop constraint intake_reject_state;
		alter table intake_reject add constraint intake_reject_state check (state in ('open', 'mended', 'ignored', 'dropped'));
		create index intake_reject_open on intake_reject (batch_id) where state = 'open';
		create index intake_reject_rule on intake_reject (rule_id) where rule_id is not null;
		-- What was refused before has its cell in the message only.
		update intake_reject set value = substring(message from '“([^”]*)”');
	`.execute(db);
}
