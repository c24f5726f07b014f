import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectionResults } from '#lib/sampling/tasks/results.ts';
import { resultLabel } from '#lib/sampling/labels.ts';
import { levels } from '#lib/warnings/levels.ts';
import { levelLabel } from '#lib/warnings/labels.ts';
import { evaluationStates, workStates } from '#lib/warnings/lifecycle.ts';
import { columnsOf, rowSchemas } from '#lib/outward/datasets.ts';
import { logOutward } from '#lib/outward/log.server.ts';
import { readPage } from '#lib/outward/read.server.ts';
import { lineOf } from '#lib/outward/rows.ts';
import { levelWords, resultWords } from '#lib/outward/words.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { usccOf } from '../intake/support.ts';
import { evaluation, place, run } from '../warnings/fixtures.ts';

let database: TestDatabase;
const named = usccOf(1);
const visited = usccOf(2);
const item = { id: 'address', number: 'SC-0101', name: '住所（经营场所）核查' };

beforeAll(async () => {
	database = await testDatabase();
	const { owner } = database;
	await place(owner);
	await owner.insertInto('inspection_item').values({ ...item, legal_basis: '企业信息公示暂行条例', department_id: 'city', method: 'on-site' }).execute();
	await owner
		.insertInto('enterprise')
		.values([named, visited].map((uscc) => ({ uscc, name: '示例餐饮有限公司', region_code: '320412', region_basis: 'given', industry_key: 'H62', legal_rep: '张三', stated_at: new Date() })))
		.execute();
});
afterAll(() => database[Symbol.asyncDispose]());

const rowsOf = async (dataset: 'warnings' | 'results') => {
	await logOutward(database.db, dataset);
	const { rows } = await readPage(database.db, dataset, { after: 0, limit: 100, regionPrefix: '' });
	return rows.map((row) => JSON.parse(lineOf(row)) as Record<string, unknown>);
};

test('the words and codes of the schemas are those of the product', () => {
	const codes = (dataset: 'warnings' | 'results', field: string) => (rowSchemas[dataset].properties[field] as unknown as { enum: readonly string[] }).enum;
	expect(codes('results', 'result')).toEqual(inspectionResults);
	expect(codes('results', 'resultWord')).toEqual(inspectionResults.map((result) => resultWords[result]));
	expect(codes('warnings', 'level')).toEqual(levels);
	expect(codes('warnings', 'levelWord')).toEqual(levels.map((level) => levelWords[level]));
	expect(codes('warnings', 'work')).toEqual(workStates);
	expect(codes('warnings', 'evaluation')).toEqual(evaluationStates);
	expect(inspectionResults.map(resultLabel)).toEqual(inspectionResults.map((result) => resultWords[result]));
	expect(levels.map(levelLabel)).toEqual(levels.map((level) => levelWords[level]));
});

test('a warning leaves with number, place, industry, level, state and dates, and nothing of whom it names or why', async () => {
	await run(database.owner, '2026-06-07', [evaluation({ scopeKind: 'enterprise', uscc: named, seriesKey: `complaint-surge|enterprise|${named}`, subjectLabel: '张三', industryKey: 'H62', subjects: [{ uscc: named, role: 'named', weight: 1 }] })]);
	const [row, ...more] = await rowsOf('warnings');
	expect(more).toEqual([]);
	expect(row).toEqual({
		seq: 1, revises: null, withdrawn: false, loggedAt: expect.any(String), number: expect.stringMatching(/^2026-\d{6}$/), item: 'complaint', regionCode: '320412',
		regionName: '武进区', industryCode: 'H62', industryName: '餐饮业', level: 'yellow', levelWord: '黄色', evaluation: 'breaching', work: 'new',
		occurredOn: expect.any(String), raisedOn: '2026-06-07', clearedOn: null, acknowledgedOn: null, disposedOn: null, closedOn: null
	});
	expect(Object.keys(row!)).toEqual(columnsOf('warnings').map(({ name }) => name));
	// The moment of logging may hold any digits.
	const said = JSON.stringify({ ...row, loggedAt: '' });
	for (const secret of [named, '张三', 'complaint-surge', '38']) expect(said).not.toContain(secret);
});

test('a step of work, a new level and an end are corrections; one more evening of the same is not', async () => {
	const series = `complaint-surge|enterprise|${named}`;
	const breach = (change: object) => evaluation({ scopeKind: 'enterprise', uscc: named, seriesKey: series, industryKey: 'H62', ...change });
	const before = await rowsOf('warnings');
	await run(database.owner, '2026-06-08', [breach({ observed: 39 })]);
	expect(await rowsOf('warnings')).toEqual(before);
	await run(database.owner, '2026-06-09', [breach({ level: 'red' })]);
	await database.owner.updateTable('warning').set({ work: 'acknowledged', acknowledged_at: new Date('2026-06-09T17:00:00Z') }).execute();
	const after = await rowsOf('warnings');
	expect(after.slice(0, before.length)).toEqual(before);
	expect(after.at(-1)).toMatchObject({ revises: 1, levelWord: '红色', work: 'acknowledged', acknowledgedOn: '2026-06-10' });
});

test('a result leaves when it is reviewed, without note, inspector or class; an imported one never', async () => {
	const { owner } = database;
	await owner
		.insertInto('lead_check')
		.values({
			id: 'lead', number: 'XS2026-000001', uscc: visited, ground: 'complaint', evidence: `${visited} 投诉人李四`, department_id: 'city', region_code: '320412', item_id: item.id,
			state: 'open', result: 'unreachable', result_note: '王五在场', visited_on: '2026-06-10', created_by: 'u-leader'
		})
		.execute();
	const visit = { uscc: visited, visited_on: '2026-06-10', department_id: 'city', planned: false, result: 'unreachable', class: 'D' };
	await owner
		.insertInto('inspection_visit')
		.values([
			{ ...visit, id: 'lead:lead', path: 'lead-check', lead_check_id: 'lead', item_id: item.id },
			{ ...visit, id: 'import:x:1', path: 'imported' }
		])
		.execute();
	expect(await rowsOf('results')).toEqual([]);
	await owner.updateTable('lead_check').set({ state: 'done', reviewed_at: new Date('2026-06-11T02:00:00Z'), reviewed_by: 'p' }).execute();
	const [row, ...more] = await rowsOf('results');
	expect(more).toEqual([]);
	expect(row).toEqual({
		seq: 1, revises: null, withdrawn: false, loggedAt: expect.any(String), number: 'XS2026-000001', uscc: visited, name: '示例餐饮有限公司', regionCode: '320412', industryCode: 'H62',
		path: 'lead-check', itemNumber: item.number, itemName: item.name, department: '常州市局', visitedOn: '2026-06-10', result: 'unreachable',
		resultWord: '通过登记的住所（经营场所）无法联系', reviewedOn: '2026-06-11'
	});
	expect(Object.keys(row!)).toEqual(columnsOf('results').map(({ name }) => name));
});
