import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { monthSeries, newWarnings, progressOf } from '#lib/risk-map/lists.server.ts';
import type { MapQuery } from '#lib/risk-map/query.ts';
import { riskMap } from '#lib/risk-map/risk-map.server.ts';
import type { BenchContext } from './context.ts';

const repeats = 30;
const leader: Actor = {
	id: 'bench', name: 'bench', displayName: 'bench', role: 'leader', grants: [], departmentId: 'bench', regionCode: '320000', industries: null,
	inspectorId: null, address: null
};
const plain: Omit<MapQuery, 'month'> = { region: '320000', measure: 'count', kind: 'complaint', view: 'map', industry: null, detail: null };
/** The questions a leader asks in a minute. */
const questions: readonly (readonly [string, Partial<MapQuery>])[] = [
	['map-province', {}],
	['map-counties', { detail: 'county', measure: 'rate' }],
	['map-city', { region: '320400', measure: 'change' }],
	['industries', { view: 'industry' }],
	['matrix-city-section', { view: 'matrix' }],
	['matrix-county-section', { view: 'matrix', detail: 'county' }],
	['matrix-county-division', { view: 'matrix', detail: 'county', industry: 'C' }],
	['warnings', { measure: 'warnings' }]
];

/** Server time of map and matrix data: first (no cache holds it), repeated (by key of the counts), and the bare SQL over the same rows. */
export async function run(context: BenchContext): Promise<void> {
	await using demo = await context.demo();
	const { rows } = await sql<{ month: string; today: string }>`
		select date_trunc('month', complete_up_to)::date as month, (complete_up_to + 1)::text as today from count_mark where name = 'counts'`.execute(demo.db);
	const { month: latest, today } = rows[0]!;
	// The month that runs is read by day, with last year's same days; those before by month.
	const months = Array.from({ length: repeats }, (_, i) => addMonths(latest, -i));
	for (const [name, change] of questions) {
		const first: number[] = [];
		const repeated: number[] = [];
		const bare: number[] = [];
		let bytes = 0;
		// Caches hang on the database object: a new one over the same pool has none. Reference data is read at the start of a process.
		const db = demo.db.withoutPlugins();
		await Promise.all([loadRegions(db), loadIndustries(db)]);
		for (const month of months) {
			const query = { ...plain, month, ...change };
			const ask = () => timed(() => riskMap(db, leader, query, today));
			// Bare and first take turns, each as often first: neither finds the pages the other has warmed more often than it.
			const rawFirst = months.indexOf(month) % 2 === 0;
			if (rawFirst) bare.push((await timed(() => bareSql(db, query))).ms);
			const one = await ask();
			if (!rawFirst) bare.push((await timed(() => bareSql(db, query))).ms);
			first.push(one.ms);
			repeated.push((await ask()).ms);
			bytes = Math.max(bytes, JSON.stringify(one.value).length);
		}
		report(context, `${name}-first`, first);
		report(context, `${name}-repeated`, repeated);
		report(context, `${name}-bare-sql`, bare);
		context.report(`${name}-first-against-bare`, quantile(first, 0.5) / quantile(bare, 0.5), 'ratio');
		context.report(`${name}-bytes`, bytes, 'bytes');
	}
	const whole: number[] = [];
	for (const month of months) {
		const query = { ...plain, month };
		const part = { region: query.region, industry: null };
		const span = { from: month, to: today };
		whole.push(
			(
				await timed(() =>
					Promise.all([
						riskMap(demo.db, leader, query, today),
						newWarnings(demo.db, leader, part, span),
						progressOf(demo.db, leader, part, span),
						monthSeries(demo.db, leader, part, query.kind, month, 0)
					])
				)
			).ms
		);
	}
	report(context, 'page', whole);
}

/** What the question costs at least: the month's cells, last year's, and the enterprises alive, summed by region and industry. */
async function bareSql(db: Kysely<DB>, query: MapQuery): Promise<void> {
	if (query.measure === 'warnings') {
		await sql`select region_code, industry_key, level, count(*) from warning
			where raised_on between ${query.month}::date and (${query.month}::date + interval '1 month - 1 day')::date group by 1, 2, 3`.execute(db);
	}
	const prefix = query.region.replace(/(00)+$/, '');
	const range = sql`region_code between ${prefix.padEnd(6, '0')} and ${prefix.padEnd(6, '9')}`;
	const cells = sql`select region_code, industry_key, sum(n) from count_county_month where kind = ${query.kind} and ${range} and industry_key like ${`${query.industry ?? ''}%`}`;
	await sql`${cells} and month = ${query.month} group by 1, 2`.execute(db);
	await sql`${cells} and month = ${addMonths(query.month, -12)} group by 1, 2`.execute(db);
	await sql`select region_code, industry_key, n from active_month where month = ${query.month} and ${range} and industry_key like ${`${query.industry ?? ''}%`}`.execute(db);
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
	const began = performance.now();
	const value = await work();
	return { ms: performance.now() - began, value };
}

function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function report(context: BenchContext, metric: string, values: readonly number[]): void {
	for (const [name, share] of [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const) context.report(`${metric}-${name}`, quantile(values, share), 'ms');
}
