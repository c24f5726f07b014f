import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { listBoundaries, loadBoundaries, retireBoundaries } from '#lib/boundaries/boundaries.server.ts';
import { changeScreen, renewToken, revokeScreen } from '#lib/wall/screens.server.ts';
import { wallViews } from '#lib/wall/views.ts';
import { actorIn, markOf, places, writeWorld } from '../access/jurisdiction-world.ts';
import { GET } from '../../src/routes/wall/data/+server.ts';
import { testDatabase } from '../support/database.ts';
import { ask, browser, dataDir, plainScreen, tokenOf, type Answer } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
beforeAll(() => writeWorld(database.owner));
afterAll(() => database[Symbol.asyncDispose]());

const province: Actor = actorIn(places[0], 'secadmin');
let named = 0;
const screen = (regionCode: string) => tokenOf(db, province, { name: `屏${++named}`, regionCode });

const administrator: Actor = actorIn(places[0], 'sysadmin');
/** Loads squares side by side as an office's own boundaries. */
async function load(mapNumber: string, codes: readonly string[], side = 1): Promise<void> {
	const features = codes.map((code, i) => {
		const [x, y] = [118 + i, 31];
		return { type: 'Feature', properties: { code }, geometry: { type: 'Polygon', coordinates: [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]] } };
	});
	expect(await loadBoundaries(db, administrator, { mapNumber, source: '省自然资源厅', text: JSON.stringify({ type: 'FeatureCollection', features }) })).toMatchObject({ ok: true });
}
async function retire(mapNumber: string): Promise<void> {
	const set = (await listBoundaries(db, administrator)).find((one) => one.mapNumber === mapNumber && one.retiredAt === null);
	expect(await retireBoundaries(db, administrator, set!.id)).toEqual({ ok: true });
}

/** Names and codes of all places: whoever sees nothing sees none of them. */
const traces = places.flatMap(({ code, name }) => [code, name, markOf(code)]);
function expectNothing({ text }: Answer): void {
	expect(traces.filter((trace) => text.includes(trace))).toEqual([]);
	expect(text).not.toContain('"picture":{');
}

describe('the wall answers nothing', () => {
	it('without a token', async () => {
		const data = await ask(db, browser(), 'data');
		expect(data).toMatchObject({ status: 401, text: '{"reason":"none"}' });
		const page = await ask(db, browser(), 'page');
		expect(page.text).toContain('"fault":"none"');
		expectNothing(page);
	});

	it('to a wrong token, wherever it is brought, and keeps no cookie of it', async () => {
		const wrong = 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA';
		const here = browser();
		expect(await ask(db, here, 'page', { search: `?token=${wrong}`, address: '10.3.0.1' })).toMatchObject({ status: 303, location: '/wall?refused=wrong' });
		expect(await ask(db, here, 'page', { form: { token: wrong }, address: '10.3.0.1' })).toMatchObject({ status: 401 });
		expect(here.jar.size).toBe(0);
		here.jar.set('qianshao-wall', wrong);
		const data = await ask(db, here, 'data', { address: '10.3.0.2' });
		expect(data).toMatchObject({ status: 401, text: '{"reason":"wrong"}' });
		expect(here.jar.size).toBe(0);
		here.jar.set('qianshao-wall', wrong);
		expectNothing(await ask(db, here, 'page', { address: '10.3.0.3' }));
	});

	it('to a replaced or revoked token, from its next look on', async () => {
		const { id, token } = await screen('320400');
		const here = browser();
		await ask(db, here, 'page', { search: `?token=${token}` });
		expect(await ask(db, here, 'data')).toMatchObject({ status: 200 });
		const renewed = await renewToken(db, province, dataDir, id);
		expect(await ask(db, here, 'data')).toMatchObject({ status: 401, text: '{"reason":"replaced"}' });
		expect(await ask(db, here, 'page', { form: { token: renewed.ok ? renewed.token : '' } })).toMatchObject({ status: 303, location: '/wall' });
		expect(await ask(db, here, 'data')).toMatchObject({ status: 200 });
		await revokeScreen(db, province, id, '拆除');
		expect(await ask(db, here, 'data')).toMatchObject({ status: 401, text: '{"reason":"revoked"}' });
		const page = await ask(db, here, 'page');
		expect(page.text).toContain('"fault":"revoked"');
		expectNothing(page);
	});

	it('to somebody who is signed in', async () => {
		const event = { locals: { db, address: '10.3.0.4', actor: actorIn(places[0], 'leader') }, url: new URL('http://qianshao.test/wall/data'), cookies: { get: () => undefined } };
		expect((await GET(event as never)).status).toBe(401);
	});

	it('to too many wrong tokens but when to come again, and what was typed', async () => {
		for (let i = 0; i < 5; i++) await ask(db, browser(), 'page', { form: { token: 'wrong' }, address: '10.3.0.5' });
		const answer = await ask(db, browser(), 'page', { form: { token: 'AAAA' }, address: '10.3.0.5' });
		expect(answer).toMatchObject({ status: 429 });
		expect(JSON.parse(answer.text)).toMatchObject({ data: { fault: 'locked', typed: 'AAAA', until: expect.stringMatching(/^\d\d:\d\d$/) as string } });
	});
});

describe('a screen', () => {
	it('gets a cookie that no script and no other address sees, and leaves the address that held the token', async () => {
		const { token } = await screen('320400');
		const here = browser();
		expect(await ask(db, here, 'page', { search: `?token=${token}` })).toEqual({ status: 303, location: '/wall', text: '' });
		expect(here.set.get('qianshao-wall')).toMatchObject({ path: '/wall', httpOnly: true, sameSite: 'strict', maxAge: 400 * 86_400 });
	});

	it.each(places.filter(({ code }) => code !== '320000'))('of $name is told nothing from elsewhere', async (here) => {
		const { token } = await screen(here.code);
		const its = browser();
		await ask(db, its, 'page', { search: `?token=${token}` });
		const prefix = here.code.replace(/(00)+$/, '');
		const outside = places.filter(({ code }) => !code.startsWith(prefix)).flatMap(({ code, name }) => [code, name]);
		for (const answer of [await ask(db, its, 'page'), await ask(db, its, 'data')]) {
			expect(answer.status).toBe(200);
			expect(outside.filter((trace) => answer.text.includes(trace))).toEqual([]);
			// Else it would say nothing at all, and prove nothing.
			expect(answer.text).toContain(here.name);
		}
	});

	it('is sent the picture again only when it changed', async () => {
		const { id, token } = await screen('320400');
		const here = browser();
		await ask(db, here, 'page', { search: `?token=${token}` });
		const first = JSON.parse((await ask(db, here, 'data')).text) as { readonly stamp: string; readonly picture: object | null };
		expect(first.picture).not.toBeNull();
		const again = JSON.parse((await ask(db, here, 'data', { search: `?have=${first.stamp}` })).text) as { readonly stamp: string; readonly picture: object | null };
		expect(again).toMatchObject({ stamp: first.stamp, picture: null });
		await changeScreen(db, province, id, { ...plainScreen, name: `屏${named}`, seconds: 45, views: ['trend'] });
		const changed = JSON.parse((await ask(db, here, 'data', { search: `?have=${first.stamp}` })).text) as { readonly screen: object; readonly picture: Record<string, unknown> };
		expect(changed.screen).toMatchObject({ seconds: 45, views: ['trend'] });
		expect(changed.picture['trend']).not.toBeNull();
		// What a screen does not show it is not sent.
		for (const view of ['warnings', 'complaints', 'matrix', 'news', 'results']) expect(changed.picture[view]).toBeNull();
	});

	it('sees a warning that was raised or worked on with its next look', async () => {
		const { token } = await screen('320400');
		const here = browser();
		await ask(db, here, 'page', { search: `?token=${token}` });
		const look = async () => JSON.parse((await ask(db, here, 'data')).text) as { readonly picture: { readonly progress: { readonly byWork: object } } };
		const before = await look();
		await database.owner.updateTable('warning').set({ work: 'disposed' }).where('id', '=', `warning-${markOf('320412')}`).execute();
		await database.owner.insertInto('warning_feed').values({ warning_id: `warning-${markOf('320412')}`, region_code: '320412', industry_key: 'H62', department_id: `department-${markOf('320412')}`, what: 'dispose' }).execute();
		expect((await look()).picture.progress).not.toEqual(before.picture.progress);
	});

	it('is sent the outlines of its office’s boundaries once, and again only when others are drawn', async () => {
		const { id, token } = await screen('320400');
		const here = browser();
		await ask(db, here, 'page', { search: `?token=${token}` });
		type Seen = { readonly stamp: string; readonly picture: object | null; readonly boundaries: { readonly id: string; readonly map: { readonly mapNumber: string; readonly regions: object } | null } };
		const look = async (had: Partial<Seen> = {}, who = here) => JSON.parse((await ask(db, who, 'data', { search: `?have=${had.stamp ?? ''}&drawn=${had.boundaries?.id ?? 'none'}` })).text) as Seen;
		const hexagons = await look();
		expect(hexagons.boundaries).toEqual({ id: '', map: null });

		await load('苏S(2026)1号', ['320400', '320402', '320412', '320505']);
		const drawn = await look(hexagons);
		// The picture is the same: only the outlines come, and those of its own regions only.
		expect(drawn.picture).toBeNull();
		expect(drawn.boundaries.map).toMatchObject({ mapNumber: '苏S(2026)1号' });
		expect(Object.keys(drawn.boundaries.map!.regions)).toEqual(['320402', '320412']);
		expect((await look(drawn)).boundaries).toEqual({ id: drawn.boundaries.id, map: null });
		// Another picture brings no outlines.
		const other = await look({ ...drawn, stamp: 'old' });
		expect(other.picture).not.toBeNull();
		expect(other.boundaries.map).toBeNull();
		// A page that is opened has them from the start.
		expect((await ask(db, here, 'page')).text).toContain('苏S(2026)1号');

		await load('苏S(2026)2号', ['320402', '320412'], 0.5);
		const newer = await look(drawn);
		expect(newer.boundaries.id).not.toBe(drawn.boundaries.id);
		expect(newer.boundaries.map).toMatchObject({ mapNumber: '苏S(2026)2号' });
		await retire('苏S(2026)2号');
		expect((await look(newer)).boundaries).toMatchObject({ id: drawn.boundaries.id, map: { mapNumber: '苏S(2026)1号' } });
		// What shows no map needs none: views without, and a county, which is divided by industries.
		await changeScreen(db, province, id, { ...plainScreen, name: `屏${named}`, views: ['matrix', 'trend', 'work'] });
		expect((await look()).boundaries).toEqual({ id: '', map: null });
		const county = browser();
		await ask(db, county, 'page', { search: `?token=${(await screen('320412')).token}` });
		expect((await look({}, county)).boundaries).toEqual({ id: '', map: null });

		await changeScreen(db, province, id, { ...plainScreen, name: `屏${named - 1}` });
		await retire('苏S(2026)1号');
		expect((await look(drawn)).boundaries).toEqual({ id: '', map: null });
	});

	it('has nothing to open: no address of the application is in what it is sent', async () => {
		const { token } = await screen('320000');
		const here = browser();
		await ask(db, here, 'page', { search: `?token=${token}` });
		expect((await ask(db, here, 'data')).text).not.toMatch(/"\/[a-z]/);
		expect(wallViews.length).toBe(6);
	});
});
