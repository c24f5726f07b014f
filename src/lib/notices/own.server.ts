import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { pathOf } from './link.ts';
import { isNoticeKind, type NoticeKind } from './kinds.ts';
import { noticeChannel, type NewNotice } from './notify.server.ts';
import { refKey, visibleObjects, type VisibleObject } from './visible.server.ts';

const pageSize = 50;

export type OwnNotice = {
	readonly id: number;
	readonly kind: NoticeKind;
	readonly at: Date;
	readonly read: boolean;
	/** Who did it, as it was written down then; null for the system. */
	readonly by: string | null;
	/** Null: it lies no longer within the jurisdiction, so nothing of it is shown. */
	readonly about:
		| ({ readonly objectKind: NewNotice['objectKind']; readonly number: string | null; readonly href: string; readonly several: number | null } & VisibleObject)
		| null;
};

/**
 * One's own notices, the newest first; what each is about is read now, with the jurisdiction of now.
 *
 * @param before notices older than this id.
 */
export async function ownNotices(
	db: Kysely<DB>, actor: Actor, { unreadOnly, before }: { readonly unreadOnly: boolean; readonly before: number | null }
): Promise<{ readonly notices: readonly OwnNotice[]; readonly older: number | null }> {
	const rows = await db
		.selectFrom('notice')
		.selectAll()
		.where('user_id', '=', actor.id)
		.$if(unreadOnly, (query) => query.where('read_at', 'is', null))
		.$if(before !== null, (query) => query.where('id', '<', before!))
		.orderBy('id', 'desc')
		.limit(pageSize + 1)
		.execute();
	const shown = rows.slice(0, pageSize);
	const refs = shown.map((row) => ({ objectKind: row.object_kind as NewNotice['objectKind'], objectId: row.object_id }));
	const visible = await visibleObjects(db, actor, refs);
	return {
		notices: shown.flatMap((row, index) => {
			if (!isNoticeKind(row.kind)) return [];
			const ref = refs[index]!;
			const object = visible.get(refKey(ref));
			const detail = row.detail as Readonly<Record<string, unknown>>;
			const several = typeof detail['n'] === 'number' ? detail['n'] : null;
			return [{
				id: row.id, kind: row.kind, at: row.created_at, read: row.read_at !== null, by: typeof detail['by'] === 'string' ? detail['by'] : null,
				about: object ? { ...object, objectKind: ref.objectKind, number: row.number, href: pathOf(ref), several } : null
			}];
		}),
		older: rows.length > pageSize ? shown[shown.length - 1]!.id : null
	};
}

export async function unreadCount(db: Kysely<DB>, actor: Pick<Actor, 'id'>): Promise<number> {
	const { rows } = await sql<{ n: number }>`select count(*)::int as n from notice where user_id = ${actor.id} and read_at is null`.execute(db);
	return rows[0]!.n;
}

/** Marks own notices as read: one, or all up to the newest that was shown. */
export function markRead(db: Kysely<DB>, actor: Actor, which: { readonly id: number } | { readonly upTo: number }): Promise<void> {
	return mark(db, actor, 'id' in which ? sql`id = ${which.id}` : sql`id <= ${which.upTo}`);
}

/** Whoever has opened the object needs no notice of it. */
export function markObjectRead(db: Kysely<DB>, actor: Actor, { objectKind, objectId }: Pick<NewNotice, 'objectKind' | 'objectId'>): Promise<void> {
	return mark(db, actor, sql`object_kind = ${objectKind} and object_id = ${objectId}`);
}

async function mark(db: Kysely<DB>, actor: Actor, which: ReturnType<typeof sql>): Promise<void> {
	// Told to the person's other open pages.
	await sql`
		with marked as (
			update notice set read_at = clock_timestamp() where user_id = ${actor.id} and read_at is null and ${which} returning user_id
		)
		select pg_notify(${noticeChannel}, user_id) from (select distinct user_id from marked) people
	`.execute(db);
}
