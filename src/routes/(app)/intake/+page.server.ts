import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { ownerNotices } from '#lib/indicators/coverage/owner-notices.server.ts';
import { listBatches, listSources } from '#lib/intake/batches.server.ts';
import { diskState } from '#lib/settings/disk.ts';
import type { PageServerLoad } from './$types';

const states = ['uploaded', 'running', 'done', 'failed'];

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const before = new Date(get('before'));
	const filter = { source: get('source'), state: states.includes(get('state')) ? get('state') : '' };
	const [sources, batches] = await Promise.all([
		listSources(locals.db, actor),
		listBatches(locals.db, actor, {
			...(filter.source ? { sourceId: filter.source } : {}),
			...(filter.state ? { state: filter.state } : {}),
			...(Number.isNaN(before.getTime()) ? {} : { before })
		})
	]);
	if (!sources.ok) error(statusOf(sources));
	if (!batches.ok) error(statusOf(batches));
	const notices = await ownerNotices(locals.db, actor);
	const { level, free, stopBelow } = await diskState();
	return { notices, disk: { level, free, stopBelow }, sources: sources.sources, batches: batches.batches, older: batches.older, filter, paged: get('before') !== '', mayUpload: may(actor, 'intake.import'), mayMend: may(actor, 'intake.mend') };
};
