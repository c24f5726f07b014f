import { readSheet } from 'read-excel-file/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { cellText } from '#lib/reports/cell-text.ts';
import { chartSvg } from '#lib/reports/charts/chart.ts';
import { watermarkSvg } from '#lib/reports/charts/watermark.ts';
import { chartsOf, paragraphsOf, printed, shownSections, tablesOf, type ChartData, type Content } from '#lib/reports/content.ts';
import { picture } from '#lib/reports/picture.server.ts';
import { reportOf } from '#lib/reports/sections/report.ts';
import { wordFile } from '#lib/reports/word.ts';
import { aboutLines, sheetName, workbook } from '#lib/reports/workbook.ts';
import { written } from '#lib/reports/write.ts';
import { shownNumbers } from '../support/sheet-text.ts';
import { zipTexts } from '../support/zip.ts';
import { approvedOf, someMaterial } from './material.ts';

const content: Content = reportOf(someMaterial('effect', 11));
/** A month of an office that has loaded its own boundaries. */
const month = someMaterial('monthly');
const approved = approvedOf(month.regions.map(({ code }) => code));
const mapped: Content = reportOf({ ...month, approved });
const about = {
	content, number: '苏市监险报〔2026〕3号', issuedOn: '2026-11-23', agency: '江苏省市场监督管理局', mark: '', classNotice: '分类仅作内部参考', limits: '内部资料，不得公开', taken: '演示领导（leader）2026-11-23 09:12 取用'
};

describe('pictures', () => {
	test('write Chinese: two words are two pictures, and neither is empty', async () => {
		const draw = (word: string) => picture(`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><text x="4" y="30" font-size="24" font-family="Noto Sans SC">${word}</text></svg>`);
		const [one, other, rare, none] = await Promise.all([draw('风险'), draw('预警'), draw('瀍河'), draw('')]);
		// A font without the signs would draw the same box for all of them.
		expect(new Set([one.hash, other.hash, rare.hash, none.hash]).size).toBe(4);
		expect([...one.bytes.slice(1, 4)]).toEqual([...Buffer.from('PNG')]);
		expect([one.width, one.height]).toEqual([160, 80]);
	});

	const datas: readonly ChartData[] = [
		{ kind: 'hex', cells: [{ name: '苏州', q: 0, r: 0, n: 12, levels: [1, 0, 2, 9], late: true }, { name: '<盐城>&', q: 1, r: 0, n: null, levels: [0, 0, 0, 0], late: false }] },
		{
			kind: 'boundaries', mapNumber: '苏S(2024)12号', width: 600, height: 300,
			cells: [
				{ name: '苏州', n: 12, levels: [1, 0, 2, 9], late: true, d: 'M0 0l300 0 0 300-300 0z', x: 150, y: 150, room: 150 },
				{ name: '<盐城>&', n: null, levels: [0, 0, 0, 0], late: false, d: 'M300 0l300 0 0 300-300 0z', x: 450, y: 150, room: 150 }
			]
		},
		{ kind: 'bars', unit: '件', points: [{ label: '9月', n: 37, before: 41 }, { label: '10月', n: null, before: null }] },
		{ kind: 'ranking', rows: [{ name: '苏州市', levels: [1, 2, 3, 4] }] },
		{ kind: 'risk', rows: [{ name: '苏州市', grade: 'high', share: 12.4, whole: 11.6, severe: 2, minor: 10 }, { name: '<盐城>&', grade: 'watch', share: null, whole: null, severe: 0, minor: 1 }] }
	];

	test.each(datas.map((data) => [data.kind, data] as const))('of a chart (%s) hold its numbers and nothing that breaks them', async (_, data) => {
		const svg = chartSvg(data);
		for (const said of data.kind === 'hex' || data.kind === 'boundaries' ? ['苏州', '>12<', '红', '&#60;盐城&#62;&#38;'] : data.kind === 'bars' ? ['>37<', '9月'] : data.kind === 'risk' ? ['>12.4<', '>高<', '>10<', '&#60;盐城&#62;&#38;'] : ['>10<', '苏州市']) expect(svg).toContain(said);
		expect((await picture(svg)).width).toBe(1320);
	});

	test('of a map by boundaries hold the outlines and claim nothing else; hexagons say that they are none', () => {
		const [hexagons, outlines] = [chartSvg(datas[0]!), chartSvg(datas[1]!)];
		expect(outlines).toContain('d="M0 0l300 0 0 300-300 0z"');
		expect(outlines).not.toContain('示意图');
		expect(hexagons).toContain('示意图，不表示行政区域界线');
	});

	test('are the same for the same data', async () => {
		expect((await picture(chartSvg(datas[0]!))).hash).toBe((await picture(chartSvg(datas[0]!))).hash);
	});
});

describe('the Word file', () => {
	let texts: Map<string, string>;
	const said = (xml: string) => [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map((match) => match[1]!.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'"));
	beforeAll(async () => {
		const drawn = await Promise.all(chartsOf(content).map(async ({ key, data }) => [key, await picture(chartSvg(data))] as const));
		const by = new Map(drawn);
		const withPictures: Content = {
			...content,
			sections: content.sections.map((section) => ({ ...section, charts: section.charts.map((chart) => ({ ...chart, picture: { hash: by.get(chart.key)!.hash, width: by.get(chart.key)!.width, height: by.get(chart.key)!.height } })) }))
		};
		const watermark = (await picture(watermarkSvg([about.taken]))).bytes;
		texts = await zipTexts(await wordFile({ ...about, content: withPictures, watermark, pictures: new Map(drawn.map(([, one]) => [one.hash, one.bytes])) }));
	});

	test('says every paragraph, heading, number and date of the report', () => {
		const lines = said(texts.get('word/document.xml')!);
		for (const section of printed(content.sections)) for (const paragraph of paragraphsOf(section)) expect(lines).toContain(paragraph);
		expect(lines.join('')).toContain(content.title);
		expect(lines).toEqual(expect.arrayContaining([about.number, about.classNotice, about.limits]));
	});

	test('says below the map, and nowhere else, by which approved map it is drawn; below hexagons there is nothing', async () => {
		const drawn = await picture(chartSvg(chartsOf(mapped).find(({ key }) => key === 'map')!.data));
		const withMap = { ...mapped, sections: mapped.sections.map((section) => ({ ...section, charts: section.charts.map((chart) => (chart.key === 'map' ? { ...chart, picture: drawn } : chart)) })) };
		const file = await wordFile({ ...about, content: withMap, watermark: drawn.bytes, pictures: new Map([[drawn.hash, drawn.bytes]]) });
		const lines = said((await zipTexts(file)).get('word/document.xml')!);
		const at = lines.indexOf('预警区域分布图');
		expect(at).toBeGreaterThan(0);
		expect(lines[at + 1]).toMatch(/^审图号：苏S\(2024\)12号/);
		expect(lines.filter((line) => line.includes('审图号'))).toHaveLength(1);
		const schematic = chartsOf(reportOf({ ...month, approved: null })).find(({ key }) => key === 'map')!;
		expect(schematic).toMatchObject({ title: '预警区域分布示意图', data: { kind: 'hex' } });
		expect(schematic.note).toBeUndefined();
	});

	test('holds in its tables what the report’s tables hold, cell by cell', () => {
		const tables = [...texts.get('word/document.xml')!.matchAll(/<w:tbl>.*?<\/w:tbl>/gs)].map(([xml]) =>
			[...xml.matchAll(/<w:tr>.*?<\/w:tr>|<w:tr .*?<\/w:tr>/gs)].map(([row]) => [...row.matchAll(/<w:tc>.*?<\/w:tc>/gs)].map(([cell]) => said(cell).join(''))));
		const wanted = printed(content.sections).flatMap(({ tables: own }) => own).filter(({ rows }) => rows.length > 0)
			.map(({ columns, rows }) => [columns.map(({ label }) => label), ...rows.map((row) => columns.map((column, i) => cellText(row[i] ?? null, column.digits)))]);
		expect(tables).toEqual(wanted);
	});

	test('is set in named styles with named fonts, none of them inside', () => {
		const styles = texts.get('word/styles.xml')!;
		for (const name of ['公文标题', '一级标题', '公文正文', '表格数字', '图表标题']) expect(styles).toContain(name);
		for (const font of ['方正小标宋简体', '仿宋_GB2312', '黑体']) expect(styles).toContain(font);
		expect([...texts.keys()].filter((name) => /\.(ttf|otf|odttf|fntdata)$/.test(name))).toEqual([]);
	});

	test('says beside each picture what it shows, and on every page who took it', () => {
		const document = texts.get('word/document.xml')!;
		const charts = chartsOf(content);
		expect(charts.length).toBeGreaterThan(0);
		for (const { alt } of charts) expect(document).toContain(alt.slice(0, 20));
		const headers = [...texts].filter(([name]) => /^word\/header\d+\.xml$/.test(name));
		expect(headers.length).toBeGreaterThanOrEqual(2);
		for (const [, xml] of headers) expect(xml).toContain(about.taken);
		const footers = [...texts].filter(([name]) => /^word\/footer\d+\.xml$/.test(name));
		for (const [, xml] of footers) expect(xml).toContain('PAGE');
	});
});

describe('the page', () => {
	test('is sent by which approved map the map is drawn', () => {
		const [map] = shownSections(mapped.sections).flatMap(({ charts }) => charts).filter(({ key }) => key === 'map');
		expect(map).toMatchObject({ title: '预警区域分布图', note: expect.stringMatching(/^审图号：苏S\(2024\)12号/) as string, alt: expect.stringContaining('审图号') as string });
	});

	test('is sent the pictures only, not the outlines that they were drawn from', () => {
		expect(JSON.stringify(mapped.sections)).toContain(approved.regions[month.regions[0]!.code]!.d);
		expect(JSON.stringify(shownSections(mapped.sections))).not.toContain(approved.regions[month.regions[0]!.code]!.d);
	});
});

describe('the workbook', () => {
	let bytes: Buffer;
	beforeAll(async () => {
		bytes = await workbook(about);
	});

	test('has a sheet for each table that reads back as the same numbers and texts', async () => {
		const names = [...(await zipTexts(bytes)).get('xl/workbook.xml')!.matchAll(/<sheet /g)];
		const tables = tablesOf(content);
		expect(names).toHaveLength(tables.length + 1);
		for (const [i, table] of tables.entries()) {
			const rows = await readSheet(bytes, i + 1);
			const head = rows.findIndex((row) => row[0] === table.columns[0]!.label && row[1] === table.columns[1]!.label);
			const read = rows.slice(head + 1, head + 1 + table.rows.length).map((row) => table.columns.map((_, n) => row[n] ?? null));
			expect(read, table.title).toEqual(table.rows.map((row) => table.columns.map((_, n) => row[n] ?? null)));
		}
	});

	test('keeps numbers to their last digit and shows as many of them as the paper', async () => {
		const shown = shownNumbers(await zipTexts(bytes));
		const numbersOf = (i: number) => shown.get(i + 1) ?? [];
		const tables = tablesOf(content);
		for (const [i, table] of tables.entries()) {
			const written = table.rows.flatMap((row) => table.columns.flatMap(({ digits }, n) => (typeof row[n] === 'number' ? [cellText(row[n], digits).replace('−', '-')] : [])));
			expect(numbersOf(i), table.title).toEqual(written);
		}
		const figures = content.sections.flatMap((section) => section.figures).filter(({ value }) => value !== null);
		expect(numbersOf(tables.length).map((text) => text.replace('-', ''))).toEqual(figures.map((one) => written(one)));
		// The world is rich enough to prove something: shares, days and counts.
		expect(new Set(figures.map(({ digits }) => digits))).toEqual(new Set([0, 1]));
		expect(tables.some(({ rows, columns }) => rows.some((row) => columns.some(({ digits = 0 }, n) => typeof row[n] === 'number' && row[n] !== Number(row[n].toFixed(digits)))))).toBe(true);
	});

	test('says on each sheet what it is, of which time and data, and what may be done with it', async () => {
		for (let i = 1; i <= tablesOf(content).length + 1; i++) {
			const said = (await readSheet(bytes, i)).slice(0, 6).map((row) => row[0]);
			expect(said).toEqual([...aboutLines(about)]);
			expect(said.join()).toMatch(/苏市监险报〔2026〕3号.*统计版本.*内部资料.*取用/s);
		}
	});

	test('writes = + - @ as text: nothing in it is a formula', async () => {
		const injected = ['=HYPERLINK("http://x")', '+1', '-2+3', '@SUM(A1)', '=cmd|x'];
		const table = { key: 't', title: '=恶意/表*名', note: '=1+1', columns: [{ label: '=甲', kind: 'text' as const }, { label: '乙', kind: 'code' as const }], rows: injected.map((word) => [word, word]) };
		const file = await workbook({ ...about, content: { ...content, title: '=题', sections: [{ ...content.sections[0]!, tables: [table], figures: [] }] } });
		const texts = await zipTexts(file);
		for (const [name, xml] of texts) if (name.startsWith('xl/worksheets/')) expect(xml).not.toMatch(/<f[ >]/);
		const read = (await readSheet(file, 1)).flat();
		for (const word of injected) expect(read).toContain(word);
		expect(typeof (await readSheet(file, 1)).flat().find((cell) => cell === '+1')).toBe('string');
	});

	test('keeps codes as text, with their zeros', async () => {
		const regions = reportOf(someMaterial('monthly'));
		const book = await workbook({ ...about, content: regions });
		const i = tablesOf(regions).findIndex(({ key }) => key === 'regions');
		expect((await readSheet(book, i + 1)).flat()).toContain('320100');
	});

	test('gives each sheet a name that every program takes', () => {
		const taken = new Set<string>();
		const names = ['各地区/预警:*?', '各地区/预警:*?', '很长'.repeat(30)].map((title) => sheetName(title, taken));
		expect(new Set(names).size).toBe(3);
		for (const name of names) expect(name).toMatch(/^[^[\]:*?/\\]{1,31}$/);
	});
});
