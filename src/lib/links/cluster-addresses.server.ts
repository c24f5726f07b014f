import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { inScope, regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { isDay } from '#lib/calendar/days.ts';
import { makeAddressKey } from '#lib/enterprises/address.ts';
import { placeOf } from '#lib/enterprises/place.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';

// Who may propose and who may approve is the same as for indicators: a limit is a part of their rules.

export type ClusterAddress = {
	readonly id: string;
	readonly version: number;
	readonly address: string;
	readonly regionCode: string;
	readonly regionName: string | null;
	readonly departmentName: string;
	readonly basis: string;
	readonly limit: number;
	readonly validFrom: string;
	readonly validTo: string | null;
	readonly state: 'draft' | 'active';
	readonly createdBy: string | null;
	/** New enterprises there in the last 30 days. */
	readonly recent: number;
	/** May this actor approve it, or propose a change? */
	readonly mayDecide: boolean;
	readonly mayChange: boolean;
};

/** Listed addresses of the jurisdiction, and what waits for approval. */
export async function listClusterAddresses(db: Kysely<DB>, actor: Actor): Promise<ClusterAddress[]> {
	if (!may(actor, 'indicator.see')) return [];
	const { rows } = await sql<Omit<ClusterAddress, 'mayDecide' | 'mayChange'> & { authorId: string; departmentId: string }>`
		select c.id, c.version, c.address, c.region_code as "regionCode", r.name as "regionName", d.name as "departmentName", c.basis,
			c.limit_30_days as limit, c.valid_from::text as "validFrom", c.valid_to::text as "validTo", c.state, u.display_name as "createdBy",
			c.created_by as "authorId", c.department_id as "departmentId", (
				select count(distinct l.uscc)::int from enterprise_link l
				join event e on e.uscc = l.uscc and e.kind = 'registration' and e.known_to is null and not e.withdrawn and e.occurred_at >= now() - interval '30 days'
				where l.kind = 'address' and (l.key = c.place_key or l.key in (select address_key from address_place where place_key = c.place_key))
			) as recent
		from cluster_address c
		join department d on d.id = c.department_id
		left join region r on r.code = c.region_code
		left join app_user u on u.id = c.created_by
		where c.state in ('active', 'draft') and ${regionWithin(scopeOf(actor).regionPrefix, 'c.region_code')}
		order by c.region_code, c.address, c.state desc limit 500
	`.execute(db);
	return rows.map(({ authorId, departmentId, ...row }) => {
		const scope = { regionPrefix: regionPrefix(row.regionCode), industries: null };
		return {
			...row,
			mayDecide: row.state === 'draft' && check(actor, 'indicator.switch-on', { scope, authorId }) === null,
			mayChange: check(actor, 'indicator.edit', { departmentId, scope }) === null
		};
	});
}

export type ClusterProposal = {
	/** Of the listed address that is to be changed; missing for a new one. */
	readonly id?: string;
	readonly address: string;
	readonly regionCode: string;
	readonly basis: string;
	readonly limit: number;
	readonly validFrom: string;
	readonly validTo: string | null;
};

type Faults = 'bad-address' | 'bad-region' | 'bad-basis' | 'bad-limit' | 'bad-days' | 'draft-exists';

/** Proposes an address, or another version of a listed one. Nothing changes until somebody else approves it. */
export async function proposeClusterAddress(
	db: Kysely<DB>, actor: Actor, wanted: ClusterProposal
): Promise<{ readonly ok: true; readonly id: string } | Refusal<Faults> | Refusal> {
	if (!may(actor, 'indicator.edit')) return notAllowed;
	const regions = await loadRegions(db);
	if (regions.get(wanted.regionCode)?.level !== 'county' || !inScope(scopeOf(actor), wanted.regionCode)) return refuse('bad-region');
	const scope = { regionPrefix: regionPrefix(wanted.regionCode), industries: null };
	const refusal = check(actor, 'indicator.edit', { departmentId: actor.departmentId, scope });
	if (refusal) return refusal;
	const key = makeAddressKey(regions)(wanted.address, wanted.regionCode);
	if (key === null || wanted.address.trim().length > 200) return refuse('bad-address');
	if (wanted.basis.trim() === '' || wanted.basis.trim().length > 200) return refuse('bad-basis');
	if (!Number.isInteger(wanted.limit) || wanted.limit < 1 || wanted.limit > 100_000) return refuse('bad-limit');
	if (!isDay(wanted.validFrom) || (wanted.validTo !== null && (!isDay(wanted.validTo) || wanted.validTo < wanted.validFrom))) return refuse('bad-days');
	const place = placeOf(key, wanted.address);
	return db.transaction().execute(async (trx) => {
		const id = wanted.id ?? randomUUID();
		const versions = await trx.selectFrom('cluster_address').selectAll().where('id', '=', id).orderBy('version', 'desc').forUpdate().execute();
		if (wanted.id !== undefined && versions[0]?.department_id !== actor.departmentId) return notFound;
		const draft = versions.find((version) => version.state === 'draft');
		if (draft && draft.created_by !== actor.id) return refuse('draft-exists');
		const version = draft?.version ?? (versions[0]?.version ?? 0) + 1;
		const row = {
			// A room that is approved for it is the place; else its building or park is.
			address: wanted.address.trim(), place_key: place.unit === null || place.kind === 'cluster' || place.kind === 'park' ? place.key : key,
			region_code: wanted.regionCode, department_id: actor.departmentId, basis: wanted.basis.trim(), limit_30_days: wanted.limit,
			valid_from: wanted.validFrom, valid_to: wanted.validTo, created_by: actor.id
		};
		if (draft) await trx.updateTable('cluster_address').set(row).where('id', '=', id).where('version', '=', version).execute();
		else await trx.insertInto('cluster_address').values({ ...row, id, version, state: 'draft' }).execute();
		await audit(trx, actor, {
			action: 'cluster-address.draft', objectKind: 'cluster-address', objectId: id,
			detail: { version, address: row.address, region: row.region_code, basis: row.basis, limit: row.limit_30_days, from: row.valid_from, to: row.valid_to }
		});
		return { ok: true, id } as const;
	});
}

/** Approves a proposal or sends it back. Never one's own. */
export async function decideClusterAddress(
	db: Kysely<DB>, actor: Actor, id: string, decision: 'approve' | 'reject'
): Promise<{ readonly ok: true } | Refusal> {
	if (!may(actor, 'indicator.switch-on')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const draft = await trx.selectFrom('cluster_address').selectAll().where('id', '=', id).where('state', '=', 'draft').forUpdate().executeTakeFirst();
		if (draft === undefined || !inScope(scopeOf(actor), draft.region_code)) return notFound;
		const refusal = check(actor, 'indicator.switch-on', { scope: { regionPrefix: regionPrefix(draft.region_code), industries: null }, authorId: draft.created_by });
		if (refusal) return refusal;
		if (decision === 'approve') {
			// The version before counts until the day before this one begins; one that would never have counted is only kept.
			await sql`
				update cluster_address set state = 'superseded', valid_to = greatest(valid_from, least(coalesce(valid_to, 'infinity'::date), ${draft.valid_from}::date - 1))
				where id = ${id} and state = 'active'
			`.execute(trx);
		}
		await trx
			.updateTable('cluster_address')
			.set({ state: decision === 'approve' ? 'active' : 'rejected', decided_by: actor.id, decided_at: sql<Date>`clock_timestamp()` })
			.where('id', '=', id).where('version', '=', draft.version)
			.execute();
		await audit(trx, actor, {
			action: decision === 'approve' ? 'cluster-address.switch-on' : 'cluster-address.reject', objectKind: 'cluster-address', objectId: id,
			detail: { version: draft.version, address: draft.address, limit: draft.limit_30_days }
		});
		return { ok: true } as const;
	});
}

/** Ends a listed address with a day: from the next one on it is an address like any other. */
export async function endClusterAddress(
	db: Kysely<DB>, actor: Actor, id: string, lastDay: string
): Promise<{ readonly ok: true } | Refusal<'bad-days'> | Refusal> {
	if (!may(actor, 'indicator.edit')) return notAllowed;
	if (!isDay(lastDay)) return refuse('bad-days');
	return db.transaction().execute(async (trx) => {
		const row = await trx.selectFrom('cluster_address').selectAll().where('id', '=', id).where('state', '=', 'active').forUpdate().executeTakeFirst();
		if (row === undefined || !inScope(scopeOf(actor), row.region_code)) return notFound;
		const refusal = check(actor, 'indicator.edit', { departmentId: row.department_id, scope: { regionPrefix: regionPrefix(row.region_code), industries: null } });
		if (refusal) return refusal;
		// Only earlier: a longer validity needs a basis, and approval.
		if (lastDay < row.valid_from || (row.valid_to !== null && lastDay > row.valid_to)) return refuse('bad-days');
		await trx.updateTable('cluster_address').set({ valid_to: lastDay }).where('id', '=', id).where('version', '=', row.version).execute();
		await audit(trx, actor, {
			action: 'cluster-address.end', objectKind: 'cluster-address', objectId: id, detail: { version: row.version, address: row.address, lastDay }
		});
		return { ok: true } as const;
	});
}
