import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { NoticeKind } from './kinds.ts';

/** The open pages of who is told listen here; the payload is their account's id. */
export const noticeChannel = 'qianshao_notice';

export type NewNotice = {
	readonly userId: string;
	readonly kind: NoticeKind;
	/**
	 * `warnings`: several at once; its `objectId` is a query of the desk, `door=overdue`. `own_task`, `own_lead_check`: an inspector's part
	 * of a list. `reports`: the list of a kind, `yearly`.
	 */
	readonly objectKind: 'warning' | 'incident' | 'disposal' | 'warnings' | 'sampling_plan' | 'campaign' | 'sampling_task' | 'lead_check' | 'own_task' | 'own_lead_check' | 'report' | 'reports';
	readonly objectId: string;
	/** `2026-000123`; the only thing about it that may leave the network. */
	readonly number: string | null;
	/** Unique for a person: the same thing is told once. The same thing told to several people has the same key, so that their department's webhook is told once. */
	readonly key: string;
	readonly detail?: Readonly<Record<string, string | number>>;
	/** Not told again while the person has not read the former one of the same kind about the same object. */
	readonly unlessUnread?: boolean;
};

/**
 * Tells people, in the transaction of what is told: with it or not at all. Only those may be told who may see the object.
 * Near the end of the transaction, like `feed`.
 *
 * @example
 * await notify(trx, [{ userId: ownerId, kind: 'assigned', objectKind: 'warning', objectId: id, number, key: `assigned:${id}:${seq}` }]);
 */
export async function notify(trx: Transaction<DB>, notices: readonly NewNotice[]): Promise<void> {
	if (notices.length === 0) return;
	const rows = notices.map(({ userId, kind, objectKind, objectId, number, key, detail = {}, unlessUnread = false }) => ({
		user_id: userId, kind, object_kind: objectKind, object_id: objectId, number, key, detail, unless_unread: unlessUnread
	}));
	// In one order: two transactions that tell the same things must not wait for each other.
	await sql`
		with told as (
			insert into notice (user_id, kind, object_kind, object_id, number, key, detail)
			select r.user_id, r.kind, r.object_kind, r.object_id, r.number, r.key, r.detail
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
				as r (user_id text, kind text, object_kind text, object_id text, number text, key text, detail jsonb, unless_unread boolean)
			where not (r.unless_unread and exists (
				select from notice n where n.user_id = r.user_id and n.read_at is null and n.kind = r.kind and n.object_kind = r.object_kind and n.object_id = r.object_id
			))
			order by r.user_id, r.key
			on conflict (user_id, key) do nothing
			returning user_id
		)
		select pg_notify(${noticeChannel}, user_id) from (select distinct user_id from told) people
	`.execute(trx);
}

/** Takes back what waits for nobody any more: unread notices of these kinds about an object count as read, for everybody. */
export async function retire(trx: Transaction<DB>, { objectKind, objectId }: Pick<NewNotice, 'objectKind' | 'objectId'>, kinds: readonly NoticeKind[]): Promise<void> {
	await sql`
		with retired as (
			update notice set read_at = clock_timestamp()
			where object_id = ${objectId} and object_kind = ${objectKind} and kind = any(${[...kinds]}::text[]) and read_at is null
			returning user_id
		)
		select pg_notify(${noticeChannel}, user_id) from (select distinct user_id from retired) people
	`.execute(trx);
}
