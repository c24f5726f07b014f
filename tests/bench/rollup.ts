import { sql } from 'kysely';
import { rebuildCounts, recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { importFile } from '#lib/intake/import.server.ts';
import { kinds } from '#lib/intake/kinds/kinds.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import type { BenchContext, BenchDatabase } from './context.ts';
import { benchFile } from './rows.ts';

/** One event in so many is late: it happened on any of the days before. */
const lateShare = 50;
const lateDays = 60;

/** Counts kept up to date after a day's events, late ones included, against the same counts made from nothing. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('rollup');
	await load(context, database);
	const { db, owner } = database;
	const perDay = Math.round(context.events / 1_000);

	context.log('the same counts from nothing');
	let began = performance.now();
	await db.transaction().execute(rebuildCounts);
	const whole = (performance.now() - began) / 1000;
	await sql`vacuum analyze count_day, count_city_day, count_county_month, count_city_month, active_month, count_touched`.execute(owner);

	context.log(`a day's ${perDay} events, one in ${lateShare} of them late`);
	const { rows: touched } = await sql<{ days: number }>`
		with late as (select (random() * ${lateDays})::int as ago from generate_series(1, ${Math.ceil(perDay / lateShare)}::int)),
		last as (select max(occurred_at)::date as day from event where kind = 'complaint'),
		noted as (insert into count_touched (day, kind) select distinct last.day - ago, 'complaint' from late, last returning day)
		select count(*)::int as days from noted
	`.execute(db);
	began = performance.now();
	const result = await recomputeTouched(db);
	const daily = (performance.now() - began) / 1000;

	began = performance.now();
	await sql`insert into count_touched (day, kind) select max(occurred_at)::date, 'complaint' from event where kind = 'complaint'`.execute(db);
	await recomputeTouched(db);
	const oneDay = (performance.now() - began) / 1000;

	context.report('days_touched', touched[0]!.days, 'days');
	context.report('pairs_recomputed', result.pairs, 'pairs');
	context.report('seconds_day_with_late', daily, 's');
	context.report('seconds_one_day', oneDay, 's');
	context.report('seconds_from_nothing', whole, 's');
	context.report('against_from_nothing', daily / whole, 'ratio');
}

async function load(context: BenchContext, database: BenchDatabase): Promise<void> {
	const { db } = database;
	const there = await db.selectFrom('event').select('uscc').where('kind', '=', 'complaint').limit(1).executeTakeFirst();
	if (there !== undefined) return;
	for (const kind of ['registrations', 'complaints'] as const) {
		const { path } = await benchFile(context, kind);
		context.log(`loading ${path}`);
		const source = await ensureSource(db, `bench ${kind}`, kinds[kind].stored);
		const result = await importFile(db, { kind, sourceId: source.id, path, mapping: null, actor: null });
		if (!result.ok) throw new Error(JSON.stringify(result));
	}
	await sql`analyze`.execute(database.owner);
}
