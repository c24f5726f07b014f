import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { readAddress } from './address.ts';
import { deliver, newTurn, type Ways } from './deliver.server.ts';
import type { Handed } from './handing.ts';
import { hostRule } from './hosts.server.ts';

type Denied = NotAllowed | NotFound | OwnWork;

/** Messages to people and departments of the administrator's region, as `o`. Never what they say. */
function ofRegion(actor: Actor): RawBuilder<unknown> {
	return sql`outgoing o
		left join app_user u on u.id = o.user_id
		left join webhook w on w.id = o.webhook_id left join department d on d.id = w.department_id
		where ${regionWithin(regionPrefix(actor.regionCode), 'u.region_code')} and o.user_id is not null
			or ${regionWithin(regionPrefix(actor.regionCode), 'd.region_code')} and o.webhook_id is not null`;
}

export type ChannelCount = { readonly channel: 'email' | 'webhook'; readonly state: string; readonly n: number };
export type Trouble = {
	readonly id: string;
	readonly channel: 'email' | 'webhook';
	/** The webhook's name; null for letters, whose people are nobody's business here. */
	readonly webhook: string | null;
	readonly state: string;
	readonly problem: string | null;
	readonly detail: string | null;
	readonly attempts: number;
	readonly at: Date;
	readonly nextAt: Date | null;
	/** Trying again from the beginning makes sense; tests and confirmations are asked for anew. */
	readonly retriable: boolean;
};

/** How the channels do: counts of a week, the oldest that waits, and what did not get through. */
export async function channelState(db: Kysely<DB>, actor: Actor, smtpHost: string | null) {
	if (!may(actor, 'channel.technical')) return notAllowed;
	const { rows: counts } = await sql<ChannelCount>`
		select t.channel, t.state, count(*)::int as n from (select o.* from ${ofRegion(actor)}) t
		where t.created_at > now() - interval '7 days' group by t.channel, t.state
	`.execute(db);
	const { rows: channels } = await sql<{ channel: 'email' | 'webhook'; oldest: Date | null; last: Date | null }>`
		select t.channel, min(t.due_at) filter (where t.state = 'waiting' and t.due_at <= now()) as oldest, max(t.ended_at) filter (where t.state = 'sent') as last
		from (select o.* from ${ofRegion(actor)}) t group by t.channel
	`.execute(db);
	const { rows: troubles } = await sql<Trouble>`
		select t.id, t.channel, t.webhook, t.state, t.problem, t.problem_detail as detail, t.attempts::int as attempts, coalesce(t.ended_at, t.created_at) as at,
			case when t.state = 'waiting' then t.next_at end as "nextAt", t.state = 'given-up' and t.form in ('notices', 'count') as retriable
		from (select o.*, w.name as webhook from ${ofRegion(actor)}) t
		where t.form <> 'test' and ((t.state in ('given-up', 'unknown') and t.created_at > now() - interval '30 days') or (t.state = 'waiting' and t.problem is not null))
		order by coalesce(t.ended_at, t.created_at) desc, t.id limit 100
	`.execute(db);
	return { ok: true as const, counts, channels, troubles, smtpRule: smtpHost === null ? null : await hostRule(db, smtpHost, actor.regionCode) };
}

/** Sends a letter that says nothing, and tells how that went. */
export async function testMail(
	db: Kysely<DB>, actor: Actor, to: string, ways: Ways
): Promise<{ readonly ok: true; readonly handed: Handed | null } | Denied | Refusal<'no-smtp' | 'address'>> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	if (ways.smtp === null) return refuse('no-smtp');
	const read = readAddress(to);
	if (read === null) return refuse('address');
	return { ok: true, handed: await test(db, actor, ways, { channel: 'email', user_id: actor.id, address: read.address }, { domain: read.domain }) };
}

/** Posts a message that says nothing. */
export async function testWebhook(db: Kysely<DB>, actor: Actor, id: string, ways: Ways): Promise<{ readonly ok: true; readonly handed: Handed | null } | Denied> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	const row = await db
		.selectFrom('webhook as w').innerJoin('department as d', 'd.id', 'w.department_id').select('w.id')
		.where('w.id', '=', id).where(regionWithin(regionPrefix(actor.regionCode), 'd.region_code')).executeTakeFirst();
	if (row === undefined) return notFound;
	return { ok: true, handed: await test(db, actor, ways, { channel: 'webhook', webhook_id: id }, { webhookId: id }) };
}

async function test(
	db: Kysely<DB>, actor: Actor, ways: Ways,
	to: { readonly channel: 'email'; readonly user_id: string; readonly address: string } | { readonly channel: 'webhook'; readonly webhook_id: string },
	detail: Readonly<Record<string, unknown>>
): Promise<Handed | null> {
	const id = randomUUID();
	const now = await databaseClock(db)();
	await db.transaction().execute(async (trx) => {
		await trx.insertInto('outgoing').values({ id, ...to, form: 'test', due_at: now, next_at: now }).execute();
		await audit(trx, actor, { action: 'channel.test', objectKind: 'outgoing', objectId: id, detail });
	});
	const turn = newTurn();
	try {
		return await deliver(db, ways, id, turn);
	} finally {
		turn.mailer?.close();
	}
}

/** Lets a message that was given up be tried from the beginning: nobody has taken it. One whose end is unknown stays as it is. */
export async function retryMessage(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true } | Denied> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		const { rows } = await sql<{ id: string }>`
			update outgoing set state = 'waiting', attempts = 0, next_at = clock_timestamp(), ended_at = null
			where id = ${id} and state = 'given-up' and form in ('notices', 'count') and id in (select o.id from ${ofRegion(actor)})
			returning id
		`.execute(trx);
		if (rows.length === 0) return notFound;
		await audit(trx, actor, { action: 'channel.retry', objectKind: 'outgoing', objectId: id });
		return { ok: true as const };
	});
}
