import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { expect, test } from 'vitest';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { createWebhook } from '#lib/notices/webhooks.server.ts';
import { writeActor } from '../access/fixtures.ts';
import { databaseDoor } from '../support/proxy.ts';
import { receiver, type Posted } from '../support/receiver.ts';
import { smtpServer, textOf, type TakenLetter } from '../support/smtp.ts';
import { testDatabase } from '../support/database.ts';
import { atOnce, dataDir, list, origin, reach, send, smtpAt, tell, writeOffice, writeWarning } from './fixtures.ts';

const kills = process.env['QIANSHAO_LONG'] ? 150 : 8;
const people = 6;

/** Repeats by its seed: Mulberry32. */
function chance(seed: number): () => number {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

async function world(db: Kysely<DB>, smtpPort: number, hookUrl: string, data: string) {
	const { secadmin, sysadmin } = await writeOffice(db);
	await list(db, secadmin, '127.0.0.1', 'office.test');
	const readers = await Promise.all(Array.from({ length: people }, (_, n) => writeActor(db, `reader${n}`, 'monitor')));
	for (const [n, reader] of readers.entries()) await reach(db, reader, `reader${n}@office.test`, atOnce);
	expect(await createWebhook(db, sysadmin, { name: '指挥平台', departmentId: 'office', url: hookUrl }, data)).toMatchObject({ ok: true });
	return { readers, ways: { smtp: smtpAt(smtpPort), origin, dataDir: data } };
}

let written = 0;
/** Each reader is told of a warning of their own. Returns the numbers. */
async function tellAll(db: Kysely<DB>, readers: readonly Actor[]): Promise<string[]> {
	const numbers: string[] = [];
	for (const reader of readers) {
		const number = `2026-${String(++written).padStart(6, '0')}`;
		await writeWarning(db, `w${written}`, number);
		await tell(db, reader, `w${written}`, number);
		numbers.push(number);
	}
	return numbers;
}

/** What a worker left behind is taken up as after the wait; then everything is sent to its end, the digests of the days after included. */
async function finish(db: Kysely<DB>, ways: Parameters<typeof send>[1]): Promise<void> {
	await sql`update outgoing set handing_since = handing_since - interval '1 day' where state = 'handing-over'`.execute(db);
	for (const days of [0, 0, 5, 10]) {
		await sql`update outgoing set next_at = due_at where state = 'waiting'`.execute(db);
		await send(db, ways, new Date(Date.now() + days * 86_400_000));
	}
	const open = await db.selectFrom('outgoing').selectAll().where('state', 'in', ['waiting', 'handing-over']).execute();
	expect(open).toEqual([]);
}

/** No number twice in letters; what is in none was counted in a letter after; each number under exactly one id at the webhook. */
async function expectOnce(db: Kysely<DB>, numbers: readonly string[], letters: readonly TakenLetter[], posts: readonly Posted[]): Promise<{ readonly counted: number; readonly repeated: number }> {
	const texts = letters.map(textOf);
	let counted = 0;
	for (const number of numbers) {
		const times = texts.filter((text) => text.includes(number)).length;
		expect(times, `letters with ${number}`).toBeLessThanOrEqual(1);
		const ids = new Set(posts.filter(({ body }) => body.includes(number)).map(({ id }) => id));
		expect(ids.size, `messages with ${number}`).toBe(1);
		if (times === 1) continue;
		counted++;
		const { email } = await db
			.selectFrom('notice as n').innerJoin('notice_reach as p', 'p.user_id', 'n.user_id').select('p.email').where('n.number', '=', number).executeTakeFirstOrThrow();
		const count = letters.filter((letter, index) => letter.to.includes(email!) && texts[index]!.includes('条未读消息'));
		expect(count.length, `a count for ${email} after ${number}`).toBeGreaterThan(0);
	}
	return { counted, repeated: posts.length - new Set(posts.map(({ id }) => id)).size };
}

/** Where a sender dies: when it may send the letter, when the letter is there and not yet acknowledged, the same of a webhook, or somewhere. */
const places = ['data', 'letter', 'post', 'anywhere'] as const;

test(`a sender that is killed ${kills} times delays messages, doubles none and forgets none`, { timeout: 60_000 + kills * 10_000 }, async () => {
	await using database = await testDatabase();
	const random = chance(20261122);
	let strike: { readonly place: (typeof places)[number]; after: number; readonly kill: () => void } | null = null;
	const passes = (place: (typeof places)[number]) => {
		if (strike?.place !== place || strike.after-- > 0) return;
		strike.kill();
		strike = null;
	};
	await using server = await smtpServer({
		answer: (command) => (command === 'DATA' && passes('data'), null),
		beforeTaken: async () => (passes('letter'), pause(random() * 8))
	});
	await using hook = await receiver(async () => (passes('post'), await pause(random() * 8), 204));
	await using data = await dataDir();
	const { db } = database;
	const { readers, ways } = await world(db, server.port, hook.url, data.path);
	const numbers: string[] = [];
	for (let n = 0; n < kills; n++) {
		numbers.push(...(await tellAll(db, readers)));
		// What waits for another try is due.
		await sql`update outgoing set next_at = due_at where state = 'waiting'`.execute(db);
		const place = places[n % places.length]!;
		const sender = spawn(process.execPath, ['tests/notices/sender.ts', database.url, String(server.port), data.path], { stdio: ['ignore', 'pipe', 'inherit'] });
		const ended = once(sender, 'exit');
		strike = { place, after: place === 'post' ? 0 : Math.floor(random() * 4), kill: () => sender.kill('SIGKILL') };
		await once(sender.stdout, 'data');
		if (place === 'anywhere') {
			await pause(random() * 400);
			numbers.push(...(await tellAll(db, readers.slice(0, 2))));
			await pause(random() * 60);
			sender.kill('SIGKILL');
		}
		await ended;
		if (random() < 0.5) await sql`update outgoing set handing_since = handing_since - interval '1 day' where state = 'handing-over'`.execute(db);
	}
	strike = null;
	await finish(db, ways);
	const told = await expectOnce(db, numbers, server.letters, hook.posts);
	console.log(JSON.stringify({ kills, notices: numbers.length, letters: server.letters.length, posts: hook.posts.length, ...told }));
	// Else nobody died where it hurts.
	expect(told.counted).toBeGreaterThan(0);
	expect(told.repeated).toBeGreaterThan(0);
});

test('a database that cuts its connections, and goes away for a while, delays messages and doubles none', { timeout: 60_000 }, async () => {
	await using database = await testDatabase();
	await using door = await databaseDoor(database.url);
	const random = chance(7);
	await using server = await smtpServer({ beforeTaken: () => pause(random() * 8) });
	await using hook = await receiver(async () => (await pause(random() * 8), 204));
	await using data = await dataDir();
	const { db } = database;
	const { readers, ways } = await world(db, server.port, hook.url, data.path);
	const sender = spawn(process.execPath, ['tests/notices/sender.ts', door.url, String(server.port), data.path], { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = once(sender, 'exit');
	await once(sender.stdout, 'data');
	const numbers: string[] = [];
	for (let n = 0; n < 8; n++) {
		numbers.push(...(await tellAll(db, readers)));
		await pause(random() * 80);
		if (n % 3 === 2) {
			await door.shut();
			await pause(700);
			await door.open();
		} else {
			await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sender under test' and datname = current_database()`.execute(database.owner);
		}
		await pause(300);
	}
	await pause(2_000);
	sender.kill('SIGKILL');
	await ended;
	await finish(db, ways);
	const told = await expectOnce(db, numbers, server.letters, hook.posts);
	console.log(JSON.stringify({ notices: numbers.length, letters: server.letters.length, posts: hook.posts.length, ...told }));
});
