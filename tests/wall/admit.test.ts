import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { signIn } from '#lib/access/sign-in.server.ts';
import { addDays, dayOf } from '#lib/calendar/days.ts';
import { admitScreen, openScreen } from '#lib/wall/admit.server.ts';
import { changeScreen, listScreens, renewToken, revokeScreen } from '#lib/wall/screens.server.ts';
import { makeToken } from '#lib/wall/token.server.ts';
import { password, writeActor, writePlaces } from '../access/fixtures.ts';
import { testDatabase } from '../support/database.ts';
import { dataDir, plainScreen, tokenOf } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
let secadmin: Actor;
beforeAll(async () => {
	await writePlaces(db);
	secadmin = await writeActor(db, 'sec.city', 'secadmin');
});
afterAll(() => database[Symbol.asyncDispose]());

let now = new Date();
const clock = async () => now;
let address = '';
let turn = 0;
beforeEach(() => {
	now = new Date();
	turn++;
	address = `10.1.0.${turn}`;
});
const screen = () => tokenOf(db, secadmin, { name: `屏${turn}` });
const open = (token: string, from = address) => openScreen(db, dataDir, { token, address: from }, clock);
const admit = (token: string | null, from = address) => admitScreen(db, dataDir, token, from, clock);
const pass = (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000));

describe('a token', () => {
	it('opens its own screen, and is kept as it is written', async () => {
		const { id, token } = await screen();
		expect(await open(token.toLowerCase().replaceAll('-', ''))).toEqual({ ok: true, token });
		expect(await admit(token)).toMatchObject({ ok: true, screen: { id, name: `屏${turn}`, regionCode: '320400', seconds: 20 } });
	});

	it('that is missing opens nothing and is no failure', async () => {
		expect(await admit(null)).toMatchObject({ ok: false, reason: 'none' });
		expect(await db.selectFrom('login_failure').selectAll().where('key', '=', address).execute()).toEqual([]);
	});

	it('that was replaced, revoked or ended opens nothing, and says which', async () => {
		const first = await screen();
		await renewToken(db, secadmin, dataDir, first.id);
		expect(await open(first.token)).toMatchObject({ reason: 'replaced' });
		expect(await admit(first.token)).toMatchObject({ reason: 'replaced' });
		await revokeScreen(db, secadmin, first.id, '拆除');
		expect(await admit(first.token)).toMatchObject({ reason: 'revoked' });
		const ended = await tokenOf(db, secadmin, { name: `限期${turn}`, lastDay: dayOf(now) });
		expect(await admit(ended.token)).toMatchObject({ ok: true });
		pass(24 * 60);
		expect(await admit(ended.token)).toMatchObject({ reason: 'ended' });
		await changeScreen(db, secadmin, ended.id, { ...plainScreen, name: `限期${turn}`, lastDay: addDays(dayOf(now), 3) });
		expect(await admit(ended.token)).toMatchObject({ ok: true });
	});

	it('of a screen that is not in this database, or of a later version than it has, opens nothing', async () => {
		const { id } = await screen();
		expect(await open(await makeToken(dataDir, 'ZZZZZZ', 1))).toMatchObject({ reason: 'wrong' });
		expect(await open(await makeToken(dataDir, id, 2))).toMatchObject({ reason: 'wrong' });
	});

	it('is noted once a minute when it looks, with where from', async () => {
		const { id, token } = await screen();
		const seen = async () => {
			const listed = await listScreens(db, secadmin, dataDir);
			const found = listed.ok ? listed.screens.find((one) => one.id === id)! : null;
			return { at: found?.lastSeenAt ?? null, from: found?.lastSeenAddress ?? null };
		};
		await admit(token);
		const first = now;
		expect(await seen()).toEqual({ at: first, from: address });
		pass(0.5);
		await admit(token);
		expect((await seen()).at).toEqual(first);
		pass(0.6);
		await admit(token);
		expect((await seen()).at).toEqual(now);
		await admit(token, '10.9.9.9');
		expect((await seen()).from).toBe('10.9.9.9');
	});
});

describe('wrong tokens', () => {
	const wrong = 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA';

	it('close the address after five for a quarter of an hour, also for a right one that is typed then', async () => {
		const { token } = await screen();
		for (let i = 0; i < 5; i++) expect(await open(wrong)).toMatchObject({ reason: 'wrong' });
		expect(await open(token)).toMatchObject({ reason: 'locked' });
		expect(await open(token, '10.8.8.8')).toMatchObject({ ok: true });
		pass(14);
		expect(await open(token)).toMatchObject({ reason: 'locked' });
		pass(2);
		expect(await open(token)).toMatchObject({ ok: true });
	});

	it('cannot be guessed as cookies instead, and darken no screen that is open there', async () => {
		const { token } = await screen();
		for (let i = 0; i < 5; i++) expect(await admit(wrong)).toMatchObject({ reason: 'wrong' });
		expect(await admit(wrong)).toMatchObject({ reason: 'locked' });
		expect(await open(token)).toMatchObject({ reason: 'locked' });
		expect(await admit(token)).toMatchObject({ ok: true });
	});

	it('are counted one by one in a burst', async () => {
		const outcomes = await Promise.all(Array.from({ length: 12 }, () => open(wrong)));
		expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'wrong')).toHaveLength(5);
	});

	it('keep nobody from signing in, and wrong passwords darken no screen', async () => {
		await writeActor(db, 'li.na', 'monitor');
		const enter = (name: string, secret: string) => signIn(db, { name, password: secret, address, userAgent: null }, clock);
		for (let i = 0; i < 6; i++) await open(wrong);
		expect(await enter('li.na', password)).toMatchObject({ ok: true });
		const { token } = await screen();
		for (const name of ['a.a', 'b.b', 'c.c', 'd.d', 'e.e', 'f.f']) await enter(name, 'wrong');
		pass(20);
		for (const name of ['a.a', 'b.b', 'c.c', 'd.d', 'e.e', 'f.f']) await enter(name, 'wrong');
		expect(await open(token)).toMatchObject({ ok: true });
	});

	it('stand in the trail without what was typed', async () => {
		await open('MY-PASSWORD-BY-MISTAKE');
		const entries = await db.selectFrom('audit_entry').select(['action', 'detail', 'actor_id']).where('address', '=', address).execute();
		expect(entries).toMatchObject([{ action: 'screen.refuse', actor_id: null, detail: { reason: 'wrong', failures: 1 } }]);
		expect(JSON.stringify(entries)).not.toContain('MISTAKE');
	});
});
