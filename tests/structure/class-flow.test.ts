import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { classFlow } from '#lib/structure/class-flow.server.ts';
import { anyMove, type ClassQuery, type MoveFilter } from '#lib/structure/class-query.ts';
import { movedEnterprises } from '#lib/structure/class-rows.server.ts';
import readXlsxFile from 'read-excel-file/node';
import { differencesBetween } from '#lib/risk-map/differences.ts';
import { readFigures, readSnapshot } from '#lib/risk-map/snapshots.server.ts';
import { exportStructure } from '#lib/structure/export.server.ts';
import { classContent, keepStructure, structureNow } from '#lib/structure/kept.server.ts';
import { isStructure, toldOf } from '#lib/structure/kept.ts';
import { firstPage, foundBy, perPage } from '#lib/enterprises/turn.ts';
import { balanceOf, ends, pairs, spans, type End } from '#lib/structure/moves.ts';
import { rebuildStructure, summariseClasses, summariseRegister } from '#lib/structure/summarise.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorIn, industryKeys, regionCodes, usccOf, writeEnterprises, writeReference, type Made } from './world.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
	await writeReference(database.owner);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_class, class_move, cohort_step, summary_seen, intake_batch cascade`.execute(database.owner);
});

const month = '2026-11-01';
const plain: ClassQuery = { region: '320000', month, back: 1, industry: null };

async function flowFor(actor: Actor, change: Partial<ClassQuery> = {}) {
	const outcome = await classFlow(database.db, actor, { ...plain, ...change });
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.flow;
}

async function rowsFor(actor: Actor, change: Partial<ClassQuery & { exact: boolean }>, filter: Partial<MoveFilter>) {
	const found: string[] = [];
	let counted = 0;
	for (let turn = firstPage; ; ) {
		const outcome = await movedEnterprises(database.db, actor, { ...plain, exact: false, ...change }, { ...anyMove, ...filter }, turn);
		if (!outcome.ok) throw new Error(outcome.reason);
		const { list } = outcome;
		found.push(...list.rows.map(({ uscc }) => uscc));
		counted = list.counted;
		if (list.next === null) return { found, counted, last: list };
		turn = list.next;
	}
}

const rebuild = () => database.db.transaction().execute(rebuildStructure);
const asMap = (moves: readonly { from: string; to: string; n: number }[]) => Object.fromEntries(moves.map(({ from, to, n }) => [`${from}${to}`, n]));

describe('class flow of a small world', () => {
	const one = (region: string, industry: string, now: readonly string[], then: readonly string[]): Made => ({
		region, industry, classes: { ...(now.length > 0 ? { [month]: now } : {}), ...(then.length > 0 ? { '2026-10-01': then } : {}) }
	});
	const world: readonly Made[] = [
		one('320402', 'C1311', ['B'], ['A']), one('320402', 'C1311', ['B'], ['A']), one('320402', 'C14', ['A'], ['A']), one('320412', 'H6210', ['D'], ['B']),
		// Corrected: first C, then A; what counts is A now, and B then.
		one('320412', 'H6210', ['C', 'A'], ['D', 'B']), one('320902', '-', ['A'], []), one('320400', 'C13', [], ['C']), one('330100', 'C13', ['D'], ['A'])
	];

	it('counts the newest versions by place and industry of the register', async () => {
		await writeEnterprises(database.owner, world);
		await rebuild();
		expect(asMap((await flowFor(actorIn('000000'), { region: '000000' })).moves)).toEqual({ AB: 2, AA: 1, BD: 1, BA: 1, noneA: 1, Cnone: 1, AD: 1 });
		const province = await flowFor(actorIn('320000'));
		expect(asMap(province.moves)).toEqual({ AB: 2, AA: 1, BD: 1, BA: 1, noneA: 1, Cnone: 1 });
		expect(province.regions.map(({ key, balance }) => [key, balance.now, balance.byShift.up])).toEqual([['320400', 5, 3], ['320900', 1, 0]]);
		expect(province.industries.map(({ key, balance }) => [key, balance.now])).toEqual([['-', 1], ['C', 3], ['H', 2]]);
		const city = await flowFor(actorIn('320000'), { region: '320400', industry: 'C' });
		expect(asMap(city.moves)).toEqual({ AB: 2, AA: 1, Cnone: 1 });
		expect(city.regions.map(({ key, exact, balance }) => [key, exact, balance.now, balance.byShift.left])).toEqual([['320402', false, 3, 0], ['320412', false, 0, 0], ['320400', true, 0, 1]]);
		expect(city.industries.map(({ key }) => key)).toEqual(['C13', 'C14']);
		expect(province.shares.slice(-2).map(({ by }) => by)).toEqual([[3, 2, 1, 0], [3, 2, 0, 1]]);
		expect(province.months).toEqual([month, '2026-10-01']);
	});

	it('shows a reader their own region and industries only', async () => {
		await writeEnterprises(database.owner, world);
		await rebuild();
		expect(asMap((await flowFor(actorIn('320400', ['H']), { region: '320400' })).moves)).toEqual({ BD: 1, BA: 1 });
		expect(await classFlow(database.db, actorIn('320402'), { ...plain, region: '320400' })).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await classFlow(database.db, actorIn('320402', null, 'inspector'), { ...plain, region: '320402' })).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await movedEnterprises(database.db, actorIn('320402'), { ...plain, exact: false }, anyMove, firstPage)).toMatchObject({ ok: false, reason: 'not-found' });
		expect((await rowsFor(actorIn('320400', ['H']), { region: '320400' }, {})).found).toEqual([usccOf(3), usccOf(4)]);
		expect((await rowsFor(actorIn('320000'), { region: '320400', exact: true }, {})).found).toEqual([usccOf(6)]);
	});

	it('keeps its figures as they were shown, with what was corrected since, for those alone who may see all of it', async () => {
		await writeEnterprises(database.owner, world);
		await rebuild();
		const actor = actorIn('320000');
		const content = classContent(actor, plain, await flowFor(actor));
		const id = await keepStructure(database.db, content);
		expect(await keepStructure(database.db, classContent(actor, plain, await flowFor(actor)))).toBe(id);
		expect(await keepStructure(database.db, classContent(actor, { ...plain, back: 3 }, await flowFor(actor, { back: 3 })))).not.toBe(id);
		await sql`update enterprise_class set class = 'D' where uscc = ${usccOf(0)} and month = ${month}::date`.execute(database.owner);
		await rebuild();
		const found = await readFigures(database.db, actor, id);
		if (!found.ok || !isStructure(found.snapshot.content)) throw new Error('not kept');
		const kept = found.snapshot.content;
		expect(kept).toEqual(JSON.parse(JSON.stringify(content)));
		const now = await structureNow(database.db, actor, kept);
		const differences = differencesBetween(toldOf(kept, '全省'), toldOf(now!, '全省'));
		expect(differences).toContainEqual(expect.objectContaining({ key: 'A B', figure: 'move', then: 2, now: 1 }));
		expect(differences).toContainEqual(expect.objectContaining({ key: 'A D', figure: 'move', then: null, now: 1 }));
		expect(differences).toContainEqual(expect.objectContaining({ key: 'region 320400', figure: 'high', then: 20, now: 40 }));
		expect(differences.filter(({ figure }) => figure === 'now')).toEqual([]);
		for (const other of [actorIn('320400'), actorIn('330000'), actorIn('320000', ['C'])]) expect(await readFigures(database.db, other, id)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await structureNow(database.db, actorIn('320400'), kept)).toBeNull();
		// It is no figure of the map.
		expect(await readSnapshot(database.db, actor, id)).toMatchObject({ ok: false, reason: 'not-found' });
		const made = await exportStructure(database.db, actor, id, new Date('2026-11-21T03:00:00Z'));
		if (!made.ok) throw new Error(made.reason);
		const sheets = await readXlsxFile(made.file);
		const sheet = (name: string) => sheets.find((one) => one.sheet === name)!.data;
		expect(sheet('变动矩阵')[1]).toEqual(['A 类', 1, 2, 0, 0, 0]);
		expect(sheet('按区划').slice(1).map((row) => row.slice(0, 4))).toEqual([['320400', '常州市', 5, 20], ['320900', '盐城市', 1, 0]]);
		expect(sheet('逐月分类').slice(-1)[0]!.slice(0, 5)).toEqual(['2026-11', 3, 2, 0, 1]);
		expect(sheet('说明').map((row) => row.join()).join()).toContain(id.replace(/(.{4})(?=.)/g, '$1-'));
		for (const other of [actorIn('320400'), actorIn('320000', ['C'])]) expect(await exportStructure(database.db, other, id, new Date())).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await exportStructure(database.db, actorIn('320000', null, 'inspector'), id, new Date())).toMatchObject({ ok: false, reason: 'not-allowed' });
	});

	it('lists every enterprise behind a figure once, page by page', async () => {
		await writeEnterprises(database.owner, Array.from({ length: 2 * perPage + 7 }, () => one('320402', 'C1311', ['B'], ['A'])));
		await rebuild();
		const all = Array.from({ length: 2 * perPage + 7 }, (_, i) => usccOf(i));
		const { found, counted, last } = await rowsFor(actorIn('320400'), { region: '320400' }, { shift: 'up' });
		expect([found, counted, last.page, foundBy(last)]).toEqual([all, all.length, 2, all.length]);
		// Back the same way.
		const back = last.rows.map(({ uscc }) => uscc);
		for (let turn = last.previous; turn !== null; ) {
			const outcome = await movedEnterprises(database.db, actorIn('320400'), { ...plain, region: '320400', exact: false }, anyMove, turn);
			if (!outcome.ok) throw new Error(outcome.reason);
			expect(outcome.list.page * perPage).toBe(all.indexOf(outcome.list.rows[0]!.uscc));
			back.unshift(...outcome.list.rows.map(({ uscc }) => uscc));
			turn = outcome.list.previous;
		}
		expect(back).toEqual(all);
		// After the last of them there is nobody; the way out is the beginning.
		const beyond = await movedEnterprises(database.db, actorIn('320400'), { ...plain, region: '320400', exact: false }, anyMove, { after: all[all.length - 1]!, before: null, page: 3 });
		expect(beyond).toMatchObject({ ok: true, list: { rows: [], previous: firstPage, next: null } });
	});

	it('says nothing of a month without classes', async () => {
		await rebuild();
		const flow = await flowFor(actorIn('320000'));
		expect([flow.months, flow.moves, balanceOf(flow.moves).now]).toEqual([[], [], 0]);

		// Whoever had a class earlier has lost none by that.
		await writeEnterprises(database.owner, [{ region: '320402', industry: 'C131', classes: { [addMonths(month, -plain.back)]: ['B'] } }]);
		await rebuild();
		expect((await flowFor(actorIn('320000'))).moves).toEqual([]);
		expect(await rowsFor(actorIn('320000'), {}, { from: 'B', to: 'none' })).toMatchObject({ found: [], counted: 0 });
	});
});

describe('the summary of moves', () => {
	const code = fc.constantFrom('A', 'B', 'C', 'D');
	const months = [0, -1, -2, -3, -12, -13].map((n) => addMonths(month, n));
	const enterprise: fc.Arbitrary<Made> = fc.record({
		region: fc.constantFrom(...regionCodes), industry: fc.constantFrom(...industryKeys),
		classes: fc.dictionary(fc.constantFrom(...months), fc.array(code, { minLength: 1, maxLength: 3 }), { noNullPrototype: true })
	});

	it('agrees with a direct query and with its rows, for whoever looks at whatever', async () => {
		await fc.assert(fc.asyncProperty(fc.array(enterprise, { minLength: 1, maxLength: 90 }), fc.constantFrom(...spans), fc.constantFrom('320000', '320400', '320412'), fc.constantFrom(null, ['C13'], ['C', 'H']), fc.constantFrom(...pairs), async (list, back, region, industries, [from, to]) => {
			await sql`truncate enterprise, enterprise_class cascade`.execute(database.owner);
			await writeEnterprises(database.owner, list);
			await rebuild();
			const actor = actorIn(region, industries);
			const { rows: direct } = await sql<{ from: End; to: End; n: number }>`
				select "from", "to", count(*)::int as n from (
					select coalesce((select c.class from enterprise_class c where c.uscc = e.uscc and c.month = ${addMonths(month, -back)}::date order by version desc limit 1), 'none') as "from",
						coalesce((select c.class from enterprise_class c where c.uscc = e.uscc and c.month = ${month}::date order by version desc limit 1), 'none') as "to"
					from enterprise e where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
				) moved where ("from" <> 'none' or "to" <> 'none') and exists (select from enterprise_class where month = ${month}::date) group by 1, 2`.execute(database.db);
			const flow = await flowFor(actor, { region, back });
			expect(asMap(flow.moves)).toEqual(asMap(direct));
			for (const part of [flow.regions, flow.industries]) {
				if (part.length > 0) expect(part.reduce((sum, { balance }) => sum + balance.now, 0)).toBe(balanceOf(flow.moves).now);
			}
			const { found, counted } = await rowsFor(actor, { region, back }, { from, to });
			expect([found.length, counted]).toEqual([asMap(direct)[from + to] ?? 0, asMap(direct)[from + to] ?? 0]);
			expect(new Set(found).size).toBe(found.length);
		}), { numRuns: 40 });
	}, 120_000);

	it('is kept up by the files of classes, and by the register each night, as if made anew', async () => {
		const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
		const batch = (id: string, from: string, to: string, hour: number) => ({
			id, source_id: 's', kind: 'class', state: 'done', first_day: from, last_day: to, started_at: at(hour), finished_at: at(hour)
		});
		const stored = async () => (await sql`select * from class_move order by 1, 2, 3, 4, 5, 6`.execute(database.db)).rows;
		const list: Made[] = Array.from({ length: 60 }, (_, i) => ({
			region: regionCodes[i % 6]!, industry: industryKeys[i % 5]!, classes: { '2026-09-01': ['A'], '2026-10-01': [ends[i % 4]!] }
		}));
		await writeEnterprises(database.owner, list);
		await database.owner.insertInto('intake_batch').values(batch('one', '2026-09-01', '2026-10-01', 1)).execute();
		expect(await summariseClasses(database.db)).toMatchObject({ months: 2 });
		expect(await summariseClasses(database.db)).toEqual({ months: 0, version: null });

		await sql`insert into enterprise_class (uscc, month, version, class, source_id, received_at)
			select uscc, ${month}::date, 1, 'C', 's', now() from enterprise union all select uscc, date '2026-10-01', 2, 'D', 's', now() from enterprise where uscc < ${usccOf(20)}`.execute(database.owner);
		await database.owner.insertInto('intake_batch').values(batch('two', '2026-10-01', month, 2)).execute();
		expect((await summariseClasses(database.db)).months).toBeGreaterThanOrEqual(2);
		const kept = await stored();
		await rebuild();
		expect(kept).toEqual(await stored());

		await sql`update enterprise set region_code = '320902' where region_code = '320402'`.execute(database.owner);
		await database.owner.insertInto('intake_batch').values({ ...batch('three', month, month, 3), kind: 'change' }).execute();
		expect((await summariseClasses(database.db)).version).toBeNull();
		expect((await summariseRegister(database.db)).months).toBe(3);
		const nightly = await stored();
		await rebuild();
		expect(nightly).toEqual(await stored());
		expect(nightly.some((row) => (row as { region_code: string }).region_code === '320402')).toBe(false);
	});
});
