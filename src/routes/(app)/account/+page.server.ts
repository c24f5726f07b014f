import { fail, redirect } from '@sveltejs/kit';
import { changeOwnPassword } from '#lib/access/accounts.server.ts';
import { passwordFaultLabel } from '#lib/access/labels.ts';
import { nextPath } from '#lib/access/next-path.ts';
import { clearSessionCookie } from '#lib/access/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const { db, actor } = locals;
	const account = await db
		.selectFrom('app_user as u')
		.innerJoin('department as d', 'd.id', 'u.department_id')
		.innerJoin('region as r', 'r.code', 'u.region_code')
		.select(['u.name', 'u.display_name', 'u.role', 'u.grants', 'd.name as department', 'r.name as region', 'u.region_code'])
		.select(['u.industries', 'u.must_change_password', 'u.last_login_at'])
		.where('u.id', '=', actor!.id)
		.executeTakeFirstOrThrow();
	return { account };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies, url }) => {
		const form = await request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		if (text('next') !== text('again')) return fail(400, { message: passwordFaultLabel('mismatch') });
		const outcome = await changeOwnPassword(locals.db, locals.actor!, text('current').slice(0, 1_000), text('next').slice(0, 1_000));
		if (!outcome.ok) return fail(400, { message: passwordFaultLabel(outcome.reason) });
		clearSessionCookie(cookies, url);
		const next = nextPath(url.searchParams.get('next'));
		redirect(303, `/login?${new URLSearchParams({ reason: 'changed', ...(next !== '/' && { next }) })}`);
	}
};
