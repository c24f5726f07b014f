import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { listBoundaries, loadBoundaries, retireBoundaries } from '#lib/boundaries/boundaries.server.ts';
import { makeDueDrafts } from '#lib/reports/auto.server.ts';
import { beginReport, newEdition, refreshReport, reportJob } from '#lib/reports/begin.server.ts';
import { composeDraft } from '#lib/reports/compose-draft.server.ts';
import { tablesOf } from '#lib/reports/content.ts';
import { reportDetail, type ReportDetail } from '#lib/reports/detail.server.ts';
import { reportPaper, reportPicture, takeTables, takeWord } from '#lib/reports/download.server.ts';
import { editSection } from '#lib/reports/edit.server.ts';
import { issueReport, withdrawReport } from '#lib/reports/issue.server.ts';
import { misreadReports, parseReportFilter, reportQuery } from '#lib/reports/list-filter.ts';
import { listReports } from '#lib/reports/list.server.ts';
import { reportSettings, setDueDay, setUnitKinds } from '#lib/reports/settings.server.ts';
import { discardReport, recallReport, remarkOn, returnReport, reviewReport, submitReport } from '#lib/reports/steps.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { writeComplaints, writeReference, writeWarning } from '../risk-map/fixtures.ts';

const base: Actor = { id: 'writer', name: 'writer', displayName: '郑监测', role: 'monitor', grants: [], departmentId: 'office', regionCode: '320000', industries: null, inspectorId: null, address: null };
const writer = base;
const reviewer: Actor = { ...base, id: 'reviewer', name: 'reviewer', displayName: '周计划', role: 'planner' };
const leader: Actor = { ...base, id: 'leader', name: 'leader', displayName: '吴局', role: 'leader', grants: ['approver'] };
const plainLeader: Actor = { ...leader, id: 'plain', name: 'plain', displayName: '钱处', grants: [] };
const county: Actor = { ...base, id: 'county', name: 'county', displayName: '县监测', departmentId: 'county', regionCode: '320412' };
const countyLeader: Actor = { ...leader, id: 'county-leader', name: 'county-leader', displayName: '县局', departmentId: 'county', regionCode: '320412' };
const food: Actor = { ...base, id: 'food', name: 'food', displayName: '食品处', departmentId: 'food', industries: ['C13', 'C14'] };
const inspector: Actor = { ...base, id: 'inspector', name: 'inspector', displayName: '执法员', role: 'inspector' };

let database: TestDatabase;
const quiet = { progress: () => undefined, signal: new AbortController().signal, log: () => undefined };

beforeAll(async () => {
	database = await testDatabase();
	const { owner } = database;
	await writeReference(owner);
	await owner.insertInto('department').values([{ id: 'county', name: '武进区市场监督管理局', region_code: '320412' }, { id: 'food', name: '食品处', region_code: '320000', industries: ['C13', 'C14'] }]).execute();
	for (const who of [writer, reviewer, leader, plainLeader, county, countyLeader, food, inspector]) {
		await owner.insertInto('app_user').values({ id: who.id, name: who.name, display_name: who.displayName, password_hash: 'none', role: who.role, grants: [...who.grants], department_id: who.departmentId, region_code: who.regionCode, industries: who.industries === null ? null : [...who.industries] }).execute();
	}
	for (const id of ['office', 'county']) {
		await owner.insertInto('disposal_choice').values({ list: 'agency', id, version: 1, state: 'active', created_by: 'leader', definition: JSON.stringify({ code: id === 'office' ? '苏市监' : '武市监', name: '江苏省市场监督管理局', contact: '' }) }).execute();
	}
	const months = ['2025-09', '2025-10', '2026-08', '2026-09', '2026-10'];
	await writeComplaints(owner, months.flatMap((month, m) => Array.from({ length: 12 + 5 * m }, (_, i) => ({ region: i % 3 === 0 ? '320902' : '320412', industry: i % 2 === 0 ? 'H62' : 'C13', day: `${month}-${String(1 + (i % 28)).padStart(2, '0')}` }))));
	await writeWarning(owner, 'w0', '320902', 'C13', 'blue', '2026-08-20');
	await writeWarning(owner, 'w1', '320412', 'H62', 'red', '2026-10-18');
	await writeWarning(owner, 'w2', '320412', 'C13', 'blue', '2026-10-02');
	await writeWarning(owner, 'w3', '320902', 'C13', 'orange', '2026-10-05');
	await writeWarning(owner, 'w4', '320902', 'C13', 'yellow', '2026-09-05');
});
afterAll(() => database[Symbol.asyncDispose]());

async function detail(id: string, actor: Actor = writer): Promise<ReportDetail> {
	const found = await reportDetail(database.db, actor, id);
	if (!found.ok) throw new Error(found.reason);
	return found;
}
const seen = async (id: string, actor: Actor = leader) => ({ id, version: (await detail(id, actor)).version });

async function drafted(actor: Actor, kind: string, month: string): Promise<string> {
	const made = await beginReport(database.db, actor, { kind, month });
	if (!made.ok) throw new Error(made.reason);
	await composeDraft(database.db, made.id, quiet);
	return made.id;
}

async function issued(actor: Actor, kind: string, month: string, by: { readonly reviewer: Actor; readonly approver: Actor } = { reviewer, approver: leader }): Promise<string> {
	const id = await drafted(actor, kind, month);
	expect(await submitReport(database.db, actor, await seen(id, by.approver), by.reviewer.id)).toEqual({ ok: true });
	expect(await reviewReport(database.db, by.reviewer, await seen(id, by.approver), { approverId: by.approver.id, remark: '' })).toEqual({ ok: true });
	expect(await issueReport(database.db, by.approver, await seen(id, by.approver))).toMatchObject({ ok: true });
	return id;
}

const noticesOf = async (userId: string) => (await database.owner.selectFrom('notice').select(['kind', 'object_id', 'read_at']).where('user_id', '=', userId).orderBy('id').execute()).map((row) => row);

describe('a report', () => {
	let id: string;

	it('is begun by the worker’s request, can be left, and tells who asked when it is there', async () => {
		const made = await beginReport(database.db, writer, { kind: 'monthly', month: '2026-10' });
		expect(made).toMatchObject({ ok: true, existed: false });
		id = (made as { id: string }).id;
		const waiting = await detail(id);
		expect(waiting).toMatchObject({ content: null, composing: { state: 'waiting' }, open: ['refresh', 'discard'] });
		expect(await submitReport(database.db, writer, { id, version: waiting.version }, 'reviewer')).toMatchObject({ ok: false, reason: 'not-composed' });
		expect(await beginReport(database.db, writer, { kind: 'monthly', month: '2026-10' })).toEqual({ ok: true, id, existed: true, edition: 1 });
		const requests = await database.owner.selectFrom('job_request').select('payload').where('job', '=', reportJob).execute();
		expect(requests).toEqual([{ payload: { reportId: id } }]);
		const told: number[] = [];
		await composeDraft(database.db, id, { ...quiet, progress: (part) => told.push(part) });
		await database.owner.updateTable('job_request').set({ state: 'done' }).execute();
		expect(told).toEqual([...told].sort((a, b) => a - b));
		expect((await noticesOf('writer')).map(({ kind }) => kind)).toEqual(['report-drafted']);
		const done = await detail(id);
		expect(done.composing).toBeNull();
		expect(done.content!.title).toBe('江苏省企业信用风险监测预警分析月报（2026年10月）');
	});

	it('says the figures of the month, by place, industry and indicator', async () => {
		const { content } = await detail(id);
		const [overview] = content!.sections;
		expect(overview!.paragraphs[0]).toBe('本月江苏省共产生风险预警3件，其中红色预警1件、橙色预警1件；比上月增加2件、上升200.0%。');
		expect(overview!.paragraphs[1]).toContain('投诉举报32件（比上月增加5件、上升18.5%，同比增加15件、上升88.2%）');
		const tables = new Map(tablesOf(content!).map((table) => [table.key, table]));
		expect(tables.get('regions')!.rows.map((row) => [row[0], row[6]])).toEqual([['320400', 2], ['320900', 1]]);
		expect(tables.get('indicators')!.rows).toEqual([['投诉增长', 1, 1, 0, 1, 3]]);
		expect(content!.sections.flatMap(({ charts }) => charts).map(({ key, picture }) => [key, picture !== null])).toEqual(
			expect.arrayContaining([['map', true], ['ranking', true], ['complaints-by-month', true]])
		);
	});

	it('takes words of people, marks them, and keeps the figures', async () => {
		const before = (await detail(id)).content!.sections[0]!;
		const edit = { section: 'overview', text: `${before.paragraphs.join('\n')}\n  全省形势总体平稳，预计下月99件。 `, base: before.base, reset: false };
		expect(await editSection(database.db, writer, id, edit)).toEqual({ ok: true });
		const after = (await detail(id)).content!.sections[0]!;
		expect(after.paragraphs).toEqual([...before.paragraphs, '全省形势总体平稳，预计下月99件。']);
		expect(after.changed).toEqual([...before.paragraphs.map(() => false), true]);
		expect(after.stray).toEqual(['99']);
		expect(after.figures).toEqual(before.figures);
		// Somebody who still has the old words before them overwrites nothing.
		expect(await editSection(database.db, reviewer, id, { ...edit, text: '别的' })).toMatchObject({ ok: false, reason: 'conflict' });
		// Another section at the same time is no conflict.
		const other = (await detail(id)).content!.sections[1]!;
		expect(await editSection(database.db, writer, id, { section: other.key, text: '区域情况略。', base: other.base, reset: false })).toEqual({ ok: true });
		expect(await editSection(database.db, writer, id, { section: other.key, text: 'x', base: (await detail(id)).content!.sections[1]!.base, reset: true })).toEqual({ ok: true });
		expect((await detail(id)).content!.sections[1]!).toMatchObject({ text: null, edited: null, paragraphs: other.paragraphs });
	});

	it('keeps these words when its figures are gathered anew', async () => {
		expect(await refreshReport(database.db, writer, id)).toEqual({ ok: true });
		await composeDraft(database.db, id, quiet);
		await database.owner.updateTable('job_request').set({ state: 'done' }).execute();
		expect((await detail(id)).content!.sections[0]!.paragraphs).toContain('全省形势总体平稳，预计下月99件。');
	});

	it('is written by its own department only, reviewed by somebody else, issued by an approver who did not write it', async () => {
		expect(await editSection(database.db, { ...reviewer, departmentId: 'county' }, id, { section: 'overview', text: 'x', base: '', reset: false })).toMatchObject({ ok: false });
		expect(await editSection(database.db, leader, id, { section: 'overview', text: 'x', base: '', reset: false })).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await submitReport(database.db, writer, await seen(id), 'writer')).toMatchObject({ ok: false, reason: 'unknown-person' });
		expect(await submitReport(database.db, writer, await seen(id), 'inspector')).toMatchObject({ ok: false, reason: 'unknown-person' });
		expect(await submitReport(database.db, writer, { id, version: 1 }, 'reviewer')).toMatchObject({ ok: false, reason: 'conflict' });
		expect(await submitReport(database.db, writer, await seen(id), 'reviewer')).toEqual({ ok: true });
		expect(await reviewReport(database.db, writer, await seen(id), { approverId: 'leader', remark: '' })).toMatchObject({ ok: false, reason: 'own-work' });
		expect(await editSection(database.db, writer, id, { section: 'overview', text: 'x', base: '', reset: false })).toMatchObject({ ok: false, reason: 'wrong-state', state: 'submitted' });
		expect((await noticesOf('reviewer')).map(({ kind }) => kind)).toEqual(['report-to-review']);
	});

	it('goes back with remarks, and comes again', async () => {
		expect(await returnReport(database.db, reviewer, await seen(id), '  ')).toMatchObject({ ok: false, reason: 'remark-missing' });
		expect(await remarkOn(database.db, reviewer, id, 'overview', '请核对九十九件的出处')).toEqual({ ok: true });
		expect(await remarkOn(database.db, reviewer, id, 'nowhere', 'x')).toMatchObject({ ok: false, reason: 'unknown-section' });
		expect(await returnReport(database.db, reviewer, await seen(id), '见批注')).toEqual({ ok: true });
		const back = await detail(id);
		expect(back.state).toBe('draft');
		expect(back.remarks.map(({ said, section }) => [said, section])).toEqual([['见批注', null], ['请核对九十九件的出处', 'overview']]);
		expect((await noticesOf('writer')).at(-1)).toMatchObject({ kind: 'report-returned', object_id: id });
		expect(await submitReport(database.db, writer, await seen(id), 'reviewer')).toEqual({ ok: true });
		expect(await recallReport(database.db, writer, await seen(id))).toEqual({ ok: true });
		expect(await submitReport(database.db, writer, await seen(id), 'reviewer')).toEqual({ ok: true });
		expect(await reviewReport(database.db, reviewer, await seen(id), { approverId: 'plain', remark: '' })).toMatchObject({ ok: false, reason: 'unknown-person' });
		expect(await reviewReport(database.db, reviewer, await seen(id), { approverId: 'leader', remark: '同意' })).toEqual({ ok: true });
		expect((await noticesOf('leader')).map(({ kind }) => kind)).toEqual(['report-to-issue']);
	});

	it('gets its number and date when it is issued, and is frozen then', async () => {
		expect(await issueReport(database.db, plainLeader, await seen(id))).toMatchObject({ ok: false, reason: 'not-allowed' });
		const { rows } = await sql<{ year: string }>`select to_char(now() at time zone 'Asia/Shanghai', 'YYYY') as year`.execute(database.owner);
		const number = `苏市监险报〔${rows[0]!.year}〕1号`;
		expect(await issueReport(database.db, leader, await seen(id))).toEqual({ ok: true, number });
		const paper = await detail(id);
		expect(paper).toMatchObject({ state: 'issued', number, intact: true });
		for (const step of [
			editSection(database.db, writer, id, { section: 'overview', text: 'x', base: paper.content!.sections[0]!.base, reset: false }),
			refreshReport(database.db, writer, id), submitReport(database.db, writer, await seen(id), 'reviewer'), recallReport(database.db, writer, await seen(id)),
			discardReport(database.db, writer, await seen(id), '不需要了'), returnReport(database.db, reviewer, await seen(id), 'x')
		]) expect(await step).toMatchObject({ ok: false, reason: 'wrong-state' });
		expect(await composeDraft(database.db, id, quiet)).toEqual({ left: 'issued' });
	});

	it('can be taken as long as it is, to the letter and the pixel, what was issued; each taking is audited', async () => {
		const word = await takeWord(database.db, county.regionCode === '' ? county : writer, id);
		expect(word).toMatchObject({ ok: true });
		expect(await takeTables(database.db, leader, id)).toMatchObject({ ok: true });
		expect(await reportPaper(database.db, reviewer, id, 'print')).toMatchObject({ ok: true, mark: '' });
		const audited = await database.owner.selectFrom('audit_entry').select(['actor_id', 'detail']).where('action', '=', 'report.download').where('object_id', '=', id).orderBy('seq').execute();
		expect(audited.map(({ actor_id, detail: said }) => [actor_id, (said as { way: string }).way])).toEqual([['writer', 'word'], ['leader', 'tables'], ['reviewer', 'print']]);
		const before = await database.owner.selectFrom('report').select(['content']).where('id', '=', id).executeTakeFirstOrThrow();
		await sql`update report set content = jsonb_set(content, '{sections,0,figures,0,value}', '999') where id = ${id}`.execute(database.owner);
		expect(await takeWord(database.db, writer, id)).toMatchObject({ ok: false, reason: 'not-intact' });
		expect((await detail(id)).intact).toBe(false);
		await database.owner.updateTable('report').set({ content: JSON.stringify(before.content) }).where('id', '=', id).execute();
		expect((await detail(id)).intact).toBe(true);
		const picture = await database.owner.selectFrom('report_picture').select(['hash', 'bytes']).where('report_id', '=', id).executeTakeFirstOrThrow();
		await database.owner.updateTable('report_picture').set({ bytes: Buffer.from('other') }).where('report_id', '=', id).where('hash', '=', picture.hash).execute();
		expect(await takeTables(database.db, writer, id)).toMatchObject({ ok: false, reason: 'not-intact' });
		await database.owner.updateTable('report_picture').set({ bytes: picture.bytes }).where('report_id', '=', id).where('hash', '=', picture.hash).execute();
	});

	it('is replaced by a new edition with a reason, and stays as it was', async () => {
		expect(await newEdition(database.db, writer, await seen(id), '错')).toMatchObject({ ok: false, reason: 'reason-short' });
		const made = await newEdition(database.db, writer, await seen(id), '补充盐城市数据');
		expect(made).toMatchObject({ ok: true });
		const next = (made as { id: string }).id;
		expect((await detail(id)).state).toBe('issued');
		expect(await detail(next)).toMatchObject({ state: 'draft', edition: 2, reason: '补充盐城市数据', number: null });
		expect(await submitReport(database.db, writer, await seen(next), 'reviewer')).toEqual({ ok: true });
		expect(await reviewReport(database.db, reviewer, await seen(next), { approverId: 'leader', remark: '' })).toEqual({ ok: true });
		const done = await issueReport(database.db, leader, await seen(next));
		expect(done).toMatchObject({ ok: true, number: expect.stringMatching(/2号$/) });
		expect(await detail(id)).toMatchObject({ state: 'replaced', intact: true, closed: { reason: '补充盐城市数据' } });
		expect(await takeWord(database.db, writer, id)).toMatchObject({ ok: true, fileName: expect.stringContaining('已被新版替代') });
		expect(await withdrawReport(database.db, leader, await seen(next), '口径有误，另行编发')).toEqual({ ok: true });
		expect(await detail(next)).toMatchObject({ state: 'withdrawn', intact: true });
	});
});

describe('yearly summaries', () => {
	it('are neither handed in nor issued without highlights that people wrote', async () => {
		const id = await drafted(writer, 'yearly', '2026-10');
		const before = await detail(id);
		expect(before.missing).toEqual(['工作亮点']);
		expect(before.content!.sections.map(({ key }) => key)).toContain('own-work');
		expect(await submitReport(database.db, writer, await seen(id), 'reviewer')).toMatchObject({ ok: false, reason: 'words-missing', sections: ['工作亮点'] });
		expect(await editSection(database.db, writer, id, { section: 'highlights', text: '建成全省统一的预警处置闭环。', base: '', reset: false })).toEqual({ ok: true });
		expect(await submitReport(database.db, writer, await seen(id), 'reviewer')).toEqual({ ok: true });
		expect(await reviewReport(database.db, reviewer, await seen(id), { approverId: 'leader', remark: '' })).toEqual({ ok: true });
		expect(await issueReport(database.db, leader, await seen(id))).toMatchObject({ ok: true });
	});
});

describe('a region with nobody else', () => {
	it('hands its report to those above, whose names it does not learn', async () => {
		await database.owner.updateTable('app_user').set({ state: 'disabled' }).where('id', '=', 'county-leader').execute();
		const id = await drafted(county, 'effect', '2026-10');
		expect((await detail(id, county)).reviewers).toEqual([]);
		expect(await submitReport(database.db, county, await seen(id), 'leader')).toMatchObject({ ok: false, reason: 'unknown-person' });
		expect(await submitReport(database.db, county, await seen(id), '')).toEqual({ ok: true });
		expect((await noticesOf('leader')).at(-1)).toMatchObject({ kind: 'report-to-review', object_id: id });
		expect(await reviewReport(database.db, plainLeader, await seen(id), { approverId: '', remark: '' })).toEqual({ ok: true });
		expect(await issueReport(database.db, leader, await seen(id))).toMatchObject({ ok: true, number: expect.stringMatching(/^武市监险报/) });
		await database.owner.updateTable('app_user').set({ state: 'active' }).where('id', '=', 'county-leader').execute();
	});
});

describe('jurisdiction', () => {
	it('shows a county nothing of the province, and the province what the county issued', async () => {
		const provincial = await issued(writer, 'monthly', '2026-09');
		const own = await issued(county, 'monthly', '2026-09', { reviewer: countyLeader, approver: countyLeader });
		for (const actor of [county, countyLeader]) {
			expect(await reportDetail(database.db, actor, provincial)).toMatchObject({ ok: false, reason: 'not-found' });
			expect(await takeWord(database.db, actor, provincial)).toMatchObject({ ok: false, reason: 'not-found' });
			expect(await takeTables(database.db, actor, provincial)).toMatchObject({ ok: false, reason: 'not-found' });
			const hash = (await detail(provincial)).content!.sections.flatMap(({ charts }) => charts)[0]!.picture!.hash;
			expect(await reportPicture(database.db, actor, provincial, hash)).toMatchObject({ ok: false, reason: 'not-found' });
			const listed = (await listReports(database.db, actor, parseReportFilter(new URLSearchParams()))).rows;
			expect(listed.map(({ id }) => id)).toContain(own);
			expect(listed.filter(({ department }) => department !== '武进区市场监督管理局')).toEqual([]);
		}
		expect(await reportDetail(database.db, writer, own)).toMatchObject({ ok: true, own: false, open: [] });
		expect((await detail(own, county)).content!.sections[0]!.paragraphs[0]).not.toContain('江苏省');
		expect(await reportDetail(database.db, inspector, own)).toMatchObject({ ok: false });
		expect(await listReports(database.db, inspector, parseReportFilter(new URLSearchParams()))).toEqual({ rows: [], total: 0, units: [] });
	});

	it('shows drafts to their own department and to leaders only', async () => {
		const draft = await drafted(county, 'quarterly', '2026-09');
		expect(await reportDetail(database.db, writer, draft)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await reportDetail(database.db, leader, draft)).toMatchObject({ ok: true });
	});

	it('keeps to the industries of a department: its figures hold nothing else, and it sees no report about all', async () => {
		const id = await drafted(food, 'monthly', '2026-10');
		const { content } = await detail(id, food);
		expect(tablesOf(content!).find(({ key }) => key === 'industries')!.rows.map((row) => row[0])).toEqual(['C']);
		const [complaints] = tablesOf(content!).find(({ key }) => key === 'kinds')!.rows;
		expect(complaints![1]).toBe(16);
		const all = await issued(writer, 'monthly', '2026-08');
		expect(await reportDetail(database.db, food, all)).toMatchObject({ ok: false, reason: 'not-found' });
	});

	it('lets nobody begin a report about more than they may see', async () => {
		expect(await beginReport(database.db, { ...writer, regionCode: '320412' }, { kind: 'monthly', month: '2026-07' })).toMatchObject({ ok: false, reason: 'beyond-jurisdiction' });
		expect(await beginReport(database.db, { ...writer, industries: ['C'] }, { kind: 'monthly', month: '2026-07' })).toMatchObject({ ok: false, reason: 'beyond-jurisdiction' });
		expect(await beginReport(database.db, leader, { kind: 'monthly', month: '2026-07' })).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await beginReport(database.db, writer, { kind: 'monthly', month: '2999-07' })).toMatchObject({ ok: false, reason: 'bad-period' });
	});
});

describe('the map of a report', () => {
	const square = (code: string, x: number) => ({ type: 'Feature', properties: { code }, geometry: { type: 'Polygon', coordinates: [[[x, 32], [x + 1, 32], [x + 1, 33], [x, 33], [x, 32]]] } });
	const mapOf = async (id: string, actor: Actor) => (await detail(id, actor)).content!.sections.flatMap(({ charts }) => charts).find(({ key }) => key === 'map')!;

	it('is drawn by the office’s own boundaries, and stays as it was issued when these are retired', async () => {
		const administrator: Actor = { ...base, id: 'leader', role: 'sysadmin' };
		const id = await drafted(writer, 'quarterly', '2026-09');
		expect(await mapOf(id, writer)).toMatchObject({ title: '预警区域分布示意图', data: { kind: 'hex' } });
		// Every city that the province's map shows.
		const cities = (await database.owner.selectFrom('region').select('code').where('parent_code', '=', '320000').execute()).map(({ code }) => code);
		const text = JSON.stringify({ type: 'FeatureCollection', features: cities.map((code, i) => square(code, 117 + i)) });
		expect(await loadBoundaries(database.db, administrator, { mapNumber: '苏S(2026)9号', source: '省自然资源厅', text })).toMatchObject({ ok: true });

		await composeDraft(database.db, id, quiet);
		expect(await submitReport(database.db, writer, await seen(id), reviewer.id)).toEqual({ ok: true });
		expect(await reviewReport(database.db, reviewer, await seen(id), { approverId: leader.id, remark: '' })).toEqual({ ok: true });
		expect(await issueReport(database.db, leader, await seen(id))).toMatchObject({ ok: true });
		const map = await mapOf(id, leader);
		expect(map).toMatchObject({ title: '预警区域分布图', note: expect.stringContaining('审图号：苏S(2026)9号') as string, data: { kind: 'boundaries', mapNumber: '苏S(2026)9号' } });
		const picture = await reportPicture(database.db, leader, id, map.picture!.hash);
		const [set] = await listBoundaries(database.db, administrator);
		expect(await retireBoundaries(database.db, administrator, set!.id)).toEqual({ ok: true });
		expect(await mapOf(id, leader)).toEqual(map);
		expect(await reportPicture(database.db, leader, id, map.picture!.hash)).toEqual(picture);
		expect((await detail(id, leader)).intact).toBe(true);
		// A new edition begins with the same map, and is drawn by what there is when it is gathered anew.
		const edition = await newEdition(database.db, writer, await seen(id), '更正数据，重新编制');
		const next = edition.ok ? edition.id : '';
		expect(await mapOf(next, writer)).toEqual(map);
		await composeDraft(database.db, next, quiet);
		expect(await mapOf(next, writer)).toMatchObject({ data: { kind: 'hex' } });
	});
});

describe('the morning’s job', () => {
	it('drafts for units that are switched on, once, and leaves alone what people gave up', async () => {
		expect(await setUnitKinds(database.db, writer, 'county', ['monthly'])).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await setUnitKinds(database.db, countyLeader, 'office', ['monthly'])).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await setUnitKinds(database.db, countyLeader, 'county', ['monthly', 'nonsense'])).toEqual({ ok: true });
		expect((await reportSettings(database.db, countyLeader)).units).toMatchObject([{ id: 'county', kinds: ['monthly'], mayChange: true }]);
		expect(await makeDueDrafts(database.db, '2026-11-01', quiet)).toEqual({ drafted: 0, reminded: 0 });
		expect(await makeDueDrafts(database.db, '2026-11-23', quiet)).toEqual({ drafted: 1, reminded: 0 });
		expect(await makeDueDrafts(database.db, '2026-11-24', quiet)).toEqual({ drafted: 0, reminded: 0 });
		const made = await database.owner.selectFrom('report').selectAll().where('department_id', '=', 'county').where('period_key', '=', '2026-10').executeTakeFirstOrThrow();
		expect(made.created_by).toBeNull();
		expect((await noticesOf('county')).map(({ kind }) => kind)).toContain('report-drafted');
		expect(await discardReport(database.db, county, { id: made.id, version: made.version }, '本月不编')).toEqual({ ok: true });
		expect(await makeDueDrafts(database.db, '2026-11-25', quiet)).toEqual({ drafted: 0, reminded: 0 });
	});

	it('reminds planners and leaders of units that have not issued, on the right working days, each once', async () => {
		expect(await setDueDay(database.db, countyLeader, '320000', { month: 11, day: 5 })).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await setDueDay(database.db, leader, '320000', { month: 2, day: 30 })).toMatchObject({ ok: false, reason: 'bad-due' });
		expect(await setDueDay(database.db, leader, '320000', { month: 12, day: 4 })).toEqual({ ok: true });
		const due = async (userId: string) => (await noticesOf(userId)).filter(({ kind }) => kind === 'report-due').length;
		// The province has issued its summary of this year above; the county has not.
		await makeDueDrafts(database.db, '2026-11-19', quiet);
		expect(await due('county-leader')).toBe(0);
		await makeDueDrafts(database.db, '2026-11-20', quiet);
		await makeDueDrafts(database.db, '2026-11-23', quiet);
		expect([await due('county-leader'), await due('county'), await due('leader')]).toEqual([1, 0, 0]);
		for (const day of ['2026-11-27', '2026-11-28', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-07']) await makeDueDrafts(database.db, day, quiet);
		expect(await due('county-leader')).toBe(4);
		expect(await setDueDay(database.db, leader, '320000', null)).toEqual({ ok: true });
	});
});

describe('the address of the list', () => {
	it.each([
		['', []],
		['kind=monthly&state=issued&year=2026&skip=50', []],
		['kind=weekly&state=lost&year=soon', ['kind=weekly', 'state=lost', 'year=soon']],
		['year=1999&unit=elsewhere', ['unit=elsewhere', 'year=1999']],
		['unit=office', []]
	])('says of "%s" what is not understood', (address, misread) => {
		expect(misreadReports(new URLSearchParams(address), ['office'])).toEqual(misread);
		// What is understood of it is written again and means the same.
		const filter = parseReportFilter(new URLSearchParams(address));
		expect(parseReportFilter(new URL(reportQuery(filter, { skip: filter.skip }), 'http://x').searchParams)).toEqual(filter);
	});
});
