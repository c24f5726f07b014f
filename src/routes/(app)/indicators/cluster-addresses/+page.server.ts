import { fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import {
	decideClusterAddress, endClusterAddress, listClusterAddresses, proposeClusterAddress
} from '#lib/links/cluster-addresses.server.ts';
import { linkRefusalText } from '#lib/links/labels.ts';
import { regionChoices } from '#lib/sampling/tasks/names.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const addresses = await listClusterAddresses(locals.db, actor);
	const mayPropose = may(actor, 'indicator.edit');
	const edit = url.searchParams.get('edit');
	return {
		addresses,
		mayPropose,
		editing: !mayPropose ? null : edit === 'new' ? ('new' as const) : (addresses.find(({ id, mayChange }) => id === edit && mayChange) ?? null),
		counties: mayPropose ? (await regionChoices(locals.db, actor)).filter(({ level }) => level === 'county') : []
	};
};

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();
const answer = (result: { readonly ok: true } | Refusal, done: 'saved' | 'decided') =>
	result.ok ? { done } : fail(statusOf(result), { refused: linkRefusalText(result) });

export const actions: Actions = {
	propose: async ({ locals, request }) => {
		const form = await request.formData();
		return answer(await proposeClusterAddress(locals.db, locals.actor!, {
			...(text(form, 'id') === '' ? {} : { id: text(form, 'id') }),
			address: text(form, 'address'), regionCode: text(form, 'region'), basis: text(form, 'basis'), limit: Number(text(form, 'limit')),
			validFrom: text(form, 'from'), validTo: text(form, 'to') || null
		}), 'saved');
	},
	decide: async ({ locals, request }) => {
		const form = await request.formData();
		const decision = text(form, 'decision') === 'approve' ? 'approve' : 'reject';
		return answer(await decideClusterAddress(locals.db, locals.actor!, text(form, 'id'), decision), 'decided');
	},
	end: async ({ locals, request }) => {
		const form = await request.formData();
		return answer(await endClusterAddress(locals.db, locals.actor!, text(form, 'id'), text(form, 'day')), 'decided');
	}
};
