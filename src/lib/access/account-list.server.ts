import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from './actor.ts';
import { check } from './permissions.ts';
import { notAllowed, notFound, type NotAllowed, type NotFound } from './refuse.ts';
import { regionWithin } from './scope.server.ts';
import { regionPrefix } from './scope.ts';

export type AccountFilter = { readonly search?: string; readonly role?: string; readonly state?: string };

/** Accounts in the administrator's region, by name; those waiting for a role first. */
export async function listAccounts(db: Kysely<DB>, actor: Actor, filter: AccountFilter = {}) {
	if (check(actor, 'account.see')) return notAllowed;
	const { search, role, state } = filter;
	const accounts = await accountQuery(db, actor)
		.$if(Boolean(search), (query) =>
			query.where((where) =>
				where.or([
					where(sql<number>`position(lower(${search}) in u.name)`, '>', 0),
					where(sql<number>`position(${search} in u.display_name)`, '>', 0)
				])
			)
		)
		.$if(Boolean(role), (query) => query.where('u.role', '=', role!))
		.$if(Boolean(state), (query) => query.where('u.state', '=', state!))
		.orderBy(sql`u.state <> 'pending'`)
		.orderBy('u.name')
		.execute();
	return { ok: true as const, accounts };
}

/** One account; outside the administrator's region it does not exist. */
export async function findAccount(db: Kysely<DB>, actor: Actor, id: string) {
	if (check(actor, 'account.see')) return notAllowed as NotAllowed | NotFound;
	const account = await accountQuery(db, actor)
		.leftJoin('app_user as granter', 'granter.id', 'u.role_granted_by')
		.select(['u.role_granted_at', 'granter.name as granted_by'])
		.where('u.id', '=', id)
		.executeTakeFirst();
	return account === undefined ? (notFound as NotAllowed | NotFound) : { ok: true as const, account };
}

/** Inspectors of the administrator's region, whom an account can be given to. */
export async function inspectorsOf(db: Kysely<DB>, actor: Actor) {
	if (check(actor, 'role.grant')) return [];
	return db
		.selectFrom('inspector')
		.select(['id', 'name', 'unit'])
		.where(regionWithin(regionPrefix(actor.regionCode), 'region_code'))
		.orderBy('unit')
		.orderBy('name')
		.execute();
}

/** Whether sign-in to the account `u` is closed for a while. Failures are kept by a hash of the name, see `signIn`. */
const locked = sql<boolean>`exists (
	select from login_failure f
	where f.kind = 'account' and f.key = encode(sha256(convert_to(u.name, 'UTF8')), 'hex') and f.locked_until > now()
)`.as('locked');

function accountQuery(db: Kysely<DB>, actor: Actor) {
	return db
		.selectFrom('app_user as u')
		.innerJoin('department as d', 'd.id', 'u.department_id')
		.innerJoin('region as r', 'r.code', 'u.region_code')
		.select([
			'u.id',
			'u.name',
			'u.display_name',
			'u.role',
			'u.grants',
			'u.state',
			'u.demo',
			'u.department_id',
			'd.name as department',
			'u.region_code',
			'r.name as region',
			'u.industries',
			'u.inspector_id',
			'u.last_login_at',
			'u.created_at'
		])
		.select(locked)
		.where(regionWithin(regionPrefix(actor.regionCode), 'u.region_code'));
}

/** Of one person's account, as much as a list of names needs. */
export type AccountName = { readonly id: string; readonly name: string; readonly displayName: string };

export type AccountSummary = {
	readonly all: number;
	readonly active: number;
	readonly disabled: number;
	/** Without a role, longest waiting first. */
	readonly pending: readonly AccountName[];
	/** Closed for a while after failed sign-ins. */
	readonly locked: readonly AccountName[];
	/** Active accounts by role. */
	readonly roles: Readonly<Record<string, number>>;
};

/** The accounts of the administrator's region in figures, and by name those that somebody should look at. */
export async function summariseAccounts(db: Kysely<DB>, actor: Actor): Promise<AccountSummary> {
	const rows = await db
		.selectFrom('app_user as u')
		.select(['u.id', 'u.name', 'u.display_name as displayName', 'u.role', 'u.state'])
		.select(locked)
		.where(regionWithin(regionPrefix(actor.regionCode), 'u.region_code'))
		.orderBy('u.created_at')
		.execute();
	const ofState = (state: string) => rows.filter((row) => row.state === state);
	const named = (list: typeof rows): AccountName[] => list.map(({ id, name, displayName }) => ({ id, name, displayName }));
	const byRole = Map.groupBy(ofState('active'), (row) => row.role);
	return {
		all: rows.length,
		active: ofState('active').length,
		disabled: ofState('disabled').length,
		pending: named(ofState('pending')),
		locked: named(rows.filter((row) => row.locked)),
		roles: Object.fromEntries([...byRole].map(([role, list]) => [role, list.length]))
	};
}
