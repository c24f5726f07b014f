import { error } from '@sveltejs/kit';
import { listAccounts } from '#lib/access/account-list.server.ts';
import { openAccount } from '#lib/access/accounts.server.ts';
import { listDepartments } from '#lib/access/departments.server.ts';
import { may } from '#lib/access/permissions.ts';
import { m } from '#lib/messages/messages.js';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const filter = {
		search: url.searchParams.get('q')?.trim() ?? '',
		role: url.searchParams.get('role') ?? '',
		state: url.searchParams.get('state') ?? ''
	};
	const outcome = await listAccounts(db, actor, filter);
	if (!outcome.ok) error(403, m.access_refused_title());
	return {
		accounts: outcome.accounts,
		filter,
		departments: may(actor, 'account.create') ? await listDepartments(db, actor) : null
	};
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await request.formData();
		const values = {
			name: String(form.get('name') ?? '').slice(0, 100),
			displayName: String(form.get('displayName') ?? '').slice(0, 100),
			departmentId: String(form.get('departmentId') ?? '')
		};
		const outcome = await openAccount(locals.db, locals.actor!, values);
		if (!outcome.ok) return refused(outcome, values);
		return { opened: { id: outcome.id, name: values.name.trim().toLowerCase(), password: outcome.password } };
	}
};
