import { error } from '@sveltejs/kit';
import { listDepartments } from '#lib/access/departments.server.ts';
import { channelState, retryMessage, testMail, testWebhook } from '#lib/notices/channels.server.ts';
import { handedProblem } from '#lib/notices/labels.ts';
import { rhythmOfForm } from '#lib/notices/rhythm-form.ts';
import { ownWays } from '#lib/notices/ways.server.ts';
import { changeWebhook, createWebhook, listWebhooks, replaceSecret, switchWebhook } from '#lib/notices/webhooks.server.ts';
import { m } from '#lib/messages/messages.js';
import { settings } from '#lib/settings/settings.ts';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const { smtp, origin } = ownWays();
	const [state, listed, departments] = await Promise.all([channelState(db, actor, smtp?.host ?? null), listWebhooks(db, actor), listDepartments(db, actor)]);
	if (!state.ok || !listed.ok) error(403, m.access_refused_title());
	const chosen = url.searchParams.get('webhook');
	return {
		// Never its user or password.
		smtp: smtp && { server: `${smtp.host}:${smtp.port}`, from: smtp.from, secure: smtp.secure, rule: state.smtpRule },
		origin: { url: origin, set: settings().origin !== null },
		counts: state.counts,
		channels: state.channels,
		troubles: state.troubles,
		webhooks: listed.webhooks,
		chosen: listed.webhooks.find(({ id }) => id === chosen) ?? null,
		departments: departments.map(({ id, name }) => ({ value: id, label: name }))
	};
};

const words = {
	address: m.notices_refusal_address, 'no-smtp': m.notices_refusal_no_smtp, 'webhook-name': m.notices_refusal_webhook_name,
	'webhook-name-taken': m.notices_refusal_webhook_name_taken, 'webhook-url': m.notices_refusal_webhook_url, 'webhook-department': m.notices_refusal_webhook_department,
	'digest-times': m.notices_refusal_digest_times, 'digest-in-quiet': m.notices_refusal_digest_in_quiet, 'quiet-hours': m.notices_refusal_quiet_hours
};
const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim().slice(0, 500);

export const actions: Actions = {
	'test-mail': async ({ request, locals }) => {
		const to = text(await request.formData(), 'to');
		const outcome = await testMail(locals.db, locals.actor!, to, ownWays());
		if (!outcome.ok) return refused(outcome, { to }, words);
		return { tested: 'smtp', problem: handedProblem(outcome.handed), to };
	},
	'test-webhook': async ({ request, locals }) => {
		const id = text(await request.formData(), 'id');
		const outcome = await testWebhook(locals.db, locals.actor!, id, ownWays());
		return outcome.ok ? { tested: id, problem: handedProblem(outcome.handed) } : refused(outcome, {}, words);
	},
	create: async ({ request, locals }) => {
		const form = await request.formData();
		const values = { name: text(form, 'name'), departmentId: text(form, 'departmentId'), url: text(form, 'url') };
		const outcome = await createWebhook(locals.db, locals.actor!, values, ownWays().dataDir);
		return outcome.ok ? { secretOf: values.name, secret: outcome.secret } : refused(outcome, values, words);
	},
	change: async ({ request, locals }) => {
		const form = await request.formData();
		const values = { webhook: text(form, 'id'), name: text(form, 'name'), url: text(form, 'url'), rhythm: rhythmOfForm(form) };
		const outcome = await changeWebhook(locals.db, locals.actor!, values.webhook, values);
		return outcome.ok ? { saved: true } : refused(outcome, values, words);
	},
	switch: async ({ request, locals }) => {
		const form = await request.formData();
		const outcome = await switchWebhook(locals.db, locals.actor!, text(form, 'id'), text(form, 'to') === 'on' ? 'on' : 'off');
		return outcome.ok ? { saved: true } : refused(outcome, {}, words);
	},
	replace: async ({ request, locals }) => {
		const outcome = await replaceSecret(locals.db, locals.actor!, text(await request.formData(), 'id'), ownWays().dataDir);
		return outcome.ok ? { replaced: outcome.secret } : refused(outcome, {}, words);
	},
	retry: async ({ request, locals }) => {
		const outcome = await retryMessage(locals.db, locals.actor!, text(await request.formData(), 'id'));
		return outcome.ok ? { retried: true } : refused(outcome, {}, words);
	}
};
