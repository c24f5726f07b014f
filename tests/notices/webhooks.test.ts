import { createHmac } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { retryPausesMinutes } from '#lib/notices/handing.ts';
import { removeHost } from '#lib/notices/hosts.server.ts';
import { changeWebhook, createWebhook, listWebhooks, replaceSecret, switchWebhook } from '#lib/notices/webhooks.server.ts';
import { planNotices } from '#lib/notices/plan.server.ts';
import { systemRhythm } from '#lib/notices/rhythm.ts';
import { writeActor } from '../access/fixtures.ts';
import { receiver, type Posted } from '../support/receiver.ts';
import { testDatabase } from '../support/database.ts';
import { dataDir, list, origin, send, tell, writeOffice, writeWarning } from './fixtures.ts';

const signs = (secret: string, { id, headers, body }: Posted) =>
	`v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(`${id}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')}`;

async function world() {
	const database = await testDatabase();
	const data = await dataDir();
	const people = await writeOffice(database.db);
	await writeWarning(database.db, 'w1', '2026-000001');
	await list(database.db, people.secadmin, '127.0.0.1');
	const make = async (url: string) => {
		const made = await createWebhook(database.db, people.sysadmin, { name: '指挥平台', departmentId: 'office', url }, data.path);
		if (!made.ok) throw new Error(made.reason);
		return made;
	};
	const ways = { smtp: null, origin, dataDir: data.path };
	const dueAgain = () => database.db.updateTable('outgoing').set({ next_at: new Date(0) }).where('state', '=', 'waiting').execute();
	return {
		...people, db: database.db, make, ways, data: data.path, dueAgain,
		async [Symbol.asyncDispose]() {
			await database[Symbol.asyncDispose]();
			await data[Symbol.asyncDispose]();
		}
	};
}

test('a webhook gets a signed message with number and link only, one however many colleagues are told', async () => {
	await using w = await world();
	await using hook = await receiver();
	const { secret } = await w.make(hook.url);
	const colleague = await writeActor(w.db, 'wang', 'monitor');
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await tell(w.db, colleague, 'w1', '2026-000001');
	await send(w.db, w.ways);
	await tell(w.db, await writeActor(w.db, 'zhao', 'monitor'), 'w1', '2026-000001');
	await send(w.db, w.ways);
	expect(hook.posts).toHaveLength(1);
	const post = hook.posts[0]!;
	expect(JSON.parse(post.body)).toEqual({
		type: 'qianshao.notice', timestamp: expect.any(String), data: { items: [{ number: '2026-000001', link: `${origin}/warnings/w1` }] }
	});
	expect(post.headers['webhook-signature']).toBe(signs(secret, post));
	expect(post.id).toMatch(/^[0-9a-f-]{36}$/);
});

test('retries keep the id; a redirect is not followed; 410 ends it', async () => {
	await using w = await world();
	const statuses = [503, 302, 200];
	await using hook = await receiver(() => statuses.shift() ?? 410);
	await w.make(hook.url);
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	const problems: (string | null)[] = [];
	for (let n = 0; n < 3; n++) {
		await send(w.db, w.ways);
		problems.push((await w.db.selectFrom('outgoing').select('problem').executeTakeFirstOrThrow()).problem);
		await w.dueAgain();
	}
	expect(problems).toEqual(['answered', 'redirected', null]);
	expect(new Set(hook.posts.map(({ id }) => id)).size).toBe(1);
	expect(hook.posts).toHaveLength(3);
	await writeWarning(w.db, 'w2', '2026-000002');
	await tell(w.db, w.monitor, 'w2', '2026-000002');
	await send(w.db, w.ways);
	expect(await w.db.selectFrom('outgoing').select(['state', 'problem_detail']).where('state', '<>', 'sent').execute()).toEqual([{ state: 'given-up', problem_detail: '410' }]);
});

test('the host is looked up with each message: a removed one gets nothing more, plain http only where the list allows it', async () => {
	await using w = await world();
	await using hook = await receiver();
	await w.make(hook.url);
	await w.db.updateTable('allowed_host').set({ plain: false }).execute();
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await send(w.db, w.ways);
	expect((await w.db.selectFrom('outgoing').select('problem').executeTakeFirstOrThrow()).problem).toBe('not-encrypted');
	await w.db.updateTable('allowed_host').set({ plain: true }).execute();
	const { id } = await w.db.selectFrom('allowed_host').select('id').executeTakeFirstOrThrow();
	await removeHost(w.db, w.secadmin, id, '停用');
	await w.dueAgain();
	await send(w.db, w.ways);
	expect((await w.db.selectFrom('outgoing').select('problem').executeTakeFirstOrThrow()).problem).toBe('host-not-listed');
	expect(hook.posts).toHaveLength(0);
	const shown = await listWebhooks(w.db, w.sysadmin);
	expect(shown.ok && shown.webhooks.map(({ listed }) => listed)).toEqual([false]);
});

test('a host that another place listed for itself is not listed here', async () => {
	await using w = await world();
	await using hook = await receiver();
	await w.make(hook.url);
	await w.db.updateTable('allowed_host').set({ region_code: '320412' }).execute();
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await send(w.db, w.ways);
	expect(hook.posts).toHaveLength(0);
});

test('for a day after it was replaced both secrets sign, then the new one alone', async () => {
	await using w = await world();
	await using hook = await receiver();
	const { id, secret } = await w.make(hook.url);
	const replaced = await replaceSecret(w.db, w.sysadmin, id, w.data);
	if (!replaced.ok) throw new Error(replaced.reason);
	expect(replaced.secret).not.toBe(secret);
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await send(w.db, w.ways);
	const first = hook.posts[0]!;
	expect(first.headers['webhook-signature']).toBe(`${signs(replaced.secret, first)} ${signs(secret, first)}`);
	await w.db.updateTable('webhook').set({ secret_since: new Date(Date.now() - 25 * 3_600_000) }).execute();
	await writeWarning(w.db, 'w2', '2026-000002');
	await tell(w.db, w.monitor, 'w2', '2026-000002');
	await send(w.db, w.ways);
	expect(hook.posts[1]!.headers['webhook-signature']).toBe(signs(replaced.secret, hook.posts[1]!));
});

test('no table holds a secret; the key file is its owner\'s alone; with another key file nothing is signed wrongly', async () => {
	await using w = await world();
	await using hook = await receiver();
	const { secret } = await w.make(hook.url);
	const rows = await w.db.selectFrom('webhook').selectAll().execute();
	const audit = await w.db.selectFrom('audit_entry').selectAll().execute();
	expect(JSON.stringify([rows, audit])).not.toContain(secret.slice('whsec_'.length));
	const key = join(w.data, 'notices', 'webhook.key');
	expect((await stat(key)).mode & 0o077).toBe(0);
	const kept = await readFile(key, 'utf8');
	await writeFile(key, `${Buffer.alloc(32, 7).toString('base64')}\n`);
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await send(w.db, w.ways);
	expect((await w.db.selectFrom('outgoing').select('problem').executeTakeFirstOrThrow()).problem).toBe('secret-changed');
	expect(hook.posts).toHaveLength(0);
	await writeFile(key, kept);
	await w.dueAgain();
	await send(w.db, w.ways);
	expect(hook.posts).toHaveLength(1);
});

test('digest and quiet hours hold for webhooks too; one that is off gets nothing', async () => {
	await using w = await world();
	await using hook = await receiver();
	const { id } = await w.make(hook.url);
	const rhythm = { ...systemRhythm, kinds: { assigned: 'digest' as const, escalated: 'at-once' as const }, quiet: { from: '20:00', to: '08:00' }, urgentThrough: false };
	expect(await changeWebhook(w.db, w.sysadmin, id, { name: '指挥平台', url: hook.url, rhythm })).toEqual({ ok: true });
	for (const n of [2, 3]) await writeWarning(w.db, `w${n}`, `2026-00000${n}`);
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await tell(w.db, w.monitor, 'w2', '2026-000002', 'escalated');
	await send(w.db, w.ways, new Date('2026-06-07T21:00:00+08:00'));
	expect(hook.posts).toHaveLength(0);
	await send(w.db, w.ways, new Date('2026-06-08T08:00:00+08:00'));
	expect(hook.posts.map(({ body }) => body).join()).toMatch(/2026-000002/);
	expect(hook.posts.map(({ body }) => body).join()).not.toMatch(/2026-000001/);
	await switchWebhook(w.db, w.sysadmin, id, 'off');
	await send(w.db, w.ways, new Date('2026-06-08T09:00:00+08:00'));
	expect(hook.posts).toHaveLength(1);
});

test('a message that ends its worker each time is given up, as one that is refused each time', async () => {
	await using w = await world();
	await using hook = await receiver();
	await w.make(hook.url);
	await tell(w.db, w.monitor, 'w1', '2026-000001');
	await planNotices(w.db, { now: new Date(), mail: false });
	const died = (attempts: number) => w.db.updateTable('outgoing').set({ state: 'handing-over', handing_since: new Date(0), attempts }).execute();
	const state = () => w.db.selectFrom('outgoing').select(['state', 'problem']).executeTakeFirstOrThrow();
	await died(retryPausesMinutes.length + 1);
	await send(w.db, w.ways);
	expect(await state()).toEqual({ state: 'given-up', problem: 'worker-ended' });
	expect(hook.posts).toHaveLength(0);
	await w.db.updateTable('outgoing').set({ ended_at: null, state: 'handing-over', handing_since: new Date(0), attempts: 1 }).execute();
	await send(w.db, w.ways);
	expect(await state()).toEqual({ state: 'sent', problem: null });
	expect(hook.posts).toHaveLength(1);
});

const bad = [
	['webhook-url', { url: 'ftp://127.0.0.1/' }], ['webhook-url', { url: 'https://user:word@host.test/' }], ['webhook-url', { url: '/hook' }],
	['webhook-name', { name: ' ' }], ['webhook-department', { departmentId: 'nowhere' }], ['webhook-name-taken', {}]
] as const;
for (const [reason, change] of bad) {
	test(`refuses ${JSON.stringify(change)}: ${reason}`, async () => {
		await using w = await world();
		await w.make('https://host.test/hook');
		const input = { name: '指挥平台', departmentId: 'office', url: 'https://host.test/hook', ...change };
		expect(await createWebhook(w.db, w.sysadmin, input, w.data)).toEqual({ ok: false, reason });
	});
}

test('only the system administrator of the region sets webhooks, and only the security administrator lists hosts', async () => {
	await using w = await world();
	const { id } = await w.make('https://host.test/hook');
	const county = await writeActor(w.db, 'county-admin', 'sysadmin', { regionCode: '320412' });
	for (const actor of [w.secadmin, w.monitor]) expect(await switchWebhook(w.db, actor, id, 'off')).toEqual({ ok: false, reason: 'not-allowed' });
	expect(await switchWebhook(w.db, county, id, 'off')).toEqual({ ok: false, reason: 'not-found' });
	await list(w.db, w.sysadmin, 'host.test');
	expect(await w.db.selectFrom('allowed_host').select('host').execute()).toEqual([{ host: '127.0.0.1' }]);
});
