import { sql, type Kysely } from 'kysely';
import type pg from 'pg';
import { poolOf } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { noticeChannel } from '#lib/notices/notify.server.ts';
import { feedChannel } from './feed.server.ts';

const firstRetryMs = 1_000;
const lastRetryMs = 30_000;
/** Most entries told one by one; beyond it a page only needs to know that there is much. */
const catchUpLimit = 500;

type Listener = { readonly channel: string; readonly tell: (payload: string | null) => void };

type Hub = {
	readonly listeners: Set<Listener>;
	state: 'idle' | 'connecting' | 'listening';
	retryMs: number;
	/** Gives the connection back to nobody: a LISTEN must not go on in the pool. */
	hangUp: (() => void) | null;
};
const hubs = new WeakMap<object, Hub>();

/** Calls back whenever the feed may have grown. */
export function onFeed(db: Kysely<DB>, listener: () => void): () => void {
	return listen(db, { channel: feedChannel, tell: listener });
}

/** Calls back whenever this person's notices may have changed. */
export function onNotices(db: Kysely<DB>, userId: string, listener: () => void): () => void {
	return listen(db, { channel: noticeChannel, tell: (payload) => (payload === null || payload === userId) && listener() });
}

/**
 * One LISTEN connection for the whole process, open while a page listens. Everybody is called once (without a payload) when it is
 * (again) open, because notifications may have been missed.
 */
function listen(db: Kysely<DB>, listener: Listener): () => void {
	let hub = hubs.get(db);
	if (!hub) hubs.set(db, (hub = { listeners: new Set(), state: 'idle', retryMs: firstRetryMs, hangUp: null }));
	const shared = hub;
	shared.listeners.add(listener);
	if (shared.state === 'idle') void connect(db, shared);
	return () => {
		shared.listeners.delete(listener);
		if (shared.listeners.size === 0) shared.hangUp?.();
	};
}

async function connect(db: Kysely<DB>, hub: Hub): Promise<void> {
	hub.state = 'connecting';
	let client: pg.PoolClient | undefined;
	const hangUp = () => {
		const open = client;
		if (!open) return;
		client = undefined;
		hub.hangUp = null;
		hub.state = 'idle';
		open.release(true);
	};
	const lost = () => {
		if (!client) return;
		hangUp();
		retry(db, hub);
	};
	try {
		client = await poolOf(db).connect();
		client.on('error', lost);
		client.on('end', lost);
		client.on('notification', ({ channel, payload }) => tell(hub, channel, payload ?? null));
		await client.query(`listen ${feedChannel}; listen ${noticeChannel}`);
		hub.state = 'listening';
		hub.retryMs = firstRetryMs;
		hub.hangUp = hangUp;
		if (hub.listeners.size === 0) hangUp();
		else for (const channel of [feedChannel, noticeChannel]) tell(hub, channel, null);
	} catch {
		if (client) lost();
		else retry(db, hub);
	}
}

function retry(db: Kysely<DB>, hub: Hub): void {
	hub.state = 'idle';
	if (hub.listeners.size === 0) return;
	hub.state = 'connecting';
	setTimeout(() => {
		hub.state = 'idle';
		if (hub.listeners.size > 0) void connect(db, hub);
	}, hub.retryMs).unref();
	hub.retryMs = Math.min(lastRetryMs, hub.retryMs * 2);
}

function tell(hub: Hub, channel: string, payload: string | null): void {
	for (const listener of [...hub.listeners]) if (listener.channel === channel) listener.tell(payload);
}

export type News = {
	/** Feed id up to which this tells; ask for what comes after it. */
	readonly head: string;
	/** Newest first entry per warning: what happened to it, and whether it lies on the own department's desk. */
	readonly entries: readonly { readonly warningId: string; readonly what: string; readonly mine: boolean }[];
};

/** What happened after a feed id, within the actor's jurisdiction. */
export async function newsAfter(db: Kysely<DB>, actor: Actor, after: string): Promise<News> {
	if (!may(actor, 'warning.see')) return { head: after, entries: [] };
	const { rows } = await sql<{ id: string; warningId: string; what: string; departmentId: string }>`
		select f.id::text as id, f.warning_id as "warningId", f.what, f.department_id as "departmentId"
		from warning_feed f
		where f.id > ${after}::bigint
			and ${withinJurisdiction(scopeOf(actor), { region: 'f.region_code', industry: 'f.industry_key' })}
		order by f.id
		limit ${catchUpLimit}
	`.execute(db);
	const watchesAll = !may(actor, 'warning.work');
	return {
		head: rows[rows.length - 1]?.id ?? after,
		entries: rows.map(({ warningId, what, departmentId }) => ({
			warningId, what, mine: watchesAll || departmentId === actor.departmentId
		}))
	};
}
