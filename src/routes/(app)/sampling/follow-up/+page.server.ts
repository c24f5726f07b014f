import { fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { addDays } from '#lib/calendar/days.ts';
import {
	countPublications, exemptFromPublication, listPublications, markPublished, publicationKeyOf, publicationPage, reopenPublication, type PublicationKey
} from '#lib/sampling/fieldwork/publication.server.ts';
import { publicationViews } from '#lib/sampling/fieldwork/publication.ts';
import { countRectifications, listCorrectable, listRectifications, openRectification, rectificationViews } from '#lib/sampling/fieldwork/rectification.server.ts';
import { defaultRectificationDays } from '#lib/sampling/fieldwork/rectification.ts';
import { fieldworkRefusal } from '#lib/sampling/fieldwork/refusal-text.ts';
import { text, texts } from '#lib/sampling/forms.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const tab = url.searchParams.get('tab') === 'rectification' ? 'rectification' : 'publication';
	const asked = url.searchParams.get('view');
	const page = Math.max(0, Math.floor(Number(url.searchParams.get('page')) || 0));
	const [published, rectified, today] = await Promise.all([countPublications(db, actor), countRectifications(db, actor), databaseToday(db)]);
	const shared = { tab, today, published, rectified, mayPublish: may(actor, 'result.publish'), mayExport: may(actor, 'result.publish') && may(actor, 'business.export') } as const;
	if (tab === 'publication') {
		const view = publicationViews.find((v) => v === asked) ?? 'due';
		return { ...shared, list: { tab, view, size: publicationPage, ...(await listPublications(db, actor, view, page)) } } as const;
	}
	const view = rectificationViews.find((v) => v === asked) ?? 'open';
	const [rows, correctable] = await Promise.all([listRectifications(db, actor, view), may(actor, 'result.review') ? listCorrectable(db, actor) : []]);
	return { ...shared, list: { tab, view, rows, correctable, dueOn: addDays(today, defaultRectificationDays) } } as const;
};

const keysOf = (form: FormData): PublicationKey[] => texts(form, 'row').flatMap((one) => publicationKeyOf(one) ?? []);

/** A refusal; what was typed comes back. */
function refusedTyped(refusal: Refusal, form: FormData) {
	const typed = Object.fromEntries(['on', 'channel', 'reason', 'demand', 'due'].map((name) => [name, text(form, name)]));
	return fail(statusOf(refusal), { reason: refusal.reason, message: fieldworkRefusal(refusal), typed, rows: texts(form, 'row'), of: text(form, 'of') });
}

export const actions: Actions = {
	publish: async ({ locals, request }) => {
		const form = await request.formData();
		const done = await markPublished(locals.db, locals.actor!, keysOf(form), { on: text(form, 'on'), channel: text(form, 'channel') });
		return done.ok ? { marked: done.marked } : refusedTyped(done, form);
	},
	exempt: async ({ locals, request }) => {
		const form = await request.formData();
		const done = await exemptFromPublication(locals.db, locals.actor!, keysOf(form), text(form, 'reason'));
		return done.ok ? { marked: done.marked } : refusedTyped(done, form);
	},
	reopen: async ({ locals, request }) => {
		const form = await request.formData();
		const done = await reopenPublication(locals.db, locals.actor!, keysOf(form), text(form, 'reason'));
		return done.ok ? { marked: done.marked } : refusedTyped(done, form);
	},
	rectify: async ({ locals, request }) => {
		const form = await request.formData();
		const wanted = { uscc: text(form, 'uscc'), ref: text(form, 'ref'), itemId: text(form, 'item'), demand: text(form, 'demand'), dueOn: text(form, 'due') };
		const done = await openRectification(locals.db, locals.actor!, wanted);
		return done.ok ? { opened: true } : refusedTyped(done, form);
	}
};
