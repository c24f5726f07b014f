import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHttpError, isRedirect, type Cookies } from '@sveltejs/kit';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import * as page from '../../src/routes/wall/+page.server.ts';
import * as data from '../../src/routes/wall/data/+server.ts';
import { createScreen, type ScreenInput } from '#lib/wall/screens.server.ts';
import { wallViews } from '#lib/wall/views.ts';

/** Before anybody reads the settings of this process. */
export const dataDir = mkdtempSync(join(tmpdir(), 'qianshao-wall-'));
process.env['DATA_DIR'] = dataDir;
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

export const plainScreen: ScreenInput = { name: '指挥室', regionCode: '320400', seconds: 20, views: wallViews, lastDay: '' };

export async function tokenOf(db: Kysely<DB>, actor: Actor, change: Partial<ScreenInput> = {}): Promise<{ readonly id: string; readonly token: string }> {
	const made = await createScreen(db, actor, dataDir, { ...plainScreen, ...change });
	if (!made.ok) throw new Error(made.reason);
	return made;
}

/** A browser as the wall's routes see it: its cookies, and nothing else of its own. */
export type Browser = { readonly jar: Map<string, string>; readonly set: Map<string, object> };
export const browser = (): Browser => ({ jar: new Map(), set: new Map() });

export type Answer = { readonly status: number; readonly location: string | null; readonly text: string };

type Asked = { readonly search?: string; readonly form?: Readonly<Record<string, string>>; readonly address?: string };

/** Asks a route's own code: its load or GET, or with a form its action. */
export async function ask(db: Kysely<DB>, { jar, set }: Browser, route: 'page' | 'data', { search = '', form, address = '10.0.0.9' }: Asked = {}): Promise<Answer> {
	const url = new URL(`http://qianshao.test/wall${route === 'data' ? '/data' : ''}${search}`);
	const cookies = {
		get: (name: string) => jar.get(name),
		set: (name: string, value: string, options: object) => {
			jar.set(name, value);
			set.set(name, options);
		},
		delete: (name: string) => jar.delete(name)
	} as unknown as Cookies;
	const request = form === undefined ? new Request(url) : new Request(url, { method: 'POST', body: new URLSearchParams(form) });
	const event = { locals: { db, address, actor: null, scope: null, now: new Date(), requestId: 'r' }, url, cookies, request, setHeaders: () => undefined, params: {} };
	const answers = route === 'data' ? data.GET : form === undefined ? page.load : page.actions['default']!;
	try {
		const answer: unknown = await answers(event as never);
		if (answer instanceof Response) return { status: answer.status, location: null, text: await answer.text() };
		const failed = answer as { readonly status?: number };
		return { status: failed.status ?? 200, location: null, text: JSON.stringify(answer) };
	} catch (thrown) {
		if (isRedirect(thrown)) return { status: thrown.status, location: thrown.location, text: '' };
		if (isHttpError(thrown)) return { status: thrown.status, location: null, text: JSON.stringify(thrown.body) };
		throw thrown;
	}
}
