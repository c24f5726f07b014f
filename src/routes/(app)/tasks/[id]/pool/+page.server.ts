import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { poolReasons } from '#lib/sampling/pool/eligibility.ts';
import { poolPage, poolPageSize } from '#lib/sampling/pool/page.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const reason = poolReasons.find((r) => r === get('reason'));
	const side = (['in', 'out'] as const).find((one) => one === get('side')) ?? '';
	const page = Math.max(0, Math.min(100_000, Math.floor(Number(get('page'))) || 0));
	const found = await poolPage(locals.db, locals.actor!, params.id, { reason, eligible: side === '' ? undefined : side === 'in', text: get('text').slice(0, 60), page });
	if (!found.ok) error(statusOf(found));
	const { id, number, name, department_id } = found.task;
	const { eligible, excluded, reasons, isFrozen } = found.pool;
	return {
		task: { id, number, name, eligible, excluded },
		isFrozen,
		rows: found.rows,
		total: found.total,
		reasons,
		mayPlan: department_id === locals.actor!.departmentId && may(locals.actor!, 'lead-check.create'),
		// An address may name a reason that there is none: nothing is filtered by it then, and the page says so.
		reasonUnknown: reason === undefined && get('reason') !== '',
		filter: { reason: reason ?? null, side, text: get('text').slice(0, 60), skip: found.skip, page: found.skip / poolPageSize, size: poolPageSize }
	};
};
