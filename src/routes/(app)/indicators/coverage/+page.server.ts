import { fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { confirmCoverage, dismissCoverage, listCoverage } from '#lib/indicators/coverage/coverage.server.ts';
import { decideItemName, listItemNames } from '#lib/indicators/coverage/item-names.server.ts';
import { refusalText } from '#lib/indicators/labels.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const notices = await listCoverage(locals.db, actor);
	const regions = await loadRegions(locals.db);
	const codes = new Set(notices.flatMap((notice) => [notice.regionCode, ...notice.explanation.cities.map((city) => city.code)]));
	return {
		notices,
		items: await listItemNames(locals.db, actor),
		names: Object.fromEntries([...codes].map((code) => [code, regions.get(code)?.name ?? code])),
		mayDecide: may(actor, 'coverage.confirm')
	};
};

export const actions: Actions = {
	item: async ({ locals, request }) => {
		const form = await request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const decision = { accept: text('decision') === 'accept', means: text('means'), note: text('note') };
		const result = await decideItemName(locals.db, locals.actor!, text('id'), decision);
		return result.ok ? { decided: text('id') } : fail(statusOf(result), { refused: refusalText(result), id: text('id') });
	},
	decide: async ({ locals, request }) => {
		const form = await request.formData();
		const id = String(form.get('id') ?? '');
		const note = String(form.get('note') ?? '');
		const anchorOn = String(form.get('anchorOn') ?? '') || undefined;
		const result =
			form.get('decision') === 'confirm'
				? await confirmCoverage(locals.db, locals.actor!, id, { note, anchorOn })
				: await dismissCoverage(locals.db, locals.actor!, id, { note });
		return result.ok ? { decided: id } : fail(statusOf(result), { refused: refusalText(result), id });
	}
};
