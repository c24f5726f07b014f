import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { findAccount, inspectorsOf } from '#lib/access/account-list.server.ts';
import { parseIndustries } from '#lib/access/accounts.ts';
import { grantRole, resetPassword, setDisabled } from '#lib/access/accounts.server.ts';
import { grants, roles } from '#lib/access/actor.ts';
import { listDepartments } from '#lib/access/departments.server.ts';
import { may } from '#lib/access/permissions.ts';
import { refuse, statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { refused } from '../../refusals.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const outcome = await findAccount(db, actor, params.id);
	if (!outcome.ok) error(statusOf(outcome), m.access_error_not_found());
	const mayGrant = may(actor, 'role.grant');
	return {
		account: outcome.account,
		own: params.id === actor.id,
		may: { grant: mayGrant, disable: may(actor, 'account.disable'), reset: may(actor, 'account.reset-password') },
		departments: mayGrant ? await listDepartments(db, actor) : [],
		inspectors: mayGrant ? await inspectorsOf(db, actor) : []
	};
};

const roleForm = v.object({
	role: v.picklist(roles),
	grants: v.array(v.picklist(grants)),
	departmentId: v.string(),
	regionCode: v.string()
});

export const actions: Actions = {
	grant: async (event) => {
		const form = await event.request.formData();
		const text = (name: string) => String(form.get(name) ?? '').trim();
		const typed = {
			role: text('role'),
			grants: form.getAll('grants').map(String),
			departmentId: text('departmentId'),
			regionCode: text('regionCode'),
			industries: text('industries').slice(0, 1_000),
			inspectorId: text('inspectorId')
		};
		const parsed = v.safeParse(roleForm, typed);
		if (!parsed.success) return refused(refuse('no-role'), typed);
		const outcome = await grantRole(event.locals.db, event.locals.actor!, event.params.id, {
			...parsed.output,
			industries: parseIndustries(typed.industries),
			inspectorId: typed.inspectorId || null
		});
		if (!outcome.ok) return refused(outcome, typed);
		return { done: m.admin_account_saved({ name: await nameOf(event) }) };
	},
	disable: async (event) => {
		const outcome = await setDisabled(event.locals.db, event.locals.actor!, event.params.id, true);
		if (!outcome.ok) return refused(outcome, {});
		return { done: m.admin_account_disabled({ name: await nameOf(event) }) };
	},
	enable: async (event) => {
		const outcome = await setDisabled(event.locals.db, event.locals.actor!, event.params.id, false);
		if (!outcome.ok) return refused(outcome, {});
		return { done: m.admin_account_enabled({ name: await nameOf(event) }) };
	},
	reset: async (event) => {
		const outcome = await resetPassword(event.locals.db, event.locals.actor!, event.params.id);
		if (!outcome.ok) return refused(outcome, {});
		return { done: m.admin_account_reset_done({ name: await nameOf(event) }), password: outcome.password };
	}
};

async function nameOf({ locals, params }: RequestEvent): Promise<string> {
	const outcome = await findAccount(locals.db, locals.actor!, params.id);
	return outcome.ok ? outcome.account.name : params.id;
}
