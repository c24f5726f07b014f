import { sql } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { act } from '#lib/warnings/desk.server.ts';
import { feedHead } from '#lib/warnings/feed.server.ts';
import { newsAfter, onFeed } from '#lib/warnings/live.server.ts';
import { applyEvaluations } from '#lib/warnings/machine.server.ts';
import { keepObligations } from '#lib/warnings/obligations.server.ts';
import { load } from '../../src/routes/(app)/warnings/+page.server.ts';
import type { BenchContext, BenchDatabase } from './context.ts';
import { cellsOf, riseOf } from './warnings.ts';
import { quantile } from './quantile.ts';

const openWarnings = 20_000;
const evenings = 4;
const repeats = 40;
const listeners = 50;
const steps = 300;

const monitor: Actor = {
	id: 'bench', name: 'bench', displayName: 'bench', role: 'monitor', grants: [], departmentId: 'bench', regionCode: '320000', industries: null,
	inspectorId: null, address: null
};

/** Server time of the desk's page with 20,000 open warnings, and how soon what one person does reaches fifty open pages. */
export async function run(context: BenchContext): Promise<void> {
	await using database = await context.database('desk', { fresh: true });
	await fill(context, database);
	const { db } = database;
	const { rows } = await sql<{ n: number; events: number }>`
		select (select count(*)::int from warning where work <> 'closed') as n, (select count(*)::int from warning_event) as events
	`.execute(db);
	context.report('open-warnings', rows[0]!.n, 'warnings');
	context.report('history', rows[0]!.events, 'events');

	for (const query of ['door=new', 'door=mine', 'door=overdue', 'door=all', 'door=all&level=red&region=320400', 'door=all&q=2026-0100']) {
		const times: number[] = [];
		let bytes = 0;
		for (let i = 0; i < repeats; i++) {
			const started = performance.now();
			const data = await load({ locals: { db, actor: monitor }, url: new URL(`http://desk/warnings?${query}`) } as never);
			times.push(performance.now() - started);
			bytes = JSON.stringify(data).length;
		}
		for (const q of [0.5, 0.95, 0.99]) context.report(`page ${query} p${q * 100}`, quantile(times, q), 'ms');
		context.report(`page ${query} data`, bytes, 'bytes');
	}

	const started = performance.now();
	await keepObligations(db);
	context.report('clock first', performance.now() - started, 'ms');
	const again = performance.now();
	await keepObligations(db);
	context.report('clock again', performance.now() - again, 'ms');

	await live(context, database);
}

/** Real episodes by the machine's own verb, a third of them worked on by the desk's. */
async function fill(context: BenchContext, { db, owner }: BenchDatabase): Promise<void> {
	context.log(`raising ${openWarnings} warnings on ${evenings} evenings`);
	await owner.insertInto('department').values({ id: 'bench', name: '省局', region_code: '320000', industries: null }).execute();
	await owner
		.insertInto('app_user')
		.values({ id: 'bench', name: 'bench', display_name: 'bench', password_hash: 'none', role: 'monitor', department_id: 'bench', region_code: '320000' })
		.execute();
	const indicators = Array.from({ length: 8 }, (_, i) => ({ id: `bench-${i}`, name: `监测指标 ${i}`, name_en: `indicator ${i}`, item: 'complaint', owner_department_id: 'bench' }));
	await owner.insertInto('indicator').values(indicators).execute();
	const regions = await db.selectFrom('region').select('code').where('code', 'like', '32%').where('level', '=', 'county').orderBy('code').execute();
	const industries = await db.selectFrom('industry').select('key').where('level', '=', 2).orderBy('key').execute();
	const { rows } = await sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(db);
	const today = rows[0]!.today;
	const cells = cellsOf(indicators, regions.map(({ code }) => code), industries.map(({ key }) => key), openWarnings);
	for (let evening = 0; evening < evenings; evening++) {
		const asOf = addDays(today, evening - evenings - 8);
		const all = cells.map((cell, i) => ({ ...riseOf(cell, i, today), observed: 20 + ((i + evening) % 50) }));
		await db.transaction().execute((trx) => applyEvaluations(trx, asOf, all));
	}
	context.log('working on a third of them');
	const picked = await db.selectFrom('warning').select(['id', 'version']).where(sql<boolean>`hashtext(id) % 3 = 0`).execute();
	for (const seen of picked) await act(db, monitor, seen, { action: 'acknowledge', note: '' });
	await sql`analyze`.execute(owner);
}

/** Fifty pages follow the feed while a person works: from the end of a step until each page knows. */
async function live(context: BenchContext, { db }: BenchDatabase): Promise<void> {
	const waiting = await db.selectFrom('warning').select(['id', 'version']).where('work', '=', 'new').limit(steps).execute();
	const head = await feedHead(db);
	const doneAt = new Map<string, number>();
	const delays: number[] = [];
	let expected = 0;
	let finished: () => void = () => {};
	const all = new Promise<void>((resolve) => (finished = resolve));
	const stops = Array.from({ length: listeners }, () => {
		let at = head;
		let asking = Promise.resolve();
		return onFeed(db, () => {
			asking = asking.then(async () => {
				const news = await newsAfter(db, monitor, at);
				const now = performance.now();
				at = news.head;
				for (const { warningId } of news.entries) {
					// A page may know before the person's own call has come back: that is no delay.
					delays.push(Math.max(0, now - (doneAt.get(warningId) ?? now)));
					if (++expected === listeners * waiting.length) finished();
				}
			});
		});
	});
	for (const seen of waiting) {
		const done = await act(db, monitor, seen, { action: 'acknowledge', note: '' });
		if (!done.ok) throw new Error(done.reason);
		doneAt.set(seen.id, performance.now());
	}
	await Promise.race([all, new Promise((_, reject) => setTimeout(() => reject(new Error('not every page was told within a minute')), 60_000).unref())]);
	for (const stop of stops) stop();
	for (const q of [0.5, 0.95, 0.99]) context.report(`live ${listeners} pages p${q * 100}`, quantile(delays, q), 'ms');
}
