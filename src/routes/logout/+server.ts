import { redirect } from '@sveltejs/kit';
import { audit } from '#lib/access/audit.server.ts';
import { clearSessionCookie, readSessionCookie } from '#lib/access/session-cookie.ts';
import { endSession } from '#lib/access/sessions.server.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = async ({ locals, cookies, url, request }) => {
	const sessionId = readSessionCookie(cookies, url);
	if (sessionId !== undefined && locals.actor !== null) {
		const { db, actor } = locals;
		await db.transaction().execute(async (trx) => {
			await endSession(trx, sessionId);
			await audit(trx, actor, { action: 'session.end', objectKind: 'account', objectId: actor.id });
		});
	}
	clearSessionCookie(cookies, url);
	// The idle timer of the pages sends people here as well, and tells why.
	const form = await request.formData().catch(() => null);
	redirect(303, form?.get('reason') === 'idle' ? '/login?reason=idle' : '/login?reason=ended');
};
