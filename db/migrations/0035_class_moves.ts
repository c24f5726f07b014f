import { sql, type Kysely } from 'kysely';

/** How classes move from month to month, and what becomes of enterprises after they were established: summaries that a job keeps up. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Enterprises by their class of a month and that of so many months before, by county × division as the register has them. 'none': no
		-- class in that month (established since, gone, or not classified).
		create table class_move (
			region_code text not null,
			industry_key text not null,
			month date not null,
			months_back smallint not null,
			from_class text not null,
			to_class text not null,
			n integer not null,
			primary key (region_code, industry_key, month, months_back, from_class, to_class)
		);
		create index class_move_month on class_move (month, months_back);

		-- Enterprises by the month they were established in (cohort) and the month in which a step of their life took place for the first time.
		create table cohort_step (
			region_code text not null,
			industry_key text not null,
			cohort date not null,
			step text not null constraint cohort_step_step check (step in ('founded', 'ended', 'undated', 'bad', 'record', 'class-d')),
			month date not null,
			n integer not null,
			primary key (region_code, industry_key, cohort, step, month)
		);

		-- What a summary was made from; while it is still so there is nothing to make. Versions for readers stand in count_mark.
		create table summary_seen (
			name text primary key,
			seen text not null,
			-- When the newest file that it holds was taken in.
			last_done timestamptz
		);
	`.execute(db);
}
