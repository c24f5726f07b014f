import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { inspectionResults } from '../tasks/results.ts';
import type { EffectFilter } from './filter.ts';
import { outcomeOf, outcomeWeight, type Outcome } from './outcomes.ts';

/** Visits (`v`) of enterprises (`e`) inside the jurisdiction, the time and the place that are asked for. */
export function askedVisits(actor: Actor, filter: EffectFilter): RawBuilder<SqlBool> {
	const parts = [
		withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }),
		sql<SqlBool>`v.visited_on between ${filter.from}::date and ${filter.to}::date`,
		...(filter.region === null ? [] : [regionWithin(regionPrefix(filter.region), 'e.region_code')]),
		...(filter.itemId === null ? [] : [sql<SqlBool>`v.item_id = ${filter.itemId}`]),
		...(filter.own ? [sql<SqlBool>`v.department_id = ${actor.departmentId}`] : [])
	];
	return sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

/** How a visit came about (`Arm`). */
export const armOf = sql<string>`case
	when v.path = 'lead-check' or v.lead_check_id is not null or not v.planned then 'lead'
	when v.control then 'control'
	when v.kind in ('undirected', 'targeted', 'campaign', 'random') then v.kind
	when v.path = 'campaign' then 'campaign'
	when v.path in ('random', 'joint') then 'random'
	else 'planned'
end`;

/** So many different free texts are looked at; rarer ones count as not understood. */
const mostTexts = 5000;

export type FreeText = { readonly text: string; readonly outcome: Outcome; readonly n: number };

/** Free texts among the results of the visits asked for, the most frequent first, with what each is taken to say. */
export async function freeTexts(db: Kysely<DB>, actor: Actor, filter: EffectFilter): Promise<readonly FreeText[]> {
	const { rows } = await sql<{ text: string; n: number }>`
		select v.result as text, count(*)::int as n from inspection_visit v join enterprise e on e.uscc = v.uscc
		where ${askedVisits(actor, filter)} and v.result <> all(${[...inspectionResults]}::text[])
		group by 1 order by 2 desc, 1 limit ${mostTexts}
	`.execute(db);
	return rows.map((row) => ({ ...row, outcome: outcomeOf(row.text) }));
}

/**
 * The visits asked for, one row for each entry of a list: `ref`, `day`, `arm`, `class`, `level`, `indicator_id`, `uscc`, `scale_value` and `outcome`
 * (a weight).
 *
 * @param value the visit's value on the scale that is judged.
 */
export function visitRows(actor: Actor, filter: EffectFilter, texts: readonly FreeText[], value: RawBuilder<unknown> = sql`null::text`): RawBuilder<unknown> {
	const said = [...inspectionResults.map((text) => ({ text, w: outcomeWeight[outcomeOf(text)] })), ...texts.map(({ text, outcome }) => ({ text, w: outcomeWeight[outcome] }))];
	const from = sql`
		from inspection_visit v join enterprise e on e.uscc = v.uscc
		left join jsonb_to_recordset(${JSON.stringify(said)}::jsonb) as o (text text, w int) on o.text = v.result
		where ${askedVisits(actor, filter)}`;
	// Only what was entered here has items of one visit; imported history, most of it all, need not be sorted for them.
	return sql`
		select v.uscc, v.id as ref, v.visited_on as day, ${armOf} as arm, v.class, v.level, v.indicator_id, ${value} as scale_value, coalesce(o.w, 0) as outcome
		${from} and v.task_id is null and v.lead_check_id is null
		union all
		select v.uscc, coalesce(v.task_id, v.lead_check_id), min(v.visited_on), min(${armOf}), min(v.class), min(v.level), min(v.indicator_id), min(${value}),
			max(coalesce(o.w, 0))
		${from} and coalesce(v.task_id, v.lead_check_id) is not null
		group by 1, 2`;
}

/** Counts of the outcomes, as columns. */
export const outcomeCounts = sql`
	count(*) filter (where outcome in (${outcomeWeight.none}::int, ${outcomeWeight.problem}::int))::int as n,
	count(*) filter (where outcome = ${outcomeWeight.problem}::int)::int as problems,
	count(*) filter (where outcome = ${outcomeWeight.undecided}::int)::int as undecided,
	count(*) filter (where outcome = ${outcomeWeight.unknown}::int)::int as unknown`;

export type OutcomeCounts = { readonly n: number; readonly problems: number; readonly undecided: number; readonly unknown: number };

/** Texts nobody here understood, for the reader to see. */
export const notUnderstood = (texts: readonly FreeText[]): readonly FreeText[] => texts.filter((t) => t.outcome === 'unknown');
