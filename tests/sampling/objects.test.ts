import { sql, type Kysely } from 'kysely';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DB } from '#db/types.ts';
import { factsFor } from '#lib/sampling/pool/facts-of-one.server.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { countFacts, factsQuery, judgingOf, parseRare, scopePredicate } from '#lib/sampling/pool/facts.server.ts';
import { limitsOf } from '#lib/sampling/presets/presets.ts';
import { findTask } from '#lib/sampling/tasks/access.server.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, classify, seedEnterprises, seedWarning, seedWorld, uscc } from './support.ts';

const planner = actorOf();

describe('the facts of a pool', () => {
	let t: TestDatabase;
	const many = Array.from({ length: 24 }, (_, i) => i + 1);
	beforeAll(async () => {
		t = await testDatabase();
		await seedWorld(t.owner);
		await seedEnterprises(t.owner, many.map((n) => ({ n, keyClass: n % 7 === 0 })));
		await classify(t.owner, many.slice(0, 20).map((n) => [n, 'ABCD'[n % 4]!] as const));
		await classify(t.owner, [[21, 'C']], 13);
		await seedWarning(t.owner, { id: 'w1', scopeKind: 'address', members: [uscc(2), uscc(3)] });
		await seedWarning(t.owner, { id: 'w2', scopeKind: 'enterprise', uscc: uscc(3) });
		await t.owner.updateTable('inspection_item').set({ field: 'food' }).where('id', '=', 'food-catering').execute();
	});
	afterAll(() => t[Symbol.asyncDispose]());

	const visits = fc.array(
		fc.record({
			n: fc.constantFrom(...many), daysAgo: fc.nat(900), department: fc.constantFrom('market', 'culture'), item: fc.constantFrom('registration', 'food-catering', null),
			path: fc.constantFrom('random', 'joint', 'campaign', 'lead-check', 'imported'), result: fc.constantFrom('no-problem', 'unreachable', 'ordered-to-correct', '合格')
		}),
		{ maxLength: 30 }
	);
	const grades = fc.array(fc.record({ n: fc.constantFrom(...many), monthsAgo: fc.nat(15), grade: fc.constantFrom('Ⅰ', 'Ⅱ', 'Ⅳ') }), { maxLength: 8 });
	const periods = fc.array(fc.record({ n: fc.constantFrom(...many), from: fc.integer({ min: -400, max: 20 }), length: fc.integer({ min: 1, max: 300 }), ended: fc.boolean() }), { maxLength: 5 });

	async function write(owner: Kysely<DB>, world: { readonly visits: readonly { n: number; daysAgo: number; department: string; item: string | null; path: string; result: string }[]; readonly grades: readonly { n: number; monthsAgo: number; grade: string }[]; readonly periods: readonly { n: number; from: number; length: number; ended: boolean }[] }) {
		await sql`truncate inspection_visit, professional_grade, observation_period`.execute(owner);
		for (const [i, v] of world.visits.entries()) {
			await sql`insert into inspection_visit (uscc, id, visited_on, department_id, item_id, path, planned, result)
				values (${uscc(v.n)}, ${String(i)}, (now() at time zone 'Asia/Shanghai')::date - ${v.daysAgo}::int, ${v.department}, ${v.item}, ${v.path}, ${v.path !== 'lead-check'}, ${v.result})`.execute(owner);
		}
		for (const [i, g] of world.grades.entries()) {
			await sql`insert into professional_grade (uscc, field, month, version, grade, source_id, received_at)
				values (${uscc(g.n)}, 'food', (date_trunc('month', now() at time zone 'Asia/Shanghai') - make_interval(months => ${g.monthsAgo}))::date, ${i + 1}, ${g.grade}, 's', now())`.execute(owner);
		}
		for (const [i, p] of world.periods.entries()) {
			await sql`insert into observation_period (uscc, id, department_id, newness, from_on, until_on, bottom_lines, class_then, granted_by, ended_on)
				values (${uscc(p.n)}, ${String(i)}, 'market', 'form', (now() at time zone 'Asia/Shanghai')::date + ${p.from}::int,
					(now() at time zone 'Asia/Shanghai')::date + ${p.from + p.length}::int, '底线', 'A', 'p', ${p.ended ? sql`now()::date` : sql`null`})`.execute(owner);
		}
		await keepObjects(owner, null);
	}

	test('are the same for all at once, for some, for one by one, and counted', { timeout: 120_000 }, async () => {
		const scope = { cells: [{ region: '320412', industry: '*' }], memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null };
		const made = await createTask(t.db, planner, { warningIds: ['w1'], scope, itemId: 'food-catering', dueOn: '2098-12-31', spareOnSite: true });
		if (!made.ok) throw new Error(made.reason);
		const found = await findTask(t.db, planner, made.id);
		if (!found.ok) throw new Error(found.reason);
		await fc.assert(
			fc.asyncProperty(visits, grades, periods, async (v, g, p) => {
				await write(t.owner, { visits: v, grades: g, periods: p });
				const { of } = await judgingOf(t.db, found.task);
				const restrict = scopePredicate(planner, scope, of.today);
				type Row = { uscc: string; class: string; key_class: boolean; rare: string };
				const { rows } = await sql<Row>`${factsQuery(of, restrict)}`.execute(t.db);
				expect(rows).toHaveLength(many.length);
				const some = many.slice(3, 9).map(uscc);
				const { rows: few } = await sql<Row>`${factsQuery(of, restrict, some)}`.execute(t.db);
				expect(new Map(few.map((r) => [r.uscc, r.rare]))).toEqual(new Map(rows.filter((r) => some.includes(r.uscc)).map((r) => [r.uscc, r.rare])));
				// Counted by moving the few to where they belong, it is what counting one by one gives.
				const keyOf = (r: Pick<Row, 'class' | 'key_class' | 'rare'>) => `${r.class} ${r.key_class} ${r.rare}`;
				const oneByOne = new Map<string, number>();
				for (const row of rows) oneByOne.set(keyOf(row), (oneByOne.get(keyOf(row)) ?? 0) + 1);
				expect(new Map((await countFacts(t.db, of, restrict)).map((r) => [keyOf(r), r.n]))).toEqual(oneByOne);
				for (const row of rows) {
					const one = await factsFor(t.db, planner, { uscc: row.uscc, itemId: 'food-catering', rules: of.rules, warningIds: ['w1'] });
					if (!one.ok) throw new Error(one.reason);
					const { planned: _planned, ...rare } = parseRare(row.rare);
					const { class: riskClass, keyClass, named, ...facts } = one.facts;
					expect({ riskClass, keyClass, ...facts }).toEqual({ riskClass: row.class, keyClass: row.key_class, ...rare });
					expect(named).toBe(rare.level > 0);
					expect(rare.counts).toHaveLength(limitsOf(of.rules).length);
				}
			}),
			{ numRuns: 12, endOnFailure: true }
		);
	});

	test('as text they say what they were made of', () => {
		expect(parseRare('10311 2,0=Ⅱ')).toEqual({ planned: true, openTask: false, level: 3, observed: true, recognised: true, counts: [2, 0], grade: 'Ⅱ' });
		expect(parseRare('00000 0')).toEqual({ planned: false, openTask: false, level: 0, observed: false, recognised: false, counts: [0], grade: null });
		expect(parseRare('01000 =a=b c')).toMatchObject({ openTask: true, counts: [], grade: 'a=b c' });
		expect(() => parseRare('nonsense')).toThrow('unreadable');
	});
});

describe('the register of objects', () => {
	let t: TestDatabase;
	beforeAll(async () => {
		t = await referenceDatabase();
	});
	afterAll(() => t[Symbol.asyncDispose]());
	const objects = async () => (await t.owner.selectFrom('inspection_object').selectAll().orderBy('uscc').execute());
	/** What stands there is what a look at everything would put there. */
	async function inLine() {
		const before = await objects();
		await keepObjects(t.owner, null);
		expect(await objects()).toEqual(before);
		return before;
	}

	test('follows imports of the register, changes, cancellations, classes and inspections, each in its own transaction', async () => {
		const [a, b] = [usccOf(1), usccOf(2)];
		await imported(t.db, 'registrations', `uscc,name,occurredOn,region,industry\n${a},甲,2020-05-06,320412,H6210\n${b},乙,2021-05-06,320402,C1310\n`);
		expect((await inLine()).map((o) => [o.uscc, o.region_code, o.industry_key, o.class])).toEqual([[a, '320412', 'H6210', null], [b, '320402', 'C131', null]]);
		const month = (await sql<{ m: string }>`select to_char(now() at time zone 'Asia/Shanghai', 'YYYY-MM') as m`.execute(t.db)).rows[0]!.m;
		await imported(t.db, 'classes', `uscc,month,class\n${a},${month},B\n${b},${month},D\n`);
		expect((await inLine()).map((o) => o.class)).toEqual(['B', 'D']);
		await imported(t.db, 'classes', `uscc,month,class\n${a},${month},C\n`);
		expect((await inLine()).map((o) => o.class)).toEqual(['C', 'D']);
		await imported(t.db, 'changes', `uscc,occurredOn,item,after,region\n${a},2024-02-03,address,江苏省常州市天宁区竹林路5号,320402\n`);
		expect((await inLine())[0]!.region_code).toBe('320402');
		const day = (await sql<{ d: string }>`select ((now() at time zone 'Asia/Shanghai')::date - 3)::text as d`.execute(t.db)).rows[0]!.d;
		await imported(t.db, 'inspections', `uscc,occurredOn,result\n${a},${day},未发现问题\n`);
		expect((await inLine())[0]).toMatchObject({ visits: 1, visit_on: day, visit_path: 'imported' });
		await imported(t.db, 'cancellations', `uscc,occurredOn\n${b},2024-03-01\n`);
		expect((await inLine()).map((o) => o.uscc)).toEqual([a]);
	});
});
