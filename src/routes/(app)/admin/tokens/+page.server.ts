import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { createToken, grantableSources, grantToken, listTokens, revokeToken } from '#lib/access/tokens-admin.server.ts';
import { m } from '#lib/messages/messages.js';
import { kindLabel } from '#lib/intake/labels.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const listed = await listTokens(db, actor);
	if (!listed.ok) error(403, m.access_refused_title());
	const sources = await grantableSources(db, actor);
	const chosen = url.searchParams.get('token');
	return {
		tokens: listed.tokens,
		chosen: listed.tokens.find(({ id }) => id === chosen) ?? null,
		mayMake: may(actor, 'token.technical'),
		sources: sources.ok ? sources.sources : null,
		kinds: (await loadKindBook(db)).offered.map(({ name, stored }) => ({ name, label: kindLabel(stored) }))
	};
};

const words = {
	conflict: m.api_refusal_token_conflict,
	'own-work': m.api_refusal_token_own_work,
	'token-name': m.api_refusal_token_name,
	'token-name-taken': m.api_refusal_token_name_taken,
	'token-holder': m.api_refusal_token_holder,
	'token-contact': m.api_refusal_token_contact,
	'token-expiry': m.api_refusal_token_expiry,
	'token-nothing': m.api_refusal_token_nothing,
	'token-kind': m.api_refusal_token_kind,
	'token-source': m.api_refusal_token_source,
	'token-no-source': m.api_refusal_token_no_source,
	'token-no-why': m.api_refusal_token_no_why
};

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim().slice(0, 300);
const texts = (form: FormData, name: string) => form.getAll(name).map(String).slice(0, 200);

export const actions: Actions = {
	create: async ({ request, locals }) => {
		const form = await request.formData();
		const values = { name: text(form, 'name'), holder: text(form, 'holder'), contact: text(form, 'contact'), expiresOn: text(form, 'expiresOn') };
		const outcome = await createToken(locals.db, locals.actor!, values);
		if (!outcome.ok) return refused(outcome, values, words);
		return { made: { id: outcome.id, name: values.name, secret: outcome.secret } };
	},
	grant: async ({ request, locals }) => {
		const form = await request.formData();
		const grant = { regionCode: text(form, 'regionCode'), kinds: texts(form, 'kinds'), sourceIds: texts(form, 'sources'), outward: texts(form, 'outward'), reports: form.has('reports') };
		const kinds = (await loadKindBook(locals.db)).offered.map(({ name }) => name);
		const outcome = await grantToken(locals.db, locals.actor!, text(form, 'id'), grant, kinds);
		if (!outcome.ok) return refused(outcome, grant, words);
		return { granted: true };
	},
	revoke: async ({ request, locals }) => {
		const form = await request.formData();
		const outcome = await revokeToken(locals.db, locals.actor!, text(form, 'id'), text(form, 'why'));
		if (!outcome.ok) return refused(outcome, { why: text(form, 'why') }, words);
		return { revoked: true };
	}
};
