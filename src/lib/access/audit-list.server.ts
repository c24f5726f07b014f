import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from './actor.ts';
import { instanceScope } from './departments.server.ts';
import { check } from './permissions.ts';
import { notAllowed } from './refuse.ts';
import { regionWithin } from './scope.server.ts';
import { contains, regionPrefix } from './scope.ts';

export type AuditFilter = {
	readonly who?: string;
	/** An action or its beginning: `account` finds `account.create`. */
	readonly action?: string;
	readonly object?: string;
	/** Days in Asia/Shanghai, both included. */
	readonly from?: string;
	readonly to?: string;
	/** Entries older than this number. */
	readonly before?: number;
};

const pageSize = 50;

/**
 * A page of the audit trail, newest first: what people of the auditor's region did. What jobs, the command line and strangers at the login
 * page did is nobody's region, and read by who holds the whole instance. @returns `older`: the number to ask the next page before, null on the last one.
 */
export async function listAudit(db: Kysely<DB>, actor: Actor, filter: AuditFilter) {
	if (check(actor, 'audit.read')) return notAllowed;
	const { who, action, object, from, to, before } = filter;
	const own = regionPrefix(actor.regionCode);
	const holdsAll = contains({ regionPrefix: own, industries: null }, await instanceScope(db));
	const rows = await db
		.selectFrom('audit_entry as e')
		.leftJoin('app_user as p', 'p.id', 'e.actor_id')
		.leftJoin('app_user as u', (join) => join.onRef('u.id', '=', 'e.object_id').on('e.object_kind', '=', 'account'))
		.select(['e.seq', 'e.at', 'e.actor_name', 'e.action', 'e.object_kind', 'e.object_id', 'e.detail', 'e.address', 'e.hash'])
		.select('u.name as object_name')
		.$if(!holdsAll, (query) => query.where(regionWithin(own, 'p.region_code')))
		.$if(Boolean(who), (query) => query.where('actor_name', '=', who!))
		.$if(Boolean(action), (query) => query.where(sql<boolean>`starts_with(action, ${action})`))
		.$if(Boolean(object), (query) =>
			query.where((where) => where.or([where('object_id', '=', object!), where('object_kind', '=', object!), where('u.name', '=', object!)]))
		)
		.$if(Boolean(from), (query) => query.where('at', '>=', sql<Date>`(${from}::date)::timestamp at time zone 'Asia/Shanghai'`))
		.$if(Boolean(to), (query) => query.where('at', '<', sql<Date>`(${to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`))
		.$if(before !== undefined, (query) => query.where('seq', '<', before!))
		.orderBy('seq', 'desc')
		.limit(pageSize + 1)
		.execute();
	const entries = rows.slice(0, pageSize).map((row) => ({ ...row, seq: Number(row.seq) }));
	return { ok: true as const, entries, older: rows.length > pageSize ? entries[pageSize - 1]!.seq : null };
}
