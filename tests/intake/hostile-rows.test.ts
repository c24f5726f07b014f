import iconv from 'iconv-lite';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from './support.ts';
import { workbook, type Cell, type SheetOptions } from './workbook.ts';

/** One file after the other, and of each what became of each of its rows. */

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const a = usccOf(1);
const header = 'uscc,name,occurredOn';

let sources = 0;

/** `day name` of an accepted row, `line reason` of a refused one; and `warning n` for what was left out or noticed. */
async function fates(content: string | Uint8Array): Promise<readonly string[]> {
	const result = await imported(database.db, 'registrations', content, { mapping: { columns: {}, history: true }, source: `来源${sources++}` });
	const { rows: accepted } = await sql<{ fate: string }>`
		select (occurred_at at time zone 'Asia/Shanghai')::text || ' ' || (content ->> 'name') as fate from event where batch_id = ${result.batchId}
	`.execute(database.db);
	const { rows: rejects } = await sql<{ fate: string }>`select line || ' ' || reason as fate from intake_reject where batch_id = ${result.batchId}`.execute(database.db);
	const warnings = result.warnings.filter(({ code }) => !['region-from-uscc', 'history'].includes(code)).map(({ code, count }) => `${code} ${count}`);
	expect([accepted.length, rejects.length, result.rows]).toEqual([result.accepted, result.rejected, result.accepted + result.rejected + result.duplicates]);
	return [...accepted, ...rejects].map(({ fate }) => fate.replace(' 00:00:00', '')).concat(warnings).sort();
}

/** What became of each of many cells in one file: the value that `of` asks for, or the reason. */
async function fateOfEach(lines: readonly string[], of: ReturnType<typeof sql.raw>): Promise<readonly string[]> {
	const content = `编号,${header}\n${lines.map((line, i) => `K${i},${line}\n`).join('')}`;
	const { batchId } = await imported(database.db, 'registrations', content, { mapping: { columns: {}, history: true }, source: `来源${sources++}` });
	const { rows } = await sql<{ i: number; fate: string }>`
		select substr(source_key, 2)::int as i, ${of} as fate from event where batch_id = ${batchId}
		union all select substring(raw from '^K(\\d+)')::int, reason from intake_reject where batch_id = ${batchId}
		order by 1
	`.execute(database.db);
	expect(rows.map(({ i }) => i)).toEqual(lines.map((_, i) => i));
	return rows.map(({ fate }) => fate.replace(' 00:00:00', ''));
}

/** A date cell and what it becomes. */
const dates: readonly (readonly [string, string])[] = [
	['2019-02-28', '2019-02-28'], ['2019/2/28 0:00:00', '2019-02-28'], ['2019.2.28', '2019-02-28'], ['20190228', '2019-02-28'],
	['20190228093000', '2019-02-28 09:30:00'], ['2019年2月28日 9时30分', '2019-02-28 09:30:00'], ['２０１９－０２－２８', '2019-02-28'],
	['２０１９年２月２８日', '2019-02-28'], ['\u30002019-02-28\u00a0', '2019-02-28'], ['2019-02\u200b-28', '2019-02-28'], ['"2019-02-28"', '2019-02-28'],
	['民国108年2月28日', '2019-02-28'], ['民國108/2/28', '2019-02-28'], ['中华民国一百零八年二月二十八日', '2019-02-28'], ['民国元年1月1日', '1912-01-01'],
	['二〇一九年二月二十八日', '2019-02-28'], ['贰零壹玖年零贰月贰拾捌日', '2019-02-28'], ['2019-02-27T16:00:00Z', '2019-02-28'],
	['民国108年2月30日', 'date-impossible'], ['108/2/28', 'date-format'], ['二〇一九年二月', 'date-format'], ['28/02/2019', 'date-format'], ['2/28/2019', 'date-format'],
	['己亥年正月初一', 'date-lunar'], ['农历2019年1月24日', 'date-lunar'], ['二〇一九年腊月廿三', 'date-lunar'],
	['1551312000000', 'date-epoch'], ['1551312000', 'date-epoch'], ['43524', 'date-serial'], ['43524.5', 'date-serial'],
	['2019-02-30', 'date-impossible'], ['1899-12-31', 'date-too-old'], ['2199-01-01', 'date-future'], ['#N/A', 'cell-error'], ['=TODAY()', 'date-format'], ['', 'missing']
];

/** A code's cell and what it becomes. */
const codes: readonly (readonly [string, string])[] = [
	[a, 'ok'], [a.toLowerCase(), 'ok'], [[...a].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(''), 'ok'], [`'${a}`, 'ok'], [`="${a}"`, 'ok'],
	[`${a.slice(0, 8)} ${a.slice(8)}`, 'ok'], [`${a.slice(0, 8)}\u200b${a.slice(8)}\ufeff`, 'ok'], [`\u3000${a}\u00a0`, 'ok'], [`${a.slice(0, 2)}-${a.slice(2)}`, 'ok'],
	['9.13204E+17', 'digits-lost'], ['9.13204E17', 'digits-lost'], ['913204120000000000', 'digits-lost'], ['320412000123456', 'uscc-length'],
	[`${a.slice(0, 17)}O`, 'uscc-characters'], [a.slice(0, 17), 'uscc-length'], ['91320412MA1234567X', 'uscc-check'], ['#REF!', 'cell-error'], ['', 'missing']
];

/** A name's cell and what it becomes. */
const names: readonly (readonly [string, string])[] = [
	['  甲公司 ', '甲公司'], ['甲\u200b公\ufeff司', '甲公司'], ['甲\u2028公司', '甲\u2028公司'], ['甲　公司', '甲　公司'], ['ＡＢＣ公司', 'ＡＢＣ公司'], ['𠮷野公司', '𠮷野公司'],
	['"甲""乙""公司"', '甲"乙"公司'], ['甲"乙"公司', '甲"乙"公司'], ['"甲,公司"', '甲,公司'], ['"甲\n公司"', '甲\n公司'], ["'-甲公司", '-甲公司'], ['甲\\t公司', '甲\\t公司'],
	['=HYPERLINK("x")', 'formula'], ['#NAME?', 'cell-error'], ['甲'.repeat(301), 'too-long'], ['"未闭合', 'quote-open'], ['坏\ufffd字', 'bad-characters'], ['甲公司,乙', 'too-many-fields'], ['', 'missing']
];

describe('a cell of CSV is understood where it means one thing, and refused with its reason where not', () => {
	it('dates', async () => {
		const found = await fateOfEach(dates.map(([cell]) => `${a},甲,${cell}`), sql.raw(`(occurred_at at time zone 'Asia/Shanghai')::text`));
		expect(dates.map(([cell], i) => [cell, found[i]])).toEqual(dates);
	});
	it('codes', async () => {
		const found = await fateOfEach(codes.map(([cell]) => `${cell},甲,2019-02-28`), sql.raw('uscc'));
		expect(codes.map(([cell], i) => [cell, found[i]])).toEqual(codes.map(([cell, fate]) => [cell, fate === 'ok' ? a : fate]));
	});
	it('names', async () => {
		const found = await fateOfEach(names.map(([cell]) => `${a},${cell},2019-02-28`), sql.raw(`content ->> 'name'`));
		expect(names.map(([cell], i) => [cell, found[i]])).toEqual(names);
	});
});

const b = usccOf(2);
const two = [`2019-02-28 甲`, `2019-03-01 乙`];
const rows = `${a},甲,2019-02-28\n${b},乙,2019-03-01\n`;
const plain = `${header}\n${rows}`;
const utf16 = (text: string, swap: boolean) => {
	const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
	return swap ? bytes.swap16() : bytes;
};
const half = (text: string) => Buffer.concat([iconv.encode(`${text}${a},`, 'gbk'), Buffer.from([0xbc]), iconv.encode(`,2019-02-28\n${rows.repeat(40)}`, 'gbk')]);

/** A whole file of CSV and what becomes of its rows. */
const files: readonly (readonly [string, string | Uint8Array, readonly string[]])[] = [
	['UTF-8', plain, two],
	['UTF-8 with a byte order mark', `\ufeff${plain}`, two],
	['a byte order mark inside, where files were put together', `${header}\n${a},甲,2019-02-28\n\ufeff${header}\n\ufeff${b},乙,2019-03-01\n`, [...two, 'header-repeated 1']],
	['GB18030', iconv.encode(plain, 'gb18030'), two],
	['UTF-16 with its mark, little end first', utf16(plain, false), two],
	['UTF-16 with its mark, big end first', utf16(plain, true), two],
	['GBK with half a character in one row', half(`${header}\n`), [...two, '2 bad-characters']],
	['CRLF', plain.replaceAll('\n', '\r\n'), two],
	['CR', plain.replaceAll('\n', '\r'), two],
	['CRLF and LF mixed', plain.replace('\n', '\r\n'), two],
	['a CR for one of the line breaks', `${header}\n${a},甲,2019-02-28\r${b},乙,2019-03-01\n`, ['2 too-many-fields']],
	['no line break at the end', plain.trimEnd(), two],
	['tabs', plain.replaceAll(',', '\t'), two],
	['semicolons, one at each end', plain.replaceAll(',', ';').replaceAll('\n', ';\n'), two],
	['empty columns and rows', `${header},,\n,,,,\n${a},甲,2019-02-28,,\n\n${b},乙,2019-03-01,,\n,,,,\n,,,,\n`, [...two, 'blank-rows 3']],
	['a title above the header', `常州市登记企业明细表,,\n${plain}`, [...two, 'lines-above-header 1']],
	['a title, and who filled it in', `明细表\n填报单位：常州局,,制表人：张三\n${plain}`, [...two, 'lines-above-header 2']],
	['a header of two rows', `主体,,登记\n统一社会信用代码,企业名称,成立日期\n${rows}`, [...two]],
	['groups over the columns', `登记主体,,登记,\n统一社会信用代码,企业名称,成立日期,住所\n${a},甲,2019-02-28,\n`, ['2019-02-28 甲']],
	['the header again in the middle', `${header}\n${a},甲,2019-02-28\n${header}\n${b},乙,2019-03-01\n`, [...two, 'header-repeated 1']],
	['a total at the end', `${plain}合计,2,\n`, [...two, 'totals-left-out 1']],
	['a total in words', `${plain},总计：2户,\n本页小计,,2\n`, [...two, 'totals-left-out 2']],
	['a note at the end, which is no total', `${plain}数据来源：登记系统,,\n`, [...two, '4 missing']],
	['totals with units, and a mean', `${plain}合计（户）,2,\n平均,1,\n总计(万元)：35,,\n`, [...two, 'totals-left-out 3']],
	['complete rows whose keys begin like totals', `编号,${header}\n合计001,${a},甲,2019-02-28\n合计002,${b},乙,2019-03-01\n合计,,2,\n`, [...two, 'totals-left-out 1']],
	['lines of GBK in a small file of UTF-8', Buffer.concat([Buffer.from(`统一社会信用代码,企业名称,成立日期\n${rows}`), iconv.encode(`${usccOf(3)},丙丁戊己,2019-03-01\n`, 'gbk')]), [...two, '4 bad-characters']],
	['lines of UTF-8 in a small file of GBK', Buffer.concat([iconv.encode(`统一社会信用代码,企业名称,成立日期\n${rows}`, 'gbk'), Buffer.from(`${usccOf(3)},丙,2019-03-01\n`)]), [...two, '4 bad-characters']],
	['columns that are no fields, and one without a name', `${header},审核人,,备用\n${a},甲,2019-02-28,王,x,\n${b},乙,2019-03-01,李,,\n`, [...two, 'column-ignored 2']],
	['keys of NDJSON that are no fields, some of them late', [
		{ uscc: a, name: '甲', occurredOn: '2019-02-28', 审核人: '王', 空: null }, { uscc: b, name: '乙', occurredOn: '2019-03-01', 备注一: 'x' }
	].map((row) => `${JSON.stringify(row)}\n`).join(''), [...two, 'column-ignored 2']],
	['two columns of one meaning', `${header},登记日期,单位名称\n${a},甲,2019-02-28,2019-02-27,甲的旧名\n`, ['2019-02-28 甲', 'column-ignored 2', 'column-twice 2']],
	['names that name nobody', `${header}\n${['无', 'N/A', '-', 'null', '未知', '不详', '测试', '锟斤拷烫烫', '？？？'].map((name) => `${a},${name},2019-02-28\n`).join('')}${b},乙,2019-03-01\n`,
		['2019-03-01 乙', ...Array.from({ length: 9 }, (_, i) => `${i + 2} name-placeholder`)]],
	['an enterprise whose name is a total', `${header}\n${a},合计,2019-02-28\n`, ['2019-02-28 合计']],
	['a total in front of a right code is data', `name,uscc,occurredOn\n合计,${a},2019-02-28\n`, ['2019-02-28 合计']],
	['a field of 30,000 characters', `${plain}${usccOf(3)},"${'长'.repeat(30_000)}",2019-02-28\n`, [...two, '4 too-long']],
	['NDJSON with escapes that no database keeps', [
		{ uscc: a, name: '甲', occurredOn: '2019-02-28' }, { uscc: b, name: '乙', occurredOn: '2019-03-01' }, { uscc: usccOf(3), name: '丙\0', occurredOn: '2019-02-28' },
		{ uscc: usccOf(3), name: '丙', occurredOn: '2019-02-28', 'x\0': 1 }
	].map((row) => `${JSON.stringify(row)}\n`).join('') + `{"uscc":"${usccOf(3)}","name":"\\ud842","occurredOn":"2019-02-28"}\n`, [...two, '3 bad-characters', '4 bad-characters', '5 bad-characters']],
	['a warning whose example is cut within a character', `${header},住所\n${a},甲,2019-02-28,${'省'.repeat(99)}𠮷\n`, ['2019-02-28 甲']]
];

describe('each row of a file has its fate', () => {
	it.each(files)('%s', async (_, content, expected) => {
		expect(await fates(content)).toEqual([...expected].sort());
	});
});

const top: readonly Cell[] = ['统一社会信用代码', '企业名称', '成立日期'];
const date = (serial: number): Cell => ({ xml: `<v>${serial}</v>`, attributes: 's="1"' });

/** A sheet and what becomes of its rows. */
type SheetCase = readonly [what: string, cells: readonly (readonly Cell[])[], fates: readonly string[], options?: SheetOptions];
const sheets: readonly SheetCase[] = [
	['dates as serial numbers', [top, [a, '甲', date(43524)], [b, '乙', date(43525)]], two],
	['dates counted from 1904', [top, [a, '甲', date(42062)], [b, '乙', date(42063)]], two, { from1904: true }],
	['texts in the cells themselves', [top, [a, '甲', '2019-02-28'], [b, '乙', '2019年3月1日']], two, { shared: false }],
	['numbers where texts should be', [top, [a, 12345, date(43524)]], ['2019-02-28 12345']],
	['leading zeros of a text', [top, [a, '007', date(43524)]], ['2019-02-28 007']],
	['a number that was a code', [top, [{ xml: '<v>9.1320412000012301E+17</v>' }, '甲', date(43524)]], ['2 digits-lost']],
	['a serial number without a date style', [top, [a, '甲', 43524]], ['2 date-serial']],
	['cells in error', [top, [{ xml: '<v>#REF!</v>', attributes: 't="e"' }, '甲', date(43524)], [a, { xml: '<v>#N/A</v>', attributes: 't="e"' }, date(43524)]], ['2 cell-error', '3 cell-error']],
	['a formula with its value', [top, [a, { xml: '<f>A1&amp;"x"</f><v>甲</v>', attributes: 't="str"' }, date(43524)]], ['2019-02-28 甲']],
	['a formula that nobody has computed', [top, [a, { xml: '<f>A1&amp;"x"</f>' }, date(43524)]], ['2 formula']],
	['an escape that spells NUL', [top, [a, '甲_x0000_', date(43524)]], ['2 bad-characters']],
	['a merged title, and a header of two merged rows',
		[['登记明细', null, null, null], ['登记主体', null, '登记日期', '住所'], ['统一社会信用代码', '企业名称', null, null], [a, '甲', date(43524), ''], [b, '乙', date(43525), '']],
		[...two, 'lines-above-header 1'], { merged: ['A1:D1', 'A2:B2', 'C2:C3', 'D2:D3'] }],
	['a day that is one cell for two rows', [top, [a, '甲', date(43524)], [b, '乙', null]], ['2019-02-28 甲', '2019-02-28 乙'], { merged: ['C2:C3'] }],
	['a merged total', [top, [a, '甲', date(43524)], ['合计', null, 1]], ['2019-02-28 甲', 'totals-left-out 1'], { merged: ['A3:B3'] }],
	['a hidden sheet in front', [top, [a, '甲', date(43524)]], ['2019-02-28 甲', 'other-sheets 2'], { sheets: [{ name: '字典', hidden: true }, { name: '数据' }, { name: '说明' }] }],
	['tags with a prefix', [top, [a, '甲', date(43524)], [b, '乙', date(43525)]], two, { prefix: 'x' }],
	['cells merged over rows, and tags with a prefix', [top, [a, '甲', date(43524)], [b, '乙', null]], ['2019-02-28 甲', '2019-02-28 乙'], { merged: ['C2:C3'], prefix: 'x' }],
	['how a text is spoken, beside it', [top, [a, { xml: '<is><r><t>甲</t></r><rPh sb="0" eb="1"><t>jia</t></rPh><r><t>公司</t></r></is>', attributes: 't="inlineStr"' }, date(43524)]], ['2019-02-28 甲公司']],
	['the first days of 1900, and the one that was none', [top, [a, '甲', date(1)], [b, '乙', date(59)], [b, '丙', date(60)], [b, '丁', date(61)]],
		['1900-01-01 甲', '1900-02-28 乙', '4 date-format', '1900-03-01 丁']],
	['blank rows with a format only', [top, [a, '甲', date(43524)], ['', ' ', null], [{ xml: '' }, null, null]], ['2019-02-28 甲']]
];

describe('each row of a sheet has its fate', () => {
	it.each(sheets.map(([what, cells, expected, options = {}]) => ({ what, cells, expected, options })))('$what', async ({ cells, expected, options }) => {
		expect(await fates(workbook(cells, options))).toEqual([...expected].sort());
	});
});
