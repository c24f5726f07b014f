import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays, weekday } from '#lib/calendar/days.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { countableKinds, createIndicator, decideDraft, saveDraft } from '#lib/indicators/manage.server.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { makeKindBook } from '#lib/intake/kinds/book.ts';
import { changeFaults, factsOfKind, faultsOf, ownFieldTypes, type FieldDraft, type KindDraft } from '#lib/intake/kinds/definition.ts';
import { fields, kinds } from '#lib/intake/kinds/kinds.ts';
import { changeKind, defineKind, listKinds, removeKind, resumeKind, retireKind } from '#lib/intake/kinds/kinds.server.ts';
import { kindLabel } from '#lib/intake/labels.ts';
import { completeMapping, guessField, parseMapping } from '#lib/intake/mapping.ts';
import { itemLabel } from '#lib/warnings/labels.ts';
import { randomOf } from '../detection/random.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, importText, referenceDatabase, usccOf } from './support.ts';

const field = (name: string, label: string, type: FieldDraft['type'], more: Partial<FieldDraft> = {}): FieldDraft => ({
	name, label, labelEn: name, type, required: false, headers: [], ...more
});
const utilities: KindDraft = {
	name: 'utility-anomalies', label: '水电气异常', labelEn: 'Utility anomalies', subject: 'place', itemHeaders: ['异常类型'],
	fields: [
		field('meterNumber', '户号', 'text', { required: true, headers: ['表号'] }),
		field('usage', '用量', 'number'), field('restoredOn', '恢复日期', 'day'), field('industrial', '工业用户', 'flag'), field('supplier', '供应企业代码', 'uscc')
	]
};
const withFields = (...own: FieldDraft[]): KindDraft => ({ ...utilities, fields: own });

describe('the definition of a kind', () => {
	it.each([
		['a name that no address could hold', { ...utilities, name: '水电气' }, 'name', 'name-pattern'],
		['a name of ours', { ...utilities, name: 'complaints' }, 'name', 'name-taken'],
		['a name that we store', { ...utilities, name: 'complaint' }, 'name', 'name-taken'],
		['no label', { ...utilities, label: ' ' }, 'label', 'label-missing'],
		['no English label', { ...utilities, labelEn: '' }, 'labelEn', 'label-missing'],
		['a field that is ours', withFields(field('region', '片区', 'text')), 'fields.0.name', 'field-ours'],
		['a field that cannot be a name', withFields(field('Meter number', '户号', 'text')), 'fields.0.name', 'field-pattern'],
		['a field twice', withFields(field('usage', '用量', 'number'), field('usage', '气量', 'number')), 'fields.1.name', 'field-twice'],
		['a header of two fields', withFields(field('usage', '用量', 'number'), field('volume', '气量', 'number', { headers: ['用 量'] })), 'fields.1.headers', 'header-twice'],
		['the header of the day for what happened', { ...utilities, itemHeaders: ['发生时间'] }, 'itemHeaders', 'header-ours'],
		['the header of the code', withFields(field('code', '统一社会信用代码', 'text')), 'fields.0.headers', 'header-ours']
	] as const)('with %s is refused, at the place where it is wrong', (_, draft, at, fault) => {
		expect(faultsOf(draft)).toContainEqual(expect.objectContaining({ at, fault }));
	});
	it('as it should be has no fault', () => {
		expect(faultsOf(utilities)).toEqual([]);
	});
	it('may grow and be renamed; its fields stay and keep their type', () => {
		const [meter, usage, ...others] = utilities.fields as [FieldDraft, FieldDraft, ...FieldDraft[]];
		expect(changeFaults(utilities, { ...utilities, label: '公用事业异常', fields: [...utilities.fields, field('cause', '原因说明', 'text')] })).toEqual([]);
		expect(changeFaults(utilities, withFields(meter, ...others))).toMatchObject([{ at: 'fields', fault: 'field-fixed', value: 'usage' }]);
		expect(changeFaults(utilities, withFields(meter, { ...usage, type: 'text' }, ...others))).toMatchObject([{ at: 'fields.1.type', fault: 'type-fixed' }]);
	});
	it('makes every field of its own, and ours, known by its name and headers', () => {
		const name = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,12}$/).filter((text) => !Object.hasOwn(fields, text));
		const own = fc.uniqueArray(fc.tuple(name, fc.constantFrom(...ownFieldTypes), fc.boolean()), { selector: ([text]) => text.toLowerCase(), maxLength: 8 });
		fc.assert(
			fc.property(own, fc.constantFrom('enterprise', 'place'), (drafts, subject) => {
				const draft: KindDraft = { ...utilities, subject, fields: drafts.map(([text, type, required], i) => field(text, `自定字段${i}`, type, { required })) };
				fc.pre(faultsOf(draft).length === 0);
				const kind = factsOfKind(draft, false);
				for (const { name: one, label } of draft.fields) {
					expect(guessField(kind, one)).toBe(one);
					expect(guessField(kind, label)).toBe(one);
				}
				expect(guessField(kind, '统一社会信用代码')).toBe('uscc');
				expect(new Set([...kind.required, ...kind.optional]).size).toBe(kind.required.length + kind.optional.length);
			})
		);
	});
	it('is found by its name beside ours, and no longer offered once it is retired', () => {
		const book = makeKindBook([factsOfKind(utilities, true)]);
		expect(book.find('utility-anomalies')?.defined?.retired).toBe(true);
		expect(book.offered).not.toContainEqual(expect.objectContaining({ name: 'utility-anomalies' }));
		expect(book.eventKinds).toContain('utility-anomalies');
		expect([book.find('complaint'), book.find('complaints')]).toEqual([kinds.complaints, kinds.complaints]);
	});
});

const base: Actor = { id: 'u-sys', name: 'sys', displayName: '系统', role: 'sysadmin', grants: [], departmentId: 'province', regionCode: '320000', industries: null, inspectorId: null, address: null };
const sysadmin = base;
const editor: Actor = { ...base, id: 'u-editor', name: 'editor', role: 'monitor', grants: ['editor', 'steward'] };
const approver: Actor = { ...base, id: 'u-approver', name: 'approver', role: 'leader', grants: ['approver'] };

const counties = ['320102', '320205', '320302', '320412', '320505', '320602'];
const first = '2025-01-06';
const columns = '表号,发生时间,区划代码,异常类型,用量,工业用户,恢复日期';

/** Working days of a few outages a county, and of many in one for a while. */
function outages(days: number): string {
	const random = randomOf(7);
	const lines: string[] = [];
	for (let d = 0; d < days; d++) {
		const day = addDays(first, d);
		if (weekday(day) > 5) continue;
		for (const county of counties) {
			const mean = county === '320505' && d >= 120 ? 7 : 1.2;
			for (let n = random.poisson(mean); n > 0; n--) lines.push(`M${lines.length},${day} 10:00,${county},停水,${n * 10},${n % 2 ? '是' : '否'},${addDays(day, 2)}`);
		}
	}
	return `${columns}\n${lines.join('\n')}\n`;
}

describe('a kind that an administrator defines', () => {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await referenceDatabase();
		await database.owner.insertInto('department').values({ id: 'province', name: '省局', region_code: '320000' }).execute();
		for (const who of [sysadmin, editor, approver]) {
			await database.owner
				.insertInto('app_user')
				.values({ id: who.id, name: who.name, display_name: who.displayName, password_hash: 'none', role: who.role, grants: [...who.grants], department_id: 'province', region_code: '320000' })
				.execute();
		}
	});
	afterAll(() => database[Symbol.asyncDispose]());

	it('cannot be imported before, and is defined by the system administrator only', async () => {
		const { db } = database;
		expect(await importText(db, 'utility-anomalies', outages(3))).toMatchObject({ ok: false, reason: 'no-kind', message: expect.stringContaining('registrations') });
		expect(await defineKind(db, editor, utilities)).toMatchObject({ reason: 'not-allowed' });
		expect(await defineKind(db, sysadmin, { ...utilities, label: '' })).toMatchObject({ reason: 'invalid', faults: [{ at: 'label' }] });
		expect(await defineKind(db, sysadmin, utilities)).toEqual({ ok: true });
		expect(await defineKind(db, sysadmin, { ...utilities, label: '别的' })).toMatchObject({ faults: [{ at: 'name', fault: 'name-taken' }] });
		expect(await defineKind(db, sysadmin, { ...utilities, name: 'outages' })).toMatchObject({ faults: [{ at: 'label', fault: 'label-taken' }] });
		const trail = await db.selectFrom('audit_entry').select(['action', 'object_kind', 'object_id', 'actor_id']).where('action', 'like', 'kind.%').execute();
		expect(trail).toEqual([{ action: 'kind.define', object_kind: 'kind', object_id: 'utility-anomalies', actor_id: 'u-sys' }]);
	});

	it('is read, counted, named and watched like ours', async () => {
		const { db } = database;
		const result = await imported(db, 'utility-anomalies', outages(129), { source: '供水公司' });
		expect(result.rejected).toBe(0);
		await recomputeTouched(db);
		const counted = await sql<{ n: number }>`select sum(n)::int as n from count_day where kind = 'utility-anomalies'`.execute(db);
		expect(counted.rows[0]!.n).toBe(result.accepted);
		const event = await db.selectFrom('event').select(['uscc', 'item', 'content', 'region_code']).where('kind', '=', 'utility-anomalies').where('source_key', 'is not', null).limit(1).executeTakeFirstOrThrow();
		expect(event).toMatchObject({ item: '停水', uscc: `~${event.region_code}:-`, content: { meterNumber: expect.stringMatching(/^M/), usage: expect.any(Number), industrial: expect.any(Boolean), restoredOn: expect.stringMatching(/^2025-/) } });
		await loadKindBook(db);
		expect([kindLabel('utility-anomalies'), itemLabel('utility-anomalies')]).toEqual(['水电气异常', '水电气异常']);

		expect(await countableKinds(db)).toContain('utility-anomalies');
		const wanted = { name: '水电气异常增长', nameEn: '', parent: null, template: 'complaint-surge', eventKind: 'utility-anomalies' };
		expect(await createIndicator(db, editor, { ...wanted, eventKind: 'no-such-kind' })).toMatchObject({ reason: 'kind-unknown' });
		expect(await createIndicator(db, editor, { ...wanted, template: 'shared-address' })).toMatchObject({ reason: 'kind-unknown' });
		const made = await createIndicator(db, editor, wanted);
		if (!made.ok) throw new Error(made.reason);
		const { definition } = await db.selectFrom('indicator_version').select('definition').where('indicator_id', '=', made.id).executeTakeFirstOrThrow();
		expect(await saveDraft(db, editor, made.id, { ...(definition as never as object), eventKind: 'complaint' } as never, '换种类')).toMatchObject({ reason: 'other-monitor' });
		expect(await decideDraft(db, approver, made.id, 1, 'activate')).toEqual({ ok: true });
		await runMonitors(db, { from: addDays(first, 116), asOf: addDays(first, 128) });
		const raised = await db.selectFrom('warning').select(['indicator_id', 'region_code']).execute();
		expect(raised.map((warning) => warning.indicator_id)).toEqual([made.id]);
		expect(raised[0]!.region_code.startsWith('3205')).toBe(true);
	});

	it('refuses rows as ours do, naming its own fields', async () => {
		const { db } = database;
		const bad = [',2025-06-01 10:00,320102,停水,1,是,', 'M,2025-06-01,320102,停水,很多,是,', 'M,2025-06-01,320102,停水,1,也许,', 'M,2025-06-01,320102,停水,1,是,昨天', 'M,2025-06-01,,停水,1,是,'];
		const result = await imported(db, 'utility-anomalies', `${columns}\n${bad.join('\n')}\n`, { source: '供水公司' });
		const rejects = await db.selectFrom('intake_reject').select(['reason', 'field', 'message']).where('batch_id', '=', result.batchId).orderBy('line').execute();
		expect(rejects.map(({ reason, field: at }) => [reason, at])).toEqual([
			['missing', 'meterNumber'], ['number', 'usage'], ['flag-unknown', 'industrial'], ['date-format', 'restoredOn'], ['subject-missing', 'region']
		]);
		expect(rejects[0]!.message).toContain('户号为空');
		expect(await importText(db, 'utility-anomalies', '用量\n1\n')).toMatchObject({ reason: 'missing-columns', message: expect.stringContaining('meterNumber（户号）') });
	});

	it('counts an enterprise that is named by a code or by a name that one bears, and keeps a code that nobody bears', async () => {
		const { db } = database;
		await imported(db, 'enterprises', `统一社会信用代码,企业名称,区划代码\n${usccOf(1, '320102')},唯一的名字,320102\n`);
		const rows = [`A1,2025-06-02,320102,唯一的名字,`, `A2,2025-06-02,320102,,${usccOf(1, '320102')}`, `A3,2025-06-02,320102,,${usccOf(2, '320102')}`, 'A4,2025-06-02,320102,没有这家,'];
		const result = await imported(db, 'utility-anomalies', `户号,日期,区划,企业名称,统一社会信用代码\n${rows.join('\n')}\n`, { source: '供气公司' });
		const events = await sql<{ uscc: string }>`select uscc from event where batch_id = ${result.batchId} order by content ->> 'meterNumber'`.execute(db);
		expect(events.rows.map((row) => row.uscc)).toEqual([usccOf(1, '320102'), usccOf(1, '320102'), usccOf(2, '320102'), '~320102:-']);
		expect(result.warnings).toContainEqual(expect.objectContaining({ code: 'enterprise-unknown', count: 1 }));
		const queued = await db.selectFrom('match_queue').select('event_id').execute();
		expect(queued).toEqual([]);
	});

	it('grows; what older rows were read by stays', async () => {
		const { db } = database;
		const grown = { ...utilities, label: '公用事业异常', fields: [...utilities.fields, field('cause', '停供原因', 'text')] };
		expect(await changeKind(db, editor, grown)).toMatchObject({ reason: 'not-allowed' });
		expect(await changeKind(db, sysadmin, { ...grown, name: 'nothing' })).toMatchObject({ reason: 'not-found' });
		expect(await changeKind(db, sysadmin, { ...utilities, fields: [] })).toMatchObject({ reason: 'invalid', faults: expect.arrayContaining([expect.objectContaining({ fault: 'field-fixed' })]) });
		expect(await changeKind(db, sysadmin, grown)).toEqual({ ok: true });
		const kind = (await loadKindBook(db)).find('utility-anomalies')!;
		expect(completeMapping(kind, ['停供原因', '户号'], null).columns).toEqual({ 停供原因: 'cause', 户号: 'meterNumber' });
		expect(parseMapping({ 原因: 'cause' }, kind)).toMatchObject({ ok: true });
		await expect(sql`update intake_kind_field set type = 'text'`.execute(db)).rejects.toThrow(/permission denied/);
	});

	it('that has rows is not removed but retired, and taken up again', async () => {
		const { db } = database;
		expect(await removeKind(db, sysadmin, 'utility-anomalies')).toMatchObject({ reason: 'in-use' });
		expect(await retireKind(db, sysadmin, 'utility-anomalies', ' ')).toMatchObject({ reason: 'no-reason' });
		expect(await retireKind(db, editor, 'utility-anomalies', '不再报送')).toMatchObject({ reason: 'not-allowed' });
		expect(await retireKind(db, sysadmin, 'utility-anomalies', '不再报送')).toEqual({ ok: true });
		expect(await retireKind(db, sysadmin, 'utility-anomalies', '再次')).toMatchObject({ reason: 'unchanged' });
		expect(await importText(db, 'utility-anomalies', outages(2))).toMatchObject({ reason: 'no-kind', message: expect.stringContaining('已停用') });
		expect(await countableKinds(db)).not.toContain('utility-anomalies');
		expect((await loadKindBook(db)).eventKinds).toContain('utility-anomalies');
		const listed = await listKinds(db, sysadmin);
		expect(listed).toMatchObject({ kinds: [{ name: 'utility-anomalies', retiredReason: '不再报送', indicators: 1, sources: 3 }] });
		expect(await listKinds(db, editor)).toMatchObject({ reason: 'not-allowed' });
		expect(await resumeKind(db, sysadmin, 'utility-anomalies')).toEqual({ ok: true });
		await imported(db, 'utility-anomalies', outages(2));
	});

	it('that nothing was done with is removed', async () => {
		const { db } = database;
		expect(await defineKind(db, sysadmin, { ...utilities, name: 'trial', label: '试用', subject: 'enterprise' })).toEqual({ ok: true });
		expect(await removeKind(db, editor, 'trial')).toMatchObject({ reason: 'not-allowed' });
		expect(await removeKind(db, sysadmin, 'trial')).toEqual({ ok: true });
		expect((await loadKindBook(db)).find('trial')).toBe(null);
		expect(await removeKind(db, sysadmin, 'trial')).toMatchObject({ reason: 'not-found' });
	});
});
