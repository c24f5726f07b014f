import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countAllInspections } from '#lib/counts/inspection-month.server.ts';
import { rebuildCounts } from '#lib/counts/roll-up.server.ts';
import { cellText } from '#lib/reports/cell-text.ts';
import { gather } from '#lib/reports/compose.server.ts';
import { chartsOf, tablesOf, type Content, type Table } from '#lib/reports/content.ts';
import { monthsOf, periodOf, type Period } from '#lib/reports/period.ts';
import { gradeWord } from '#lib/reports/sections/high-risk.ts';
import { reportOf } from '#lib/reports/sections/report.ts';
import { readerOf, unitOf, type Unit } from '#lib/reports/unit.server.ts';
import { columnsOf, formatted, gradeLabel } from '#lib/risk-map/columns.ts';
import { decimals } from '#lib/risk-map/decimals.ts';
import { riskGrades } from '#lib/risk-map/high-risk.ts';
import type { NamedFigure } from '#lib/risk-map/industry-figures.ts';
import type { RiskMap } from '#lib/risk-map/risk-map.server.ts';
import { situationOf } from '#lib/risk-map/situation.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { today, writeComplaints, writeReference, writeWarning, type Happened } from '../risk-map/fixtures.ts';

let database: TestDatabase;
const places = ['320402', '320412', '320902'] as const;
const trades = ['C131', 'C14', 'H621', '-'] as const;

/** Classes that lean by place and trade, warnings beside them: every grade is met somewhere. */
beforeAll(async () => {
	database = await testDatabase();
	const { owner } = database;
	await writeReference(owner);
	await owner.insertInto('department').values([
		{ id: 'city', name: '常州市市场监督管理局', region_code: '320400' }, { id: 'county', name: '武进区市场监督管理局', region_code: '320412' },
		{ id: 'away', name: '杭州市市场监督管理局', region_code: '330100' }, { id: 'food', name: '食品处', region_code: '320000', industries: ['C13', 'C14'] }
	]).execute();
	let seed = 5;
	const below = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
	const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
	const day = (month: string) => `${month}-${String(1 + below(28)).padStart(2, '0')}`;
	const complaints: Happened[] = Array.from({ length: 400 }, () => ({ region: pick(places), industry: pick(trades).slice(0, 3), day: day(pick(['2025-08', '2025-10', '2026-07', '2026-08', '2026-09', '2026-10'])) }));
	await writeComplaints(owner, complaints);
	const enterprises = Array.from({ length: 420 }, (_, i) => ({
		uscc: `9132040000000${String(i).padStart(5, '0')}`, name: `示例${i}有限公司`, region_code: pick(places), region_basis: 'given', industry_key: pick(trades),
		established_on: '2020-01-01', legal_rep: '张三', stated_at: new Date()
	}));
	await owner.insertInto('enterprise').values(enterprises).execute();
	// None for July and before: these months stand on nothing.
	await owner.insertInto('enterprise_class').values(enterprises.flatMap(({ uscc, region_code, industry_key }) => ['2026-09-01', '2026-10-01'].map((month) => {
		const odds = (region_code === '320902' ? 4 : 1) + (industry_key.startsWith('H') ? 3 : 0) + (industry_key === '-' && month === '2026-10-01' ? 5 : 0);
		return { uscc, month, version: 1, class: below(10) < odds ? pick(['C', 'D']) : pick(['A', 'B']), source_id: 's', received_at: new Date() };
	}))).execute();
	for (let i = 0; i < 22; i++) {
		await writeWarning(owner, `w${i}`, pick([...places, '320400']), pick(['C13', 'H62', 'H', '*', 'C14']), pick(['red', 'orange', 'yellow', 'blue']), day(pick(['2026-07', '2026-09', '2026-10'])));
	}
	await owner.transaction().execute(async (trx) => {
		await rebuildCounts(trx);
		await countAllInspections(trx);
	});
	await owner.updateTable('count_mark').set({ complete_up_to: '2026-11-20' }).execute();
});
afterAll(() => database[Symbol.asyncDispose]());

async function paperOf(unitId: string, period: Period): Promise<{ readonly unit: Unit; readonly content: Content }> {
	const unit = (await unitOf(database.db, unitId))!;
	return { unit, content: reportOf(await gather(database.db, unit, period, today)) };
}

/** The map as a leader of the unit opens it. */
async function mapOf(unit: Unit, month: string, measure: 'high-risk' | 'warnings'): Promise<RiskMap> {
	const outcome = await situationOf(database.db, readerOf(unit), { region: unit.regionCode, month, measure, kind: 'complaint', view: 'industry', industry: null, detail: null }, today);
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.content.map;
}

const cellOf = (table: Table, row: Table['rows'][number], label: string) => {
	const i = table.columns.findIndex((column) => column.label === label);
	return i === -1 ? null : (row[i] ?? null);
};
const papers = fc.record({
	unit: fc.constantFrom('office', 'city', 'county', 'food'),
	period: fc.constantFrom(
		...(['2026-07-01', '2026-09-01', '2026-10-01'] as const).map((month) => periodOf('monthly', month)), periodOf('quarterly', '2026-09-01'), periodOf('yearly', '2026-10-01')
	)
});
const parts = [['high-risk-region', '地区'], ['high-risk-industry', '行业']] as const;

describe('the ranking by classes and warnings of a paper', () => {
	it('is the map’s: the same places in the same order, by the same rule, the same figures to the last digit', async () => {
		const met = new Set<string>();
		await fc.assert(
			fc.asyncProperty(papers, async ({ unit: unitId, period }) => {
				const { unit, content } = await paperOf(unitId, period);
				const months = await Promise.all(monthsOf(period).map(async (month) => ({ month, layer: await mapOf(unit, month, 'high-risk'), front: await mapOf(unit, month, 'warnings') })));
				for (const [key, what] of parts) {
					const listOf = (map: RiskMap): readonly NamedFigure[] => (key === 'high-risk-region' ? map.units : map.industries.filter(({ key: code }) => /^[A-T]$/.test(code)));
					const table = tablesOf(content).find((one) => one.key === key);
					const wanted = unit.level === 'county' && what === '地区' ? [] : months.flatMap(({ layer }) => listOf(layer).filter(({ value }) => (value ?? 0) > 0).map(({ name }) => name));
					expect(new Set(table?.rows.map((row) => cellOf(table, row, what))), `${unitId} ${period.key}`).toEqual(new Set(wanted));
					if (table === undefined) continue;
					for (const row of table.rows) {
						const name = cellOf(table, row, what);
						const grade = riskGrades.findIndex((one) => one !== 'none' && gradeWord[one] === cellOf(table, row, '风险程度'));
						const figures = months.map(({ month, layer }) => ({ month, figure: listOf(layer).find((one) => one.name === name) })).filter(({ figure }) => figure !== undefined);
						// The worst of the period, in so many months of it; the figures are those of the newest of them.
						expect(Math.max(...figures.map(({ figure }) => figure!.value ?? 0))).toBe(grade);
						const those = figures.filter(({ figure }) => figure!.value === grade);
						if (period.kind !== 'monthly') {
							expect(cellOf(table, row, '月数')).toBe(those.length);
							expect(cellOf(table, row, '最近月份')).toBe(those.at(-1)!.month.slice(0, 7));
						}
						const { figure } = those.at(-1)!;
						const said = new Map(columnsOf('high-risk').map((column) => [column.key, formatted(column.of(figure!), column.format)]));
						expect(said.get('grade')).toBe(gradeLabel(riskGrades[grade]!));
						expect(cellOf(table, row, '风险程度')).toBe(said.get('grade'));
						const share = cellOf(table, row, 'C、D类占比（%）');
						expect(share === null ? '–' : `${cellText(share, decimals.percent)}%`).toBe(said.get('share'));
						if (share !== null) expect(`${cellText(cellOf(table, row, '整体占比（%）'), decimals.percent)}%`).toBe(formatted(figure!.whole ?? null, 'percent'));
						// Columns of nothing but unknown numbers are left out; of warnings there is always a number.
						expect([cellOf(table, row, '红橙预警'), cellOf(table, row, '黄蓝预警')].map(String)).toEqual([said.get('severe'), said.get('minor')]);
						// Words say the table's numbers.
						const saidFigures = content.sections.flatMap((section) => section.figures).filter((one) => one.key.replace('high-risk.', '').startsWith(`${key.slice('high-risk-'.length)}-${cellOf(table, row, '代码')}-`));
						for (const [suffix, label] of [['share', 'C、D类占比（%）'], ['whole', '整体占比（%）'], ['severe', '红橙预警'], ['minor', '黄蓝预警']] as const) {
							const one = saidFigures.find((some) => some.key.endsWith(`-${suffix}`) && some.label.includes(suffix === 'severe' ? '红色、橙色预警' : suffix === 'minor' ? '黄色、蓝色预警' : 'C、D类占比'));
							if (one !== undefined) expect(one.value).toBe(cellOf(table, row, label));
						}
						met.add(String(cellOf(table, row, '符合的规则')));
					}
					if (period.kind === 'monthly') {
						const { front } = months[0]!;
						const named = key === 'high-risk-region' ? front.highRisk.regions : front.highRisk.industries;
						expect(table.rows.map((row) => cellOf(table, row, what))).toEqual(named.map(({ name }) => name));
					}
				}
				expect(content.classes).toBe(tablesOf(content).some(({ columns, key }) => key.startsWith('high-risk') && columns.some(({ label }) => label.startsWith('C、D类'))) || period.kind === 'yearly');
				for (const chart of chartsOf(content)) expect(tablesOf(content).map(({ key }) => key)).toContain(chart.twin);
			}),
			{ numRuns: 30 }
		);
		// The world is rich enough to prove something.
		expect(met).toEqual(expect.objectContaining({ size: 5 }));
	}, 120_000);

	it('says what it was judged by where classes or warnings are missing', async () => {
		const said = async (unit: string, period: Period) => (await paperOf(unit, period)).content.sections.find(({ key }) => key === 'high-risk')!.composed.join('');
		expect(await said('office', periodOf('monthly', '2026-07-01'))).toMatch(/^本月没有可用的企业信用风险分类，只按预警判断，/);
		expect(await said('office', periodOf('monthly', '2026-05-01'))).toBe('本月没有可供综合判断的分类和预警数据。');
		expect(await said('office', periodOf('quarterly', '2026-09-01'))).toContain('2026年7月和2026年8月没有可用的企业信用风险分类，只按预警判断。');
		expect(await said('office', periodOf('monthly', '2026-10-01'))).toMatch(/^综合分类和预警，本月风险程度为“高”的地区\d个：.*C、D类占比\d+\.\d%，整体\d+\.\d%；?.*规则由本系统设定/);
	});
});

describe('a paper of a unit that nobody tells anything of', () => {
	it.each(['monthly', 'quarterly', 'yearly', 'effect'] as const)('is short, holds no table and calls nothing zero: %s', async (kind) => {
		const { content } = await paperOf('away', periodOf(kind, kind === 'quarterly' ? '2026-09-01' : '2026-10-01'));
		expect(tablesOf(content)).toEqual([]);
		const said = new Map(content.sections.map(({ key, composed }) => [key, composed.join('')]));
		expect(said.get('overview')).toMatch(/，杭州市尚未开展监测预警，无预警数据。$/);
		expect(said.get('completeness')).toMatch(/^杭州市尚无数据来源，.*没有可供统计的数据；缺失数据不按零计算。$/);
		if (kind !== 'effect') {
			expect(said.get('ahead')).toBe('尽快接入数据来源，数据到达后开展监测。');
			expect(said.get(kind === 'yearly' ? 'monitoring' : 'high-risk')).toMatch(/没有可供综合判断的分类和预警数据。$/);
		}
		expect([...said.values()].join('')).not.toMatch(/(?<!\d)0(件|户|%)|见下表/);
	});
});
