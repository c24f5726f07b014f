import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { regionsHolding, scopeOf } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { addDays, isoWeekMonday } from '#lib/calendar/days.ts';
import { findRenames, looksCoded, type ItemWeeks } from '#lib/detection/sources/renames.ts';

/** Weeks of history looked at, the running week left out. */
const weeks = 26;
/** A code is asked about from this many rows in the last weeks on. */
const codedRows = 10;
const codedWeeks = 4;

/** What a suggestion rests on. Stored as `item_name.evidence`; shares 0 to 1. */
export type ItemNameEvidence =
	| { readonly why: 'renamed'; readonly shareBefore: number; readonly shareAfter: number; readonly likeness: number; readonly cities: number; readonly rows: number }
	| { readonly why: 'coded'; readonly rows: number };

type Count = { readonly source: string; readonly kind: string; readonly item: string; readonly city: string; readonly week: number; readonly n: number };

/** Looks for names that took the place of others and for codes that nobody translated. Each is suggested once, whatever was decided. */
export async function suggestItemNames(db: Kysely<DB>, today: string): Promise<{ readonly suggested: number }> {
	const to = isoWeekMonday(today);
	const from = addDays(to, -7 * weeks);
	const { rows } = await sql<Count>`
		select source_id as source, kind, item, substr(region_code, 1, 4) as city, ((occurred_at::date - ${from}::date) / 7)::int as week, count(*)::int as n
		from event
		-- What a change is about has a vocabulary of its own.
		where occurred_at >= ${from}::date and occurred_at < ${to}::date and item is not null and kind <> 'change' and known_to is null and not withdrawn
		group by 1, 2, 3, 4, 5
	`.execute(db);
	const found = [...Map.groupBy(rows, ({ source, kind }) => `${source}|${kind}`).values()].flatMap((own) => [...renamed(own, from), ...coded(own, from)]);
	if (found.length === 0) return { suggested: 0 };
	const { numInsertedOrUpdatedRows } = await db
		.insertInto('item_name')
		.values(found.map(({ source, kind, item, means, since, evidence }) => ({
			id: createHash('sha256').update(`${source}|${kind}|${item}`).digest('hex').slice(0, 20),
			source_id: source, kind, item, means, since, why: evidence.why, evidence: JSON.stringify(evidence), found_on: today
		})))
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirstOrThrow();
	return { suggested: Number(numInsertedOrUpdatedRows ?? 0) };
}

type Suggestion = {
	readonly source: string; readonly kind: string; readonly item: string; readonly means: string | null; readonly since: string; readonly evidence: ItemNameEvidence;
};

function renamed(own: readonly Count[], from: string): Suggestion[] {
	const cities = [...new Set(own.map(({ city }) => city))].sort();
	const at = new Map(cities.map((city, c) => [city, c]));
	const items = [...Map.groupBy(own, ({ item }) => item)].map(([item, counted]): ItemWeeks => {
		const counts = new Float64Array(weeks * cities.length);
		for (const { city, week, n } of counted) counts[week * cities.length + at.get(city)!]! += n;
		return { item, counts };
	});
	return findRenames(items, cities.length).map(({ from: old, to, week, ...figures }) => ({
		...own[0]!, item: to, means: old, since: addDays(from, 7 * week),
		evidence: { why: 'renamed', ...figures, rows: own.reduce((sum, { item, n }) => (item === to ? sum + n : sum), 0) }
	}));
}

function coded(own: readonly Count[], from: string): Suggestion[] {
	return [...Map.groupBy(own.filter(({ item }) => looksCoded(item)), ({ item }) => item)].flatMap(([item, counted]) => {
		const rows = counted.reduce((sum, { week, n }) => (week >= weeks - codedWeeks ? sum + n : sum), 0);
		const first = Math.min(...counted.map(({ week }) => week));
		return rows < codedRows ? [] : [{ ...own[0]!, item, means: null, since: addDays(from, 7 * first), evidence: { why: 'coded' as const, rows } }];
	});
}

export type ItemName = {
	readonly id: string;
	readonly sourceName: string;
	readonly owner: string;
	/** The reader's department owns the source. */
	readonly own: boolean;
	readonly kind: string;
	readonly item: string;
	readonly means: string | null;
	readonly since: string;
	readonly evidence: ItemNameEvidence;
	readonly state: 'suggested' | 'accepted' | 'dismissed';
	readonly decidedBy: string | null;
	readonly decidedAt: Date | null;
	readonly note: string | null;
};

/** Suggestions about the sources of an actor's jurisdiction and of the places that hold it, open ones first. */
export async function listItemNames(db: Kysely<DB>, actor: Actor): Promise<ItemName[]> {
	if (!may(actor, 'indicator.see')) return [];
	const rows = await db
		.selectFrom('item_name as n')
		.innerJoin('source as s', 's.id', 'n.source_id')
		.innerJoin('department as d', 'd.id', 's.owner_department_id')
		.leftJoin('app_user as u', 'u.id', 'n.decided_by')
		.select(['n.id', 's.name as sourceName', 'd.name as owner', 'n.kind', 'n.item', 'n.means', 'n.since', 'n.evidence', 'n.state', 'u.display_name as decidedBy', 'n.decided_at as decidedAt', 'n.note'])
		.where(sql<boolean>`(${regionWithin(scopeOf(actor).regionPrefix, 's.region_code')} or s.region_code = any(${regionsHolding(actor.regionCode)}))`)
		.select(sql<boolean>`s.owner_department_id = ${actor.departmentId}`.as('own'))
		.orderBy(sql`n.state = 'suggested'`, 'desc')
		.orderBy(sql`n.state = 'suggested' and s.owner_department_id = ${actor.departmentId}`, 'desc')
		.orderBy('n.since', 'desc')
		.orderBy('n.id')
		.limit(200)
		.execute();
	return rows as unknown as ItemName[];
}

export type ItemNameDecision = { readonly accept: boolean; /** What the name means; for a rename the old name, unless said otherwise. */ readonly means?: string; readonly note: string };

/**
 * Accepts that a name means another, so that indicators which ask for that one count it as well, or dismisses it. A decision can be
 * changed. Only within one's own jurisdiction: a city cannot say what the province's source means.
 */
export async function decideItemName(db: Kysely<DB>, actor: Actor, id: string, decision: ItemNameDecision): Promise<{ readonly ok: true } | Refusal> {
	const refusal = check(actor, 'coverage.confirm');
	if (refusal) return refusal;
	if (decision.note.trim() === '') return refuse('note-missing');
	return db.transaction().execute(async (trx) => {
		const row = await trx
			.selectFrom('item_name as n')
			.innerJoin('source as s', 's.id', 'n.source_id')
			.select(['n.item', 'n.means', 'n.kind', 'n.source_id'])
			.where('n.id', '=', id)
			.where(regionWithin(scopeOf(actor).regionPrefix, 's.region_code'))
			.forUpdate('n')
			.executeTakeFirst();
		if (row === undefined) return notFound;
		const means = (decision.means ?? '').trim() || row.means;
		if (decision.accept && (means === null || means === row.item)) return refuse('means-missing');
		const state = decision.accept ? 'accepted' : 'dismissed';
		await trx
			.updateTable('item_name')
			.set({ state, means, decided_by: actor.id, decided_at: sql<Date>`clock_timestamp()`, note: decision.note.trim() })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, {
			action: decision.accept ? 'item-name.accept' : 'item-name.dismiss', objectKind: 'source', objectId: row.source_id,
			detail: { kind: row.kind, item: row.item, means, note: decision.note.trim() }
		});
		return { ok: true } as const;
	});
}

/** What the accepted names of a kind mean: name → meaning. */
export async function itemMeanings(db: Kysely<DB>, kind: string): Promise<ReadonlyMap<string, string>> {
	const rows = await db.selectFrom('item_name').select(['item', 'means']).where('kind', '=', kind).where('state', '=', 'accepted').execute();
	return new Map(rows.flatMap(({ item, means }) => (means === null ? [] : [[item, means]])));
}
