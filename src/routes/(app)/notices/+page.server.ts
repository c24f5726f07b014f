import { markRead, ownNotices, unreadCount } from '#lib/notices/own.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const all = url.searchParams.get('show') === 'all';
	const asked = url.searchParams.get('before') ?? '';
	const before = /^\d{1,15}$/.test(asked) ? Number(asked) : null;
	const [{ notices, older }, unread] = await Promise.all([ownNotices(db, actor, { unreadOnly: !all, before }), unreadCount(db, actor)]);
	return { all, before, notices, older, unreadCount: unread };
};

export const actions: Actions = {
	/** `id`: one; `upTo`: everything that was there when the page was loaded. */
	read: async ({ request, locals }) => {
		const form = await request.formData();
		const [id, upTo] = ['id', 'upTo'].map((name) => Number(form.get(name) ?? NaN)) as [number, number];
		if (Number.isSafeInteger(id)) await markRead(locals.db, locals.actor!, { id });
		else if (Number.isSafeInteger(upTo)) await markRead(locals.db, locals.actor!, { upTo });
		return { marked: true };
	}
};
