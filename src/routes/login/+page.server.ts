import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { nextPath } from '#lib/access/next-path.ts';
import { setSessionCookie } from '#lib/access/session-cookie.ts';
import { signIn, type SignInRefusal } from '#lib/access/sign-in.server.ts';
import { timeOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types.js';

const input = v.object({
	name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
	password: v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))
});

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.actor !== null) redirect(303, nextPath(url.searchParams.get('next')));
	return { reason: url.searchParams.get('reason') };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies, url }) => {
		const form = await request.formData();
		const parsed = v.safeParse(input, { name: form.get('name'), password: form.get('password') });
		const name = String(form.get('name') ?? '').slice(0, 100);
		if (!parsed.success) return fail(400, { name, message: m.access_login_missing() });
		const outcome = await signIn(locals.db, {
			...parsed.output,
			address: locals.address,
			userAgent: request.headers.get('user-agent')?.slice(0, 300) ?? null
		});
		if (!outcome.ok) return fail(outcome.reason === 'locked' ? 429 : 401, { name, message: words(outcome) });
		setSessionCookie(cookies, url, outcome.sessionId);
		redirect(303, nextPath(url.searchParams.get('next')));
	}
};

function words(refusal: SignInRefusal): string {
	if (refusal.reason === 'wrong') return m.access_login_wrong();
	if (refusal.reason === 'inactive') return m.access_login_inactive();
	// The lock may end within this minute: name the next one.
	const time = timeOf(new Date(refusal.until.getTime() + 59_999));
	return refusal.kind === 'account' ? m.access_login_locked_account({ time }) : m.access_login_locked_address({ time });
}
