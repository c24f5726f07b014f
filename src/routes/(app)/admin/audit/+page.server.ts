import { error } from '@sveltejs/kit';
import { listAudit } from '#lib/access/audit-list.server.ts';
import { audit, verifyAudit } from '#lib/access/audit.server.ts';
import { readAnchors } from '#lib/access/audit-anchor.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notAllowed } from '#lib/access/refuse.ts';
import { isDay } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { settings } from '#lib/settings/settings.ts';
import { refused } from '../refusals.ts';
import { timeText } from '../time.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const text = (name: string) => (url.searchParams.get(name) ?? '').trim().slice(0, 100).replaceAll('\u0000', '');
	const day = (name: string) => (isDay(text(name)) ? text(name) : '');
	const filter = { who: text('who'), action: text('action'), object: text('object'), from: day('from'), to: day('to') };
	const before = /^\d{1,15}$/.test(text('before')) ? Number(text('before')) : undefined;
	const outcome = await listAudit(locals.db, locals.actor!, { ...filter, before });
	if (!outcome.ok) error(403, m.access_refused_title());
	return {
		filter,
		entries: outcome.entries.map(({ at, ...entry }) => ({ ...entry, time: timeText(at, true) })),
		older: outcome.older,
		paged: before !== undefined
	};
};

export const actions: Actions = {
	default: async ({ locals }) => {
		const actor = locals.actor!;
		if (check(actor, 'audit.verify')) return refused(notAllowed, {});
		const verdict = await verifyAudit(locals.db, await readAnchors(settings().dataDir));
		await audit(locals.db, actor, { action: 'audit.verify', detail: verdict });
		return { verdict };
	}
};
