import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionPrefix, regionsHolding } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { readHost } from './address.ts';

/** May anything go to a host for people and departments of a region, and without encryption? Asked anew before each hand-over. */
export async function hostRule(db: Kysely<DB>, host: string, regionCode: string): Promise<{ readonly plain: boolean } | null> {
	const rows = await db
		.selectFrom('allowed_host').select('plain')
		.where('host', '=', host).where('region_code', 'in', [...regionsHolding(regionCode)]).where('removed_at', 'is', null).execute();
	return rows.length === 0 ? null : { plain: rows.some((row) => row.plain) };
}

/** The list of a security administrator's region, with what was removed of late. What wider regions list is theirs to see. */
export async function listHosts(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'host.allow')) return notAllowed;
	const hosts = await db
		.selectFrom('allowed_host as h')
		.innerJoin('region as r', 'r.code', 'h.region_code')
		.leftJoin('app_user as a', 'a.id', 'h.allowed_by')
		.leftJoin('app_user as b', 'b.id', 'h.removed_by')
		.select(['h.id', 'h.host', 'h.plain', 'h.reason', 'h.allowed_at', 'h.removed_at', 'h.removed_why', 'r.name as region'])
		.select(['a.display_name as allowed_by', 'b.display_name as removed_by'])
		.where(regionWithin(regionPrefix(actor.regionCode), 'h.region_code'))
		.orderBy(sql`h.removed_at is not null`)
		.orderBy('h.host')
		.orderBy('h.removed_at', 'desc')
		.limit(500)
		.execute();
	return { ok: true as const, hosts, wanted: await wantedHosts(db, actor) };
}

/** Hosts that webhooks of the region's departments and addresses of its people would need and that are not listed. */
async function wantedHosts(db: Kysely<DB>, actor: Actor) {
	const { rows } = await sql<{ host: string; use: 'webhook' | 'address'; n: number }>`
		select host, use, count(*)::int as n from (
			select substring(lower(w.url) from '^https?://(?:[^/@]*@)?(\\[[^]]*\\]|[^/:?#]+)') as host, 'webhook' as use
			from webhook w join department d on d.id = w.department_id
			where w.state = 'on' and ${regionWithin(regionPrefix(actor.regionCode), 'd.region_code')}
			union all
			select lower(split_part(coalesce(p.email, p.pending_email), '@', 2)), 'address'
			from notice_reach p join app_user u on u.id = p.user_id
			where coalesce(p.email, p.pending_email) is not null and u.state = 'active' and ${regionWithin(regionPrefix(actor.regionCode), 'u.region_code')}
		) asked
		where not exists (
			select from allowed_host h where h.host = asked.host and h.removed_at is null and h.region_code = any(${[...regionsHolding(actor.regionCode)]})
		)
		group by host, use order by host
	`.execute(db);
	return rows;
}

const longestReason = 200;

export type HostInput = { readonly host: string; readonly plain: boolean; readonly reason: string };

/** Opens a way out, for the security administrator's own region. */
export async function allowHost(
	db: Kysely<DB>, actor: Actor, input: HostInput
): Promise<{ readonly ok: true; readonly host: string } | NotAllowed | NotFound | OwnWork | Refusal<'host-shape' | 'host-reason' | 'host-listed'>> {
	const refusal = check(actor, 'host.allow');
	if (refusal !== null) return refusal;
	const host = readHost(input.host);
	const reason = input.reason.trim();
	if (host === null) return refuse('host-shape');
	if (reason === '' || reason.length > longestReason) return refuse('host-reason');
	const id = randomUUID();
	return db.transaction().execute(async (trx) => {
		const { numInsertedOrUpdatedRows } = await trx
			.insertInto('allowed_host')
			.values({ id, host, region_code: actor.regionCode, plain: input.plain, reason, allowed_by: actor.id })
			.onConflict((clash) => clash.columns(['host', 'region_code']).where('removed_at', 'is', null).doNothing())
			.executeTakeFirst();
		if (numInsertedOrUpdatedRows !== 1n) return refuse('host-listed');
		await audit(trx, actor, { action: 'host.allow', objectKind: 'host', objectId: host, detail: { plain: input.plain, reason, regionCode: actor.regionCode } });
		return { ok: true as const, host };
	});
}

/** Closes it; what has not left yet does not leave. */
export async function removeHost(
	db: Kysely<DB>, actor: Actor, id: string, why: string
): Promise<{ readonly ok: true; readonly host: string } | NotAllowed | NotFound | OwnWork | Refusal<'host-why'>> {
	const refusal = check(actor, 'host.allow');
	if (refusal !== null) return refusal;
	const reason = why.trim();
	if (reason === '' || reason.length > longestReason) return refuse('host-why');
	return db.transaction().execute(async (trx) => {
		const row = await trx
			.updateTable('allowed_host')
			.set({ removed_by: actor.id, removed_at: sql<Date>`clock_timestamp()`, removed_why: reason })
			.where('id', '=', id).where('removed_at', 'is', null)
			.where(regionWithin(regionPrefix(actor.regionCode), 'region_code'))
			.returning('host')
			.executeTakeFirst();
		if (row === undefined) return notFound;
		await audit(trx, actor, { action: 'host.remove', objectKind: 'host', objectId: row.host, detail: { why: reason } });
		return { ok: true as const, host: row.host };
	});
}
