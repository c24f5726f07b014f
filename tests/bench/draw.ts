import { sql } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { verifyInside } from '#lib/sampling/draw/certificate.server.ts';
import { commit } from '#lib/sampling/draw/commit.server.ts';
import { draw } from '#lib/sampling/draw/draw.server.ts';
import { drawStratum, finalOrder } from '#lib/sampling/draw/draw.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { judgePool } from '#lib/sampling/pool/pool.server.ts';
import { poolPage } from '#lib/sampling/pool/page.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';
import { findTask } from '#lib/sampling/tasks/access.server.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import type { BenchContext, BenchDatabase } from './context.ts';
import { chiSquareOf } from './draw/bias.ts';

const sample = 5_000;
const planner: Actor = {
	id: 'bench', name: 'bench', displayName: 'bench', role: 'planner', grants: [], departmentId: 'bench', regionCode: '320000',
	industries: null, inspectorId: null, address: null
};

/** A register of the size, classified, a fifth of it visited this year; made once. */
async function register({ owner }: BenchDatabase, enterprises: number): Promise<void> {
	await owner.insertInto('department').values({ id: 'bench', name: 'bench', region_code: '320000' }).execute();
	await seedSampling(owner);
	await owner
		.insertInto('inspector')
		.values(
			Array.from({ length: 40 }, (_, i) => ({
				id: `bench-${i}`, name: `检查员${i}`, unit: 'bench', department_id: 'bench', region_code: '320000',
				certificate_no: String(i), certificate_until: '2099-12-31'
			}))
		)
		.execute();
	await sql`
		insert into enterprise (uscc, name, region_code, region_basis, industry_key, key_class, stated_at)
		select '9132' || lpad(g::text, 14, '0'), '企业' || g, '32' || lpad((1 + g % 13)::text, 2, '0') || lpad((g % 9)::text, 2, '0'), 'given',
			(array['A01', 'C13', 'F51', 'F52', 'H62', 'I64', 'L72', 'O80'])[1 + g % 8], g % 80 = 0, now() - interval '9 days'
		from generate_series(1, ${enterprises}::int) g
	`.execute(owner);
	await sql`
		insert into enterprise_class (uscc, month, class, source_id, received_at)
		select uscc, date_trunc('month', now() at time zone 'Asia/Shanghai')::date, (array['A', 'A', 'B', 'B', 'B', 'B', 'B', 'C', 'C', 'D'])[1 + abs(hashtext(uscc)) % 10], 'bench', now()
		from enterprise
	`.execute(owner);
	await sql`
		insert into inspection_visit (uscc, id, visited_on, department_id, item_id, path, planned, result, recorded_at)
		select uscc, 'bench', (now() at time zone 'Asia/Shanghai')::date - 9, 'bench', 'disclosure', 'random', true, 'no-problem', now() - interval '9 days'
		from enterprise where abs(hashtext(uscc || 'v')) % 5 = 0
	`.execute(owner);
	// A tenth of the visits were about the item to be drawn for, three in a hundred were second ones.
	await sql`update inspection_visit set item_id = 'registration' where abs(hashtext(uscc || 'i')) % 10 = 0`.execute(owner);
	await sql`
		insert into inspection_visit (uscc, id, visited_on, department_id, item_id, path, planned, result, recorded_at)
		select uscc, 'second', visited_on - 90, 'bench', 'price', 'random', true, 'no-problem', recorded_at from inspection_visit where abs(hashtext(uscc || 's')) % 30 = 0
	`.execute(owner);
	await keepObjects(owner, null);
	await sql`vacuum analyze`.execute(owner);
}

type Timed = <T>(metric: string, work: () => Promise<T> | T) => Promise<{ readonly result: T; readonly seconds: number }>;

/** Objects drawn per second from the pool of the whole register: each step of a task apart, and the documented algorithm alone. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('draw');
	if (database.isNew) {
		context.log(`making a register of ${context.enterprises}`);
		await register(database, context.enterprises);
	}
	const timed: Timed = async (metric, work) => {
		context.log(metric);
		const begun = performance.now();
		const result = await work();
		const seconds = (performance.now() - begun) / 1000;
		context.report(metric, seconds, 's');
		return { result, seconds };
	};
	await oneTask(context, database, timed);
	await pure(context, timed);
	bias(context);
}

function must<T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
}

async function oneTask(context: BenchContext, { db, owner }: BenchDatabase, timed: Timed): Promise<void> {
	// A database kept from a run before: its lists were carried out.
	await sql`update sampling_task set state = 'done' where state = 'drawn'`.execute(owner);
	const { id } = must(await createTask(db, planner, {
		warningIds: [],
		scope: { cells: [{ region: '320000', industry: '*' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null },
		itemId: 'registration', dueOn: '2098-12-31', spareOnSite: false
	}));
	const { task } = must(await findTask(db, planner, id));
	const { result: pool } = await timed('pool filtered, every reason counted, first look', () => judgePool(db, planner, task));
	await timed('pool filtered, every reason counted, again', () => judgePool(db, planner, task));
	context.report('objects looked at', pool.eligible + pool.excluded, 'objects');
	await timed('a page of those left out', () => poolPage(db, planner, id, { eligible: false, page: 0 }));
	await timed('pool frozen, hashed, committed', async () =>
		must(await commit(db, planner, id, { settings: { wish: { mode: 'number', number: sample }, cap: sample } })));
	await timed('a page of those frozen out', () => poolPage(db, planner, id, { eligible: false, page: 0 }));
	const { result, seconds } = await timed('draw: pool hashed again, named ones judged again, inspectors drawn, all written', async () => must(await draw(db, planner, id)));
	context.report('drawn', result.drawn, 'objects');
	context.report('draw rate', result.drawn / seconds, 'objects/s');
	const { result: verified } = await timed('verified inside', () => verifyInside(db, planner, id));
	if (!verified.ok || !verified.valid) throw new Error(JSON.stringify(verified));
}

/** The documented algorithm alone, over places of one stratum as large as the register. */
async function pure(context: BenchContext, timed: Timed): Promise<void> {
	const key = '5a'.repeat(32);
	const size = context.enterprises;
	const alone = await timed('algorithm alone, same chances', () => {
		const { taken } = drawStratum({ code: '00000001', quota: sample, size }, key, () => false);
		return finalOrder(taken.map((t) => ({ ...t, objectId: String(t.place) })), key).length;
	});
	context.report('algorithm alone', alone.result / alone.seconds, 'objects/s');
	const weights = Array.from({ length: size }, (_, i) => 1 + (i % 5));
	await timed('algorithm alone, by weight', () => drawStratum({ code: '00000001', quota: sample, size, weights }, key, () => false).taken.length);
	context.report('peak memory', Math.round(process.resourceUsage().maxRSS / 1024), 'MB');
}

/** A million draws each, against the exact chance of each ordered sample. */
function bias(context: BenchContext): void {
	const draws = 1_000_000;
	const cases = [
		['same chances, 3 of 6 in order', { size: 6, quota: 3 }],
		['by weight, 3 of 6 in order', { size: 6, quota: 3, weights: [1, 1, 2, 3, 5, 8] }],
		['same chances, 1 of 7', { size: 7, quota: 1 }]
	] as const;
	for (const [name, stratum] of cases) {
		context.log(`${draws} draws: ${name}`);
		const { statistic, degrees, p } = chiSquareOf(name, stratum, draws);
		context.report(`chi-square over ${draws} draws, ${name}`, statistic, `at ${degrees} degrees of freedom`);
		context.report(`p of ${name}`, p, '');
	}
}
