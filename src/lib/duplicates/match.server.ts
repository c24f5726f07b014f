import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, type NotAllowed, type NotFound } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { mergeLock } from '#lib/intake/merge/merge.server.ts';
import { nameLikeness, plainName } from './match-names.ts';

/** Names below this likeness are not proposed. */
const leastLikeness = 0.4;
const proposalsShown = 3;
const groupsShown = 30;
/** Candidates of a region that share a piece of the name and are compared. */
const candidatesCompared = 500;

type Proposal = { readonly uscc: string; readonly name: string; readonly address: string | null; readonly status: string; readonly likeness: number };
/** Complaints about one name in one region that nobody registered bears. */
type Unmatched = {
	readonly name: string; readonly regionCode: string; readonly region: string | null; readonly n: number; readonly firstDay: string; readonly lastDay: string;
	readonly proposals: readonly Proposal[];
};

/** Open entries of the queue whose complaints count, of the sources of the actor's department in the actor's jurisdiction. */
const open = (actor: Actor) => sql`
	from match_queue q
	join event e on e.uscc = q.uscc and e.occurred_at = q.occurred_at and e.event_id = q.event_id
	join source s on s.id = e.source_id
	where q.state = 'open' and e.known_to is null and (not e.withdrawn or e.folded_into is not null) and q.given_name is not null
		and s.owner_department_id = ${actor.departmentId} and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
`;

/** What waits to be matched, the name with most complaints first, with enterprises of the region whose names are alike. */
export async function listUnmatched(db: Kysely<DB>, actor: Actor): Promise<{ readonly ok: true; readonly waiting: number; readonly groups: readonly Unmatched[] } | NotAllowed> {
	if (!may(actor, 'intake.match')) return notAllowed;
	const { rows } = await sql<Omit<Unmatched, 'proposals'> & { total: number }>`
		select g.*, r.name as region, (sum(n) over ())::int as total from (
			select q.given_name as name, q.region_code as "regionCode", count(*)::int as n, min(q.occurred_at at time zone 'Asia/Shanghai')::date::text as "firstDay",
				max(q.occurred_at at time zone 'Asia/Shanghai')::date::text as "lastDay"
			${open(actor)} group by 1, 2
		) g left join region r on r.code = g."regionCode" order by n desc, "lastDay" desc, name limit ${groupsShown}
	`.execute(db);
	const groups = await Promise.all(rows.map(async ({ total: _, ...group }) => ({ ...group, proposals: await proposalsFor(db, actor, group.name, group.regionCode, group.region) })));
	return { ok: true, waiting: rows[0]?.total ?? 0, groups };
}

async function proposalsFor(db: Kysely<DB>, actor: Actor, name: string, regionCode: string, region: string | null): Promise<readonly Proposal[]> {
	const places = region === null ? [] : [region];
	const plain = plainName(name, places);
	if (plain.length < 2) return [];
	const pieces = [...new Set([...plain].slice(1).map((c, i) => `%${[...plain][i]}${c}%`))].slice(0, 12);
	const { rows } = await sql<Omit<Proposal, 'likeness'>>`
		select e.uscc, e.name, e.address, e.status from enterprise e
		where e.region_code = ${regionCode} and e.name like any(${pieces}) and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
		order by e.uscc limit ${candidatesCompared}
	`.execute(db);
	return rows
		.map((row) => ({ ...row, likeness: nameLikeness(plain, plainName(row.name, places)) }))
		.filter((row) => row.likeness >= leastLikeness)
		.sort((a, b) => b.likeness - a.likeness || (a.uscc < b.uscc ? -1 : 1))
		.slice(0, proposalsShown);
}

type Decided = { readonly ok: true; readonly moved: number } | NotAllowed | NotFound;

/** Says whom the complaints about a name in a region mean: each goes on as a new version, about the enterprise. */
export async function matchName(db: Kysely<DB>, actor: Actor, name: string, regionCode: string, uscc: string): Promise<Decided> {
	if (!may(actor, 'intake.match')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${mergeLock})`.execute(trx);
		const enterprise = await trx
			.selectFrom('enterprise as e')
			.select('e.uscc')
			.where('e.uscc', '=', uscc)
			.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
			.executeTakeFirst();
		const queued = await queuedAs(trx, actor, name, regionCode);
		if (enterprise === undefined || queued.length === 0) return notFound;
		await move(trx, queued, uscc);
		await settle(trx, actor, queued, 'matched', uscc);
		await audit(trx, actor, { action: 'match.accept', objectKind: 'enterprise', objectId: uscc, detail: { name, regionCode, complaints: queued.length } });
		return { ok: true as const, moved: queued.length };
	});
}

/** Says that a name means nobody registered: its complaints stay counted in their region, and ask no more. */
export async function matchNobody(db: Kysely<DB>, actor: Actor, name: string, regionCode: string): Promise<Decided> {
	if (!may(actor, 'intake.match')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const queued = await queuedAs(trx, actor, name, regionCode);
		if (queued.length === 0) return notFound;
		await settle(trx, actor, queued, 'nobody', null);
		await audit(trx, actor, { action: 'match.nobody', objectKind: 'region', objectId: regionCode, detail: { name, complaints: queued.length } });
		return { ok: true as const, moved: 0 };
	});
}

type Queued = { readonly uscc: string; readonly at: string; readonly id: string };

async function queuedAs(trx: Kysely<DB>, actor: Actor, name: string, regionCode: string): Promise<readonly (Queued & { readonly newId: string })[]> {
	const { rows } = await sql<Queued>`
		select q.uscc, q.occurred_at::text as at, q.event_id::text as id ${open(actor)} and q.given_name = ${name} and q.region_code = ${regionCode} for update of q
	`.execute(trx);
	return rows.map((row) => ({ ...row, newId: randomUUID() }));
}

/**
 * Each event goes on under the enterprise's code. One that was folded is unfolded by that, and folded anew by the rules. Region and
 * industry are the enterprise's where the row gave none of its own.
 */
async function move(trx: Kysely<DB>, queued: readonly (Queued & { readonly newId: string })[], uscc: string): Promise<void> {
	await sql`
		create temp table moving on commit drop as
		select * from jsonb_to_recordset(${JSON.stringify(queued)}::jsonb) as r(uscc text, at timestamptz, id uuid, "newId" uuid)
	`.execute(trx);
	await sql`
		insert into event (uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, class,
			person_key, content, known_from)
		select ${uscc}, e.occurred_at, m."newId", e.kind, e.item, e.source_id, e.source_key, e.batch_id, e.received_at, e.region_code, e.region_basis,
			case when e.industry_key = '-' then n.industry_key else e.industry_key end,
			(select c.class from enterprise_class c where c.uscc = ${uscc} and c.month = date_trunc('month', e.occurred_at at time zone 'Asia/Shanghai')::date order by c.version desc limit 1),
			e.person_key, e.content, now()
		from moving m join event e on e.uscc = m.uscc and e.occurred_at = m.at and e.event_id = m.id join enterprise n on n.uscc = ${uscc}
	`.execute(trx);
	await sql`
		with closed as (
			update event e set known_to = now() from moving m where e.uscc = m.uscc and e.occurred_at = m.at and e.event_id = m.id
			returning e.occurred_at, e.kind
		)
		insert into count_touched (day, kind) select distinct (occurred_at at time zone 'Asia/Shanghai')::date, kind from closed
	`.execute(trx);
	await sql`
		update intake_key k set uscc = ${uscc}, event_id = m."newId" from moving m join event e on e.uscc = m.uscc and e.occurred_at = m.at and e.event_id = m.id
		where k.source_id = e.source_id and k.kind = e.kind and k.source_key = e.source_key and k.event_id = m.id
	`.execute(trx);
}

async function settle(trx: Kysely<DB>, actor: Actor, queued: readonly Queued[], state: 'matched' | 'nobody', uscc: string | null): Promise<void> {
	await sql`
		update match_queue q set state = ${state}, matched_uscc = ${uscc}, decided_by = ${actor.id}, decided_at = now()
		from jsonb_to_recordset(${JSON.stringify(queued)}::jsonb) as r(uscc text, id uuid) where q.uscc = r.uscc and q.event_id = r.id
	`.execute(trx);
}
