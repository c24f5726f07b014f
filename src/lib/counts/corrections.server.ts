import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { addDays, instantOf } from '#lib/calendar/days.ts';
import { changesBetween, type ChangedRow, type ChangedRows, type Fate, type RowVersion, type Said } from './corrections.ts';

/** Most changed rows that are listed; all are counted. */
const mostListed = 100;

/** Versions of `event v` that counted on an evening at least: those replaced on the day on which they came did not. */
export const countedOnce = sql<SqlBool>`(v.known_from::date < v.known_to::date and v.received_at::date < v.known_to::date)`;

const inside = (actor: Actor, alias: string) => withinJurisdiction(scopeOf(actor), { region: `${alias}.region_code`, industry: `${alias}.industry_key` });

/** What a version says (`Said`). Persons and whatever is not shown are digests, to be compared and never to be sent. */
function said(alias: string): RawBuilder<unknown> {
	const of = (column: string) => sql.ref(`${alias}.${column}`);
	return sql`jsonb_build_object(
		'occurredOn', ${of('occurred_at')}::date::text, 'enterprise', (select x.name from enterprise x where x.uscc = ${of('uscc')}),
		'region', coalesce((select r.name from region r where r.code = ${of('region_code')}), ${of('region_code')}),
		'industry', coalesce((select i.name from industry i where i.key = ${of('industry_key')}), ${of('industry_key')}),
		'item', ${of('item')}, 'before', ${of('content')} ->> 'before', 'after', ${of('content')} ->> 'after', 'channel', ${of('content')} ->> 'channel',
		'person', md5(${of('person_key')}), 'other', md5((${of('content')} - array['register', 'before', 'after', 'channel'])::text || ${of('uscc')})
	)`;
}

const whatCounts = (alias: string) => sql`row(${sql.join(
	['uscc', 'occurred_at', 'region_code', 'industry_key', 'item', 'person_key'].map((column) => sql.ref(`${alias}.${column}`))
)}, ${sql.ref(`${alias}.content`)} - 'register')`;

/** Only replaced versions, which an index of their own finds: where there are none this is all that is asked. */
function replaced(actor: Actor, those: RawBuilder<SqlBool>): RawBuilder<SqlBool> {
	return sql<SqlBool>`(v.known_to is not null and not v.withdrawn and v.known_from < v.known_to and ${inside(actor, 'v')} and ${those})`;
}

/**
 * Of the source rows that once counted, those that are something else now: corrected, withdrawn or folded. A row that came back to
 * what it was (a fold that was undone) has not changed.
 *
 * @param those names versions of `event v`, kinds and days included: the months that they leave open are all looked through.
 * @param belongs says of `event n`, a row as it is now, whether it still belongs to what is asked.
 * @returns null: nothing has changed.
 */
export async function changedRows(
	db: Kysely<DB>, actor: Actor, those: RawBuilder<SqlBool>, belongs: RawBuilder<SqlBool>, most = mostListed
): Promise<ChangedRows | null> {
	const counted = sql`
		select distinct on (v.source_id, v.kind, v.source_key) v.* from event v where ${replaced(actor, those)}
		order by v.source_id, v.kind, v.source_key, v.known_from
	`;
	// Where the rows stand now is asked first: only those months are opened then.
	const span = await sql<{ from: string | null; to: string; nowFrom: string; nowTo: string }>`
		with counted as materialized (${counted})
		select min(c.occurred_at)::text as from, max(c.occurred_at)::text as to,
			least(min(c.occurred_at), min(k.occurred_at))::text as "nowFrom", greatest(max(c.occurred_at), max(k.occurred_at))::text as "nowTo"
		from counted c left join intake_key k on k.source_id = c.source_id and k.kind = c.kind and k.source_key = c.source_key
	`.execute(db);
	const { from, to, nowFrom, nowTo } = span.rows[0]!;
	if (from === null) return null;
	const { rows } = await sql<
		Omit<ChangedRow, 'changes'> & { was: Said; now: Said | null; total: number; firstOn: string; lastOn: string } & Record<Fate, number>
	>`
		with counted as materialized (${counted}), newest as materialized (
			select c.event_id as was_id, n.*
			from counted c join intake_key k on k.source_id = c.source_id and k.kind = c.kind and k.source_key = c.source_key
			join event n on n.uscc = k.uscc and n.occurred_at = k.occurred_at and n.event_id = k.event_id and n.occurred_at between ${nowFrom}::timestamptz and ${nowTo}::timestamptz
			union all
			-- Rows that were loaded without keys change by folds and matches only, which leave their time as it is.
			select c.event_id, n.* from counted c
			join event n on n.kind = c.kind and n.occurred_at = c.occurred_at and n.source_id = c.source_id and n.source_key = c.source_key and n.known_to is null
				and n.occurred_at between ${from}::timestamptz and ${to}::timestamptz
			where not exists (select from intake_key k where k.source_id = c.source_id and k.kind = c.kind and k.source_key = c.source_key)
		), shown as materialized (
			select c.*, count(*) over ()::int as total, min(changed_on) over ()::text as first_on, max(changed_on) over ()::text as last_on,
				(count(*) filter (where fate = 'corrected') over ())::int as corrected, (count(*) filter (where fate = 'withdrawn') over ())::int as withdrawn,
				(count(*) filter (where fate = 'folded') over ())::int as folded
			from (
				select v.event_id, v.source_id, v.source_key, coalesce(n.known_from, v.known_to)::date as changed_on,
					case when n.event_id is null or (n.withdrawn and n.folded_into is null) then 'withdrawn' when n.withdrawn then 'folded' else 'corrected' end as fate
				from counted v left join newest n on n.was_id = v.event_id
				where n.event_id is null or n.withdrawn or ${whatCounts('v')} is distinct from ${whatCounts('n')}
			) c
			order by changed_on desc, source_id, source_key limit ${most}
		)
		select s.fate, s.changed_on::text as on, v.kind, o.name as source, v.occurred_at::date::text as "occurredOn", ${said('v')} as was,
			case when v.uscc not like '~%' then v.uscc end as uscc, v.item,
			case when s.fate = 'corrected' and ${inside(actor, 'n')} then ${said('n')} end as now, s.fate = 'corrected' and coalesce(${inside(actor, 'n')} and ${belongs}, false) as still,
			case when s.fate = 'folded' then (
				select jsonb_build_object('day', f.kept_occurred_at::date::text, 'source', (select name from source where id = f.kept_source_id))
				from event_fold f where f.uscc = n.uscc and f.event_id = n.event_id
			) end as into,
			s.total, s.first_on as "firstOn", s.last_on as "lastOn", s.corrected, s.withdrawn, s.folded
		from shown s
		join counted v on v.event_id = s.event_id
		left join newest n on n.was_id = s.event_id
		left join source o on o.id = v.source_id
		order by s.changed_on desc, s.source_id, s.source_key
	`.execute(db);
	const first = rows[0];
	if (first === undefined) return null;
	const { total, corrected, withdrawn, folded, firstOn, lastOn } = first;
	return {
		total, corrected, withdrawn, folded, firstOn, lastOn,
		rows: rows.map(({ was, now, ...row }) => ({
			fate: row.fate, on: row.on, kind: row.kind, source: row.source, occurredOn: row.occurredOn, enterprise: was.enterprise, uscc: row.uscc,
			region: was.region, item: row.item, changes: now === null ? null : changesBetween(was, now), into: row.into, still: row.still
		}))
	};
}

/** Days before and after the rows of a list within which their earlier versions are looked for. */
const versionsWithin = 31;

/**
 * All versions, newest first, of those rows of a list that have several that counted. The caller has judged who may see the rows.
 *
 * @param rows ids and days of the rows, all of one kind.
 */
export async function versionsOfRows(
	db: Kysely<DB>, actor: Actor, kind: string, rows: readonly { readonly id: string; readonly key: string; readonly source: string; readonly day: string }[]
): Promise<ReadonlyMap<string, readonly RowVersion[]>> {
	if (rows.length === 0) return new Map();
	const days = rows.map((row) => row.day).sort();
	const near = (alias: string) => sql`${sql.ref(`${alias}.occurred_at`)} >= ${instantOf(addDays(days[0]!, -versionsWithin))}
		and ${sql.ref(`${alias}.occurred_at`)} < ${instantOf(addDays(days.at(-1)!, versionsWithin + 1))} and ${sql.ref(`${alias}.kind`)} = ${kind}`;
	const keys = rows.map((row) => row.key);
	const batch = may(actor, 'intake.see')
		? sql`(select jsonb_build_object('id', b.id, 'name', coalesce(b.file_name, b.id)) from intake_batch b where b.id = e.batch_id)`
		: sql`null::jsonb`;
	const { rows: found } = await sql<{
		key: string; source: string; said: Said | null; knownOn: string; untilOn: string | null; state: RowVersion['state']; batch: RowVersion['batch']
	}>`
		select e.source_key as key, e.source_id as source, case when ${inside(actor, 'e')} then ${said('e')} end as said, e.known_from::date::text as "knownOn", e.known_to::date::text as "untilOn",
			case when e.folded_into is not null then 'folded' when e.withdrawn then 'withdrawn' else 'counted' end as state,
			${batch} as batch
		from event e
		where ${near('e')} and e.source_key = any(${keys}) and e.known_to is not null and e.known_from < e.known_to
		order by e.known_from desc
	`.execute(db);
	if (found.length === 0) return new Map();
	const { rows: current } = await sql<(typeof found)[number] & { id: string }>`
		select e.event_id::text as id, e.source_key as key, e.source_id as source, ${said('e')} as said, e.known_from::date::text as "knownOn", null as "untilOn", 'counted' as state,
			${batch} as batch
		from event e where ${near('e')} and e.event_id = any(${rows.map((row) => row.id)}::uuid[])
	`.execute(db);
	const before = Map.groupBy(found, (row) => `${row.source}|${row.key}`);
	return new Map(current.flatMap((row) => {
		const older = before.get(`${row.source}|${row.key}`);
		if (older === undefined) return [];
		const chain = [row, ...older];
		return [[row.id, chain.map(({ said: now, knownOn, untilOn, state, batch }, i): RowVersion => {
			const one = chain[i + 1]?.said;
			return { knownOn, untilOn, state, batch, changes: one && now ? changesBetween(one, now) : null };
		})] as const];
	}));
}
