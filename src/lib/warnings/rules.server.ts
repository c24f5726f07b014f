import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { instanceScope } from '#lib/access/departments.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Conflict, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { defaultDeadlines } from './deadlines.ts';
import { defaultEscalation } from './escalation.ts';
import { defaultLevelRules } from './levels.ts';
import { covers, type Route } from './routing.ts';
import { parseDeadlines, parseEscalation, parseLevelRules } from './settings.ts';
import { settingKeys } from './settings.server.ts';

export const ruleKinds = ['levels', 'deadlines', 'escalation'] as const;
export type RuleKind = (typeof ruleKinds)[number];

const parsers = { levels: parseLevelRules, deadlines: parseDeadlines, escalation: parseEscalation } as const;
const defaults = { levels: defaultLevelRules, deadlines: defaultDeadlines, escalation: defaultEscalation } as const;
const proposedKey = (kind: RuleKind) => `${settingKeys[kind]}.proposed`;

type Stored = { readonly value: unknown; readonly version: number; readonly changedBy: string | null; readonly changedByName: string | null; readonly changedAt: Date };

async function stored(db: Kysely<DB>, key: string, forUpdate = false): Promise<Stored | null> {
	const { rows } = await sql<Stored>`
		select s.value, s.version, s.changed_by as "changedBy", u.display_name as "changedByName", s.changed_at as "changedAt"
		from app_setting s left join app_user u on u.id = s.changed_by
		where s.key = ${key} ${forUpdate ? sql`for update of s` : sql``}
	`.execute(db);
	return rows[0] ?? null;
}

/** One kind of rules: what is in force, and what waits for an approver. */
export async function readRules<K extends RuleKind>(db: Kysely<DB>, kind: K) {
	const parse = parsers[kind] as (value: unknown) => ReturnType<(typeof parsers)[K]>;
	const [inForce, waiting] = [await stored(db, settingKeys[kind]), await stored(db, proposedKey(kind))];
	const value = parse(inForce?.value);
	const proposal = parse(waiting?.value);
	return {
		value: value ?? defaults[kind],
		setBy: value && inForce ? { name: inForce.changedByName, at: inForce.changedAt } : null,
		proposal: proposal && waiting
			? { value: proposal, version: waiting.version, byId: waiting.changedBy, name: waiting.changedByName, at: waiting.changedAt }
			: null
	};
}

async function write(trx: Transaction<DB>, key: string, value: unknown, actorId: string | null): Promise<void> {
	await sql`
		insert into app_setting (key, value, changed_by, changed_at)
		values (${key}, ${JSON.stringify(value)}::jsonb, ${actorId}, clock_timestamp())
		on conflict (key) do update
		set value = excluded.value, version = app_setting.version + 1, changed_by = excluded.changed_by, changed_at = excluded.changed_at
	`.execute(trx);
}

/** May the actor propose and decide? The rules bind every desk of the instance: not somebody in charge of a part of it. */
export async function mayRule(db: Kysely<DB>, actor: Actor): Promise<{ readonly propose: boolean; readonly decide: boolean }> {
	const scope = await instanceScope(db);
	return {
		propose: check(actor, 'warning-rules.propose', { scope }) === null,
		decide: check(actor, 'warning-rules.decide', { scope, authorId: null }) === null
	};
}

/** Puts new rules before an approver; a former proposal is replaced. */
export async function proposeRules(
	db: Kysely<DB>,
	actor: Actor,
	kind: RuleKind,
	value: unknown
): Promise<{ readonly ok: true } | NotAllowed | Refusal<'bad-rules'>> {
	if (!may(actor, 'warning-rules.propose') || check(actor, 'warning-rules.propose', { scope: await instanceScope(db) })) return notAllowed;
	const parsed = parsers[kind](value);
	if (parsed === null) return refuse('bad-rules');
	await db.transaction().execute(async (trx) => {
		await write(trx, proposedKey(kind), parsed, actor.id);
		await audit(trx, actor, { action: 'warning-rules.propose', objectKind: 'setting', objectId: settingKeys[kind], detail: { value: parsed } });
	});
	return { ok: true };
}

/** Puts the proposal in force, or sends it back. Never one's own; only the version that was looked at. */
export async function decideRules(
	db: Kysely<DB>,
	actor: Actor,
	kind: RuleKind,
	version: number,
	approve: boolean
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Conflict> {
	if (!may(actor, 'warning-rules.decide')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const scope = await instanceScope(trx);
		const proposal = await stored(trx, proposedKey(kind), true);
		const value = parsers[kind](proposal?.value);
		if (!proposal || value === null) return notFound;
		const refused = check(actor, 'warning-rules.decide', { scope, authorId: proposal.changedBy });
		if (refused) return refused;
		if (proposal.version !== version) return conflict;
		const before = await stored(trx, settingKeys[kind]);
		if (approve) await write(trx, settingKeys[kind], value, actor.id);
		// Emptied, not deleted: its version goes on counting, so that an old page never decides on a newer proposal.
		await write(trx, proposedKey(kind), null, proposal.changedBy);
		await audit(trx, actor, {
			action: approve ? 'warning-rules.approve' : 'warning-rules.reject',
			objectKind: 'setting',
			objectId: settingKeys[kind],
			detail: { proposedBy: proposal.changedBy, before: before?.value ?? null, value }
		});
		return { ok: true };
	});
}

export type RouteRow = Route & { readonly departmentName: string };

/** The routing table as far as it concerns the actor's jurisdiction: rows above it included, they decide here as well. */
export async function listRoutes(db: Kysely<DB>, actor: Actor): Promise<RouteRow[]> {
	if (!may(actor, 'warning.see')) return [];
	const { regionPrefix } = scopeOf(actor);
	const rows = await db
		.selectFrom('routing as t')
		.innerJoin('department as d', 'd.id', 't.department_id')
		.select([
			't.item', 't.industry_prefix as industryPrefix', 't.region_prefix as regionPrefix', 't.department_id as departmentId', 'd.name as departmentName'
		])
		.orderBy('t.region_prefix')
		.orderBy('t.industry_prefix')
		.orderBy('t.item')
		.execute();
	return rows.filter((row) => row.regionPrefix.startsWith(regionPrefix) || regionPrefix.startsWith(row.regionPrefix));
}

export type RouteRefusal = NotAllowed | Refusal<'bad-route'>;

/** Only rows inside the own jurisdiction: a county does not route the city, nor a professional department what is not its own. */
export function mayRoute(actor: Actor, { regionPrefix, industryPrefix }: Pick<Route, 'regionPrefix' | 'industryPrefix'>): boolean {
	const scope = { regionPrefix, industries: industryPrefix === '' ? null : [industryPrefix] };
	return /^(\d\d){0,3}$/.test(regionPrefix) && check(actor, 'routing.edit', { scope }) === null;
}

/** Adds a row or changes its department. Warnings that are already raised stay where they are. */
export async function setRoute(db: Kysely<DB>, actor: Actor, route: Route): Promise<{ readonly ok: true } | RouteRefusal> {
	if (!mayRoute(actor, route)) return notAllowed;
	if (!/^(\*|[\w-]{1,60})$/.test(route.item) || !/^([A-Z]\d{0,4})?$/.test(route.industryPrefix)) return refuse('bad-route');
	return db.transaction().execute(async (trx) => {
		const desk = await trx.selectFrom('department').select(['id', 'region_code', 'industries']).where('id', '=', route.departmentId).executeTakeFirst();
		const scope = { regionCode: route.regionPrefix.padEnd(6, '0'), industryKey: route.industryPrefix || '*' };
		if (!desk || !covers({ id: desk.id, regionCode: desk.region_code, industries: desk.industries }, scope)) return refuse('bad-route');
		await sql`
			insert into routing (item, industry_prefix, region_prefix, department_id, changed_by, changed_at)
			values (${route.item}, ${route.industryPrefix}, ${route.regionPrefix}, ${route.departmentId}, ${actor.id}, clock_timestamp())
			on conflict (item, industry_prefix, region_prefix) do update
			set department_id = excluded.department_id, changed_by = excluded.changed_by, changed_at = excluded.changed_at
		`.execute(trx);
		await audit(trx, actor, { action: 'routing.set', objectKind: 'routing', objectId: keyOf(route), detail: { departmentId: route.departmentId } });
		return { ok: true };
	});
}

/** Removes a row; what it routed goes to the next shorter match, at last to the nearest general department. */
export async function removeRoute(
	db: Kysely<DB>,
	actor: Actor,
	key: Pick<Route, 'item' | 'industryPrefix' | 'regionPrefix'>
): Promise<{ readonly ok: true } | NotAllowed> {
	if (!mayRoute(actor, key)) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const { numDeletedRows } = await trx
			.deleteFrom('routing')
			.where('item', '=', key.item)
			.where('industry_prefix', '=', key.industryPrefix)
			.where('region_prefix', '=', key.regionPrefix)
			.executeTakeFirst();
		if (numDeletedRows > 0n) await audit(trx, actor, { action: 'routing.remove', objectKind: 'routing', objectId: keyOf(key) });
		return { ok: true };
	});
}

function keyOf(route: Pick<Route, 'item' | 'industryPrefix' | 'regionPrefix'>): string {
	return `${route.item}|${route.industryPrefix}|${route.regionPrefix}`;
}
