import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { ClassKey } from './classes.ts';
import { limitsOf, windowStart, type Limit, type PresetRules } from './presets.ts';
import type { TaskScope } from './task-scope.ts';

/** What the facts of a pool are about. */
export type FactsOf = {
	readonly taskId: string;
	readonly departmentId: string;
	readonly warningIds: readonly string[];
	readonly rules: PresetRules;
	/** `YYYY-MM-DD` */
	readonly today: string;
};

/**
 * Months are delivered place by place, and a delivery leaves enterprises out: the class of an enterprise is its own newest one. Twelve
 * months old at most: sampling is planned by the year, and a class that nobody has renewed in one says nothing of today. Ours.
 */
const classMonthsBack = 12;

/** Is this column a month whose classes are looked at on a day? Months that have not begun are not. */
export function classMonthInForce(column: string, today: string): RawBuilder<SqlBool> {
	return sql<SqlBool>`${sql.ref(column)} between
		(date_trunc('month', ${today}::date) - make_interval(months => ${classMonthsBack}))::date and ${today}::date`;
}

/** One row of `factsQuery`; `counts` are those of `limitsOf(rules)` in their order. */
export type FactsRow = {
	readonly class: ClassKey;
	readonly key_class: boolean;
	readonly open_task: boolean;
	readonly named: boolean;
	readonly counts: readonly number[];
};

/** An enterprise's class inside `factsQuery`, or `none`. */
const classOf = sql<ClassKey>`coalesce(newest.class, earlier.class, 'none')`;

/** Enterprises inside the actor's jurisdiction that a task's scope looks at. Alias `e`; for the class, `classOf` must be in reach. */
export function scopePredicate(actor: Actor, scope: TaskScope): RawBuilder<SqlBool> {
	const cells = scope.cells.map((cell) => {
		const region = withinJurisdiction(
			scopeOf({ role: actor.role, regionCode: cell.region, industries: null }),
			{ region: 'e.region_code' }
		);
		if (cell.industry === '*') return region;
		const industry = cell.industry === '-' ? sql`e.industry_key = '-'` : sql`e.industry_key like ${`${cell.industry}%`}`;
		return sql<SqlBool>`(${region} and ${industry})`;
	});
	const members = sql<SqlBool>`e.uscc in (
		select s.uscc from warning_subject s where s.warning_id = any(${scope.memberWarnings}::text[]) and s.role in ('named', 'member')
	)`;
	const any = [...cells, ...(scope.memberWarnings.length > 0 ? [members] : [])];
	return sql<SqlBool>`(
		e.status = 'active'
		and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
		and ${any.length === 0 ? sql`false` : sql`(${sql.join(any, sql` or `)})`}
		and (${scope.classes}::text[] is null or ${classOf} = any(${scope.classes}::text[]))
		and (${scope.establishedFrom}::date is null or e.established_on >= ${scope.establishedFrom}::date)
		and (${scope.establishedTo}::date is null or e.established_on <= ${scope.establishedTo}::date)
	)`;
}

function countColumn(limit: Limit, of: FactsOf): RawBuilder<number> {
	return sql<number>`count(*) filter (where v.visited_on >= ${windowStart(limit.window, of.today)}::date
		and (${limit.counting === 'all'} or v.department_id = ${of.departmentId})
		and (${limit.visits === 'planned'} or v.path in ('random', 'joint', 'imported')))`;
}

/**
 * The facts of every enterprise that `restrict` lets through, one row each: uscc, class, key_class, open_task, named, counts (integer
 * array), class_month, planned_year, and for explaining: open_number, open_department, visited_on, visited_by.
 * Imported visits count as random ones: where the path is unknown, an enterprise is rather spared than visited twice.
 */
export function factsQuery(of: FactsOf, restrict: RawBuilder<SqlBool>): RawBuilder<FactsRow> {
	const counts = limitsOf(of.rules).map((limit) => countColumn(limit, of));
	const none = limitsOf(of.rules).map(() => sql`0`);
	return sql<FactsRow>`
		with newest as (
			-- The newest month anywhere is that of nearly everybody: read as a whole it is cheaper than looking everybody up.
			select k.uscc, k.class, k.month from enterprise_class k
			where k.month = (select max(month) from enterprise_class where ${classMonthInForce('month', of.today)})
				-- "version > 1" follows from the rest; said aloud, it leaves a handful of corrections to look through.
				and not exists (
					select 1 from enterprise_class n
					where n.uscc = k.uscc and n.month = k.month and n.version > k.version and n.version > 1
				)
		), visited as (
			select v.uscc, array[${sql.join(counts)}]::int[] as counts,
				bool_or(v.visited_on >= ${windowStart('year', of.today)}::date and v.department_id = ${of.departmentId}) as planned_year,
				max(v.visited_on) as visited_on, (array_agg(v.department_id order by v.visited_on desc))[1] as visited_by
			from inspection_visit v
			where v.planned and v.visited_on >= ${windowStart('two-years', of.today)}::date
			group by v.uscc
		), open as (
			select o.uscc, min(t.number) as number, min(t.department_id) as department_id, bool_or(t.department_id = ${of.departmentId}) as own
			from sampling_object o join sampling_task t on t.id = o.task_id
			where t.state = 'drawn' and o.result is null and t.id <> ${of.taskId}
			group by o.uscc
		), named as (
			select distinct s.uscc from warning_subject s
			where s.warning_id = any(${of.warningIds}::text[]) and s.role in ('named', 'member')
		)
		select e.uscc, ${classOf} as class, coalesce(newest.month, earlier.month) as class_month, e.key_class,
			o.uscc is not null as open_task, m.uscc is not null as named,
			coalesce(visited.counts, array[${sql.join(none)}]::int[]) as counts,
			coalesce(visited.planned_year, false) or coalesce(o.own, false) as planned_year,
			o.number as open_number, o.department_id as open_department, visited.visited_on, visited.visited_by
		from enterprise e
		left join newest on newest.uscc = e.uscc
		left join lateral (
			select k.class, k.month from enterprise_class k
			where newest.uscc is null and k.uscc = e.uscc and ${classMonthInForce('k.month', of.today)}
			order by k.month desc, k.version desc limit 1
		) earlier on true
		left join visited on visited.uscc = e.uscc
		left join open o on o.uscc = e.uscc
		left join named m on m.uscc = e.uscc
		where ${restrict}
	`;
}

