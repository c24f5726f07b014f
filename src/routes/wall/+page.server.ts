import { fail, redirect, type Cookies } from '@sveltejs/kit';
import { timeOf } from '#lib/calendar/days.ts';
import { settings } from '#lib/settings/settings.ts';
import { openScreen } from '#lib/wall/admit.server.ts';
import { clearScreenCookie, readScreenCookie, setScreenCookie } from '#lib/wall/cookie.ts';
import { faultAmong } from '#lib/wall/state.ts';
import { lookOf } from './look.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Longer than any way of writing a token. */
const longestTyped = 100;

export const load: PageServerLoad = async (event) => {
	const { cookies, url, setHeaders } = event;
	const given = url.searchParams.get('token');
	if (given !== null) {
		const refusal = await open(event, given);
		// Away from the address that holds the token: it stays in no history.
		redirect(303, refusal === null ? '/wall' : `/wall?refused=${refusal.reason}`);
	}
	setHeaders({ 'cache-control': 'no-store' });
	const look = await lookOf(event, { picture: null, boundaries: null });
	if (look.ok) {
		setScreenCookie(cookies, url, readScreenCookie(cookies, url)!);
		return { look, fault: null, until: null };
	}
	// It would be counted as a wrong one each time.
	if (look.reason === 'wrong') clearScreenCookie(cookies, url);
	const said = look.reason === 'none' ? (faultAmong(url.searchParams.get('refused')) ?? 'none') : look.reason;
	return { look: null, fault: said, until: look.reason === 'locked' ? lockText(look.until) : null };
};

export const actions: Actions = {
	default: async (event) => {
		const typed = String((await event.request.formData()).get('token') ?? '').slice(0, longestTyped);
		const refusal = await open(event, typed);
		if (refusal === null) redirect(303, '/wall');
		return fail(refusal.reason === 'locked' ? 429 : 401, { fault: refusal.reason, until: refusal.reason === 'locked' ? lockText(refusal.until) : null, typed });
	}
};

type Door = { readonly locals: App.Locals; readonly cookies: Cookies; readonly url: URL };

/** Null: the screen is open. */
async function open({ locals, cookies, url }: Door, token: string) {
	const outcome = await openScreen(locals.db, settings().dataDir, { token: token.slice(0, longestTyped), address: locals.address });
	if (!outcome.ok) return outcome;
	setScreenCookie(cookies, url, outcome.token);
	return null;
}

/** The lock may end within this minute: name the next one. */
const lockText = (until: Date): string => timeOf(new Date(until.getTime() + 59_999));
