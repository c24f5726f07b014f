import { sql, type Kysely } from 'kysely';
import { openDatabase, withClient } from '#db/connection.ts';
import { seedReference } from '#db/reference/seed.ts';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { countAllInspections } from '#lib/counts/inspection-month.server.ts';
import { rebuildCounts, recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { seedIndicators } from '#lib/indicators/seed.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';
import { writeBatches } from './batches.ts';
import { copyInto } from './copy.ts';
import { withoutIndexes } from './indexes.ts';
import { playDesk } from './desk.ts';
import { playDuty } from './duty.ts';
import { playJoint } from './joint.ts';
import { playOutside } from './outside.ts';
import { playPlanning } from './plans.ts';
import { playFieldwork } from './fieldwork.ts';
import { playFinishedTask, playOpenTask } from './tasks.ts';
import type { DemoReference } from './frame.ts';
import { seedAccounts, seedInspectors, seedOffice, seedWatermarks } from './office.ts';
import { plantedList, type Planted } from './planted.ts';
import {
	classColumns, classLines, enterpriseColumns, enterpriseLines, eventColumns, eventLines, historyColumns, historyLines, linkColumns, linkLines, type BatchFacts
} from './rows.ts';
import { playRegisters, writeObjectTags } from './registers.ts';
import { playReports } from './reports.ts';
import type { DemoSize } from './sizes.ts';
import { writeMatchQueue, writeVisits } from './visits.ts';
import { makeWorld, type World } from './world.ts';

export type DemoOptions = {
	/** Owner's connection to a migrated, empty database. */
	readonly url: string;
	readonly size?: DemoSize;
	readonly seed?: number;
	/** Password of the demo accounts. */
	readonly password: string;
	/** Told what is being done, a few times a second at most. */
	readonly progress?: (step: string) => void;
	/** The day of loading; default: the database's today in Asia/Shanghai. */
	readonly now?: string;
};

export type DemoLoaded = {
	readonly ok: true;
	readonly enterprises: number;
	readonly events: number;
	readonly seconds: number;
	readonly planted: readonly Planted[];
};

export type DemoRefused = { readonly ok: false; readonly reason: 'not-empty' | 'not-migrated'; readonly message: string };

/** Evenings on which the monitors are run after loading: warnings are raised by them, never written. */
const monitoredDays = 36;

/** Tables of millions of narrow rows. */
const bulkTables = ['enterprise_class', 'count_history', 'count_day', 'count_city_day', 'count_county_month', 'count_city_month', 'active_month'];

/** The seed of the jurisdiction that `npm start` shows. */
export const defaultSeed = 20;

/** Fills an empty database with the demo jurisdiction. Everything is invented; the same seed and day give the same rows. */
export async function loadDemo(options: DemoOptions): Promise<DemoLoaded | DemoRefused> {
	const started = performance.now();
	const db = openDatabase({ url: options.url, role: 'owner', max: 4, name: 'qianshao demo' });
	try {
		const refusal = await refusalOf(db);
		if (refusal !== null) return refusal;
		const progress = options.progress ?? (() => undefined);
		progress('reference');
		const today = options.now ?? (await databaseToday(db));
		await seedReference(db);
		const reference = await readReference(db);
		const world = makeWorld(reference, { size: options.size ?? 'S', seed: options.seed ?? defaultSeed, today });
		const events = await writeRegister(db, world, options.password, progress);
		await seedIndicators(db);
		const yesterday = addDays(today, -1);
		await runMonitors(db, {
			from: addDays(yesterday, 1 - monitoredDays),
			asOf: yesterday,
			progress: (done, days) => progress(`monitors ${done}/${days}`)
		});
		progress('desk');
		await playDuty(db, today);
		await playDesk(db, world.frame.seed, today);
		// "Today" of the verbs is the database's; a demo of another day has no tasks, and no platform tells it anything.
		const isNow = today === (await databaseToday(db));
		if (isNow) await playOutside(db, today);
		if (isNow) await playFinishedTask(db, today);
		if (isNow) await playOpenTask(db, today);
		if (isNow) await playFieldwork(db, today);
		if (isNow) await playPlanning(db, today);
		if (isNow) await playJoint(db, today);
		await seedInspectors(db, world.frame, 2);
		await playRegisters(db, today);
		// What the accounts did is in the figures from the first page on.
		await recomputeTouched(db);
		progress('reports');
		if (isNow) await playReports(db, today);
		return {
			ok: true,
			enterprises: world.population.size,
			events,
			seconds: Math.round((performance.now() - started) / 100) / 10,
			planted: plantedList(world.incidents, world.plot, world.attributes)
		};
	} finally {
		await db.destroy();
	}
}

/** Office, accounts, events, register, classes and counts in one transaction: all of it or nothing. */
async function writeRegister(db: Kysely<DB>, world: World, password: string, progress: (step: string) => void): Promise<number> {
	const batches = new Map<string, BatchFacts>();
	await withClient(db, async ({ client, connection }) => {
		// What is lost in a crash is loaded again: the last commit need not wait for the disk.
		await client.query(`set synchronous_commit = off; set work_mem = '256MB'; set maintenance_work_mem = '256MB'; set jit = off`);
		await connection.transaction().execute(async (trx) => {
			await seedOffice(trx, world.frame);
			await seedSampling(trx);
			await seedInspectors(trx, world.frame, 0, 2);
			await seedAccounts(trx, password);
			progress('events');
			await copyInto(client, eventColumns, eventLines(world, batches));
			progress('enterprises');
			await copyInto(client, enterpriseColumns, enterpriseLines(world));
			await copyInto(client, linkColumns, linkLines(world));
			await withoutIndexes(trx, bulkTables, async () => {
				progress('classes');
				await copyInto(client, classColumns, classLines(world, batches));
				progress('history');
				await copyInto(client, historyColumns, historyLines(world));
				progress('counts');
				await rebuildCounts(trx);
			});
			progress('office');
			await writeBatches(trx, batches);
			await writeVisits(trx, world.frame);
			await countAllInspections(trx);
			await writeObjectTags(trx);
			await keepObjects(trx, null);
			await writeMatchQueue(trx, world.frame);
			await seedWatermarks(
				trx,
				world.frame,
				world.plot.silent.flatMap((gap) =>
					[...new Set([...gap.counties].map((c) => world.frame.cities[world.frame.cityOf[c] as number] as string))].map((city) => ({
						kind: gap.kind, city, from: gap.from
					}))
				)
			);
		});
		progress('statistics');
		// The monitors come next, and autovacuum has not looked yet; a small sample of each partition is enough until it does.
		await client.query('set default_statistics_target = 20');
		await client.query('analyze event, enterprise, enterprise_link, enterprise_class, count_day, count_history, count_city_day, count_county_month, count_city_month, active_month, inspection_visit, inspection_object');
		await client.query('reset synchronous_commit; reset work_mem; reset maintenance_work_mem; reset jit; reset default_statistics_target');
	});
	return [...batches.values()].reduce((sum, batch) => sum + (batch.kind === 'class' ? 0 : batch.rows), 0);
}

async function refusalOf(db: Kysely<DB>): Promise<DemoRefused | null> {
	const { rows } = await sql<{ migrated: boolean }>`select to_regclass('public.enterprise') is not null as migrated`.execute(db);
	if (rows[0]?.migrated !== true) return { ok: false, reason: 'not-migrated', message: 'The database has no schema yet; start the product once or migrate it first.' };
	const { rows: used } = await sql<{ what: string }>`
		select what from (
			select 'enterprises' as what where exists (select from enterprise)
			union all select 'events' where exists (select from event)
			union all select 'accounts' where exists (select from app_user)
			union all select 'departments' where exists (select from department)
		) as filled
	`.execute(db);
	if (used.length === 0) return null;
	return {
		ok: false,
		reason: 'not-empty',
		message: `The demo needs an empty database; this one holds ${used.map((row) => row.what).join(', ')}. Use another DATABASE_URL or DATA_DIR.`
	};
}

async function databaseToday(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ today: string }>`select to_char(now() at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as today`.execute(db);
	return (rows[0] as { today: string }).today;
}

/** The reference data that the generator needs, from a database that has it. */
export async function readReference(db: Kysely<DB>): Promise<DemoReference> {
	const [regions, industries, calendar] = await Promise.all([
		loadRegions(db),
		db.selectFrom('industry').select(['key', 'level', 'name']).orderBy('key').execute(),
		db.selectFrom('calendar_day').select(['day', 'off', 'holiday', 'lunar_month', 'lunar_day', 'lunar_leap']).orderBy('day').execute()
	]);
	return { regions, industries, calendar };
}
