import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { WorkCalendar } from '#lib/calendar/working-days.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { isNoticeKind } from './kinds.ts';
import { defaultRhythm, nextDigest, readRhythm, systemRhythm, whenToTell, type Rhythm } from './rhythm.ts';

/** Notices looked at in one transaction: short enough to lose little when its worker dies. */
const batch = 500;

type Fresh = {
	readonly id: number;
	readonly key: string;
	readonly kind: string;
	readonly userId: string;
	readonly departmentId: string;
	readonly unread: boolean;
	/** Null: the person gets no e-mail. */
	readonly rhythm: unknown;
	readonly mailed: boolean;
};
type Hook = { readonly id: string; readonly departmentId: string; readonly rhythm: Rhythm };
type Planned = { readonly target: Target; readonly due: Date; readonly items: { readonly noticeId: number; readonly key: string }[] };
type Target = { readonly channel: 'email'; readonly userId: string } | { readonly channel: 'webhook'; readonly webhookId: string };

const targetText = (target: Target): string => (target.channel === 'email' ? `user:${target.userId}` : `webhook:${target.webhookId}`);

/**
 * Decides of new notices what leaves, to whom and when. A transaction a batch: a notice is marked with its messages or not at all, so
 * a worker that dies here has neither lost nor doubled anything.
 *
 * @param mail whether there is a server for e-mail; without one nobody's letters pile up.
 */
export async function planNotices(db: Kysely<DB>, { now, mail }: { readonly now: Date; readonly mail: boolean }): Promise<number> {
	const calendar = await loadWorkCalendar(db);
	for (let planned = 0; ; ) {
		const n = await db.transaction().execute((trx) => planBatch(trx, calendar, now, mail));
		planned += n;
		if (n < batch) return planned;
	}
}

async function planBatch(trx: Transaction<DB>, calendar: WorkCalendar, now: Date, mail: boolean): Promise<number> {
	const { rows: fresh } = await sql<Fresh>`
		select n.id, n.key, n.kind, n.user_id as "userId", u.department_id as "departmentId", n.read_at is null as unread, p.rhythm,
			(p.email is not null and u.state = 'active') as mailed
		from notice n join app_user u on u.id = n.user_id left join notice_reach p on p.user_id = n.user_id
		where n.planned_at is null
		order by n.id limit ${batch}
		for update of n skip locked
	`.execute(trx);
	if (fresh.length === 0) return 0;
	const hooks = (await trx.selectFrom('webhook').select(['id', 'department_id', 'rhythm']).where('state', '=', 'on').execute()).map(
		(row): Hook => ({ id: row.id, departmentId: row.department_id, rhythm: readRhythm(row.rhythm, systemRhythm) })
	);
	const planned = new Map<string, Planned>();
	const plan = (target: Target, rhythm: Rhythm, { id, key, kind }: Fresh) => {
		const due = isNoticeKind(kind) ? whenToTell(rhythm, calendar, kind, now) : null;
		if (due === null) return;
		const slot = `${targetText(target)} ${due.getTime()}`;
		const message = planned.get(slot) ?? { target, due, items: [] };
		planned.set(slot, message);
		message.items.push({ noticeId: id, key });
	};
	for (const notice of fresh) {
		// Whoever has read it in the application needs no letter.
		if (mail && notice.mailed && notice.unread) plan({ channel: 'email', userId: notice.userId }, readRhythm(notice.rhythm, defaultRhythm), notice);
		for (const hook of hooks) if (hook.departmentId === notice.departmentId) plan({ channel: 'webhook', webhookId: hook.id }, hook.rhythm, notice);
	}
	// In one order, so that two workers do not wait for each other in a circle.
	for (const slot of [...planned.keys()].sort()) await addMessage(trx, planned.get(slot)!);
	await sql`update notice set planned_at = ${now} where id = any(${fresh.map((notice) => notice.id)})`.execute(trx);
	return fresh.length;
}

/** Into the message of the same time that waits already, so that one digest holds everything; else a new one. */
async function addMessage(trx: Transaction<DB>, { target, due, items }: Planned): Promise<void> {
	const whose = target.channel === 'email' ? { user_id: target.userId } : { webhook_id: target.webhookId };
	const waiting = await trx
		.selectFrom('outgoing')
		.select('id')
		.where('state', '=', 'waiting').where('form', '=', 'notices').where('due_at', '=', due).where('attempts', '=', 0)
		.where(target.channel === 'email' ? sql<boolean>`user_id = ${target.userId}` : sql<boolean>`webhook_id = ${target.webhookId}`)
		.limit(1)
		.forUpdate()
		.executeTakeFirst();
	const id = waiting?.id ?? randomUUID();
	if (!waiting) await trx.insertInto('outgoing').values({ id, channel: target.channel, ...whose, form: 'notices', due_at: due, next_at: due }).execute();
	const added = await sql`
		insert into outgoing_item (target, key, notice_id, outgoing_id)
		select ${targetText(target)}, r.key, r.notice_id, ${id}
		from jsonb_to_recordset(${JSON.stringify(items.map(({ key, noticeId }) => ({ key, notice_id: noticeId })))}::jsonb) as r (key text, notice_id bigint)
		order by r.key
		on conflict (target, key) do nothing
	`.execute(trx);
	// A colleague's notice has told the department's system of it already.
	if (added.numAffectedRows === 0n && !waiting) await trx.deleteFrom('outgoing').where('id', '=', id).execute();
}

/**
 * A letter whose end nobody knows is never written again. Its person's next digest tells how much is unread, without a number, as soon as
 * something of it is.
 */
export async function planFollowUps(db: Kysely<DB>, now: Date): Promise<number> {
	return db.transaction().execute(async (trx) => {
		const unknown = await trx
			.selectFrom('outgoing as o')
			.innerJoin('notice_reach as p', 'p.user_id', 'o.user_id')
			.select(['o.id', 'o.user_id', 'p.rhythm', 'p.email'])
			.where('o.state', '=', 'unknown').where('o.channel', '=', 'email').where('o.form', 'in', ['notices', 'count']).where('o.followed', '=', false)
			.orderBy('o.id')
			.limit(batch)
			.forUpdate('o')
			.skipLocked()
			.execute();
		if (unknown.length === 0) return 0;
		const calendar = await loadWorkCalendar(trx);
		const people = new Map(unknown.filter((row) => row.email !== null).map((row) => [row.user_id!, readRhythm(row.rhythm, defaultRhythm)]));
		for (const [userId, rhythm] of people) {
			const due = nextDigest(rhythm, calendar, now);
			await trx.insertInto('outgoing').values({ id: randomUUID(), channel: 'email', user_id: userId, form: 'count', due_at: due, next_at: due }).execute();
		}
		await trx.updateTable('outgoing').set({ followed: true }).where('id', 'in', unknown.map((row) => row.id)).execute();
		return people.size;
	});
}
