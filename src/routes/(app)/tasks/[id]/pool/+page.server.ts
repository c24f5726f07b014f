import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { poolReasons } from '#lib/sampling/eligibility.ts';
import { poolPage, poolPageSize } from '#lib/sampling/pool-page.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const reason = poolReasons.find((r) => r === get('reason'));
	const side = get('side') === 'in' ? true : get('side') === 'out' ? false : undefined;
	const page = Math.max(0, Math.min(100_000, Math.floor(Number(get('page'))) || 0));
	const found = await poolPage(locals.db, locals.actor!, params.id, { reason, eligible: side, text: get('text').slice(0, 60), page });
	if (!found.ok) error(statusOf(found));
	const { id, number, name, pool_size, excluded_size } = found.task;
	return {
		task: { id, number, name, eligible: pool_size ?? 0, excluded: excluded_size ?? 0 },
		rows: found.rows,
		total: found.total,
		reasons: found.reasons,
		filter: { reason: reason ?? null, side: get('side'), text: get('text'), page, size: poolPageSize }
	};
};
