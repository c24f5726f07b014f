import { randomUUID } from 'node:crypto';
import { error, redirect, type Handle, type HandleServerError, type RequestEvent } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { openDatabase } from '#db/connection.ts';
import { isDatabaseDown } from '#db/errors.ts';
import { isSameOrigin } from '#lib/access/csrf.ts';
import { inWords } from '#lib/access/refused-file.ts';
import { isBackgroundRoute, isPublicRoute, mayOpen, routePath } from '#lib/access/routes.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addSecurityHeaders } from '#lib/access/security-headers.ts';
import { clearSessionCookie, readSessionCookie } from '#lib/access/session-cookie.ts';
import { readSession } from '#lib/access/sessions.server.ts';
import { unavailable, type Asker } from '#lib/access/unavailable-page.ts';
import { problem } from '#lib/api/problems.ts';
import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { paraglideMiddleware } from '#lib/messages/server.js';
import { settings } from '#lib/settings/settings.ts';

/** One pool for the process; opened by the first request, because building the application loads this file as well. */
let pool: ReturnType<typeof openDatabase> | undefined;
const database = () => (pool ??= openDatabase({ url: settings().databaseUrl ?? '', name: 'qianshao web' }));
process.once('sveltekit:shutdown', () => void pool?.destroy());

type Locals = { -readonly [Key in keyof App.Locals]: App.Locals[Key] };

const inLocale: Handle = ({ event, resolve }) =>
	paraglideMiddleware(event.request, ({ locale }) =>
		resolve(event, { transformPageChunk: ({ html }) => html.replace('%lang%', locale) })
	);

const withContext: Handle = async ({ event, resolve }) => {
	const locals: Locals = {
		db: database(),
		actor: null,
		scope: null,
		now: new Date(),
		requestId: randomUUID(),
		address: event.getClientAddress()
	};
	Object.assign(event.locals, locals);
	const response = await resolve(event);
	addSecurityHeaders(response.headers, { https: event.url.protocol === 'https:', personal: event.locals.actor !== null });
	response.headers.set('x-request-id', locals.requestId);
	return response;
};

const withDatabaseLoss: Handle = async ({ event, resolve }) => {
	try {
		const response = await resolve(event);
		return event.locals.databaseDown ? unavailable(askerOf(event), getLocale()) : response;
	} catch (thrown) {
		if (isDatabaseDown(thrown)) return unavailable(askerOf(event), getLocale());
		throw thrown;
	}
};

const refuseCrossSite: Handle = ({ event, resolve }) => {
	// Systems come with a token in a header, which no foreign page can make a browser send; no cookie is read there.
	if (isApi(event)) return resolve(event);
	const { method, headers } = event.request;
	const fetchSite = headers.get('sec-fetch-site');
	if (!isSameOrigin({ method, origin: headers.get('origin'), fetchSite, ownOrigin: event.url.origin })) {
		error(403, m.access_error_cross_site());
	}
	return resolve(event);
};

const withSession: Handle = async ({ event, resolve }) => {
	const sessionId = readSessionCookie(event.cookies, event.url);
	// Whoever watches the process asks the process, not the database: a stray cookie must not change the answer.
	// A wall screen asks for its own token, and keeps nobody signed in by asking every few seconds.
	if (sessionId === undefined || isApi(event) || isProbe(event) || isWall(event)) return resolve(event);
	const { db, address } = event.locals;
	const session = await readSession(db, sessionId, address, isBackgroundRoute(pathOf(event)));
	if (session === null) {
		clearSessionCookie(event.cookies, event.url);
		if (wantsPage(event) && !isPublicRoute(pathOf(event))) redirect(303, loginFor(event, 'idle'));
		return resolve(event);
	}
	const { actor, now } = session;
	Object.assign(event.locals, { actor, scope: scopeOf(actor), now } satisfies Partial<Locals>);
	const path = pathOf(event);
	if (session.mustChangePassword && path !== '/account' && path !== '/logout') redirect(303, withNext('/account', event));
	return resolve(event);
};

/**
 * Who is not signed in sees the login page only; who is sees what the route table opens to them. Form actions, exports and data
 * requests pass here like pages do, before any of their code runs. Paths without a route fall through to SvelteKit's 404.
 */
const guard: Handle = async ({ event, resolve }) => {
	const path = pathOf(event);
	const { actor } = event.locals;
	if (event.route.id !== null && isPublicRoute(path)) return resolve(event);
	if (actor === null) {
		if (!wantsPage(event) && !event.isDataRequest && !isEnhancedForm(event)) error(401, m.access_error_signed_out());
		redirect(303, loginFor(event));
	}
	if (event.route.id === null || mayOpen(actor, path)) {
		const response = await resolve(event);
		return wantsPage(event) && !isApi(event) && !isWall(event) ? inWords(event, response, event.locals.requestId) : response;
	}
	if (event.request.method !== 'GET' || !wantsPage(event)) return refuseForm(event, 403, m.access_refused_title());
	const page = await event.fetch('/refused');
	return new Response(page.body, { status: 403, headers: page.headers });
};

/** Bytes a form may have. Only files are larger, and those only where they are expected. */
const formBytes = 1024 * 1024;

/**
 * Refuses what no page of ours sends, before anybody reads it into memory: large bodies outside of uploads, and NULs in addresses
 * and fields, which the database does not take.
 */
const refuseOdd: Handle = async ({ event, resolve }) => {
	const { headers, body } = event.request;
	if (event.url.href.includes('%00')) {
		if (isApi(event)) return problem('not-found', event.locals.requestId);
		error(404, m.access_error_not_found());
	}
	// These read as it comes, with limits of their own.
	if (body === null || ['/intake/upload', '/api/v1/intake', '/disposals/[id]/attachments', '/my-tasks/files', '/admin/boundaries'].some((path) => pathOf(event).startsWith(path))) return resolve(event);
	if (!(Number(headers.get('content-length') ?? NaN) <= formBytes)) {
		// Read to its end and forgotten: a connection with an unread rest would be reset, and the answer lost with it.
		await body.pipeTo(new WritableStream()).catch(() => undefined);
		if (isApi(event)) return problem('too-large', event.locals.requestId);
		return refuseForm(event, 413, m.access_error_too_large());
	}
	if (headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
		const text = await event.request.clone().text();
		if (text.includes('%00')) return refuseForm(event, 400, m.access_error_nul());
	}
	return resolve(event);
};

export const handle = sequence(inLocale, withContext, withDatabaseLoss, refuseOdd, refuseCrossSite, withSession, guard);

export const handleError: HandleServerError = ({ error: thrown, event, status }) => {
	const { requestId } = event.locals;
	if (status === 404) return { message: m.access_error_not_found(), requestId };
	if (isDatabaseDown(thrown)) {
		event.locals.databaseDown = true;
		return { message: m.access_unavailable_title(), requestId };
	}
	console.error(JSON.stringify({ level: 'error', requestId, path: event.url.pathname, error: String((thrown as Error)?.stack ?? thrown) }));
	return { message: m.access_error_internal(), requestId };
};

/** Refuses what a form or a script sent. A form's own script shows nothing for an answer that does not say its type. */
function refuseForm(event: RequestEvent, status: 400 | 403 | 413, message: string): Response {
	if (!isEnhancedForm(event)) error(status, message);
	return Response.json({ type: 'error', status, error: { message } }, { status });
}

/** The login page, with the way back. */
function loginFor(event: RequestEvent, reason?: 'idle'): string {
	return withNext(reason === undefined ? '/login' : `/login?reason=${reason}`, event);
}

/** A page of ours that leads on to the one that was asked for. */
function withNext(page: string, event: RequestEvent): string {
	const here = event.request.method === 'GET' ? event.url.pathname + event.url.search : '/';
	return here === '/' ? page : `${page}${page.includes('?') ? '&' : '?'}${new URLSearchParams({ next: here })}`;
}

function pathOf(event: RequestEvent): string {
	return event.route.id === null ? event.url.pathname : routePath(event.route.id);
}

function isApi(event: RequestEvent): boolean {
	return event.route.id !== null && /^\/api(\/|$)/.test(routePath(event.route.id));
}

function isProbe(event: RequestEvent): boolean {
	return ['/healthz', '/readyz', '/metrics'].includes(pathOf(event));
}

function isWall(event: RequestEvent): boolean {
	return event.route.id !== null && /^\/wall(\/|$)/.test(routePath(event.route.id));
}

function wantsPage(event: RequestEvent): boolean {
	return !event.isDataRequest && (event.request.headers.get('accept') ?? '').includes('text/html');
}

function askerOf(event: RequestEvent): Asker {
	return isEnhancedForm(event) ? 'form' : wantsPage(event) ? 'page' : 'data';
}

function isEnhancedForm(event: RequestEvent): boolean {
	return event.request.method === 'POST' && event.request.headers.get('x-sveltekit-action') === 'true';
}
