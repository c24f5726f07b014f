import { expect, test } from 'vitest';
import { removeHost } from '#lib/notices/hosts.server.ts';
import { retryPausesMinutes } from '#lib/notices/handing.ts';
import { textOf, smtpServer } from '../support/smtp.ts';
import { testDatabase } from '../support/database.ts';
import { atOnce, dataDir, list, origin, reach, send, smtpAt, tell, writeOffice, writeWarning } from './fixtures.ts';

const states = async (db: Awaited<ReturnType<typeof testDatabase>>['db']) =>
	db.selectFrom('outgoing').select(['form', 'state', 'attempts', 'problem', 'problem_detail']).orderBy('created_at').execute();

test('a letter carries number and link, nothing else, and is sent once', async () => {
	await using database = await testDatabase();
	await using server = await smtpServer();
	await using data = await dataDir();
	const { db } = database;
	const { monitor, secadmin } = await writeOffice(db);
	await writeWarning(db, 'w1', '2026-000001');
	await list(db, secadmin, '127.0.0.1', 'office.test');
	await reach(db, monitor, 'li@office.test');
	await tell(db, monitor, 'w1', '2026-000001');
	const ways = { smtp: smtpAt(server.port), origin, dataDir: data.path };
	expect(await send(db, ways)).toEqual({ planned: 1, sent: 1, failed: 0, unknown: 0 });
	expect(await send(db, ways)).toEqual({ planned: 0, sent: 0, failed: 0, unknown: 0 });
	expect(server.letters).toHaveLength(1);
	const letter = server.letters[0]!;
	expect(letter).toMatchObject({ from: 'qianshao@office.test', to: ['li@office.test'] });
	expect(letter.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
	expect(textOf(letter)).toBe(
		`前哨：您有 1 条待办\n编号 2026-000001：${origin}/warnings/w1\n\n全部消息：${origin}/notices\n调整接收方式：${origin}/account/notices\n`
	);
	expect(await states(db)).toMatchObject([{ state: 'sent', attempts: 1, problem: null }]);
});

test('what was read in the application meanwhile, or may not be seen any more, is left out; nothing left is no letter', async () => {
	await using database = await testDatabase();
	await using server = await smtpServer();
	await using data = await dataDir();
	const { db } = database;
	const { monitor, secadmin } = await writeOffice(db);
	await list(db, secadmin, '127.0.0.1', 'office.test');
	await reach(db, monitor, 'li@office.test', { ...atOnce, kinds: {} });
	for (const n of [1, 2, 3]) await writeWarning(db, `w${n}`, `2026-00000${n}`);
	for (const n of [1, 2, 3]) await tell(db, monitor, `w${n}`, `2026-00000${n}`);
	const ways = { smtp: smtpAt(server.port), origin, dataDir: data.path };
	// Sunday morning: the digest is on Monday.
	await send(db, ways, new Date('2026-06-07T10:00:00+08:00'));
	expect(server.letters).toHaveLength(0);
	await db.updateTable('notice').set({ read_at: new Date() }).where('object_id', '=', 'w1').execute();
	await db.updateTable('warning').set({ region_code: '320000' }).where('id', '=', 'w2').execute();
	await send(db, ways, new Date('2026-06-08T09:00:30+08:00'));
	expect(server.letters.map(textOf).join()).toContain('编号 2026-000003');
	expect(server.letters.map(textOf).join()).not.toMatch(/2026-00000[12]/);

	await writeWarning(db, 'w4', '2026-000004');
	await tell(db, monitor, 'w4', '2026-000004');
	await send(db, ways, new Date('2026-06-08T10:00:00+08:00'));
	await db.updateTable('notice').set({ read_at: new Date() }).execute();
	await send(db, ways, new Date('2026-06-08T15:00:00+08:00'));
	expect(server.letters).toHaveLength(1);
	expect((await states(db)).map(({ state }) => state).sort()).toEqual(['dropped', 'sent']);
});

test('nothing is connected to that is not listed: neither the server nor the domain; removing a host stops what waits', async () => {
	await using database = await testDatabase();
	let greeted = 0;
	await using server = await smtpServer({ answer: () => (greeted++, null) });
	await using data = await dataDir();
	const { db } = database;
	const { monitor, secadmin } = await writeOffice(db);
	await writeWarning(db, 'w1', '2026-000001');
	await reach(db, monitor, 'li@office.test');
	await tell(db, monitor, 'w1', '2026-000001');
	const ways = { smtp: smtpAt(server.port), origin, dataDir: data.path };
	await send(db, ways);
	expect(await states(db)).toMatchObject([{ state: 'waiting', attempts: 1, problem: 'host-not-listed', problem_detail: '127.0.0.1' }]);
	await list(db, secadmin, '127.0.0.1');
	await db.updateTable('outgoing').set({ next_at: new Date() }).execute();
	await send(db, ways);
	expect(await states(db)).toMatchObject([{ state: 'waiting', attempts: 2, problem: 'host-not-listed', problem_detail: 'office.test' }]);
	await list(db, secadmin, 'office.test');
	const { id } = await db.selectFrom('allowed_host').select('id').where('host', '=', '127.0.0.1').executeTakeFirstOrThrow();
	expect(await removeHost(db, secadmin, id, '服务器停用')).toEqual({ ok: true, host: '127.0.0.1' });
	await db.updateTable('outgoing').set({ next_at: new Date() }).execute();
	await send(db, ways);
	expect(await states(db)).toMatchObject([{ state: 'waiting', attempts: 3, problem_detail: '127.0.0.1' }]);
	expect([server.letters.length, greeted]).toEqual([0, 0]);
});

test('a server without encryption gets letters only where the list says so, and never a password', async () => {
	await using database = await testDatabase();
	await using server = await smtpServer();
	await using data = await dataDir();
	const { db } = database;
	const { monitor, secadmin } = await writeOffice(db);
	await writeWarning(db, 'w1', '2026-000001');
	await list(db, secadmin, '127.0.0.1', 'office.test');
	await db.updateTable('allowed_host').set({ plain: false }).execute();
	await reach(db, monitor, 'li@office.test');
	await tell(db, monitor, 'w1', '2026-000001');
	await send(db, { smtp: smtpAt(server.port), origin, dataDir: data.path });
	expect(await states(db)).toMatchObject([{ state: 'waiting', problem: 'not-encrypted' }]);
	expect(server.letters).toHaveLength(0);
});

const refusals = [
	{ said: '451 busy', at: 'RCPT', state: 'waiting', problem: 'refused' },
	{ said: '550 nobody of this name', at: 'RCPT', state: 'given-up', problem: 'refused' },
	{ said: '452 full', at: '.', state: 'waiting', problem: 'refused' },
	{ said: '554 no', at: '.', state: 'given-up', problem: 'refused' },
	{ said: 'drop', at: 'RCPT', state: 'waiting', problem: 'unreachable' },
	{ said: 'drop', at: '.', state: 'unknown', problem: 'no-answer' },
	{ said: '421 closing', at: 'EHLO', state: 'waiting', problem: 'unreachable' }
] as const;
for (const { said, at, state, problem } of refusals) {
	test(`a server that answers ${at === '.' ? 'the letter' : at} with "${said}": ${state}`, async () => {
		await using database = await testDatabase();
		await using server = await smtpServer({ answer: (command) => (command.startsWith(at) || (at === 'EHLO' && command.startsWith('HELO')) ? said : null) });
		await using data = await dataDir();
		const { db } = database;
		const { monitor, secadmin } = await writeOffice(db);
		await writeWarning(db, 'w1', '2026-000001');
		await list(db, secadmin, '127.0.0.1', 'office.test');
		await reach(db, monitor, 'li@office.test');
		await tell(db, monitor, 'w1', '2026-000001');
		await send(db, { smtp: smtpAt(server.port), origin, dataDir: data.path });
		expect(await states(db)).toMatchObject([{ state, problem, attempts: 1 }]);
		expect(server.letters).toHaveLength(0);
	});
}

test('a server that is away is tried again with growing pauses and then given up, which stands there with the reason', async () => {
	await using database = await testDatabase();
	await using data = await dataDir();
	const { db } = database;
	const { monitor, secadmin } = await writeOffice(db);
	await writeWarning(db, 'w1', '2026-000001');
	await list(db, secadmin, '127.0.0.1', 'office.test');
	await reach(db, monitor, 'li@office.test');
	await tell(db, monitor, 'w1', '2026-000001');
	const pauses: number[] = [];
	for (let tries = 0; tries <= retryPausesMinutes.length; tries++) {
		await send(db, { smtp: smtpAt(1), origin, dataDir: data.path });
		const row = await db.selectFrom('outgoing').select(['state', 'next_at', 'created_at']).executeTakeFirstOrThrow();
		if (row.state !== 'waiting') break;
		pauses.push(row.next_at.getTime());
		await db.updateTable('outgoing').set({ next_at: new Date(0) }).execute();
	}
	expect(pauses).toHaveLength(retryPausesMinutes.length);
	expect(await states(db)).toMatchObject([{ state: 'given-up', attempts: retryPausesMinutes.length + 1, problem: 'unreachable' }]);
});

test('a letter whose end is unknown is not written again; the next digest counts what is unread, without a number', async () => {
	await using database = await testDatabase();
	let dropping = true;
	await using server = await smtpServer({ answer: (command) => (dropping && command === '.' ? 'drop' : null) });
	await using data = await dataDir();
	const { db } = database;
	const { monitor, secadmin } = await writeOffice(db);
	await writeWarning(db, 'w1', '2026-000001');
	await list(db, secadmin, '127.0.0.1', 'office.test');
	await reach(db, monitor, 'li@office.test');
	await tell(db, monitor, 'w1', '2026-000001');
	const ways = { smtp: smtpAt(server.port), origin, dataDir: data.path };
	await send(db, ways, new Date('2026-06-08T08:30:00+08:00'));
	dropping = false;
	await send(db, ways, new Date('2026-06-08T08:40:00+08:00'));
	await send(db, ways, new Date('2026-06-08T08:50:00+08:00'));
	expect(server.letters).toHaveLength(0);
	await send(db, ways, new Date('2026-06-08T09:00:00+08:00'));
	await send(db, ways, new Date('2026-06-08T14:30:00+08:00'));
	expect(server.letters).toHaveLength(1);
	expect(textOf(server.letters[0]!)).toContain('前哨：您有 1 条未读消息');
	expect(server.letters[0]!.raw + textOf(server.letters[0]!)).not.toContain('2026-000001');
});

test('without a mail server no letters pile up', async () => {
	await using database = await testDatabase();
	await using data = await dataDir();
	const { db } = database;
	const { monitor } = await writeOffice(db);
	await writeWarning(db, 'w1', '2026-000001');
	await reach(db, monitor, 'li@office.test');
	await tell(db, monitor, 'w1', '2026-000001');
	expect(await send(db, { smtp: null, origin, dataDir: data.path })).toMatchObject({ planned: 1, sent: 0 });
	expect(await states(db)).toEqual([]);
});
