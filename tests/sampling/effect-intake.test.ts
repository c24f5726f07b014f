import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectionResultOf } from '#lib/intake/inspection-results.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';

let t: TestDatabase;
const a = usccOf(1);
beforeAll(async () => {
	t = await referenceDatabase();
	await imported(t.db, 'registrations', `uscc,name,occurredOn,region,industry\n${a},甲公司,2024-05-06,320412,C1311\n`);
});
afterAll(() => t[Symbol.asyncDispose]());
const visits = () => t.db.selectFrom('inspection_visit').select(['visited_on', 'kind', 'planned', 'scale', 'scale_value', 'result']).orderBy('visited_on').execute();

test('imported inspections keep how they were chosen, and the level on a scale of their own', async () => {
	await imported(t.db, 'inspections', [
		'编号,uscc,检查日期,检查结果,检查方式,风险分级体系,风险等级',
		`1,${a},2024-07-01,未发现问题,不定向抽查,食品安全风险等级,高`,
		`2,${a},2024-07-02,不合格,双随机定向抽查,食品安全风险等级,低`,
		`3,${a},2024-07-03,未发现问题,双随机,,3`,
		`4,${a},2024-07-04,未发现问题,日常检查,,`,
		`5,${a},2024-07-05,未发现问题,投诉举报核查,,`
	].join('\n'));
	expect((await visits()).map((v) => [v.kind, v.planned, v.scale, v.scale_value, v.result])).toEqual([
		['undirected', true, '食品安全风险等级', '高', 'no-problem'],
		['targeted', true, '食品安全风险等级', '低', '不合格'],
		['random', true, '未注明分级体系', '3', 'no-problem'],
		[null, true, null, null, 'no-problem'],
		[null, false, null, null, 'no-problem']
	]);
});

test('a corrected row corrects its level', async () => {
	await imported(t.db, 'inspections', `编号,uscc,检查日期,检查结果,检查方式,风险分级体系,风险等级\n1,${a},2024-07-01,未发现问题,不定向抽查,食品安全风险等级,低\n`);
	expect((await visits())[0]).toMatchObject({ scale: '食品安全风险等级', scale_value: '低' });
	expect(await visits()).toHaveLength(5);
});

test.each([['合格', 'no-problem'], ['不合格', null], ['经营不正常', null], ['未发现问题', 'no-problem']])('%s is %s of the nine results', (text, result) => {
	expect(inspectionResultOf(text)).toBe(result);
});
