import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { actorOf } from '#lib/access/sessions.server.ts';
import type { NewNotice } from './notify.server.ts';
import { refKey, visibleObjects } from './visible.server.ts';

type Item = { readonly number: string | null; readonly objectKind: NewNotice['objectKind']; readonly objectId: string };

/**
 * What of a message is still to be told: to people who may see it now, and by letter only what they have not read.
 */
export async function itemsOf(db: Kysely<DB>, outgoingId: string, unreadOnly: boolean): Promise<readonly Item[]> {
	const rows = await db
		.selectFrom('outgoing_item as i')
		.innerJoin('notice as n', 'n.id', 'i.notice_id')
		.select(['n.number', 'n.object_kind', 'n.object_id', 'n.user_id'])
		.where('i.outgoing_id', '=', outgoingId)
		.$if(unreadOnly, (query) => query.where('n.read_at', 'is', null))
		.orderBy('n.id')
		.execute();
	const found = rows.map((row) => ({ userId: row.user_id, number: row.number, objectKind: row.object_kind as NewNotice['objectKind'], objectId: row.object_id }));
	const kept: Item[] = [];
	for (const userId of new Set(found.map((item) => item.userId))) {
		const account = await db.selectFrom('app_user').selectAll().where('id', '=', userId).where('state', '=', 'active').executeTakeFirst();
		const actor = account && actorOf(account, null);
		if (!actor) continue;
		const own = found.filter((item) => item.userId === userId);
		const visible = await visibleObjects(db, actor, own);
		kept.push(...own.filter((item) => visible.has(refKey(item))));
	}
	return kept;
}
