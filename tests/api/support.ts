import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequest, setResponse } from '@sveltejs/kit/node';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Role } from '#lib/access/actor.ts';
import { createToken, grantToken, type TokenGrant } from '#lib/access/tokens-admin.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';

export function admin(role: Role, id: string = role, regionCode = '320400'): Actor {
	return { id, name: id, displayName: id, role, grants: [], departmentId: 'cz', regionCode, industries: null, inspectorId: null, address: '10.0.0.9' };
}
export const sysadmin = admin('sysadmin');
export const secadmin = admin('secadmin');

/** A city's office with two sources, and those who make and grant tokens. */
export async function writeOffice(db: Kysely<DB>): Promise<void> {
	await db.insertInto('department').values([{ id: 'cz', name: '常州局', region_code: '320400' }, { id: 'wx', name: '无锡局', region_code: '320200' }]).execute();
	const source = (id: string, name: string, department: string, region: string) => ({ id, name, owner_department_id: department, kinds: ['registration', 'change', 'complaint', 'penalty', 'cancellation'], region_code: region });
	await db.insertInto('source').values([
		source('s1', '登记系统', 'cz', '320400'), source('s2', '12345 热线', 'cz', '320400'), source('s3', '无锡登记', 'wx', '320200')
	]).execute();
	await db.insertInto('app_user').values(
		(['sysadmin', 'secadmin'] as const).map((role) => ({ id: role, name: role, display_name: role, password_hash: 'x', role, department_id: 'cz', region_code: '320400' }))
	).execute();
}

/** A token as two administrators make it; `grant: null` leaves it without any right. */
export async function makeToken(db: Kysely<DB>, name: string, grant: Partial<TokenGrant> | null = {}): Promise<{ readonly id: string; readonly secret: string }> {
	const made = await createToken(db, sysadmin, { name, holder: '某公司', contact: '王工', expiresOn: '2027-12-31' });
	if (!made.ok) throw new Error(made.reason);
	if (grant === null) return made;
	const whole = { regionCode: '320400', kinds: ['registrations', 'complaints', 'penalties'], sourceIds: ['s1'], outward: [], ...grant };
	const granted = await grantToken(db, secadmin, made.id, whole, (await loadKindBook(db)).offered.map((kind) => kind.name));
	if (!granted.ok) throw new Error(granted.reason);
	return made;
}

type Handler = (event: unknown) => Response | Promise<Response>;
type Route = { readonly GET?: Handler; readonly POST?: Handler; readonly fallback?: Handler };

/** The interface's own handlers behind a real server: sockets, streams and lengths are as they are in use. */
export async function serveApi(db: Kysely<DB>): Promise<AsyncDisposable & { readonly url: string }> {
	const routes: readonly [RegExp, Route][] = [
		[/^\/api\/v1\/intake\/batches\/(?<id>[^/]+)$/, (await import('../../src/routes/api/v1/intake/batches/[id]/+server.ts')) as unknown as Route],
		[/^\/api\/v1\/intake\/(?<kind>[^/]+)$/, (await import('../../src/routes/api/v1/intake/[kind]/+server.ts')) as unknown as Route],
		[/^\/api\/v1\/openapi\.json$/, (await import('../../src/routes/api/v1/openapi.json/+server.ts')) as unknown as Route],
		[/^\/api\/v1\/warnings$/, (await import('../../src/routes/api/v1/warnings/+server.ts')) as unknown as Route],
		[/^\/api\/v1\/problems$/, (await import('../../src/routes/api/v1/problems/+server.ts')) as unknown as Route],
		[/^/, (await import('../../src/routes/api/v1/[...rest]/+server.ts')) as unknown as Route]
	];
	const answer = async (message: IncomingMessage, response: ServerResponse) => {
		const request = await getRequest({ request: message, base: 'http://qianshao.test' });
		const url = new URL(request.url);
		const [pattern, route] = routes.find(([one]) => one.test(url.pathname))!;
		const handler = (request.method === 'GET' ? route.GET : request.method === 'POST' ? route.POST : undefined) ?? route.fallback;
		const params = Object.fromEntries(Object.entries(pattern.exec(url.pathname)?.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]));
		const locals = { db, actor: null, scope: null, now: new Date(), requestId: randomUUID(), address: '10.1.1.1' };
		await setResponse(response, await handler!({ locals, params, url, request }));
	};
	const server = createServer((message, response) => void answer(message, response).catch((error: unknown) => response.writeHead(599).end(String(error))));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

export const ndjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
