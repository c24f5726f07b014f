import { expect, test } from 'vitest';
import { askAddress, changeReach, confirmAddress, ownReach, removeAddress, testOwnAddress } from '#lib/notices/reach.server.ts';
import { channelState, retryMessage, testMail } from '#lib/notices/channels.server.ts';
import { listHosts } from '#lib/notices/hosts.server.ts';
import { markObjectRead, markRead, ownNotices, unreadCount } from '#lib/notices/own.server.ts';
import { defaultRhythm } from '#lib/notices/rhythm.ts';
import { onNotices } from '#lib/warnings/live.server.ts';
import { writeActor } from '../access/fixtures.ts';
import { smtpServer, textOf } from '../support/smtp.ts';
import { testDatabase } from '../support/database.ts';
import { dataDir, list, origin, reach, send, smtpAt, tell, writeOffice, writeWarning } from './fixtures.ts';

test('one sees one\'s own notices only, the newest first, with what may be seen now', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const { monitor } = await writeOffice(db);
	const colleague = await writeActor(db, 'wang', 'monitor');
	for (const n of [1, 2]) await writeWarning(db, `w${n}`, `2026-00000${n}`);
	for (const n of [1, 2]) await tell(db, monitor, `w${n}`, `2026-00000${n}`);
	await tell(db, colleague, 'w1', '2026-000001', 'escalated');
	await db.updateTable('warning').set({ region_code: '320000' }).where('id', '=', 'w1').execute();
	const { notices, older } = await ownNotices(db, monitor, { unreadOnly: true, before: null });
	expect(notices.map(({ about }) => about?.number ?? null)).toEqual(['2026-000002', null]);
	expect(notices[0]!.about).toMatchObject({ level: 'red', regionName: '武进区', industryKey: 'H', href: '/warnings/w2' });
	expect(older).toBeNull();
	await markRead(db, colleague, { id: notices[0]!.id });
	expect(await unreadCount(db, monitor)).toBe(2);
	await markObjectRead(db, monitor, { objectKind: 'warning', objectId: 'w2' });
	expect(await unreadCount(db, monitor)).toBe(1);
	await markRead(db, monitor, { upTo: notices[0]!.id });
	expect([await unreadCount(db, monitor), await unreadCount(db, colleague)]).toEqual([0, 1]);
});

test('whoever listens hears of own notices, written or read, and of nobody else\'s', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const { monitor, sysadmin } = await writeOffice(db);
	let [mine, other] = [0, 0];
	const stops = [onNotices(db, monitor.id, () => mine++), onNotices(db, sysadmin.id, () => other++)];
	try {
		await expect.poll(() => [mine, other]).toEqual([1, 1]);
		await tell(db, monitor, 'w1', '2026-000001');
		await expect.poll(() => mine).toBe(2);
		await markRead(db, monitor, { upTo: 1_000 });
		await expect.poll(() => mine).toBe(3);
		expect(other).toBe(1);
	} finally {
		for (const stop of stops) stop();
	}
});

async function world() {
	const database = await testDatabase();
	const server = await smtpServer();
	const data = await dataDir();
	const people = await writeOffice(database.db);
	await list(database.db, people.secadmin, '127.0.0.1', 'office.test');
	return {
		...people, db: database.db, server, ways: { smtp: smtpAt(server.port), origin, dataDir: data.path },
		async [Symbol.asyncDispose]() {
			for (const end of [server, data, database]) await end[Symbol.asyncDispose]();
		}
	};
}
const secretIn = (text: string) => /confirm=([\w-]+)/.exec(text)![1]!;

test('an address counts once its owner has opened the letter\'s link; until then everything goes where it went', async () => {
	await using w = await world();
	await reach(w.db, w.monitor, 'old@office.test');
	expect(await askAddress(w.db, w.monitor, 'new@office.test', w.ways)).toMatchObject({ ok: true, handed: { end: 'sent' } });
	expect(w.server.letters.map(({ to }) => to)).toEqual([['new@office.test']]);
	const secret = secretIn(textOf(w.server.letters[0]!));
	expect(await ownReach(w.db, w.monitor)).toMatchObject({ email: 'old@office.test', pending: { address: 'new@office.test' } });
	expect(JSON.stringify(await w.db.selectFrom('notice_reach').selectAll().execute())).not.toContain(secret);
	expect(await confirmAddress(w.db, w.sysadmin, secret)).toEqual({ ok: false, reason: 'confirm' });
	expect(await confirmAddress(w.db, w.monitor, `${secret}x`)).toEqual({ ok: false, reason: 'confirm' });
	expect(await confirmAddress(w.db, w.monitor, secret)).toEqual({ ok: true, address: 'new@office.test' });
	expect(await confirmAddress(w.db, w.monitor, secret)).toEqual({ ok: false, reason: 'confirm' });
	expect(await ownReach(w.db, w.monitor)).toMatchObject({ email: 'new@office.test', pending: null });
	expect(await testOwnAddress(w.db, w.monitor, w.ways)).toMatchObject({ ok: true, handed: { end: 'sent' } });
	await removeAddress(w.db, w.monitor);
	expect(await testOwnAddress(w.db, w.monitor, w.ways)).toEqual({ ok: false, reason: 'no-address' });
});

test('a link is good for a day, and nobody can make us write to strangers without end', async () => {
	await using w = await world();
	await askAddress(w.db, w.monitor, 'new@office.test', w.ways);
	await w.db.updateTable('notice_reach').set({ pending_until: new Date(0) }).execute();
	expect(await confirmAddress(w.db, w.monitor, secretIn(textOf(w.server.letters[0]!)))).toEqual({ ok: false, reason: 'confirm' });
	const asked = await Promise.all(Array.from({ length: 8 }, () => askAddress(w.db, w.monitor, 'new@office.test', w.ways)));
	expect(asked.filter(({ ok }) => ok)).toHaveLength(4);
	expect(w.server.letters).toHaveLength(5);
	expect(await askAddress(w.db, w.sysadmin, 'no address', w.ways)).toEqual({ ok: false, reason: 'address' });
	expect(await askAddress(w.db, w.sysadmin, 'x@office.test', { ...w.ways, smtp: null })).toEqual({ ok: false, reason: 'no-smtp' });
});

test('choices are kept and audited without the address', async () => {
	await using w = await world();
	expect(await changeReach(w.db, w.monitor, { ...defaultRhythm, digestTimes: ['21:00'] }, 'en')).toEqual({ ok: false, reason: 'digest-in-quiet' });
	const rhythm = { ...defaultRhythm, kinds: { assigned: 'none' as const } };
	expect(await changeReach(w.db, w.monitor, rhythm, 'en')).toEqual({ ok: true });
	await askAddress(w.db, w.monitor, 'li@office.test', w.ways);
	await confirmAddress(w.db, w.monitor, secretIn(textOf(w.server.letters[0]!)));
	expect(textOf(w.server.letters[0]!)).toContain('Sign in and open this link');
	expect(await ownReach(w.db, w.monitor)).toMatchObject({ email: 'li@office.test', rhythm, locale: 'en' });
	const audit = await w.db.selectFrom('audit_entry').select(['action', 'detail']).where('action', 'like', 'notice-reach.%').execute();
	expect(audit.map(({ action }) => action)).toEqual(['notice-reach.change', 'notice-reach.ask', 'notice-reach.confirm']);
	expect(JSON.stringify(audit)).not.toContain('li@office.test');
	await writeWarning(w.db, 'w1', '2026-000001');
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await send(w.db, w.ways, new Date('2030-01-01T00:00:00+08:00'));
	expect(w.server.letters).toHaveLength(1);
});

test('the system administrator sees counts and reasons, never what messages say, and tries again what was given up', async () => {
	await using w = await world();
	let refuses = true;
	w.server.behaviour.answer = (command) => (refuses && command.startsWith('RCPT') ? '550 nobody' : null);
	await writeWarning(w.db, 'w1', '2026-000001');
	await reach(w.db, w.monitor, 'li@office.test');
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await send(w.db, w.ways);
	const state = await channelState(w.db, w.sysadmin, '127.0.0.1');
	expect(state).toMatchObject({ ok: true, counts: [{ channel: 'email', state: 'given-up', n: 1 }], troubles: [{ problem: 'refused', retriable: true }], smtpRule: { plain: true } });
	expect(JSON.stringify(state)).not.toMatch(/2026-000001|li@office|武进/);
	if (!state.ok) throw new Error();
	expect(await channelState(w.db, w.monitor, null)).toEqual({ ok: false, reason: 'not-allowed' });
	const county = await writeActor(w.db, 'county', 'sysadmin', { regionCode: '320412' });
	expect(await channelState(w.db, county, null)).toMatchObject({ counts: [], troubles: [] });
	expect(await retryMessage(w.db, county, state.troubles[0]!.id)).toEqual({ ok: false, reason: 'not-found' });
	refuses = false;
	expect(await retryMessage(w.db, w.sysadmin, state.troubles[0]!.id)).toEqual({ ok: true });
	await send(w.db, w.ways);
	expect(w.server.letters).toHaveLength(1);
	expect(await retryMessage(w.db, w.sysadmin, state.troubles[0]!.id)).toEqual({ ok: false, reason: 'not-found' });
});

test('a test that fails is not tried again behind the administrator\'s back', async () => {
	await using w = await world();
	expect(await testMail(w.db, w.sysadmin, 'x@elsewhere.test', w.ways)).toMatchObject({ ok: true, handed: { end: 'later', problem: 'host-not-listed', detail: 'elsewhere.test' } });
	expect(await w.db.selectFrom('outgoing').select('state').execute()).toEqual([{ state: 'given-up' }]);
	expect(await testMail(w.db, w.monitor, 'x@office.test', w.ways)).toEqual({ ok: false, reason: 'not-allowed' });
});

test('the security administrator is told what is needed and not listed', async () => {
	await using w = await world();
	await reach(w.db, w.monitor, 'li@elsewhere.test');
	await w.db
		.insertInto('webhook')
		.values([{ id: 'h', department_id: 'office', name: 'h', url: 'https://Hook.test:8443/x', secret_hash: 'x', created_by: 'x' }, { id: 'i', department_id: 'office', name: 'i', url: 'https://[::1]/x', secret_hash: 'x', created_by: 'x' }])
		.execute();
	const listed = await listHosts(w.db, w.secadmin);
	expect(listed.ok && listed.wanted).toEqual([{ host: '[::1]', use: 'webhook', n: 1 }, { host: 'elsewhere.test', use: 'address', n: 1 }, { host: 'hook.test', use: 'webhook', n: 1 }]);
});
