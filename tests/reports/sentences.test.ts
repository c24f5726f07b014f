import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartsOf, tablesOf, type Section } from '#lib/reports/content.ts';
import { keptWords } from '#lib/reports/merge.ts';
import { reportOf } from '#lib/reports/sections/report.ts';
import { numbersIn, strayNumbers } from '#lib/reports/stray.ts';
import { changePercent, comparedText, newPen, written } from '#lib/reports/write.ts';
import { materials, someMaterial } from './material.ts';

describe('sentences', () => {
	test('say no number that is not a figure of their section, whatever was counted', () => {
		fc.assert(
			fc.property(materials, (material) => {
				for (const section of reportOf(material).sections) {
					// Tables do not help here: a number in words has to have been put down as a figure.
					expect(strayNumbers({ figures: section.figures, tables: [] }, section.composed), section.composed.join('\n')).toEqual([]);
				}
			}),
			{ numRuns: 300 }
		);
	});

	test('follow the number: another one is another sentence', () => {
		const material = someMaterial('monthly');
		const before = reportOf(material).sections[0]!.composed;
		const after = reportOf({ ...material, warnings: { ...material.warnings, n: material.warnings.n! + 1 } }).sections[0]!.composed;
		expect(after[0]).not.toBe(before[0]);
		expect(after[0]).toContain(`${material.warnings.n! + 1}件`);
	});

	test('are quiet where there is nothing to say, and say that nothing is known where it is not known', () => {
		const material = someMaterial('monthly');
		const none = reportOf({ ...material, warnings: { n: 0, levels: [0, 0, 0, 0], before: 0, yearAgo: null }, progress: { waiting: 0, working: 0, disposed: 0, closed: 0, keptInTime: 0, fellDue: 0, open: 0, overdue: 0 } });
		expect(none.sections[0]!.composed[0]).toMatch(/^本月江苏省未产生预警/);
		expect(none.sections.map(({ key }) => key)).not.toContain('warnings');
		expect(none.sections.map(({ key }) => key)).not.toContain('disposal');
		const unknown = reportOf({ ...material, warnings: { n: null, levels: [0, 0, 0, 0], before: null, yearAgo: null } });
		expect(unknown.sections[0]!.composed[0]).toContain('尚未开展监测预警');
		expect(JSON.stringify(unknown.sections[0]!.composed)).not.toContain('预警0件');
	});

	test('say which sources are late, and that what is missing is not zero', () => {
		const material = { ...someMaterial('monthly'), late: [{ name: '盐城市', knownTo: '2026-05-12' }, { name: '宿迁市', knownTo: null }] };
		const said = reportOf(material).sections.find(({ key }) => key === 'completeness')!.composed.join('');
		expect(said).toContain('盐城市（数据至2026年5月12日）');
		expect(said).toContain('缺失数据不按零计算');
		expect(said).toContain('宿迁市');
	});

	test.each([
		[3, 2, '比上月增加1件、上升50.0%'], [2, 3, '比上月减少1件、下降33.3%'], [2, 2, '比上月持平'], [4, 0, '比上月增加4件'], [0, 0, '比上月持平'], [3, null, ''], [null, 3, '']
	] as const)('%s against %s: %s', (n, base, said) => {
		expect(comparedText(newPen(), { key: 'x', label: '预警', than: '比上月', n, base })).toBe(said);
	});

	test('write a number without its sign, and what is unknown with a dash', () => {
		expect([written({ value: -3.25, digits: 1 }), written({ value: null, digits: 0 }), changePercent(1, 0), changePercent(3, 2)]).toEqual(['3.3', '—', null, 50]);
	});
});

describe('numbers in words', () => {
	test.each([
		['2026年10月预警8件，上升6.0%', ['8', '6.0']], ['苏市监险报〔2026〕3号', []], ['“30日内频繁变更”5件', ['5']], ['截至2026年10月31日', []], ['2026年第3季度共12件', ['12']], ['合计1,234件', ['1234']],
		['2026-10-31至今7件', ['7']]
	] as const)('%s', (text, numbers) => expect(numbersIn(text)).toEqual(numbers));

	test('that a person made up are found, those of figures and tables are not', () => {
		const section = { figures: [{ key: 'a', label: '预警', value: 8, unit: '件', digits: 0 }], tables: [{ key: 't', title: '', note: '', columns: [{ label: '', kind: 'number' as const, digits: 1 }], rows: [[-2.5]] }] };
		expect(strayNumbers(section, ['预警8件，下降2.5%，预计9件'])).toEqual(['9']);
	});
});

describe('a report', () => {
	test('of each kind has its sections in order', () => {
		const keys = (kind: Parameters<typeof someMaterial>[0]) => reportOf(someMaterial(kind)).sections.map(({ key }) => key);
		const all = ['overview', 'regions', 'industries', 'warnings', 'disposal', 'inspections', 'lead-times', 'completeness', 'ahead'];
		for (const kind of ['monthly', 'quarterly'] as const) expect(keys(kind)).toEqual(all.filter((key) => keys(kind).includes(key)));
		expect(keys('monthly').slice(0, 3)).toEqual(['overview', 'regions', 'industries']);
		expect(keys('yearly')).toEqual(expect.arrayContaining(['own-work', 'highlights']));
		expect(keys('effect')).toEqual(expect.arrayContaining(['rates', 'burden']));
	});

	test('shows the sentence about classes when and only when it shows classes', () => {
		fc.assert(
			fc.property(materials, (material) => {
				const content = reportOf(material);
				const said = JSON.stringify(content.sections.map(({ composed, tables, figures }) => [composed, tables, figures]));
				expect(content.classes).toBe(/[ABCD]类/.test(said) || /分类（?结果|按企业信用风险分类/.test(said));
			}),
			{ numRuns: 100 }
		);
	});

	test('has a table twin for each chart that holds the chart’s numbers', () => {
		fc.assert(
			fc.property(materials, (material) => {
				const content = reportOf(material);
				const tables = new Map(tablesOf(content).map((table) => [table.key, table]));
				for (const { data, twin } of chartsOf(content)) {
					const cells = new Set(tables.get(twin)!.rows.flat());
					const numbers = data.kind === 'hex' ? data.cells.map(({ n }) => n) : data.kind === 'bars' ? data.points.flatMap(({ n, before }) => [n, before]) : data.rows.flatMap(({ levels }) => levels.filter((n) => n > 0));
					for (const n of numbers) if (n !== null) expect(cells).toContain(n);
				}
			}),
			{ numRuns: 100 }
		);
	});

	test('never holds two tables or charts of one key', () => {
		fc.assert(
			fc.property(materials, (material) => {
				const content = reportOf(material);
				const keys = [...tablesOf(content), ...chartsOf(content)].map(({ key }) => key);
				expect(new Set(keys).size).toBe(keys.length);
				expect(new Set(content.sections.map(({ key }) => key)).size).toBe(content.sections.length);
			}),
			{ numRuns: 100 }
		);
	});
});

describe('words of people', () => {
	const section = (key: string, more: Partial<Section> = {}): Section => ({ key, title: key, figures: [], composed: [`${key} 新`], text: null, edited: null, tables: [], charts: [], typed: null, ...more });
	const edited = { by: 'u', byName: '某', at: '2026-11-01T00:00:00.000Z' };

	test('stay when figures are gathered anew, also those of a section that is no more', () => {
		const merged = keptWords([section('a'), section('b')], [section('b', { text: ['我写的'], edited, composed: ['b 旧'] }), section('gone', { text: ['也是我写的'], edited })]);
		expect(merged.map(({ key, text, composed }) => [key, text, composed])).toEqual([['a', null, ['a 新']], ['b', ['我写的'], ['b 新']], ['gone', ['也是我写的'], []]]);
	});
});
