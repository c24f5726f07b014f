import { afterAll, beforeAll, expect, test } from 'vitest';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { draftPreset, listPresets, presetVersions, switchPresetOn } from '#lib/sampling/presets/presets.server.ts';
import { listInspectors, saveInspector } from '#lib/sampling/registers/inspectors.server.ts';
import { saveItem } from '#lib/sampling/registers/items.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';
import { presetFor } from '#lib/sampling/tasks/tasks.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, seedWorld } from './support.ts';

let t: TestDatabase;
beforeAll(async () => {
	t = await testDatabase();
	await seedWorld(t.owner);
});
afterAll(() => t[Symbol.asyncDispose]());
const editor = actorOf({ grants: ['editor'] });
const leader = actorOf({ id: 'leader-1', role: 'leader', grants: ['approver'] });
const national = async () => (await listPresets(t.db, editor)).find((p) => p.id === 'national')!;

test('seeding twice changes nothing', async () => {
	expect(await seedSampling(t.owner)).toEqual({ presets: 0, items: 0 });
});

test('seeding renews a shipped preset that nobody touched, as a new version, and leaves alone one that an office made', async () => {
	const versions = (id: string) => t.owner.selectFrom('sampling_preset').select(['version', 'state']).where('id', '=', id).orderBy('version').execute();
	const old = JSON.stringify({ ...presetDefaults.find((p) => p.id === 'lindian')!.rules, baselineRatio: 0.01 });
	await t.owner.updateTable('sampling_preset').set({ rules: old }).where('id', 'in', ['lindian', 'huaian']).execute();
	await t.owner.updateTable('sampling_preset').set({ created_by: 'somebody' }).where('id', '=', 'huaian').execute();
	await seedSampling(t.owner);
	await seedSampling(t.owner);
	expect(await versions('lindian')).toEqual([{ version: 1, state: 'superseded' }, { version: 2, state: 'active' }]);
	expect(await versions('huaian')).toEqual([{ version: 1, state: 'active' }]);
	expect((await listPresets(t.db, editor)).find((p) => p.id === 'lindian')?.rules).toEqual(presetDefaults.find((p) => p.id === 'lindian')!.rules);
});

test('every version is listed with who made and switched it on, to those of its region', async () => {
	const [row] = await presetVersions(t.db, editor, 'national');
	expect(row).toMatchObject({ version: 1, state: 'active', tasks: 0 });
	expect(await presetVersions(t.db, actorOf({ role: 'inspector' }), 'national')).toEqual([]);
});

test('an address of a page is no id of a preset', async () => {
	const { rules, name } = await national();
	expect(await draftPreset(t.db, editor, 'national', { name, regionCode: '320400', rules }, 'observation')).toMatchObject({ reason: 'id-invalid' });
});

test('each region gets the preset of the smallest region that holds it', async () => {
	expect((await presetFor(t.db, '320803'))?.id).toBe('huaian');
	expect((await presetFor(t.db, '230623'))?.id).toBe('lindian');
	expect((await presetFor(t.db, '320412'))?.id).toBe('national');
});

test('a wider preset is copied, not changed; only another person with the right switches it on; then it binds', async () => {
	const { rules, name } = await national();
	const edit = { name, regionCode: '320400', rules };
	expect(await draftPreset(t.db, actorOf(), 'national', edit, 'own-cz')).toMatchObject({ reason: 'not-allowed' });
	expect(await draftPreset(t.db, editor, 'national', edit)).toMatchObject({ reason: 'not-found' });
	expect(await draftPreset(t.db, editor, 'national', { ...edit, regionCode: '320000' }, 'own-js')).toMatchObject({ reason: 'not-found' });
	expect(await draftPreset(t.db, editor, 'national', edit, 'own-cz')).toEqual({ ok: true, id: 'own-cz', version: 1 });
	expect((await presetFor(t.db, '320412'))?.id).toBe('national');
	expect(await switchPresetOn(t.db, editor, 'own-cz', 1)).toMatchObject({ reason: 'not-allowed' });
	expect(await switchPresetOn(t.db, { ...leader, id: editor.id }, 'own-cz', 1)).toMatchObject({ reason: 'own-work' });
	expect(await switchPresetOn(t.db, leader, 'own-cz', 1)).toEqual({ ok: true });
	expect(await presetFor(t.db, '320412')).toMatchObject({ id: 'own-cz', source: null });
	// A second version supersedes the first only when it is switched on.
	expect(await draftPreset(t.db, editor, 'own-cz', edit)).toMatchObject({ version: 2 });
	expect(await presetFor(t.db, '320412')).toMatchObject({ version: 1 });
	expect(await switchPresetOn(t.db, leader, 'own-cz', 2)).toEqual({ ok: true });
	expect(await presetFor(t.db, '320412')).toMatchObject({ version: 2 });
});

test('rules that contradict themselves are refused', async () => {
	const { rules, name } = await national();
	const wrong = { ...rules, classes: { ...rules.classes, B: { ...rules.classes.B, ratio: { min: 2, usual: 1, max: 1 } } } };
	expect(await draftPreset(t.db, editor, 'national', { name, regionCode: '320400', rules: wrong }, 'own-wrong')).toMatchObject({ reason: 'rules-invalid' });
});

test('registers belong to departments', async () => {
	const inspector = {
		id: 'new-1', name: '新检查员', unit: '二大队', regionCode: '320400', certificateNo: 'x1', certificateUntil: '2099-01-01',
		itemIds: null, expert: false, state: 'active', recused: []
	};
	expect(await saveInspector(t.db, actorOf(), inspector)).toEqual({ ok: true });
	expect(await saveInspector(t.db, actorOf({ departmentId: 'culture' }), inspector)).toMatchObject({ reason: 'not-allowed' });
	expect(await saveInspector(t.db, actorOf(), { ...inspector, id: 'new-2', regionCode: '320500' })).toMatchObject({ reason: 'region-outside' });
	expect(await saveInspector(t.db, actorOf(), { ...inspector, certificateUntil: '2099-02-30' })).toMatchObject({ ok: false });
	expect((await listInspectors(t.db, actorOf({ regionCode: '320500' }))).inspectors).toEqual([]);
	const item = { id: 'own-item', number: '90', name: '自定事项', subItem: null, legalBasis: '《中华人民共和国行政处罚法》', method: 'paper', validityDays: 90, active: true };
	expect(await saveItem(t.db, editor, item)).toEqual({ ok: true });
	expect(await saveItem(t.db, actorOf({ grants: ['editor'], departmentId: 'culture' }), item)).toMatchObject({ reason: 'not-allowed' });
	expect(await saveItem(t.db, editor, { ...item, method: 'by-ear' })).toMatchObject({ reason: 'input-invalid' });
});
