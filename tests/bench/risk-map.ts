import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addMonths, monthEnd, monthOf } from '#lib/calendar/days.ts';
import { firstPage, type Turn } from '#lib/enterprises/turn.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { newWarnings } from '#lib/risk-map/lists.server.ts';
import type { MapQuery, RowsQuery } from '#lib/risk-map/query.ts';
import { basisOf } from '#lib/risk-map/layers.ts';
import { riskMap } from '#lib/risk-map/risk-map.server.ts';
import { rowsBehind } from '#lib/risk-map/rows.server.ts';
import { patienceMs, situationOf } from '#lib/risk-map/situation.server.ts';
import { keepSnapshot } from '#lib/risk-map/snapshots.server.ts';
import { streakWeeks } from '#lib/risk-map/streaks.ts';
import type { BenchContext } from './context.ts';
import { quantile, reportTimes } from './quantile.ts';

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
	['warnings', { measure: 'warnings' }],
	['excess', { measure: 'excess' }],
	['classes', { measure: 'classes' }],
	['high-risk-counties', { measure: 'high-risk', detail: 'county' }],
	['coverage', { measure: 'coverage' }]
];

/** Whole pages: the one map, two months side by side, small maps of every kind, and the groups of one division. */
const pages: readonly (readonly [string, (month: string) => Partial<MapQuery>])[] = [
	['page', () => ({})],
	['page-compare', (month) => ({ compare: addMonths(month, -1) })],
	['page-small-maps', () => ({ view: 'multiples' })],
	['page-groups', () => ({ view: 'industry', industry: 'H62' })]
];

const lists: readonly (readonly [string, Partial<RowsQuery>])[] = [
	['classes', { of: 'classes', classes: 'CD' }],
	['classified', { of: 'classes' }],
	['in-business', { of: 'active' }],
	['visited', { of: 'visited' }],
	['visits', { of: 'visits' }],
	['visits-undecided', { of: 'visits', found: 'undecided' }]
];

/** Server time of map and matrix data: first (no cache holds it), repeated (by key of the counts), and the bare SQL over the same rows; then lists of enterprises. */
export async function run(context: BenchContext): Promise<void> {
	await using demo = await context.demo();
	const { rows } = await sql<{ month: string; today: string }>`
		select date_trunc('month', complete_up_to)::date as month, (complete_up_to + 1)::text as today from count_mark where name = 'counts'`.execute(demo.db);
	const { month: latest, today } = rows[0]!;
	// The month that runs is read beside the same days of other months; those before whole.
	const months = Array.from({ length: repeats }, (_, i) => addMonths(latest, -i));
	// The process has answered before: what is compared is how data is read, not how code is compiled.
	for (let i = 0; i < repeats; i++) {
		for (const [, change] of questions) await riskMap(demo.db, leader, { ...plain, month: addMonths(latest, -repeats - 1), ...change }, today);
		await bareSql(demo.db, { ...plain, month: addMonths(latest, -repeats - 1) }, today);
	}
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
			if (rawFirst) bare.push((await timed(() => bareSql(db, query, today))).ms);
			const one = await ask();
			if (!rawFirst) bare.push((await timed(() => bareSql(db, query, today))).ms);
			first.push(one.ms);
			repeated.push((await ask()).ms);
			bytes = Math.max(bytes, JSON.stringify(one.value).length);
		}
		reportTimes(context, `${name}-first`, first);
		reportTimes(context, `${name}-repeated`, repeated);
		reportTimes(context, `${name}-bare-sql`, bare);
		context.report(`${name}-first-against-bare`, quantile(first, 0.5) / quantile(bare, 0.5), 'ratio');
		context.report(`${name}-bytes`, bytes, 'bytes');
	}
	for (const [name, change] of pages) {
		// All of the page's data with its snapshot, as the route loads it: the first time a month is looked at, and again.
		const db = demo.db.withoutPlugins();
		await Promise.all([loadRegions(db), loadIndustries(db)]);
		const [first, repeated, whole]: [number[], number[], number[]] = [[], [], []];
		for (const list of [first, repeated]) {
			for (const month of months) {
				const { ms, value: { later } } = await timed(async () => {
					const outcome = await situationOf(db, leader, { ...plain, month, ...change(month) }, today, null, patienceMs);
					if (!outcome.ok) throw new Error(outcome.reason);
					await Promise.all([keepSnapshot(db, outcome.content), newWarnings(db, leader, { region: plain.region, industry: null }, outcome.content.map.raisedSpan)]);
					return outcome;
				});
				list.push(ms);
				if (later !== null) whole.push(ms + (await timed(async () => later)).ms);
			}
		}
		if (whole.length > 0) reportTimes(context, `${name}-whole`, whole);
		reportTimes(context, `${name}-first`, first);
		reportTimes(context, `${name}-repeated`, repeated);
	}
	await listRows(context, demo.db, months.slice(1, 13));
}

/** The enterprises behind a figure of the province, a city and a county: two pages of each of some months. */
async function listRows(context: BenchContext, db: Kysely<DB>, months: readonly string[]): Promise<void> {
	for (const [name, asked] of lists) {
		const times: number[] = [];
		for (const region of ['320000', '320400', '320412']) {
			for (const month of months) {
				const query: RowsQuery = {
					kind: null, region, industry: null, level: null, exact: false, from: asked.of === 'visited' ? addMonths(month, -11) : month, to: monthEnd(month), ...asked
				};
				for (let turn: Turn | null = firstPage, page = 0; turn !== null && page < 2; page++) {
					const begin: Turn = turn;
					const { ms, value } = await timed(() => rowsBehind(db, leader, query, 0, begin));
					if (!value.ok) throw new Error(value.reason);
					times.push(ms);
					turn = value.rows.enterprises!.next;
				}
			}
		}
		reportTimes(context, `rows-${name}`, times);
	}
}

/**
 * What the question costs at least: the summary rows it stands on, summed by region and industry. Every page says what was raised, what
 * events there were a month and a year before, what rose week after week, what classes say, and what inspections found then and now: these
 * rows are read for each.
 */
async function bareSql(db: Kysely<DB>, query: MapQuery, today: string): Promise<void> {
	const prefix = query.region.replace(/(00)+$/, '');
	const narrowed = sql`region_code between ${prefix.padEnd(6, '0')} and ${prefix.padEnd(6, '9')} and industry_key like ${`${query.industry ?? ''}%`}`;
	const back = (...months: number[]) => months.map((n) => addMonths(query.month, n));
	const at = (months: readonly string[]) => sql`month = any(${months}::date[]) and ${narrowed}`;
	const events = query.measure === 'excess' ? back(0, -1, -12, -24, -36) : back(0, -1, -12);
	// Whole months of cities by section have rows of their own.
	const byCity = query.region === '320000' && query.industry === null && query.view !== 'industry' && query.detail === null && query.month < monthOf(today);
	const sums = sql.table(byCity ? 'count_city_month' : 'count_county_month');
	const statements = [
		sql`select region_code, industry_key, month, sum(n) from ${sums} where kind = ${query.kind} and ${at(events)} group by 1, 2, 3`,
		...(query.industry === null ? [sql`select region_code, industry_key, (day - ${query.month}::date) / 7, sum(n) from count_city_day
			where kind = ${query.kind} and day between ${monthEnd(query.month)}::date - ${7 * streakWeeks - 1}::int and ${monthEnd(query.month)}::date and ${narrowed} group by 1, 2, 3`] : []),
		sql`select region_code, industry_key, sum(n) from active_month where ${at(back(0))} group by 1, 2`,
		sql`select region_code, industry_key, month, sum(c + d), sum(a + b + c + d) from class_month where ${at(basisOf[query.measure] === 'classes' ? back(0, -1, -12) : back(0))} group by 1, 2, 3`,
		sql`select month, sum(visits), sum(found) from inspection_month where ${at(back(0, -1, -12))} group by 1`,
		sql`select region_code, industry_key, level, count(*) from warning where raised_on between ${query.month}::date and (${query.month}::date + interval '1 month - 1 day')::date group by 1, 2, 3`,
		...(query.measure === 'excess' ? [sql`select month, sum(n) from count_city_month where kind = ${query.kind} and month between ${addMonths(query.month, -48)}::date and ${query.month}::date and ${narrowed} group by 1`] : []),
		...(basisOf[query.measure] === 'inspections' ? [sql`select region_code, industry_key, month, sum(visited) from inspection_month where ${at(back(0, -1, -12))} group by 1, 2, 3`] : [])
	];
	await Promise.all(statements.map((statement) => statement.execute(db)));
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
	const began = performance.now();
	const value = await work();
	return { ms: performance.now() - began, value };
}
