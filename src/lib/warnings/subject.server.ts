import { sql, type RawBuilder } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import type { ClusterNames } from './cell-name.ts';
import { maskedLabel, type Subject } from './subject.ts';

/** What the cluster of cells consists of that the warning `w` is about, by name; null when it is none. */
export const clusterNames = sql<ClusterNames | null>`case when w.explanation #> '{evidence,cells}' is not null then jsonb_build_object(
	'regions', (
		select jsonb_agg(coalesce(r.name, c.code) order by c.n)
		from jsonb_array_elements_text(w.explanation #> '{evidence,cells,regions}') with ordinality c (code, n) left join region r on r.code = c.code
	),
	'industries', (
		select jsonb_agg(jsonb_build_object('key', c.key, 'name', i.name) order by c.n)
		from jsonb_array_elements_text(w.explanation #> '{evidence,cells,industries}') with ordinality c (key, n) left join industry i on i.key = c.key
	)
) end`;

/** Columns of the subject of the warning `w`; needs `joinMembers`, and `masked` before anybody sees them. */
export const subjectColumns = sql`w.scope_kind as "scopeKind", w.title_data ->> 'label' as label,
	m.first as "firstMember", coalesce(m.n, 0) as "memberCount", ${clusterNames} as cluster`;

/** Joins, as `m`, the enterprises within the jurisdiction that share what the warning `w` is about. */
export function joinMembers(actor: Actor): RawBuilder<unknown> {
	return sql`left join lateral (
		select (array_agg(e.name order by s.weight desc, e.uscc))[1] as first, count(*)::int as n
		from warning_subject s join enterprise e on e.uscc = s.uscc
		where w.scope_kind not in ('cell', 'enterprise') and s.warning_id = w.id and s.role = 'member' and s.weight > 0
			and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
	) m on true`;
}

/** The row without anybody's name or number. */
export function masked<T extends Subject>(row: T): T {
	return { ...row, label: maskedLabel(row.scopeKind, row.label) };
}
