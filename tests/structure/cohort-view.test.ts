import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addDays, addMonths, monthOf } from '#lib/calendar/days.ts';
import { cohortEnterprises } from '#lib/structure/cohort-rows.server.ts';
import type { CohortRowsQuery } from '#lib/structure/cohort-query.ts';
import readXlsxFile from 'read-excel-file/node';
import { differencesBetween } from '#lib/risk-map/differences.ts';
import { readFigures } from '#lib/risk-map/snapshots.server.ts';
import { cohortFigures } from '#lib/structure/cohort-figures.ts';
import { exportStructure } from '#lib/structure/export.server.ts';
import { cohortContent, keepStructure, structureNow } from '#lib/structure/kept.server.ts';
import { isStructure, toldOf } from '#lib/structure/kept.ts';
import { firstPage } from '#lib/enterprises/turn.ts';
import { ages, cohortMeasures, cohortTriangle } from '#lib/structure/cohorts.ts';
import { cohortView } from '#lib/structure/cohorts.server.ts';
import { rebuildStructure } from '#lib/structure/summarise.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorIn, industryKeys, regionCodes, usccOf, writeEnterprises, writeReference, type Made } from './world.ts';

let database: TestDatabase;
/** Months are counted back from the database's own. */
let today: string;
let first: string;
const kinds = ['registration', 'cancellation', 'penalty', 'abnormal-list'];
beforeAll(async () => {
	database = await testDatabase();
	await writeReference(database.owner);
	const { rows } = await sql<{ day: string }>`select (now() at time zone 'Asia/Shanghai')::date as day`.execute(database.owner);
	today = rows[0]!.day;
	first = addMonths(monthOf(today), -40);
	await sql`insert into count_mark (name, version, complete_up_to, changed_at) values ('counts', 1, ${addDays(today, -1)}::date, now())`.execute(database.owner);
	// What is delivered is known by what was counted.
	for (const kind of kinds) {
		await sql`insert into count_county_month (region_code, month, kind, industry_key, n)
			select '320402', (${first}::date + make_interval(months => i))::date, ${kind}, 'C13', 1 from generate_series(0, 40) i`.execute(database.owner);
		await sql`insert into count_city_month select '320400', month, kind, 'C', n from count_county_month where kind = ${kind}`.execute(database.owner);
		await sql`insert into count_city_day (region_code, day, kind, industry_key, n) values ('320400', ${first}::date, ${kind}, 'C', 1)`.execute(database.owner);
	}
});
afterAll(() => database[Symbol.asyncDispose]());
const empty = () => sql`truncate enterprise, enterprise_class, event, class_move, cohort_step, summary_seen cascade`.execute(database.owner);
beforeEach(empty);

const query = { region: '320000', industry: null, month: null, measure: 'alive' as const, by: 'month' as const };
const rebuild = () => database.db.transaction().execute(rebuildStructure);

async function viewFor(actor = actorIn('320000'), change: Partial<typeof query> = {}) {
	const outcome = await cohortView(database.db, actor, { ...query, ...change }, today);
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.view;
}

async function rowsFor(actor: ReturnType<typeof actorIn>, asked: CohortRowsQuery) {
	const outcome = await cohortEnterprises(database.db, actor, asked, firstPage);
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.list;
}

describe('cohorts of a small world', () => {
	const day = (months: number, n = 10) => addDays(addMonths(first, months), n);

	it('counts what became of whom, as by hand', async () => {
		const cohort = addMonths(first, 2);
		const born = { region: '320402', industry: 'C1311', established: day(2) } as const;
		await writeEnterprises(database.owner, [
			born,
			{ ...born, status: 'cancelled', cancelledOn: day(4) },
			{ ...born, status: 'revoked', cancelledOn: day(12), events: [['penalty', day(3)], ['penalty', day(9)]] },
			// What happened before it was established is somebody else's; class D was corrected away in one month, and stands in a later one.
			{ ...born, events: [['abnormal-list', day(1)]], classes: { [addMonths(first, 4)]: ['D', 'C'], [addMonths(first, 6)]: ['D'] } },
			{ ...born, status: 'revoked', cancelledOn: null },
			{ ...born, region: '330100' },
			{ ...born, established: addMonths(monthOf(today), -60) }
		]);
		await rebuild();
		const view = await viewFor();
		expect([view.reach, view.missingRecords, view.recordsFrom]).toEqual([{ first, last: addMonths(monthOf(today), -1) }, ['serious-violation'], first]);
		const counts = view.counts.map(({ cohort: c, step, month, n }) => [c === cohort, step, month, n]);
		expect(counts.sort()).toEqual([
			[true, 'bad', addMonths(first, 3), 1], [true, 'bad', addMonths(first, 6), 1], [true, 'class-d', addMonths(first, 6), 1], [true, 'ended', addMonths(first, 12), 1],
			[true, 'ended', addMonths(first, 4), 1], [true, 'founded', cohort, 4], [true, 'record', addMonths(first, 3), 1], [true, 'undated', cohort, 1]
		].sort());
		const triangle = cohortTriangle(view.counts, 'alive', 'month', view.reach!, null);
		expect(triangle.find(({ from }) => from === cohort)!.cells.map(({ n }) => n)).toEqual([4, 3, 3, 2, 2, 2]);
		expect((await rowsFor(actorIn('320000'), { ...query, from: cohort, to: cohort, age: 12, measure: 'ended', exact: false })).rows.map(({ uscc }) => uscc)).toEqual([usccOf(1), usccOf(2)]);
	});

	it('keeps its figures as they were shown, and compares the same months', async () => {
		const born = { region: '320402', industry: 'C1311', established: day(2) } as const;
		await writeEnterprises(database.owner, [...Array.from({ length: 40 }, () => born), ...Array.from({ length: 5 }, () => ({ ...born, status: 'cancelled' as const, cancelledOn: day(4) }))]);
		await rebuild();
		const actor = actorIn('320000');
		const view = await viewFor(actor);
		const content = cohortContent(actor, query, view.place, cohortFigures(view, query), today);
		const id = await keepStructure(database.db, content);
		const found = await readFigures(database.db, actor, id);
		if (!found.ok || !isStructure(found.snapshot.content) || found.snapshot.content.of !== 'cohorts') throw new Error('not kept');
		const kept = found.snapshot.content;
		expect(kept).toEqual(JSON.parse(JSON.stringify(content)));
		const same = await structureNow(database.db, actor, kept);
		expect(differencesBetween(toldOf(kept, '全省'), toldOf(same!, '全省'))).toEqual([]);
		await sql`update enterprise set status = 'cancelled', cancelled_on = ${day(3)}::date where uscc = ${usccOf(0)}`.execute(database.owner);
		await rebuild();
		const now = await structureNow(database.db, actor, kept);
		const differences = differencesBetween(toldOf(kept, '全省'), toldOf(now!, '全省'));
		const cohort = addMonths(first, 2);
		expect(differences).toContainEqual(expect.objectContaining({ key: cohort, figure: 'age 1', then: 45, now: 44 }));
		expect(differences).toContainEqual(expect.objectContaining({ key: cohort, figure: 'age 3', then: 40, now: 39 }));
		expect(differences.filter(({ figure }) => figure === 'founded')).toEqual([]);
		const made = await exportStructure(database.db, actor, id, new Date('2026-11-21T03:00:00Z'));
		if (!made.ok) throw new Error(made.reason);
		const sheets = await readXlsxFile(made.file);
		const row = sheets.find((one) => one.sheet === '批次与月龄')!.data.find((cells) => cells[0] === cohort.slice(0, 7))!;
		expect(row.slice(1, 6)).toEqual([45, 45, 100, 40, (40 / 45) * 100]);
		expect(await readFigures(database.db, actorIn('320400'), id)).toMatchObject({ ok: false, reason: 'not-found' });
	});

	it('shows the region above only to who may see it, and nothing of elsewhere', async () => {
		const list: Made[] = regionCodes.map((region) => ({ region, industry: 'H6210', established: day(2) }));
		await writeEnterprises(database.owner, list);
		await rebuild();
		const founded = (counts: readonly { readonly step: string; readonly n: number }[]) => counts.reduce((sum, { step, n }) => (step === 'founded' ? sum + n : sum), 0);
		const city = await viewFor(actorIn('320000'), { region: '320400' });
		expect([founded(city.counts), city.parent?.code, founded(city.parent!.counts)]).toEqual([3, '320000', 5]);
		expect(city.parts.map(({ key, exact, opens }) => [key, exact, opens])).toEqual([['320400', true, false], ['320402', false, true], ['320412', false, true]]);
		const own = await viewFor(actorIn('320400'), { region: '320400' });
		expect([founded(own.counts), own.parent]).toEqual([3, null]);
		expect(founded((await viewFor(actorIn('320000', ['C']))).counts)).toBe(0);
		expect(await cohortView(database.db, actorIn('320412'), { ...query, region: '320402' }, today)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await cohortEnterprises(database.db, actorIn('320412'), { ...query, from: first, to: first, age: null, exact: false }, firstPage)).toMatchObject({ ok: false, reason: 'not-found' });
		expect((await rowsFor(actorIn('320412'), { ...query, region: '320412', from: first, to: addMonths(first, 9), age: null, exact: false })).counted).toBe(1);
	});
});

it('agrees with its rows and with a direct query, for whoever looks at whatever', async () => {
	const month = fc.integer({ min: 0, max: 39 });
	const enterprise = fc.record({
		region: fc.constantFrom(...regionCodes), industry: fc.constantFrom(...industryKeys), born: month, day: fc.integer({ min: 0, max: 27 }),
		end: fc.option(fc.integer({ min: -1, max: 40 }), { nil: null }), undated: fc.boolean(), penalty: fc.option(month, { nil: null }), high: fc.option(month, { nil: null })
	});
	const at = (months: number, n = 0) => addDays(addMonths(first, months), n);
	await fc.assert(fc.asyncProperty(
		fc.array(enterprise, { minLength: 1, maxLength: 45 }), fc.constantFrom('320000', '320400', '320412'), fc.constantFrom(null, ['C13'], ['H']), fc.constantFrom(...cohortMeasures), fc.constantFrom(...ages),
		async (list, region, industries, measure, age) => {
			await empty();
			await writeEnterprises(database.owner, list.map((one): Made => {
				const ended = one.end === null ? null : at(one.born + one.end, one.day);
				return {
					region: one.region, industry: one.industry, established: at(one.born, one.day), status: one.end !== null || one.undated ? 'cancelled' : 'active',
					cancelledOn: ended !== null && ended <= today ? ended : null,
					events: one.penalty === null ? [] : [['penalty', at(one.penalty, 14)]], classes: one.high === null ? {} : { [at(one.high)]: ['C', 'D'] }
				};
			}));
			await rebuild();
			const actor = actorIn(region, industries);
			const view = await viewFor(actor, { region });
			const triangle = cohortTriangle(view.counts, measure, 'month', { first, last: addMonths(monthOf(today), -1) }, first);
			const { rows: direct } = await sql<{ n: number }>`
				select count(*)::int as n from enterprise e where established_on between ${first}::date and ${addDays(monthOf(today), -1)}::date and (status = 'active' or cancelled_on is not null)
					and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}`.execute(database.db);
			expect(triangle.reduce((sum, cohort) => sum + cohort.founded, 0)).toBe(direct[0]!.n);
			for (const cohort of triangle.filter(({ founded }) => founded > 0).slice(0, 2)) {
				const { n } = cohort.cells.find((cell) => cell.age === age)!;
				if (n === null) continue;
				const rows = await rowsFor(actor, { ...query, region, measure, from: cohort.from, to: cohort.to, age, exact: false });
				expect([rows.rows.length, rows.counted]).toEqual([n, n]);
			}
		}
	), { numRuns: 20 });
}, 120_000);
