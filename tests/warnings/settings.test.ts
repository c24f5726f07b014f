import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { defaultDeadlines } from '#lib/warnings/deadlines.ts';
import { defaultLevelRules } from '#lib/warnings/levels.ts';
import { decideRules, listRoutes, mayRule, proposeRules, readRules, removeRoute, setRoute } from '#lib/warnings/rules.server.ts';
import { deadlineRules } from '#lib/warnings/settings.server.ts';
import { testDatabase } from '../support/database.ts';
import { catering, evaluation, latest, leader, monitor, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
beforeAll(() => place(db));
afterAll(() => database[Symbol.asyncDispose]());

/** Rules bind every desk of the instance, here those of two cities; a city's editor routes inside the city. */
const editor: Actor = { ...monitor, regionCode: '320000', grants: ['editor'] };
const approver: Actor = { ...leader, regionCode: '320000', grants: ['approver'] };
const cityEditor: Actor = { ...monitor, grants: ['editor'] };
const quicker = { ...defaultDeadlines, yellow: { acknowledge: 1, dispose: 4 } };

test('rules are proposed by an editor and put in force by an approver, never by the same person', async () => {
	expect(await proposeRules(db, monitor, 'deadlines', quicker)).toMatchObject({ reason: 'not-allowed' });
	expect(await proposeRules(db, editor, 'deadlines', { ...quicker, red: { acknowledge: 9, dispose: 3 } })).toMatchObject({ reason: 'bad-rules' });
	expect(await proposeRules(db, editor, 'deadlines', quicker)).toEqual({ ok: true });
	expect(await deadlineRules(db)).toEqual(defaultDeadlines);

	const { proposal } = await readRules(db, 'deadlines');
	expect(proposal).toMatchObject({ value: quicker, byId: editor.id, name: editor.displayName });
	expect(await decideRules(db, leader, 'deadlines', proposal!.version, true)).toMatchObject({ reason: 'not-allowed' });
	expect(await decideRules(db, { ...approver, id: editor.id }, 'deadlines', proposal!.version, true)).toMatchObject({ reason: 'own-work' });
	expect(await decideRules(db, approver, 'deadlines', proposal!.version - 1, true)).toMatchObject({ reason: 'conflict' });
	expect(await decideRules(db, approver, 'deadlines', proposal!.version, true)).toEqual({ ok: true });
	expect(await deadlineRules(db)).toEqual(quicker);
	expect((await readRules(db, 'deadlines')).proposal).toBeNull();
	expect(await decideRules(db, approver, 'deadlines', proposal!.version, true)).toMatchObject({ reason: 'not-found' });

	// 8 June 2026 is a Monday.
	await run(db, '2026-06-08', [evaluation()]);
	expect(await latest(db)).toMatchObject({ acknowledge_due: '2026-06-09', dispose_due: '2026-06-12' });
});

test('a rejected proposal changes nothing, and an old page never decides on a newer one', async () => {
	await proposeRules(db, editor, 'levels', { ...defaultLevelRules, entity: { red: 9, orange: 5, yellow: 2 } });
	const first = (await readRules(db, 'levels')).proposal!.version;
	expect(await decideRules(db, approver, 'levels', first, false)).toEqual({ ok: true });
	expect((await readRules(db, 'levels')).value).toEqual(defaultLevelRules);
	await proposeRules(db, editor, 'levels', { ...defaultLevelRules, entity: { red: 8, orange: 5, yellow: 2 } });
	expect(await decideRules(db, approver, 'levels', first, true)).toMatchObject({ reason: 'conflict' });
});

test('rules that bind other places are neither proposed nor decided from one of them', async () => {
	const cateringEditor: Actor = { ...editor, industries: ['H62'] };
	for (const partial of [cityEditor, { ...cityEditor, regionCode: '320412' }, cateringEditor]) {
		expect(await proposeRules(db, partial, 'levels', defaultLevelRules)).toMatchObject({ reason: 'not-allowed' });
		expect(await mayRule(db, partial)).toEqual({ propose: false, decide: false });
	}
	expect(await mayRule(db, editor)).toEqual({ propose: true, decide: false });
	expect(await mayRule(db, approver)).toEqual({ propose: false, decide: true });
	await proposeRules(db, editor, 'levels', defaultLevelRules);
	const { version } = (await readRules(db, 'levels')).proposal!;
	for (const partial of [{ ...approver, regionCode: '320400' }, { ...approver, industries: ['H62'] }]) {
		expect(await decideRules(db, partial, 'levels', version, true)).toMatchObject({ reason: 'not-allowed' });
		expect(await decideRules(db, partial, 'levels', version, false)).toMatchObject({ reason: 'not-allowed' });
	}
	expect(await decideRules(db, approver, 'levels', version, false)).toEqual({ ok: true });
});

test('routes are edited inside the own jurisdiction, to a department that can see what it gets', async () => {
	const route = { item: '*', industryPrefix: 'H62', regionPrefix: '3204', departmentId: 'catering' };
	expect(await setRoute(db, monitor, route)).toMatchObject({ reason: 'not-allowed' });
	expect(await setRoute(db, cityEditor, { ...route, regionPrefix: '32' })).toMatchObject({ reason: 'not-allowed' });
	expect(await setRoute(db, cityEditor, { ...route, regionPrefix: '320x' })).toMatchObject({ reason: 'not-allowed' });
	expect(await setRoute(db, cityEditor, { ...route, industryPrefix: '' })).toMatchObject({ reason: 'bad-route' });
	expect(await setRoute(db, cityEditor, { ...route, departmentId: 'other' })).toMatchObject({ reason: 'bad-route' });
	const cateringEditor: Actor = { ...catering, grants: ['editor'] };
	expect(await setRoute(db, cateringEditor, { ...route, industryPrefix: '' })).toMatchObject({ reason: 'not-allowed' });
	expect(await setRoute(db, cateringEditor, { ...route, industryPrefix: 'F', departmentId: 'city' })).toMatchObject({ reason: 'not-allowed' });
	expect(await removeRoute(db, cateringEditor, { ...route, industryPrefix: 'F' })).toMatchObject({ reason: 'not-allowed' });
	expect(await setRoute(db, cateringEditor, route)).toEqual({ ok: true });
	expect(await setRoute(db, cityEditor, route)).toEqual({ ok: true });
	expect(await listRoutes(db, cityEditor)).toMatchObject([{ departmentId: 'catering', departmentName: '常州市局餐饮处' }]);
	expect(await removeRoute(db, cityEditor, route)).toEqual({ ok: true });
	expect(await listRoutes(db, cityEditor)).toEqual([]);
});
