import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Role } from '#lib/access/actor.ts';
import { listSources, ownSources } from '#lib/intake/batches.server.ts';
import { gradeSource, resumeSource, saveSource, stopSource } from '#lib/sources/registry.server.ts';
import { findSource, sourceDetail } from '#lib/sources/detail.server.ts';
import { cadenceDraftOf, cadenceOf, readSource, type CadenceDraft, type SourceDraft } from '#lib/sources/form.ts';
import { readGrade } from '#lib/sources/grading.ts';
import { cadenceText, volumeText } from '#lib/sources/labels.ts';
import { usualVolume, volumeState } from '#lib/sources/volume.ts';
import { readCadence } from '#lib/sources/watermark.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, importText, referenceDatabase, usccOf } from '../intake/support.ts';

const draft: SourceDraft = {
	name: '12315 平台', ownerDepartmentId: 'cz', regionCode: '320400', kinds: ['complaint'], contact: '值班室 0519-0000000',
	cadence: { rhythm: 'working-days', by: '09:00', day: '', grace: '1' }, volumes: { complaint: '' }
};

describe('the form of a source', () => {
	it.each([
		['every working day by nine', { rhythm: 'working-days', by: '9:00', day: 'x', grace: '' }, { everyWorkingDaysBy: '09:00' }, '每个工作日 09:00 前'],
		['a full-width hour and a grace', { rhythm: 'working-days', by: '１７：３０', day: '', grace: '2' }, { everyWorkingDaysBy: '17:30', graceDays: 2 }, '每个工作日 17:30 前，宽限 2 个工作日'],
		['monthly by the fifth', { rhythm: 'monthly', by: 'x', day: '5', grace: '0' }, { monthlyByDay: 5 }, '每月 5 日前'],
		['on demand', { rhythm: 'on-demand', by: 'x', day: 'x', grace: 'x' }, null, '按需报送']
	] as const)('reads %s, as lateness reads it, and says it in words', (_, given, cadence, words) => {
		expect(cadenceOf(given)).toEqual({ cadence, faults: [] });
		expect(readCadence(cadence)).toEqual(cadence);
		expect(cadenceText(cadence)).toBe(words);
	});
	it.each([
		['by', { rhythm: 'working-days', by: '25:00', day: '', grace: '' }], ['by', { rhythm: 'working-days', by: '早上', day: '', grace: '' }],
		['day', { rhythm: 'monthly', by: '', day: '31', grace: '' }], ['day', { rhythm: 'monthly', by: '', day: '', grace: '' }],
		['grace', { rhythm: 'monthly', by: '', day: '5', grace: '-1' }], ['grace', { rhythm: 'working-days', by: '09:00', day: '', grace: '半天' }]
	] as const)('names %s where it cannot be meant', (at, given) => {
		expect(cadenceOf(given).faults.map((fault) => fault.at)).toEqual([at]);
	});
	it('gives a cadence back as it was', () => {
		const time = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
		const given = fc.record({ rhythm: fc.constantFrom('on-demand', 'working-days', 'monthly'), by: time, day: fc.integer({ min: 1, max: 28 }).map(String), grace: fc.nat(30).map(String) });
		fc.assert(fc.property(given, (form: CadenceDraft) => {
			const { cadence, faults } = cadenceOf(form);
			expect(faults).toEqual([]);
			expect(cadenceOf(cadenceDraftOf(cadence)).cadence).toEqual(cadence);
		}));
	});
	it('reads volumes with commas and full-width digits, and refuses what is no number', () => {
		expect([...readSource({ ...draft, volumes: { complaint: '１，200' } }).volumes]).toEqual([['complaint', 1200]]);
		expect(readSource({ ...draft, volumes: { complaint: '很多' } }).faults).toEqual([{ at: 'volume.complaint', fault: 'volume', value: '很多' }]);
		expect(readSource({ ...draft, volumes: { complaint: '0' } }).faults).toMatchObject([{ fault: 'volume' }]);
	});
	it.each([
		['general', '3', { grading: 'general', level: 3 }], ['general', '', null], ['general', '5', null], ['important', '', { grading: 'important', level: null }],
		['core', '2', { grading: 'core', level: null }], ['secret', '1', null]
	])('grades %s data at level %s', (grading, level, grade) => {
		expect(readGrade(grading, level)).toEqual(grade);
	});
});

describe('the volume of deliveries', () => {
	it('is learned from three on, by the middle one, and a number set by hand goes before', () => {
		expect(usualVolume([100, 110], null)).toBe(null);
		expect(usualVolume([100, 5000, 110], null)).toMatchObject({ expected: 110, from: 'learned', deliveries: 3 });
		expect(usualVolume([100, 110], 300)).toEqual({ expected: 300, from: 'set', deliveries: 2, usual: null });
		expect(volumeText(usualVolume([100, 110, 120], 300))).toBe('300 条（人工设定；近 3 次通常 101–119 条）');
	});
	it('forgets what was usual long ago', () => {
		expect(usualVolume([...Array.from({ length: 30 }, () => 500), ...Array.from({ length: 300 }, () => 10)], null)?.expected).toBe(500);
	});
	it.each([[10, 14, 'usual'], [3, 14, 'usual'], [1, 14, 'few'], [40, 100, 'few'], [60, 100, 'usual'], [250, 100, 'many'], [150, 100, 'usual'], [0, 1, 'usual']] as const)(
		'of %i rows instead of %i is %s',
		(rows, expected, state) => {
			expect(volumeState(rows, expected)).toBe(state);
		}
	);
});

function actor(id: string, role: Role, departmentId: string, regionCode: string, grants: Actor['grants'] = []): Actor {
	return { id, name: id, displayName: id, role, grants, departmentId, regionCode, industries: null, inspectorId: null, address: null };
}
const sysadmin = actor('u-sys', 'sysadmin', 'js', '320000');
const citySysadmin = actor('u-wx-sys', 'sysadmin', 'wx', '320200');
const steward = actor('u-steward', 'monitor', 'cz', '320400', ['steward']);
const monitor = actor('u-monitor', 'monitor', 'cz', '320400');
const stranger = actor('u-wx', 'monitor', 'wx', '320200', ['steward']);
const county = actor('u-county', 'leader', 'xb', '320411');

describe('the register of sources', () => {
	let database: TestDatabase;
	let id: string;
	beforeAll(async () => {
		database = await referenceDatabase();
		await database.owner.insertInto('department').values([
			{ id: 'js', name: '省局', region_code: '320000' }, { id: 'cz', name: '常州局', region_code: '320400' },
			{ id: 'wx', name: '无锡局', region_code: '320200' }, { id: 'xb', name: '新北局', region_code: '320411' }
		]).execute();
		for (const who of [sysadmin, citySysadmin, steward, monitor, stranger, county]) {
			await database.owner
				.insertInto('app_user')
				.values({ id: who.id, name: who.id, display_name: who.displayName, password_hash: 'none', role: who.role, grants: [...who.grants], department_id: who.departmentId, region_code: who.regionCode })
				.execute();
		}
	});
	afterAll(() => database[Symbol.asyncDispose]());

	it('is the system administrator’s, and says beside each field what is wrong', async () => {
		const { db } = database;
		expect(await saveSource(db, steward, null, draft)).toMatchObject({ reason: 'not-allowed' });
		const faultsOf = async (change: Partial<SourceDraft>, who = sysadmin) => {
			const result = await saveSource(db, who, null, { ...draft, ...change });
			return !result.ok && 'faults' in result ? result.faults.map(({ at, fault }) => `${at} ${fault}`) : [];
		};
		expect(await faultsOf({ name: ' x ' })).toEqual(['name name-missing']);
		expect(await faultsOf({ ownerDepartmentId: 'nobody' })).toEqual(['ownerDepartmentId department-unknown']);
		expect(await faultsOf({}, citySysadmin)).toEqual(['ownerDepartmentId department-unknown']);
		expect(await faultsOf({ regionCode: '3204' })).toEqual(['regionCode region-unknown']);
		expect(await faultsOf({ regionCode: '320200' })).toEqual(['regionCode region-elsewhere']);
		expect(await faultsOf({ regionCode: '320000' })).toEqual(['regionCode region-elsewhere']);
		expect(await faultsOf({ kinds: [] })).toEqual(['kinds kind-missing']);
		expect(await faultsOf({ kinds: ['no-such-kind'] })).toEqual(['kinds kind-unknown']);
		expect(await faultsOf({ contact: '一'.repeat(121), cadence: { ...draft.cadence, by: '9点' } })).toEqual(['contact contact-long', 'by time']);
		expect(await db.selectFrom('source').select('id').execute()).toEqual([]);
	});

	it('keeps what was settled, with a trace of it', async () => {
		const { db } = database;
		const made = await saveSource(db, sysadmin, null, { ...draft, volumes: { complaint: '120', penalty: '3' } });
		if (!made.ok) throw new Error(made.reason);
		id = made.id;
		expect(await saveSource(db, sysadmin, null, draft)).toMatchObject({ faults: [{ at: 'name', fault: 'name-taken' }] });
		const detail = await sourceDetail(db, steward, id);
		expect(detail).toMatchObject({
			source: { name: '12315 平台', department: '常州局', regionCode: '320400', cadence: { everyWorkingDaysBy: '09:00', graceDays: 1 }, stopped: null, grading: null },
			kinds: [{ kind: 'complaint', name: 'complaints', volume: { expected: 120, from: 'set' }, mapping: null, lastRows: null }],
			rights: { technical: false, map: true }
		});
		expect(await saveSource(db, sysadmin, id, { ...draft, name: '12315 平台', contact: '张 0519-1' })).toEqual({ ok: true, id });
		const trail = await db.selectFrom('audit_entry').select(['action', 'detail']).where('object_id', '=', id).orderBy('seq').execute();
		expect(trail.map(({ action }) => action)).toEqual(['source.create', 'source.change']);
		expect(trail[1]!.detail).toMatchObject({ from: { contact: '值班室 0519-0000000' }, to: { contact: '张 0519-1', volumes: {} } });
	});

	it('is changed by nobody from elsewhere, and seen by those it concerns', async () => {
		const { db } = database;
		expect(await saveSource(db, citySysadmin, id, draft)).toMatchObject({ reason: 'not-found' });
		expect(await stopSource(db, citySysadmin, id, '迁移')).toMatchObject({ reason: 'not-found' });
		expect(await findSource(db, stranger, id)).toMatchObject({ reason: 'not-found' });
		expect(await gradeSource(db, stranger, id, { grading: 'core', level: '' })).toMatchObject({ reason: 'not-found' });
		expect(await gradeSource(db, monitor, id, { grading: 'core', level: '' })).toMatchObject({ reason: 'not-allowed' });
		expect(await gradeSource(db, sysadmin, id, { grading: 'core', level: '' })).toMatchObject({ reason: 'not-allowed' });
		// A county sees whether the city's source delivers, not what the city settled about it.
		expect(await sourceDetail(db, county, id)).toMatchObject({ reason: 'not-found' });
		expect(await listSources(db, county)).toMatchObject({ sources: [{ id, own: false, contact: null }] });
		expect(await listSources(db, monitor)).toMatchObject({ sources: [{ id, own: true, contact: '张 0519-1' }] });
	});

	it('is graded by the owner’s steward', async () => {
		const { db } = database;
		expect(await gradeSource(db, steward, id, { grading: 'general', level: '' })).toMatchObject({ reason: 'no-grade' });
		expect(await gradeSource(db, steward, id, { grading: 'general', level: '3' })).toEqual({ ok: true });
		expect(await findSource(db, steward, id)).toMatchObject({ source: { grading: 'general', gradingLevel: 3 } });
		expect(await gradeSource(db, steward, id, { grading: 'important', level: '3' })).toEqual({ ok: true });
		expect(await findSource(db, steward, id)).toMatchObject({ source: { grading: 'important', gradingLevel: null } });
		const trail = await db.selectFrom('audit_entry').select('detail').where('action', '=', 'source.grade').orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow();
		expect(trail.detail).toMatchObject({ from: { grading: 'general', level: 3 }, to: { grading: 'important', level: null } });
	});

	it('judges lateness anew when the cadence changes, and forgets it when the source promises nothing or is stopped', async () => {
		const { db, owner } = database;
		await imported(db, 'complaints', `投诉编号,统一社会信用代码,投诉时间,区划代码\nT1,${usccOf(1, '320411')},2025-03-04,320411\n`, { source: '12315 平台' });
		await owner.updateTable('watermark').set({ last_received_at: new Date('2025-03-05T10:00:00+08:00') }).execute();
		const state = async () => (await owner.selectFrom('watermark').select('state').execute()).map((mark) => mark.state);
		const save = (cadence: Partial<CadenceDraft>) => saveSource(db, sysadmin, id, { ...draft, cadence: { ...draft.cadence, ...cadence } });
		expect(await save({})).toMatchObject({ ok: true });
		expect(await state()).toEqual(['missing']);
		expect(await save({ rhythm: 'on-demand' })).toMatchObject({ ok: true });
		expect(await state()).toEqual(['on-time']);
		expect(await save({ rhythm: 'monthly', day: '5' })).toMatchObject({ ok: true });
		expect(await state()).toEqual(['missing']);
		expect(await stopSource(db, sysadmin, id, ' ')).toMatchObject({ reason: 'no-reason' });
		expect(await stopSource(db, sysadmin, id, '平台迁移到省里')).toEqual({ ok: true });
		expect(await state()).toEqual(['stopped']);
		expect(await stopSource(db, sysadmin, id, '再停一次')).toMatchObject({ reason: 'unchanged' });
	});

	it('takes nothing from a stopped source, says why, and goes on when it is taken up again', async () => {
		const { db } = database;
		const row = `投诉编号,投诉时间,区划代码\nT2,2025-03-05,320411\n`;
		expect(await importText(db, 'complaints', row, { source: '12315 平台' })).toMatchObject({ ok: false, reason: 'source-stopped', message: expect.stringContaining('平台迁移到省里') });
		expect(await ownSources(db, steward)).toEqual([]);
		expect(await findSource(db, steward, id)).toMatchObject({ source: { stopped: { reason: '平台迁移到省里', by: 'u-sys', at: expect.any(Date) } } });
		expect(await listSources(db, steward)).toMatchObject({ sources: [{ id, stopped: true, cadence: { monthlyByDay: 5 } }] });
		expect(await resumeSource(db, steward, id)).toMatchObject({ reason: 'not-allowed' });
		expect(await resumeSource(db, sysadmin, id)).toEqual({ ok: true });
		expect(await resumeSource(db, sysadmin, id)).toMatchObject({ reason: 'unchanged' });
		await imported(db, 'complaints', row, { source: '12315 平台' });
	});

	it('learns how much usually comes, not counting what was sent again', async () => {
		const { db } = database;
		const file = (from: number, rows: number) => `投诉编号,投诉时间,区划代码\n${Array.from({ length: rows }, (_, i) => `V${from + i},2025-04-01,320411`).join('\n')}\n`;
		const source = { source: '按量学习' };
		const made = await saveSource(db, sysadmin, null, { ...draft, name: source.source });
		if (!made.ok) throw new Error(made.reason);
		for (const [from, rows] of [[0, 40], [100, 44], [200, 48]] as const) await imported(db, 'complaints', file(from, rows), source);
		await imported(db, 'complaints', file(0, 40), source);
		const detail = await sourceDetail(db, steward, made.id);
		expect(detail).toMatchObject({ kinds: [{ volume: { expected: 44, from: 'learned', deliveries: 3 }, lastRows: 48 }] });
		expect(detail.ok && detail.batches.length).toBe(4);
	});

	it('drops the marks of places and kinds that a source no longer answers for', async () => {
		const { db, owner } = database;
		const marks = () => owner.selectFrom('watermark').select(['kind', 'region_code']).where('source_id', '=', id).execute();
		expect(await marks()).toEqual([{ kind: 'complaint', region_code: '320400' }]);
		expect(await saveSource(db, sysadmin, id, { ...draft, kinds: ['penalty'] })).toMatchObject({ ok: true });
		expect(await marks()).toEqual([]);
	});
});
