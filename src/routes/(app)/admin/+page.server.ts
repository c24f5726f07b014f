import { countAccounts } from '#lib/access/account-list.server.ts';
import { may } from '#lib/access/permissions.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	return {
		role: actor.role,
		accounts: may(actor, 'account.see') ? await countAccounts(locals.db, actor) : null
	};
};
