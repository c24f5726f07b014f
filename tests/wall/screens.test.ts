import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { roles } from '#lib/access/actor.ts';
import { verifyAudit } from '#lib/access/audit.server.ts';
import { changeScreen, createScreen, listScreens, renewToken, revokeScreen } from '#lib/wall/screens.server.ts';
import { writeActor, writePlaces } from '../access/fixtures.ts';
import { testDatabase } from '../support/database.ts';
import { dataDir, plainScreen, tokenOf } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
let secadmin: Actor;
let county: Actor;
beforeAll(async () => {
	await writePlaces(db);
	secadmin = await writeActor(db, 'sec.city', 'secadmin');
	county = await writeActor(db, 'sec.county', 'secadmin', { regionCode: '320412' });
});
afterAll(() => database[Symbol.asyncDispose]());

const listed = async (actor = secadmin) => {
	const outcome = await listScreens(db, actor, dataDir);
	return outcome.ok ? outcome.screens : [];
};

describe('the security administrator', () => {
	it('makes a screen; what is kept of its token is a hash', async () => {
		const { id, token } = await tokenOf(db, secadmin, { name: '大厅' });
		const row = await db.selectFrom('wall_screen').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
		expect(JSON.stringify(row)).not.toContain(token);
		expect(JSON.stringify(row)).not.toContain(token.slice(-9));
		expect((await listed()).find((screen) => screen.id === id)).toMatchObject({ name: '大厅', state: 'unopened', region: '常州市', views: plainScreen.views, lastDay: null });
		expect(JSON.stringify(await listed())).not.toContain(token);
	});

	it.each([
		[{ name: ' ' }, 'screen-name'],
		[{ name: '名'.repeat(41) }, 'screen-name'],
		[{ regionCode: '320500' }, 'no-region'],
		[{ regionCode: '320000' }, 'no-region'],
		[{ regionCode: '320499' }, 'no-region'],
		[{ regionCode: '3204' }, 'no-region'],
		[{ seconds: 4 }, 'screen-seconds'],
		[{ seconds: 301 }, 'screen-seconds'],
		[{ seconds: Number.NaN }, 'screen-seconds'],
		[{ seconds: 7.5 }, 'screen-seconds'],
		[{ views: [] }, 'screen-views'],
		[{ views: ['classes'] }, 'screen-views'],
		[{ lastDay: '2020-01-01' }, 'screen-last-day'],
		[{ lastDay: '2026-13-01' }, 'screen-last-day']
	])('is refused %j: %s', async (change, reason) => {
		expect(await createScreen(db, secadmin, dataDir, { ...plainScreen, ...change })).toMatchObject({ ok: false, reason });
	});

	it('gives a name twice only when the first one was revoked', async () => {
		const { id } = await tokenOf(db, secadmin, { name: '二楼' });
		expect(await createScreen(db, secadmin, dataDir, { ...plainScreen, name: '二楼' })).toMatchObject({ reason: 'screen-name-taken' });
		const other = await tokenOf(db, secadmin, { name: '三楼' });
		expect(await changeScreen(db, secadmin, other.id, { ...plainScreen, name: '二楼' })).toMatchObject({ reason: 'screen-name-taken' });
		expect(await revokeScreen(db, secadmin, id, '拆除')).toEqual({ ok: true });
		expect(await changeScreen(db, secadmin, other.id, { ...plainScreen, name: '二楼' })).toEqual({ ok: true });
	});

	it('changes, renews and revokes, each with an entry in the trail that names no token', async () => {
		const { id } = await tokenOf(db, secadmin, { name: '轨迹' });
		expect(await changeScreen(db, secadmin, id, { ...plainScreen, name: '轨迹', seconds: 30, views: ['trend', 'warnings'], lastDay: '2099-12-31' })).toEqual({ ok: true });
		const renewed = await renewToken(db, secadmin, dataDir, id);
		expect(renewed).toMatchObject({ ok: true, name: '轨迹' });
		expect((await listed()).find((screen) => screen.id === id)).toMatchObject({ seconds: 30, views: ['warnings', 'trend'], lastDay: '2099-12-31' });
		expect(await revokeScreen(db, secadmin, id, ' ')).toMatchObject({ reason: 'screen-no-why' });
		expect(await revokeScreen(db, secadmin, id, '拆除')).toEqual({ ok: true });
		const entries = await db.selectFrom('audit_entry').selectAll().where('object_id', '=', id).orderBy('seq').execute();
		expect(entries.map((entry) => entry.action)).toEqual(['screen.create', 'screen.change', 'screen.renew', 'screen.revoke']);
		expect(JSON.stringify(entries)).not.toContain(renewed.ok ? renewed.token : '?');
		expect(await verifyAudit(db)).toMatchObject({ valid: true });
	});

	it('changes nothing of a revoked one', async () => {
		const { id } = await tokenOf(db, secadmin, { name: '旧屏' });
		await revokeScreen(db, secadmin, id, '拆除');
		for (const outcome of [await changeScreen(db, secadmin, id, plainScreen), await renewToken(db, secadmin, dataDir, id), await revokeScreen(db, secadmin, id, '再次')]) {
			expect(outcome).toMatchObject({ ok: false, reason: 'conflict' });
		}
	});

	it('sees and touches no screen above or beside the own region', async () => {
		const { id } = await tokenOf(db, secadmin, { name: '市局' });
		expect(await listed(county)).toEqual([]);
		for (const outcome of [await changeScreen(db, county, id, plainScreen), await renewToken(db, county, dataDir, id), await revokeScreen(db, county, id, '不要')]) {
			expect(outcome).toMatchObject({ ok: false, reason: 'not-found' });
		}
		const own = await tokenOf(db, county, { name: '区局', regionCode: '320412' });
		expect((await listed(county)).map((screen) => screen.id)).toEqual([own.id]);
		expect((await listed()).map((screen) => screen.id)).toContain(own.id);
	});

	it.each(roles.filter((role) => role !== 'secadmin'))('is nobody else: not a %s', async (role) => {
		const other = { ...secadmin, role, grants: ['approver', 'editor', 'steward'] as const };
		const { id } = await tokenOf(db, secadmin, { name: `屏 ${role}` });
		for (const outcome of [
			await listScreens(db, other, dataDir), await createScreen(db, other, dataDir, plainScreen), await changeScreen(db, other, id, plainScreen),
			await renewToken(db, other, dataDir, id), await revokeScreen(db, other, id, '不要')
		]) {
			expect(outcome).toMatchObject({ ok: false, reason: 'not-allowed' });
		}
	});
});
