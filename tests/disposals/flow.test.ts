import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '#lib/access/audit.server.ts';
import { decideDisposal, recallDisposal, submitDisposal, withdrawDisposal } from '#lib/disposals/approve.server.ts';
import { attach, detach, readAttachment } from '#lib/disposals/attachments.server.ts';
import { decideChoice, proposeChoice, readCauses, readMeasures } from '#lib/disposals/choices.server.ts';
import { disposalDetail, disposalPaper } from '#lib/disposals/detail.server.ts';
import { beginDisposal, editDisposal } from '#lib/disposals/draft.server.ts';
import { concludeDisposal, issueDisposal, serveDisposal } from '#lib/disposals/issue.server.ts';
import { disposalPage, misreadDisposals, parseDisposalFilter } from '#lib/disposals/list-filter.ts';
import { countDisposalDoors, doorsOf, listDisposals } from '#lib/disposals/list.server.ts';
import { paperHash } from '#lib/disposals/paper-hash.ts';
import { tellResultBack } from '#lib/disposals/result-back.server.ts';
import { act } from '#lib/warnings/desk.server.ts';
import { fold, type HistoryEvent } from '#lib/warnings/history.ts';
import { fromRow } from '#lib/warnings/rows.ts';
import { testDatabase } from '../support/database.ts';
import { colleague, leader, monitor, outsider } from '../warnings/fixtures.ts';
import { approver, editor, known, office, planner, provincial, provincialLeader, second, taken, uscc, versionOf } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
await office(db);
const { rows: [clock] } = await (await import('kysely')).sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(db);
const today = clock!.today;
const year = today.slice(0, 4);
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
	const { owner } = database;
	for (const table of ['notice', 'disposal_attachment', 'disposal', 'disposal_choice', 'number_counter', 'lead_check', 'warning_event', 'warning', 'warning_series'] as const) {
		await owner.deleteFrom(table).execute();
	}
	await owner
		.insertInto('disposal_choice')
		.values({ list: 'agency', id: 'city', version: 1, definition: JSON.stringify({ code: '常市监', name: '常州市市场监督管理局', contact: '' }), state: 'active', created_by: 'seed' })
		.execute();
});

const filled = { request: '在七日内办结投诉', 'reply-by': '2030-01-31' };

/** A caution of the warned enterprise, ready to be submitted. */
async function drafted(warningId: string, measureId = 'caution') {
	const begun = await beginDisposal(db, monitor, { warningId, measureId, uscc, addressee: '' });
	if (!begun.ok) throw new Error(begun.reason);
	const { title, body } = await db.selectFrom('disposal').select(['title', 'body']).where('id', '=', begun.id).executeTakeFirstOrThrow();
	expect(await editDisposal(db, monitor, await versionOf(db, begun.id), { values: filled, title, body, fromTemplate: false })).toEqual({ ok: true });
	return begun.id;
}

async function approved(warningId: string, measureId?: string) {
	const id = await drafted(warningId, measureId);
	expect(await submitDisposal(db, monitor, await versionOf(db, id), approver.id)).toEqual({ ok: true });
	expect(await decideDisposal(db, approver, await versionOf(db, id), { approve: true })).toEqual({ ok: true });
	return id;
}

const noticesOf = async (userId: string) => (await db.selectFrom('notice').select('kind').where('user_id', '=', userId).orderBy('id').execute()).map(({ kind }) => kind);
const warningOf = (id: string) => db.selectFrom('warning').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('a disposal', () => {
	test('goes from draft to outcome; only issuing disposes of the warning, and each step stands in its history', async () => {
		const warning = await taken(db);
		const id = await drafted(warning);
		const draft = await disposalDetail(db, monitor, id);
		expect(draft.ok && draft.body).toContain('本机关收到涉及你单位的投诉举报5件');
		expect(draft.ok && draft.body).toContain('2030年1月31日');
		expect(await submitDisposal(db, monitor, await versionOf(db, id), approver.id)).toEqual({ ok: true });
		expect((await warningOf(warning)).work).toBe('acknowledged');
		expect(await decideDisposal(db, approver, await versionOf(db, id), { approve: false, reason: '请写明期限' })).toEqual({ ok: true });
		expect(await disposalDetail(db, monitor, id)).toMatchObject({ state: 'draft', declinedReason: '请写明期限' });
		expect(await submitDisposal(db, monitor, await versionOf(db, id), approver.id)).toEqual({ ok: true });
		expect(await decideDisposal(db, approver, await versionOf(db, id), { approve: true })).toEqual({ ok: true });
		expect((await warningOf(warning)).disposed_at).toBeNull();
		expect(await issueDisposal(db, monitor, await versionOf(db, id))).toEqual({ ok: true, number: `常市监警〔${year}〕1号` });
		expect(await warningOf(warning)).toMatchObject({ work: 'disposed', disposed_at: expect.any(Date) });
		expect(await concludeDisposal(db, monitor, await versionOf(db, id), { outcome: 'corrected', note: '' })).toMatchObject({ reason: 'wrong-state' });
		expect(await serveDisposal(db, monitor, await versionOf(db, id), { on: '2099-01-01', how: 'posted', note: '' })).toMatchObject({ reason: 'bad-day' });
		expect(await serveDisposal(db, monitor, await versionOf(db, id), { on: today, how: 'posted', note: 'EMS 1' })).toEqual({ ok: true });
		expect(await concludeDisposal(db, monitor, await versionOf(db, id), { outcome: 'other', note: ' ' })).toMatchObject({ reason: 'note-missing' });
		expect(await concludeDisposal(db, monitor, await versionOf(db, id), { outcome: 'corrected', note: '已办结' })).toEqual({ ok: true });

		const events = await db.selectFrom('warning_event').selectAll().where('warning_id', '=', warning).orderBy('seq').execute();
		expect(events.slice(2).map((e) => [e.action, (e.data as { step?: string }).step, e.actor_name])).toEqual([
			['disposal', 'begin', '王敏'], ['disposal', 'submit', '王敏'], ['disposal', 'decline', '周局'], ['disposal', 'submit', '王敏'], ['disposal', 'approve', '周局'],
			['dispose', undefined, '王敏'], ['disposal', 'serve', '王敏'], ['disposal', 'conclude', '王敏']
		]);
		const history = events.map((e) => ({ seq: e.seq, axis: e.axis, action: e.action, set: (e.data as { set: object }).set }) as HistoryEvent);
		expect(fold(history)).toEqual(fromRow(await warningOf(warning)));
		expect(await noticesOf(approver.id)).toEqual(['disposal-to-approve', 'disposal-to-approve']);
		expect(await noticesOf(monitor.id)).toEqual(['disposal-declined', 'disposal-approved']);
		expect(await verifyAudit(db)).toMatchObject({ valid: true });
		const audited = await db.selectFrom('audit_entry').select('action').where('object_kind', '=', 'disposal').where('object_id', '=', id).orderBy('seq').execute();
		expect(audited.map(({ action }) => action)).toEqual([
			'disposal.begin', 'disposal.edit', 'disposal.submit', 'disposal.decline', 'disposal.submit', 'disposal.approve', 'disposal.issue', 'disposal.serve', 'disposal.conclude'
		]);
	});

	test('is frozen when issued: the paper keeps its word and its hash whatever is changed later', async () => {
		const id = await approved(await taken(db));
		await issueDisposal(db, monitor, await versionOf(db, id));
		const before = await disposalPaper(db, monitor, id);
		for (const step of [
			() => recallDisposal(db, monitor, { id, version: 5 }),
			async () => recallDisposal(db, monitor, await versionOf(db, id)),
			async () => withdrawDisposal(db, monitor, await versionOf(db, id), '不发了'),
			async () => editDisposal(db, monitor, await versionOf(db, id), { values: filled, title: '新', body: '新', fromTemplate: false })
		]) expect(await step()).toMatchObject({ ok: false });
		await database.owner.updateTable('disposal_choice').set({ definition: JSON.stringify({ code: '改改改', name: '另一个机关', contact: '' }) }).execute();
		await database.owner.updateTable('enterprise').set({ name: '改名后的有限公司' }).where('uscc', '=', uscc).execute();
		expect(await disposalPaper(db, monitor, id)).toEqual(before);
		const row = await db.selectFrom('disposal').select(['paper', 'paper_hash']).where('id', '=', id).executeTakeFirstOrThrow();
		expect(paperHash(row.paper as never)).toBe(row.paper_hash);
		await database.owner.updateTable('disposal').set({ paper: JSON.stringify({ ...(row.paper as object), title: '被改过' }) }).where('id', '=', id).execute();
		expect(await disposalDetail(db, monitor, id)).toMatchObject({ intact: false });
		await database.owner.updateTable('enterprise').set({ name: '常州市武进区A类食品有限公司' }).where('uscc', '=', uscc).execute();
	});

	test('is approved by the named leader only, never by its author, and issued by the owner of the warning only', async () => {
		const warning = await taken(db);
		const id = await drafted(warning);
		expect(await submitDisposal(db, monitor, await versionOf(db, id), leader.id)).toMatchObject({ reason: 'unknown-approver' });
		expect(await submitDisposal(db, monitor, await versionOf(db, id), monitor.id)).toMatchObject({ reason: 'unknown-approver' });
		await submitDisposal(db, monitor, await versionOf(db, id), approver.id);
		expect(await decideDisposal(db, second, await versionOf(db, id), { approve: true })).toMatchObject({ reason: 'not-the-approver' });
		expect(await decideDisposal(db, monitor, await versionOf(db, id), { approve: true })).toMatchObject({ reason: 'not-allowed' });
		// Somebody who wrote it and was made a leader since.
		const promoted = { ...monitor, role: 'leader' as const, grants: ['approver' as const] };
		expect(await decideDisposal(db, promoted, await versionOf(db, id), { approve: true })).toMatchObject({ reason: 'own-work' });
		await decideDisposal(db, approver, await versionOf(db, id), { approve: true });
		expect(await issueDisposal(db, colleague, await versionOf(db, id))).toMatchObject({ reason: 'not-owner' });
		expect(await issueDisposal(db, { ...monitor, departmentId: 'other' }, await versionOf(db, id))).toMatchObject({ reason: 'not-allowed' });
		expect(await issueDisposal(db, monitor, await versionOf(db, id))).toMatchObject({ ok: true });
	});

	test('two at once: one step is done, the other person is told; nothing is numbered twice or skipped', async () => {
		const id = await approved(await taken(db));
		const seen = await versionOf(db, id);
		const both = await Promise.all([issueDisposal(db, monitor, seen), recallDisposal(db, colleague, seen)]);
		expect(both.filter(({ ok }) => ok)).toHaveLength(1);
		expect(both.find(({ ok }) => !ok)).toMatchObject({ reason: expect.stringMatching(/conflict|wrong-state/) });
		const more: string[] = [];
		for (let i = 0; i < 4; i++) more.push(await approved(await taken(db, {}, `enterprise-complaint-rise|enterprise|${i}`)));
		const first = (await db.selectFrom('disposal').select('number').where('number', 'is not', null).execute()).length;
		const issued = await Promise.all(more.map(async (one) => issueDisposal(db, monitor, await versionOf(db, one))));
		expect(issued.map((one) => (one.ok ? one.number : one.reason)).sort()).toEqual(Array.from({ length: 4 }, (_, i) => `常市监警〔${year}〕${first + i + 1}号`).sort());
	});

	test('is refused while fields or the sign of the department are missing, or the text says what must not leave', async () => {
		const warning = await taken(db);
		const begun = await beginDisposal(db, monitor, { warningId: warning, measureId: 'caution', uscc, addressee: '' });
		const id = begun.ok ? begun.id : '';
		expect(await submitDisposal(db, monitor, await versionOf(db, id), approver.id)).toMatchObject({ reason: 'fields-missing' });
		const bad = `你单位属于D类企业，红色预警。${known.complainant}（${known.complainantPhone}）反映投诉举报异常增长，给予警告。`;
		await editDisposal(db, monitor, await versionOf(db, id), { values: filled, title: '关于某事的函', body: bad, fromTemplate: false });
		const refused = await submitDisposal(db, monitor, await versionOf(db, id), approver.id);
		expect(refused).toMatchObject({ reason: 'forbidden' });
		expect('findings' in refused && refused.findings.map(({ kind }) => kind).sort()).toEqual(['class', 'complainant', 'complainant', 'indicator', 'level', 'penalty']);
		expect(await editDisposal(db, monitor, await versionOf(db, id), { values: { ...filled, 'reply-by': '2026-02-30' }, title: 't', body: 'b', fromTemplate: false })).toMatchObject({ reason: 'bad-field' });
		await editDisposal(db, monitor, await versionOf(db, id), { values: filled, title: '', body: '', fromTemplate: true });
		expect(await submitDisposal(db, monitor, await versionOf(db, id), approver.id)).toEqual({ ok: true });
		await decideDisposal(db, approver, await versionOf(db, id), { approve: true });
		await database.owner.deleteFrom('disposal_choice').execute();
		expect(await issueDisposal(db, monitor, await versionOf(db, id))).toMatchObject({ reason: 'no-agency' });
	});

	test('cannot begin before the warning was taken, for somebody it is not about, or with a measure that was stopped', async () => {
		const warning = await taken(db);
		expect(await beginDisposal(db, monitor, { warningId: warning, measureId: 'caution', uscc: '91320412MA1ABCDE9Q', addressee: '' })).toMatchObject({ reason: 'unknown-addressee' });
		expect(await beginDisposal(db, monitor, { warningId: warning, measureId: 'nothing', uscc, addressee: '' })).toMatchObject({ reason: 'unknown-measure' });
		expect(await beginDisposal(db, monitor, { warningId: warning, measureId: 'remind', uscc: null, addressee: '' })).toMatchObject({ reason: 'no-addressee' });
		expect(await beginDisposal(db, leader, { warningId: warning, measureId: 'remind', uscc, addressee: '' })).toMatchObject({ reason: 'not-allowed' });
		expect(await beginDisposal(db, monitor, { warningId: warning, measureId: 'remind', uscc: null, addressee: '武进区餐饮行业协会' })).toMatchObject({ ok: true });
	});

	test('outside the jurisdiction does not exist: not in lists, pages, papers, attachments or verbs', async () => {
		const id = await approved(await taken(db));
		const file = await attach(db, monitor, id, { name: '回证.pdf', bytes: new TextEncoder().encode('%PDF-1.7 x') });
		const everything = parseDisposalFilter(new URLSearchParams('door=all'), 'all');
		expect(await listDisposals(db, outsider, everything)).toEqual({ rows: [], total: 0, skip: 0 });
		expect(await countDisposalDoors(db, outsider, everything)).toMatchObject({ all: 0 });
		for (const answer of [
			await disposalDetail(db, outsider, id), await disposalPaper(db, outsider, id), await readAttachment(db, outsider, id, file.ok ? file.id : ''),
			await issueDisposal(db, outsider, await versionOf(db, id)), await attach(db, outsider, id, { name: 'a.pdf', bytes: new TextEncoder().encode('%PDF-1.7') })
		]) expect(answer).toMatchObject({ ok: false, reason: 'not-found' });
	});
});

describe('the text of a draft and its fields', () => {
	const textOf = (id: string) => db.selectFrom('disposal').select(['title', 'body']).where('id', '=', id).executeTakeFirstOrThrow();
	const edit = async (id: string, values: Record<string, string>, change: { title?: string; body?: string } = {}) =>
		editDisposal(db, monitor, await versionOf(db, id), { values, ...(await textOf(id)), ...change, fromTemplate: false });
	const submit = async (id: string, ...more: [Parameters<typeof submitDisposal>[4]?]) => submitDisposal(db, monitor, await versionOf(db, id), approver.id, ...more);
	const interview = { day: '2030-03-04', time: '09:30', place: '二楼会议室', who: '主要负责人', topics: '预付卡' };

	test('follow a corrected field, and one that was left empty before, while nobody worked on the text', async () => {
		const begun = await beginDisposal(db, monitor, { warningId: await taken(db), measureId: 'interview', uscc, addressee: '' });
		const id = begun.ok ? begun.id : '';
		await edit(id, interview);
		await edit(id, { ...interview, place: '三楼会议室', contact: '李四 0519-81230000' });
		const { body } = await textOf(id);
		expect(body).toContain('三楼会议室');
		expect(body).not.toContain('二楼会议室');
		expect(body).toContain('联系人及电话：李四 0519-81230000');
		expect(await submit(id)).toEqual({ ok: true });
	});

	test('differ after a person worked on the text: it cannot be submitted until text or fields are put right', async () => {
		const id = await drafted(await taken(db));
		const own = (await textOf(id)).body.replace('现予以警示', '现予以提示和警示');
		await edit(id, filled, { body: own });
		await edit(id, { ...filled, 'reply-by': '2031-02-03' });
		expect((await textOf(id)).body).toBe(own);
		expect(await disposalDetail(db, monitor, id)).toMatchObject({ faults: [{ key: 'reply-by', fault: 'unsaid' }], lastChange: { by: monitor.displayName } });
		expect(await submit(id)).toMatchObject({ reason: 'field-not-in-text', labels: [{ key: 'reply-by' }] });
		await edit(id, { ...filled, 'reply-by': '2031-02-03' }, { body: own.replace('2030年1月31日', '2031年2月3日') });
		expect(await submit(id)).toEqual({ ok: true });
	});

	test('are submitted as they stand in the form; a refusal saves nothing', async () => {
		const id = await drafted(await taken(db));
		const before = await textOf(id);
		const form = { values: filled, title: '关于整改的函', body: `${before.body}\n另请附照片。`, fromTemplate: false };
		expect(await submit(id, { ...form, body: `${form.body}D类企业。` })).toMatchObject({ reason: 'forbidden' });
		expect(await textOf(id)).toEqual(before);
		expect(await submit(id, form)).toEqual({ ok: true });
		expect(await textOf(id)).toEqual({ title: form.title, body: form.body });
	});

	test.each([
		['a day that is over', { day: '2020-05-05' }, 'past'], ['a day that is none', { day: '2030-02-30' }, 'date'], ['an hour that is none', { time: '25:99' }, 'time'],
		['more than fits', { place: '会'.repeat(3_000) }, 'long']
	])('are refused with %s, by name, and cut nothing', async (_, change, fault) => {
		const begun = await beginDisposal(db, monitor, { warningId: await taken(db), measureId: 'interview', uscc, addressee: '' });
		const id = begun.ok ? begun.id : '';
		const form = { values: { ...interview, ...change }, ...(await textOf(id)), fromTemplate: false };
		expect(await submit(id, form)).toMatchObject({ reason: 'bad-field', key: Object.keys(change)[0], fault });
	});

	test('cannot be issued when a deadline passed since it was approved, nor saved with a title that is too long', async () => {
		const id = await approved(await taken(db));
		expect(await issueDisposal(db, monitor, await versionOf(db, id), '2030-02-01')).toMatchObject({ reason: 'bad-field', key: 'reply-by', fault: 'past' });
		await recallDisposal(db, monitor, await versionOf(db, id));
		expect(await edit(id, filled, { title: '长'.repeat(81) })).toEqual({ ok: false, reason: 'title-too-long', limit: 80, length: 81 });
	});
});

describe('lists', () => {
	test('counts agree with the list behind each door, whatever the filter', async () => {
		const warning = await taken(db);
		await drafted(warning);
		await submitDisposal(db, monitor, await versionOf(db, await drafted(warning, 'remind')), approver.id);
		const issued = await approved(warning);
		await issueDisposal(db, monitor, await versionOf(db, issued));
		for (const actor of [monitor, colleague, approver, second, planner, leader]) {
			for (const query of ['', 'state=draft', 'measure=caution', 'q=常市监', `q=${uscc}`, 'q=%25']) {
				const counts = await countDisposalDoors(db, actor, parseDisposalFilter(new URLSearchParams(query), 'all'));
				for (const door of doorsOf(actor)) {
					const list = await listDisposals(db, actor, parseDisposalFilter(new URLSearchParams(`door=${door}&${query}`), 'all'));
					expect([actor.name, door, query, counts[door]]).toEqual([actor.name, door, query, list.total]);
					expect(list.rows).toHaveLength(list.total);
				}
			}
		}
		const own = parseDisposalFilter(new URLSearchParams('door=approve'), 'all');
		expect((await listDisposals(db, approver, own)).total).toBe(1);
		expect((await listDisposals(db, second, own)).total).toBe(0);
		// A page beyond the end is the last one.
		expect(await listDisposals(db, approver, { ...own, skip: 4 * disposalPage })).toMatchObject({ total: 1, skip: 0, rows: [{ approver: approver.displayName }] });
	});
});

test('a list names what of its address was not understood', () => {
	const said = (query: string) => misreadDisposals(new URLSearchParams(query), ['warning-letter']);
	expect(said('door=mine&state=issued&measure=warning-letter&q=x')).toEqual([]);
	expect(said('door=x&state=y&measure=gone')).toEqual(['door=x', 'state=y', 'measure=gone']);
});

describe('an inspection', () => {
	test('tells the planners, and comes back to the owner with its result', async () => {
		const warning = await taken(db);
		const begun = await beginDisposal(db, monitor, { warningId: warning, measureId: 'inspect', uscc, addressee: '' });
		const id = begun.ok ? begun.id : '';
		expect(await beginDisposal(db, monitor, { warningId: warning, measureId: 'inspect', uscc, addressee: '' })).toMatchObject({ reason: 'inspection-open', id });
		await editDisposal(db, monitor, await versionOf(db, id), { values: { matter: '预付卡', by: '2030-01-01' }, title: '', body: '', fromTemplate: false });
		await submitDisposal(db, monitor, await versionOf(db, id), approver.id);
		await decideDisposal(db, approver, await versionOf(db, id), { approve: true });
		expect(await issueDisposal(db, monitor, await versionOf(db, id))).toEqual({ ok: true, number: null });
		expect(await noticesOf(planner.id)).toEqual(['inspection-requested']);
		const waiting = parseDisposalFilter(new URLSearchParams('door=inspections'), 'all');
		expect((await listDisposals(db, planner, waiting)).total).toBe(1);
		await db
			.insertInto('lead_check')
			.values({
				id: 'lead', number: 'XS1', uscc, warning_id: warning, ground: 'monitoring-finding', evidence: uscc, department_id: 'city', region_code: '320412', state: 'open', created_by: planner.id
			})
			.execute();
		expect((await listDisposals(db, planner, waiting)).total).toBe(0);
		expect(await disposalDetail(db, monitor, id)).toMatchObject({ visits: [{ number: 'XS1', results: [], done: false }] });
		await db.transaction().execute(async (trx) => {
			await trx.updateTable('lead_check').set({ state: 'done', result: 'ordered-to-correct', result_note: '已责令改正', visited_on: today, reviewed_at: new Date() }).execute();
			await tellResultBack(trx, [warning], { id: 'lead', uscc });
		});
		expect(await noticesOf(monitor.id)).toEqual(['disposal-approved', 'result-back']);
		expect(await disposalDetail(db, monitor, id)).toMatchObject({ visits: [{ done: true, results: [{ result: 'ordered-to-correct', note: '已责令改正' }] }], open: ['conclude'] });
		expect(await concludeDisposal(db, monitor, await versionOf(db, id), { outcome: 'corrected', note: '' })).toEqual({ ok: true });
	});
});

describe('attachments', () => {
	const pdf = new TextEncoder().encode('%PDF-1.7 receipt');

	test('come back byte for byte with their hash, and leave a name behind when they are removed', async () => {
		const id = await approved(await taken(db));
		const file = await attach(db, monitor, id, { name: '送达回证.pdf', bytes: pdf });
		const read = await readAttachment(db, planner, id, file.ok ? file.id : '');
		expect(read.ok && Buffer.compare(read.bytes, Buffer.from(pdf))).toBe(0);
		expect(read).toMatchObject({ name: '送达回证.pdf', type: 'application/pdf' });
		expect(await detach(db, { ...monitor, departmentId: 'catering' }, id, file.ok ? file.id : '')).toMatchObject({ reason: 'not-allowed' });
		expect(await detach(db, colleague, id, file.ok ? file.id : '')).toEqual({ ok: true });
		const gone = await db.selectFrom('audit_entry').select('detail').where('action', '=', 'disposal.detach').orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow();
		expect(gone.detail).toMatchObject({ name: '送达回证.pdf', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
	});

	test('are refused by content, size and number, and after the end', async () => {
		const id = await approved(await taken(db));
		expect(await attach(db, monitor, id, { name: 'a.pdf', bytes: new TextEncoder().encode('<html>') })).toMatchObject({ fault: 'bad-type' });
		for (let i = 0; i < 20; i++) expect(await attach(db, monitor, id, { name: `${i}.pdf`, bytes: pdf })).toMatchObject({ ok: true });
		expect(await attach(db, monitor, id, { name: 'more.pdf', bytes: pdf })).toMatchObject({ reason: 'too-many-files' });
		await withdrawDisposal(db, monitor, await versionOf(db, id), '改用提醒');
		expect(await attach(db, monitor, id, { name: 'late.pdf', bytes: pdf })).toMatchObject({ reason: 'wrong-state' });
	});
});

describe('the lists of the office', () => {
	const remind = async () => (await readMeasures(db)).find(({ id }) => id === 'remind')!;

	test('change by proposal and approval of those who hold every desk; what was begun goes on as it was', async () => {
		const id = await drafted(await taken(db), 'remind');
		const { id: _id, version: _version, ...definition } = await remind();
		const changed = { ...definition, basis: { ...definition.basis, complaint: '《某某办法》第一条' } };
		expect(await proposeChoice(db, monitor, 'measure', 'remind', changed)).toMatchObject({ reason: 'not-allowed' });
		expect(await proposeChoice(db, editor, 'measure', 'remind', changed)).toMatchObject({ reason: 'not-allowed' });
		expect(await proposeChoice(db, provincial, 'measure', 'remind', { ...changed, body: '{wrong}' })).toMatchObject({ reason: 'bad-choice' });
		expect(await proposeChoice(db, provincial, 'measure', 'caution', { ...changed, body: '现予警告。' })).toMatchObject({ reason: 'forbidden' });
		expect(await proposeChoice(db, provincial, 'measure', 'remind', changed)).toEqual({ ok: true });
		expect((await remind()).basis.complaint).not.toContain('某某办法');
		expect(await decideChoice(db, { ...provincialLeader, id: provincial.id }, 'measure', 'remind', 1, true)).toMatchObject({ reason: 'own-work' });
		expect(await decideChoice(db, provincialLeader, 'measure', 'remind', 1, true)).toEqual({ ok: true });
		expect(await remind()).toMatchObject({ version: 1, basis: { complaint: '《某某办法》第一条' } });
		expect(await disposalDetail(db, monitor, id)).toMatchObject({ measure: { version: 0 }, body: expect.stringContaining('消费者权益保护法') });
	});

	test('add a cause that closes warnings, and stop one that then does not', async () => {
		const warning = await taken(db);
		const close = async (cause?: string) => {
			const { version } = await warningOf(warning);
			return act(db, monitor, { id: warning, version }, { action: 'close', reason: 'normal-cause', note: '', ...(cause ? { cause } : {}) });
		};
		expect(await close()).toMatchObject({ reason: 'cause-missing' });
		expect(await close('own-fair')).toMatchObject({ reason: 'unknown-cause' });
		expect(await close('other')).toMatchObject({ reason: 'note-missing' });
		await proposeChoice(db, provincial, 'cause', 'own-fair', { name: '年货节', nameEn: 'New Year fair', needsNote: false, offered: true });
		await decideChoice(db, provincialLeader, 'cause', 'own-fair', 1, true);
		await proposeChoice(db, provincial, 'cause', 'promotion', { ...(await readCauses(db))[0]!, offered: false });
		await decideChoice(db, provincialLeader, 'cause', 'promotion', 1, true);
		expect(await close('promotion')).toMatchObject({ reason: 'unknown-cause' });
		expect(await close('own-fair')).toMatchObject({ ok: true });
		const { data } = await db.selectFrom('warning_event').select('data').where('warning_id', '=', warning).where('action', '=', 'close').executeTakeFirstOrThrow();
		expect(data).toMatchObject({ reason: 'normal-cause', cause: 'own-fair', causeName: '年货节' });
	});

	test('a department’s own editor signs for it, nobody for another city’s', async () => {
		const agency = { code: '苏市监', name: '苏州市市场监督管理局', contact: '' };
		expect(await proposeChoice(db, editor, 'agency', 'other', agency)).toMatchObject({ reason: 'not-found' });
		expect(await proposeChoice(db, editor, 'agency', 'city', { ...agency, code: 'ABC' })).toMatchObject({ reason: 'bad-choice' });
		expect(await proposeChoice(db, editor, 'agency', 'city', { ...agency, code: '常监' })).toEqual({ ok: true });
		expect(await decideChoice(db, approver, 'agency', 'city', 2, true)).toEqual({ ok: true });
	});
});
