import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterpriseLines, eventLines } from '#db/demo/rows.ts';
import { demoAccountNames } from '#db/demo/office.ts';
import { defaultSeed, loadDemo, readReference, type DemoLoaded } from '#db/demo/load.ts';
import { demoActor } from '#db/demo/actors.ts';
import type { Planted } from '#db/demo/planted.ts';
import { makeWorld } from '#db/demo/world.ts';
import { verifyPassword } from '#lib/access/passwords.server.ts';
import { addDays, addMonths } from '#lib/calendar/days.ts';
import { isUscc } from '#lib/enterprises/uscc.ts';
import type { Content } from '#lib/reports/content.ts';
import { reportDetail } from '#lib/reports/detail.server.ts';
import { myTask } from '#lib/sampling/tasks/results.server.ts';
import { fold } from '#lib/warnings/history.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

const password = 'the-demo-password';
let database: TestDatabase;
let loaded: DemoLoaded;
let today: string;

beforeAll(async () => {
	database = await testDatabase();
	const { rows } = await sql<{ today: string }>`select to_char(now() at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as today`.execute(database.db);
	today = rows[0]!.today;
	const result = await loadDemo({ url: database.url, password, now: today });
	if (!result.ok) throw new Error(result.message);
	loaded = result;
}, 300_000);

afterAll(async () => {
	await database?.[Symbol.asyncDispose]();
});

const planted = (id: string): Planted => loaded.planted.find((incident) => incident.id === id)!;

async function count(query: ReturnType<typeof sql<{ n: number }>>): Promise<number> {
	const { rows } = await query.execute(database.db);
	return Number(rows[0]!.n);
}

/** Warnings of an indicator under a region prefix and industry, however they stand. */
function warnings(indicator: string, region: string, industry = '') {
	return database.db
		.selectFrom('warning')
		.selectAll()
		.where('indicator_id', '=', indicator)
		.where('region_code', 'like', `${region}%`)
		.where('industry_key', 'like', `${industry}%`)
		.orderBy('raised_on')
		.execute();
}

/** The same, and those of the city or the section that hold the cell: on some days the wider episode is raised first, and stands for it. */
async function warningsAround(indicator: string, region: string, industry = '') {
	const wider = await warnings(indicator, region.slice(0, 4), industry.slice(0, 1));
	const holds = (held: string, whole: string) => held.startsWith(whole) || whole.startsWith(held);
	return wider.filter((w) => holds(region, w.region_code.replace(/00$/, '')) && holds(industry, w.industry_key));
}

describe('the generator', () => {
	async function linesOf(seed: number) {
		return makeWorld(await readReference(database.db), { size: 'S', seed, today });
	}

	test('gives the same rows for the same seed and day', { timeout: 120_000 }, async () => {
		const world = await linesOf(defaultSeed);
		const digest = (lines: Iterable<string>) => {
			const hash = createHash('md5');
			for (const line of lines) hash.update(line);
			return hash.digest('hex');
		};
		const events: string[] = [];
		for (const line of eventLines(world, new Map())) {
			const [uscc, , id, kind] = line.split('\t');
			events.push(`${id} ${uscc} ${kind}\n`);
		}
		const enterprises = Array.from(enterpriseLines(world), (line) => line.split('\t').slice(0, 2).join(' ') + '\n');
		const { rows } = await sql<{ events: string; enterprises: string }>`
			select
				(select md5(string_agg(event_id || ' ' || uscc || ' ' || kind || E'\n', '' order by event_id)) from event) as events,
				(select md5(string_agg(uscc || ' ' || name || E'\n', '' order by uscc)) from enterprise) as enterprises
		`.execute(database.db);
		expect(digest(events.sort())).toBe(rows[0]!.events);
		expect(digest(enterprises.sort())).toBe(rows[0]!.enterprises);
	});

	test('gives others for another seed', async () => {
		const [one, other] = [await linesOf(5), await linesOf(6)].map((world) => [...take(eventLines(world, new Map()), 50)].join(''));
		expect(one).not.toBe(other);
	});
});

function* take<T>(items: Iterable<T>, n: number): Generator<T> {
	for (const item of items) {
		if (n-- <= 0) return;
		yield item;
	}
}

describe('the loaded demo', () => {
	test('has the size that it is said to have', () => {
		expect(loaded.enterprises).toBe(50_000);
		expect(loaded.events).toBeGreaterThan(480_000);
		expect(loaded.events).toBeLessThan(520_000);
	});

	test('refuses a database that is not empty', async () => {
		const again = await loadDemo({ url: database.url, password });
		expect(again).toMatchObject({ ok: false, reason: 'not-empty' });
	});

	test('holds valid credit codes of its own counties, names nobody twice in a cell, and rings nobody', async () => {
		const rows = await database.db.selectFrom('enterprise').select(['uscc', 'region_code', 'phone', 'name']).execute();
		for (const row of rows) {
			if (!isUscc(row.uscc)) throw new Error(row.uscc);
			if (row.uscc.slice(2, 8) !== row.region_code) throw new Error(`${row.uscc} in ${row.region_code}`);
			expect(row.phone).toMatch(/^0\d{2,3}-0\d{7}$/);
		}
		expect(new Set(rows.map((row) => row.uscc)).size).toBe(rows.length);
		expect(new Set(rows.map((row) => row.name)).size / rows.length).toBeGreaterThan(0.99);
	});

	test('knows nothing that is still to come', async () => {
		expect(await count(sql`select count(*) as n from event where received_at >= ${today}::date or occurred_at > received_at`)).toBe(0);
		expect(await count(sql`select count(*) as n from enterprise where established_on >= ${today}::date`)).toBe(0);
	});

	test('lets nothing happen to an enterprise before it is registered or after it is gone, but for complaints about the closed gym', async () => {
		expect(
			await count(sql`
				select count(*) as n from event e join enterprise n using (uscc)
				where e.uscc <> all(${[...planted('prepaid-runaway').uscc]}) and (
					(e.occurred_at at time zone 'Asia/Shanghai')::date < n.established_on
					or (n.cancelled_on is not null and (e.occurred_at at time zone 'Asia/Shanghai')::date > n.cancelled_on))
			`)
		).toBe(0);
	});

	test('registers on working days and lets people complain on all days', async () => {
		const share = (kind: string) =>
			count(sql`
				select 1000 * count(*) filter (where c.off) / count(*) as n
				from event e join calendar_day c on c.day = (e.occurred_at at time zone 'Asia/Shanghai')::date where e.kind = ${kind}
			`);
		expect(await share('registration')).toBeLessThan(40);
		expect(await share('complaint')).toBeGreaterThan(200);
	});

	test('goes on without a jump where counts end and events begin', async () => {
		const perDay = (from: number, to: number) =>
			count(sql`select round(1000.0 * sum(n) / ${to - from}) as n from count_day
				where kind = 'complaint' and day >= ${addDays(today, -913)}::date + ${from}::int and day < ${addDays(today, -913)}::date + ${to}::int`);
		const before = await perDay(-365, 0);
		const after = await perDay(0, 365);
		expect(after / before).toBeGreaterThan(0.97);
		expect(after / before).toBeLessThan(1.13);
	});

	test('counts in the summaries what its events and its history say, one person once', async () => {
		const events = await count(sql`
			select count(distinct (uscc, person_key, (occurred_at at time zone 'Asia/Shanghai')::date)) filter (where person_key is not null)
				+ count(*) filter (where person_key is null) as n from event
		`);
		const history = await count(sql`select sum(n) as n from count_history`);
		expect(await count(sql`select sum(n) as n from count_day`)).toBe(events + history);
		expect(await count(sql`select sum(n) as n from count_city_day`)).toBe(events + history);
		expect(await count(sql`select sum(n) as n from count_county_month`)).toBe(events + history);
		expect(await count(sql`select count(*) as n from active_month where month = date_trunc('month', ${today}::date)`)).toBeGreaterThan(3_000);
	});

	test('has thirteen months of classes, most of them low', async () => {
		const { rows } = await sql<{ month: string; a: number; d: number }>`
			select month::text, avg((class = 'A')::int)::float8 as a, avg((class = 'D')::int)::float8 as d from enterprise_class group by 1 order by 1
		`.execute(database.db);
		expect(rows).toHaveLength(13);
		for (const row of rows) {
			expect(row.a).toBeGreaterThan(0.5);
			expect(row.d).toBeLessThan(0.06);
		}
	});

	test('has its accounts with the password, and an inspector who can be drawn', async () => {
		const accounts = await database.db.selectFrom('app_user').selectAll().execute();
		expect(accounts.map((account) => account.name).sort()).toEqual([...demoAccountNames].sort());
		expect(await verifyPassword(accounts[0]!.password_hash, password)).toBe(true);
		const inspector = accounts.find((account) => account.role === 'inspector')!;
		const drawn = await database.db.selectFrom('inspector').selectAll().where('id', '=', inspector.inspector_id).executeTakeFirstOrThrow();
		expect(drawn.certificate_until > today).toBe(true);
	});
});

describe('the monitors, run over the demo', () => {
	test('find every planted incident that goes on, and those that are over but for one at most', async () => {
		const missed: Record<string, string[]> = { now: [], past: [], late: [], decoy: [] };
		for (const incident of loaded.planted) {
			for (const expected of incident.expect) {
				const found = await warningsAround(expected.indicator, expected.regionPrefix, expected.industry);
				if (!found.some((warning) => warning.last_breach_on >= incident.from)) missed[incident.role]!.push(`${incident.id}: ${expected.indicator}`);
			}
		}
		expect(missed['now']).toEqual([]);
		expect(missed['late']).toEqual([]);
		// Those of a month ago may fall into the Spring Festival, when everything is quiet.
		expect(missed['past']!.length).toBeLessThanOrEqual(1);
	});

	test('name the members of the address cluster and of the shell ring', async () => {
		const cluster = (await warnings('shared-address', '320583')).at(-1)!;
		const members = await database.db.selectFrom('warning_subject').select('uscc').where('warning_id', '=', cluster.id).execute();
		expect(new Set(members.map((member) => member.uscc))).toEqual(new Set(planted('address-cluster').uscc));
		const named = new Set((await warnings('shell-transfer', '320213')).map((warning) => warning.uscc));
		expect(planted('shell-ring').uscc.filter((uscc) => named.has(uscc)).length).toBeGreaterThanOrEqual(8);
	});

	test('leave the decoys alone', async () => {
		const decoys = loaded.planted.filter((incident) => incident.role === 'decoy').flatMap((incident) => incident.uscc);
		expect(await database.db.selectFrom('warning').select('number').where('uscc', 'in', decoys).execute()).toEqual([]);
	});

	test('hold what is late: neither raised nor cleared', async () => {
		const evening = await database.db.selectFrom('monitor_run').selectAll().where('indicator_id', '=', 'complaint-surge').where('as_of', '=', addDays(today, -1)).executeTakeFirstOrThrow();
		expect(evening.held).toBeGreaterThan(0);
		expect(evening.held).toBeLessThan(evening.series / 2);
		const silent = await warnings('complaint-surge', '3209');
		expect(silent.filter((warning) => warning.raised_on > addDays(today, -6))).toEqual([]);
		expect(silent.find((warning) => warning.industry_key.startsWith('F'))?.evaluation).toBe('held');
	});

	test('do not flood the desk', async () => {
		const open = await count(sql`select count(*) as n from warning where work <> 'closed' and evaluation <> 'cleared'`);
		expect(open).toBeGreaterThan(15);
		expect(open).toBeLessThan(80);
	});

	test('leave histories that fold to the rows, in order of time, worked steps included', async () => {
		const rows = await database.db.selectFrom('warning').select(['id', 'number', 'work', 'evaluation', 'version', 'closed_at']).execute();
		const events = await database.db.selectFrom('warning_event').selectAll().orderBy('warning_id').orderBy('seq').execute();
		const byId = Map.groupBy(events, (event) => event.warning_id);
		for (const row of rows) {
			const history = byId.get(row.id)!;
			const now = fold(history.map((event) => ({ ...event, set: (event.data as { set: object }).set }) as never))!;
			expect({ work: now.work, evaluation: now.evaluation, version: now.version }).toEqual({ work: row.work, evaluation: row.evaluation, version: row.version });
			expect(now.closedAt === null ? null : Date.parse(now.closedAt)).toBe(row.closed_at?.getTime() ?? null);
			for (let k = 1; k < history.length; k++) expect(history[k]!.at.getTime()).toBeGreaterThanOrEqual(history[k - 1]!.at.getTime());
		}
		expect(rows.filter((row) => row.work === 'closed').length).toBeGreaterThan(3);
		expect(rows.filter((row) => row.work === 'new').length).toBeGreaterThan(4);
	});

	test('lead to a finished task and one that the demo inspector carries out', async () => {
		const tasks = await database.db.selectFrom('sampling_task').select(['id', 'state']).orderBy('number').execute();
		// The third is drafted under a line of the plan.
		expect(tasks.map((task) => task.state)).toEqual(['done', 'drawn', 'draft']);
		const inspector = await demoActor(database.db, 'inspector');
		const own = await myTask(database.db, inspector, tasks[1]!.id);
		if (!own.ok) throw new Error('the demo inspector was not drawn');
		// Whatever the draw: one waits for its review, one is accepted, one came back, and enough are left to be tried out.
		const untouched = own.objects.filter((o) => o.result === null && o.returned === null);
		expect(own.objects.length - untouched.length).toBe(3);
		expect(untouched.length).toBeGreaterThanOrEqual(4);
	});
});

describe('the papers of the demo', () => {
	test('are one issued and whole, one that waits for the planner, and a draft; the next come by themselves', async () => {
		const rows = await database.db.selectFrom('report').select(['id', 'kind', 'state', 'number', 'from_day', 'reviewer_id', 'composed_at']).orderBy('created_at').execute();
		const lastMonth = addMonths(`${today.slice(0, 7)}-01`, -1);
		expect(rows.map(({ kind, state, number, from_day }) => [kind, state, number, from_day])).toEqual([
			['monthly', 'issued', `苏市监险报〔${today.slice(0, 4)}〕1号`, addMonths(lastMonth, -1)], ['monthly', 'submitted', null, lastMonth], ['yearly', 'draft', null, `${lastMonth.slice(0, 4)}-01-01`]
		]);
		expect(rows[1]!.reviewer_id).toBe('demo-planner');
		for (const name of ['leader', 'planner', 'monitor']) {
			const actor = await demoActor(database.db, name);
			for (const [i, { id }] of rows.entries()) expect(await reportDetail(database.db, actor, id)).toMatchObject({ ok: true, intact: i === 0 ? true : null, composing: null });
		}
		expect(await reportDetail(database.db, await demoActor(database.db, 'monitor'), rows[2]!.id)).toMatchObject({ missing: ['工作亮点'] });
		expect(await database.db.selectFrom('report_unit').select(['department_id', 'kinds']).execute()).toEqual([{ department_id: 'js', kinds: ['monthly', 'yearly'] }]);
		// The worker finds nothing to do over again.
		expect(await count(sql`select count(*) as n from job_request where job = 'draft-reports' and state <> 'done'`)).toBe(0);
		expect(await count(sql`select count(*) as n from notice where kind = 'report-to-review' and user_id = 'demo-planner' and read_at is null and object_id = ${rows[1]!.id}`)).toBe(1);
	});

	test('hold what stands out by classes and warnings together, and the sentence about classes with it', async () => {
		const { content } = await database.db.selectFrom('report').select('content').where('state', '=', 'submitted').executeTakeFirstOrThrow();
		const paper = content as unknown as Content;
		const section = paper.sections.find(({ key }) => key === 'high-risk')!;
		expect(section.composed[0]).toMatch(/^综合分类和预警，|^本月尚未开展监测，只按分类判断，/);
		expect(paper.classes).toBe(section.tables.length > 0);
	});
});
