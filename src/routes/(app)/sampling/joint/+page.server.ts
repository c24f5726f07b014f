import { may } from '#lib/access/permissions.ts';
import { refused, text, texts } from '#lib/sampling/forms.ts';
import { joinVisits, keepApart, undoJoint } from '#lib/sampling/joint/decide.server.ts';
import { decidedVisits, jointCount, jointPage, proposals } from '#lib/sampling/joint/list.server.ts';
import { defaultWindow, jointWindows } from '#lib/sampling/joint/propose.ts';
import { heldSkip } from '#lib/sampling/paging.ts';
import type { Actions, PageServerLoad } from './$types';

const tabs = ['open', 'joined', 'apart'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const tab = tabs.find((t) => t === url.searchParams.get('tab')) ?? 'open';
	const window = jointWindows.find((w) => String(w) === url.searchParams.get('window')) ?? defaultWindow;
	const wanted = Math.max(0, Math.min(10_000, Math.floor(Number(url.searchParams.get('page'))) || 0)) * jointPage;
	const [open, decided, count] = await Promise.all([
		proposals(db, actor, window),
		tab === 'open' ? null : decidedVisits(db, actor, tab, wanted),
		jointCount(db, actor)
	]);
	const skip = decided?.skip ?? heldSkip(wanted, open.length, jointPage);
	return {
		tab, window, page: skip / jointPage, size: jointPage, count, waiting: open.length,
		proposals: tab === 'open' ? open.slice(skip, skip + jointPage) : [],
		decided: decided?.rows ?? [],
		total: decided?.total ?? open.length,
		mayDecide: may(actor, 'task.merge')
	};
};

export const actions: Actions = {
	join: async ({ locals, request }) => {
		const form = await request.formData();
		const joined = await joinVisits(locals.db, locals.actor!, text(form, 'uscc'), texts(form, 'ref'));
		return joined.ok ? { joined: joined.number } : refused(joined);
	},
	apart: async ({ locals, request }) => {
		const form = await request.formData();
		const kept = await keepApart(locals.db, locals.actor!, text(form, 'uscc'), texts(form, 'ref'), text(form, 'reason'));
		return kept.ok ? { kept: true } : refused(kept);
	},
	undo: async ({ locals, request }) => {
		const undone = await undoJoint(locals.db, locals.actor!, text(await request.formData(), 'id'));
		return undone.ok ? { undone: true } : refused(undone);
	}
};
