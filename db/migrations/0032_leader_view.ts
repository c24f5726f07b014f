import { sql, type Kysely } from 'kysely';

/** What leaders' pages read besides counts: classes and inspections by place and industry, and figures kept as they were shown. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Enterprises by their newest class of a month, by county × division as the register had them when the month was counted. One row
		-- for all four classes: maps add up a third of the rows.
		create table class_month (
			region_code text not null,
			month date not null,
			industry_key text not null,
			a integer not null,
			b integer not null,
			c integer not null,
			d integer not null,
			primary key (region_code, month, industry_key)
		);
		create index class_month_month on class_month (month);

		-- Visits of a month by what they found, and how many enterprises were visited in the twelve months up to its end.
		create table inspection_month (
			region_code text not null,
			month date not null,
			industry_key text not null,
			visits integer not null,
			found integer not null,
			undecided integer not null,
			visited integer not null,
			primary key (region_code, month, industry_key)
		);
		create index inspection_month_month on inspection_month (month);

		-- Days and months that are there already are noted, so that the next roll-up counts them.
		insert into count_touched (day, kind, folded) select distinct month, '*class', true from enterprise_class;
		insert into count_touched (day, kind, folded) select distinct date_trunc('month', visited_on)::date, '*visit', true from inspection_visit;

		-- Figures as they were shown. The id is made of the content: the same figures are kept once.
		create table figure_snapshot (
			id text primary key,
			-- What the figures were made within, and so who may look at them.
			region_code text not null,
			industries text[],
			-- The address they stand at, and the month they are of.
			address text not null,
			month date not null,
			content bytea not null,
			taken_at timestamptz not null,
			-- Set by the first export or paper that names it: such a snapshot is never pruned.
			cited_at timestamptz
		);
		create index figure_snapshot_taken on figure_snapshot (taken_at) where cited_at is null;
	`.execute(db);
}
