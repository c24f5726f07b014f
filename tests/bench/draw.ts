import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { commit, draw } from '#lib/sampling/draw.server.ts';
import { drawObjects, poolHash, type DrawStratum } from '#lib/sampling/draw.ts';
import { buildPool } from '#lib/sampling/pool.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';
import { createTask } from '#lib/sampling/tasks.server.ts';
import type { BenchContext, BenchDatabase } from './context.ts';

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
		select '9132' || lpad(g::text, 14, '0'), '企业' || g, '3204' || lpad((g % 13)::text, 2, '0'), 'given', 'H62', g % 80 = 0, now() - interval '9 days'
		from generate_series(1, ${enterprises}::int) g
	`.execute(owner);
	await sql`
		insert into enterprise_class (uscc, month, class, source_id, received_at)
		select uscc, date_trunc('month', now())::date, (array['A', 'A', 'B', 'B', 'B', 'B', 'B', 'C', 'C', 'D'])[1 + abs(hashtext(uscc)) % 10], 'bench', now()
		from enterprise
	`.execute(owner);
	await sql`
		insert into inspection_visit (uscc, id, visited_on, department_id, path, planned, result, recorded_at)
		select uscc, 'bench', now()::date - 9, 'bench', 'random', true, 'no-problem', now() - interval '9 days' from enterprise where abs(hashtext(uscc || 'v')) % 5 = 0
	`.execute(owner);
	await sql`vacuum analyze`.execute(owner);
}

/** Objects drawn per second from the pool of the whole register: the pure draw, and the task around it with its caps and records. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('draw', { fresh: true });
	context.log(`making a register of ${context.enterprises}`);
	await register(database, context.enterprises);
	const { db } = database;
	const made = await createTask(db, planner, {
		warningIds: [],
		scope: { cells: [{ region: '320000', industry: '*' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null },
		itemId: 'registration',
		dueOn: '2098-12-31',
		joint: false,
		spareOnSite: false
	});
	if (!made.ok) throw new Error(made.reason);
	const timed = async <T extends { readonly ok: boolean }>(metric: string, work: () => Promise<T>): Promise<number> => {
		context.log(metric);
		const begun = performance.now();
		const result = await work();
		if (!result.ok) throw new Error(JSON.stringify(result));
		const seconds = (performance.now() - begun) / 1000;
		context.report(metric, Math.round(seconds * 1000) / 1000, 's');
		return seconds;
	};
	await timed('pool filtered and frozen', () => buildPool(db, planner, made.id));
	await timed('commitment', () => commit(db, planner, made.id, { mode: 'number', number: sample }, { settings: { cap: sample } }));
	const seconds = await timed('draw, caps checked again and written', () => draw(db, planner, made.id));
	const drawn = await db.selectFrom('sampling_object').select('uscc').where('task_id', '=', made.id).execute();
	context.report('drawn', drawn.length, 'objects');
	context.report('draw rate', Math.round(drawn.length / seconds), 'objects/s');
	pure(context);
}

/** The documented algorithm alone, over a pool as large as the register, with its hash. */
function pure(context: BenchContext): void {
	const stratum: DrawStratum = {
		code: '00000001',
		quota: sample,
		objects: Array.from({ length: context.enterprises }, () => randomBytes(16).toString('hex'))
	};
	const seed = randomBytes(32).toString('hex');
	const begun = performance.now();
	const drawn = drawObjects([stratum], seed);
	const between = performance.now();
	poolHash([stratum]);
	context.report('pure draw', Math.round((between - begun) / 10) / 100, 's');
	context.report('pure draw rate', Math.round(drawn.length / ((between - begun) / 1000)), 'objects/s');
	context.report('pool hash', Math.round((performance.now() - between) / 10) / 100, 's');
	context.report('peak memory', Math.round(process.resourceUsage().maxRSS / 1024), 'MB');
}
