import { error } from '@sveltejs/kit';
import { allowHost, hostRule, listHosts, removeHost } from '#lib/notices/hosts.server.ts';
import { ownWays } from '#lib/notices/ways.server.ts';
import { m } from '#lib/messages/messages.js';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const listed = await listHosts(db, actor);
	if (!listed.ok) error(403, m.access_refused_title());
	const { smtp } = ownWays();
	const server = smtp !== null && (await hostRule(db, smtp.host, actor.regionCode)) === null ? [{ host: smtp.host, use: 'smtp' as const, n: 1 }] : [];
	const chosen = url.searchParams.get('host');
	return { hosts: listed.hosts, wanted: [...server, ...listed.wanted], chosen: listed.hosts.find(({ id, removed_at }) => id === chosen && removed_at === null) ?? null };
};

const words = { 'host-shape': m.notices_refusal_host_shape, 'host-reason': m.notices_refusal_host_reason, 'host-listed': m.notices_refusal_host_listed, 'host-why': m.notices_refusal_host_reason };
const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim().slice(0, 300);

export const actions: Actions = {
	allow: async ({ request, locals }) => {
		const form = await request.formData();
		const values = { host: text(form, 'host'), plain: form.has('plain'), reason: text(form, 'reason') };
		const outcome = await allowHost(locals.db, locals.actor!, values);
		return outcome.ok ? { added: outcome.host } : refused(outcome, values, words);
	},
	remove: async ({ request, locals }) => {
		const form = await request.formData();
		const outcome = await removeHost(locals.db, locals.actor!, text(form, 'id'), text(form, 'why'));
		return outcome.ok ? { removed: outcome.host } : refused(outcome, { why: text(form, 'why') }, words);
	}
};
