import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addUser } from '#lib/access/add-user.server.ts';

const password = 'Bench-Pages-2026';

export type BenchRole = 'leader' | 'monitor' | 'planner';

/** An account of the benchmark's own, made where it is missing, and its session's cookie (`name=value`). Offices allow one session a person. */
export async function sessionOf(db: Kysely<DB>, url: string, role: BenchRole, i: number): Promise<string> {
	const name = `bench-${role}-${i}`;
	const made = await addUser(db, { name, password, role, grants: [], regionCode: '320000', industries: null, test: true });
	if (!made.ok && made.reason !== 'name-taken') throw new Error(made.reason);
	const answer = await fetch(`${url}/login`, {
		method: 'POST', redirect: 'manual', headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ name, password })
	});
	const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]!).find((one) => one.startsWith('qianshao='));
	if (cookie === undefined) throw new Error(`${name} could not sign in: ${answer.status}`);
	return cookie;
}

/** A cookie as a browser takes it. */
export function asBrowserCookie(cookie: string, url: string): { name: string; value: string; url: string } {
	const [name, value] = cookie.split('=') as [string, string];
	return { name, value, url };
}
