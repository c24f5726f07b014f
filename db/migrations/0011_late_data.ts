import { sql, type Kysely } from 'kysely';

/** Evenings that could not be judged wait for their data; watermarks know how late a source usually is, and when it brought too little. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- A city whose cells of a kind were held on an evening. Judged again when the data has come.
		create table held_evening (
			region_code text not null,
			kind text not null,
			as_of date not null,
			reason text not null constraint held_evening_reason check (reason in ('late', 'missing', 'changed-coverage')),
			source_id text references source (id),
			since date,
			-- The evening on which it was judged again, by what was known then.
			scored_on date,
			primary key (region_code, kind, as_of)
		);
		create index held_evening_waiting on held_evening (kind, as_of) where scored_on is null;

		-- What came lately, wherever it belongs: whole months that nothing came for are passed over.
		create index event_received on event using brin (received_at);

		-- Learned from the delay between occurrence and receipt: this share of rows is there after so many days, seen on so many rows.
		alter table watermark
			add delay_days smallint,
			add delay_share real,
			add delay_rows integer;

		-- Days of which a source brought far fewer rows than it does. They are no calm days, until the rest comes or a person says that it is all.
		create table partial_day (
			source_id text not null references source (id),
			kind text not null,
			region_code text not null,
			day date not null,
			rows integer not null,
			expected real not null,
			found_on date not null,
			settled_on date,
			settled_by text,
			note text,
			primary key (source_id, kind, region_code, day)
		);
		create index partial_day_open on partial_day (kind, day) where settled_on is null;
	`.execute(db);
}
