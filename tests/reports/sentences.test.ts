import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartsOf, tablesOf, type Content, type Section } from '#lib/reports/content.ts';
import { keptWords } from '#lib/reports/merge.ts';
import type { Material } from '#lib/reports/material.ts';
import { monthsOf, monthText } from '#lib/reports/period.ts';
import { reportOf } from '#lib/reports/sections/report.ts';
import { listed } from '#lib/reports/sections/section.ts';
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

	const span = (n: number) => ({ n, least: 1, half: 6.5, most: 20 });
	const leadsOf = (kind: Parameters<typeof someMaterial>[0], n: number) => {
		const material = someMaterial(kind);
		return reportOf({ ...material, desks: [], leads: { toWarn: span(n), toAcknowledge: span(0), toDispose: span(0) } }).sections
			.flatMap(({ composed }) => composed).filter((text) => /从发生到预警|前置时间不作判断/.test(text)).join('');
	};
	test.each([
		['monthly', 12, '从发生到预警的中位时间为6.5天。'], ['quarterly', 12, '从发生到预警的中位时间为6.5天（八成在1.0天至20.0天之间）。'], ['quarterly', 9, '从发生到预警的中位时间为6.5天。'],
		['effect', 10, '从发生到预警的中位时间为6.5天（八成在1.0天至20.0天之间）。'], ['quarterly', 4, '本季度预警不足5件，前置时间不作判断。'], ['monthly', 0, '']
	] as const)('give the middle lead time of enough warnings, and over more than a month their range: %s of %i', (kind, n, said) => {
		expect(leadsOf(kind, n)).toBe(said);
	});

	test('name in a yearly summary the range beside the heading of its part', () => {
		expect(leadsOf('yearly', 30)).toBe('前置时间方面。从发生到预警的中位时间为6.5天（八成在1.0天至20.0天之间）。');
	});

	test.each([
		[['甲', '乙', '丙'], '甲、乙和丙'], [['甲（红、橙）', '乙'], '甲（红、橙）和乙'], [['居民服务、修理业1件', '教育2件'], '居民服务、修理业1件；教育2件'], [['甲、乙'], '甲、乙']
	] as const)('keep names apart: %j', (names, said) => expect(listed(names)).toBe(said));

	describe('about what stands out', () => {
		const row = { code: '320300', name: '徐州市', grade: 'high', month: '2026-09-01', months: 1, many: true, share: 18.9, whole: 11.6, severe: 2, minor: 0 } as const;
		const of = (kind: 'monthly' | 'quarterly', highRisk: Partial<Material['highRisk']>, known = { classMonth: '2026-09-01' as string | null, monitored: true }) => {
			const material = someMaterial(kind);
			const months = monthsOf(material.period).map((month) => ({ month, ...known }));
			return reportOf({ ...material, highRisk: { months, regions: [], industries: [], ...highRisk } });
		};
		const said = (content: Content) => content.sections.find(({ key }) => key === 'high-risk')!.composed;
		const month = someMaterial('monthly').period.from;
		const known = { classMonth: month, monitored: true };

		test('name it with the figures that met the rule, and the rule', () => {
			const lines = said(of('monthly', { regions: [row, { ...row, code: '320200', name: '无锡市', grade: 'watch', severe: 0 }] }, known));
			expect(lines[0]).toBe('综合分类和预警，本月风险程度为“高”的地区1个：徐州市（C、D类占比18.9%，整体11.6%，红色、橙色预警2件）。另有列为“关注”的地区1个，见下表。');
			expect(lines[1]).toBe('本月没有风险程度为“高”或“较高”的行业。');
			expect(lines[2]).toMatch(/^规则由本系统设定：C、D类占比达到整体的1\.25倍以上（占比偏高）且本月/);
		});

		test('name over several months how many they were, and the newest', () => {
			const { period } = someMaterial('quarterly');
			const [first] = said(of('quarterly', { regions: [{ ...row, months: 2, month: period.from }] }));
			expect(first).toContain(`徐州市（2个月，最近为${monthText(period.from)}，C、D类占比18.9%`);
		});

		test('are quiet where nothing stands out', () => {
			const content = of('monthly', {}, known);
			expect(said(content)).toEqual(['综合分类和预警，本月没有风险程度为“高”或“较高”的地区和行业。']);
			expect(content.classes).toBe(false);
		});

		test('judge nothing as high without classes, and say so; the sentence about classes then has nothing to stand by', () => {
			const content = of('monthly', { regions: [{ ...row, grade: 'raised', many: false, share: null, whole: null }] }, { classMonth: null, monitored: true });
			expect(said(content).join('')).toBe('本月没有可用的企业信用风险分类，只按预警判断，风险程度为“较高”的地区1个：徐州市（红色、橙色预警2件）。本月没有风险程度为“高”或“较高”的行业。规则由本系统设定：有红色或橙色预警的为“较高”；仅有黄色或蓝色预警的为“关注”。');
			expect(content.classes).toBe(false);
			expect(said(of('monthly', {}, { classMonth: null, monitored: false }))).toEqual(['本月没有可供综合判断的分类和预警数据。']);
			expect(said(of('monthly', {}, { classMonth: month, monitored: false }))).toEqual(['本月尚未开展监测，只按分类判断，没有需要重点关注的地区和行业。']);
		});
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
		const all = ['overview', 'regions', 'industries', 'high-risk', 'warnings', 'disposal', 'inspections', 'lead-times', 'completeness', 'ahead'];
		for (const kind of ['monthly', 'quarterly'] as const) expect(keys(kind)).toEqual(all.filter((key) => keys(kind).includes(key)));
		expect(keys('monthly').slice(0, 4)).toEqual(['overview', 'regions', 'industries', 'high-risk']);
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
					const numbers = data.kind === 'hex' || data.kind === 'boundaries' ? data.cells.map(({ n }) => n) : data.kind === 'bars' ? data.points.flatMap(({ n, before }) => [n, before]) : data.kind === 'risk' ? data.rows.flatMap(({ share, whole, severe, minor }) => [share, whole, severe, minor]) : data.rows.flatMap(({ levels }) => levels.filter((n) => n > 0));
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
