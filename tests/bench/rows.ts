import { createWriteStream, existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readReference } from '#db/reference/read.ts';
import { addDays } from '#lib/calendar/days.ts';
import { checkCharacter } from '#lib/enterprises/uscc.ts';
import type { BenchContext } from './context.ts';

const counties = readReference('regions').filter((row) => row['code']!.startsWith('32') && row['level'] === 'county' && row['kind'] === 'division').map((row) => row['code']!);
const classes = readReference('industries').filter((row) => row['level'] === '4').map((row) => row['key']!);
const firstDay = '2022-01-01';
const days = 1_000;

function codeOf(i: number): string {
	const first = `91${counties[i % counties.length]}MA${String(i).padStart(7, '0')}`;
	return first + checkCharacter(first);
}

/** As wide as a row of a business register. */
export function* registrations(n: number): Generator<string> {
	yield '统一社会信用代码,企业名称,成立日期,区划代码,行业代码,法定代表人,法定代表人证件号码,注册资本,住所,联系电话,经营范围\n';
	for (let i = 0; i < n; i++) {
		const county = counties[i % counties.length];
		yield `${codeOf(i)},江苏第${i}号商贸服务有限公司,${addDays(firstDay, Math.floor((i * days) / n))},${county},${classes[(i * 7919) % classes.length]},张${i % 997},P${i % (n * 0.9)},${1 + (i % 900)}万元人民币,江苏省天元路${i % 9973}号${1 + (i % 28)}幢${100 + (i % 900)}室,139${String(i % 90_000_000).padStart(8, '1')},"一般项目：商务信息咨询服务，日用百货销售，技术服务、技术开发（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"\n`;
	}
}

function* complaints(n: number, enterprises: number): Generator<string> {
	yield '投诉编号,投诉时间,接收时间,统一社会信用代码,投诉类型,渠道,投诉人电话,投诉内容\n';
	const types = ['质量', '售后服务', '合同', '价格', '预付卡', '广告', '食品安全'];
	for (let i = 0; i < n; i++) {
		const day = addDays(firstDay, Math.floor((i * days) / n));
		yield `TS${String(i).padStart(10, '0')},${day} ${String(i % 24).padStart(2, '0')}:15:00,${addDays(day, i % 3)} 23:50:00,${codeOf((i * 104_729) % enterprises)},${types[i % types.length]},全国12315平台,138${String((i * 31) % 90_000_000).padStart(8, '2')},反映商家售后服务问题，要求退款\n`;
	}
}

/** The kinds that are measured: what makes the register, and what comes most. */
export type BenchKind = 'registrations' | 'complaints';

/** The benchmark's files: made once, kept in BENCH_DIR. */
export async function benchFile(context: BenchContext, kind: BenchKind): Promise<{ readonly path: string; readonly rows: number }> {
	const rows = kind === 'registrations' ? context.enterprises : context.events;
	const path = join(context.folder, `${kind}-${context.size}.csv`);
	if (!existsSync(path)) {
		context.log(`writing ${path}`);
		const lines = kind === 'registrations' ? registrations(rows) : complaints(rows, context.enterprises);
		await pipeline(Readable.from(inPieces(lines)), createWriteStream(`${path}.part`));
		await rename(`${path}.part`, path);
	}
	return { path, rows };
}

/** Lines put together to pieces worth writing. */
export function* inPieces(lines: Iterable<string>): Generator<string> {
	let piece = '';
	for (const line of lines) {
		piece += line;
		if (piece.length < 256 * 1024) continue;
		yield piece;
		piece = '';
	}
	yield piece;
}
