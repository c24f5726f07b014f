import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { ClassKey } from './classes.ts';
import type { Terms } from './eligibility.ts';
import { limitsOf, windowStart, type Limit, type PresetRules } from './presets.ts';
import { recognisedResults } from './recognition.ts';
import { databaseToday, rulesOf, type Task } from './task-access.server.ts';
import type { TaskScope } from './task-scope.ts';

/** What the facts of a pool are about. */
export type FactsOf = {
	readonly taskId: string;
	readonly departmentId: string;
	readonly itemId: string;
	/** Days for which a result for the item stands in for another visit. */
	readonly validityDays: number;
	/** The professional field of the item; null: none. */
	readonly field: string | null;
	readonly warningIds: readonly string[];
	readonly rules: PresetRules;
	/** `YYYY-MM-DD` */
	readonly today: string;
};

/** What judging a task stands on: its facts' subject, and its terms. */
export async function judgingOf(db: Kysely<DB>, task: Task): Promise<{ readonly of: FactsOf; readonly terms: Terms }> {
	const [item, warnings, rules, today] = await Promise.all([
		db.selectFrom('inspection_item').selectAll().where('id', '=', task.item_id).executeTakeFirstOrThrow(),
		db.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', task.id).orderBy('warning_id').execute(),
		rulesOf(db, task.preset_id, task.preset_version),
		databaseToday(db)
	]);
	return {
		of: {
			taskId: task.id, departmentId: task.department_id, itemId: task.item_id, validityDays: item.validity_days, field: item.field,
			warningIds: warnings.map((w) => w.warning_id), rules, today
		},
		terms: {
			joint: task.settings.joint, spareOnSite: task.settings.spareOnSite, method: item.method as Terms['method'], statutory: item.statutory,
			keyField: item.key_field, campaign: task.kind === 'campaign'
		}
	};
}

/**
 * Months are delivered place by place, and a delivery leaves enterprises out: the class of an enterprise is its own newest one. Twelve
 * months old at most: sampling is planned by the year, and a class that nobody has renewed in one says nothing of today. Ours.
 */
const classMonthsBack = 12;

/** First day of the oldest month whose classes are looked at on a day. */
const oldestMonth = (today: string): RawBuilder<string> =>
	sql<string>`(date_trunc('month', ${today}::date) - make_interval(months => ${classMonthsBack}))::date`;

/** One row of `factsQuery`; `counts` are those of `limitsOf(rules)` in their order. */
export type FactsRow = {
	readonly class: ClassKey;
	readonly key_class: boolean;
	readonly open_task: boolean;
	readonly level: number;
	readonly named: boolean;
	readonly grade: string | null;
	readonly observed: boolean;
	readonly recognised: boolean;
	readonly counts: readonly number[];
};

/** Columns of `factsQuery` that decide: equal ones get equal verdicts. */
export const factColumns = ['class', 'key_class', 'open_task', 'level', 'named', 'grade', 'observed', 'recognised', 'counts'] as const;

/** Objects (alias `e`) inside the actor's jurisdiction that a task's scope looks at. */
export function scopePredicate(actor: Pick<Actor, 'role' | 'regionCode' | 'industries'>, scope: TaskScope, today: string): RawBuilder<SqlBool> {
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
	const only: RawBuilder<SqlBool>[] = [
		withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }),
		any.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(any, sql` or `)})`
	];
	if (scope.classes) only.push(sql<SqlBool>`${classOf(today)} = any(${scope.classes}::text[])`);
	if (scope.tags) only.push(sql<SqlBool>`e.tags && ${scope.tags}::text[]`);
	if (scope.establishedFrom) only.push(sql<SqlBool>`e.established_on >= ${scope.establishedFrom}::date`);
	if (scope.establishedTo) only.push(sql<SqlBool>`e.established_on <= ${scope.establishedTo}::date`);
	return sql<SqlBool>`(${sql.join(only, sql` and `)})`;
}

const classOf = (today: string): RawBuilder<ClassKey> => sql<ClassKey>`case when e.class_month >= ${oldestMonth(today)} then e.class else 'none' end`;

function countColumn(limit: Limit, of: FactsOf): RawBuilder<number> {
	return sql<number>`count(*) filter (where v.visited_on >= ${windowStart(limit.window, of.today)}::date
		and (${limit.counting === 'all'} or v.department_id = ${of.departmentId})
		and (${limit.visits === 'planned'} or v.path in ('random', 'joint', 'imported')))`;
}

/**
 * The facts of every object that `restrict` lets through, one row each: `factColumns`, uscc, class_month, planned_year (planned by this
 * authority this year already), and for explaining: open_number, open_department, visited_on, visited_by, observed_until, recognised_on, recognised_by.
 * Imported visits count as random ones: where the path is unknown, an enterprise is rather spared than visited twice.
 *
 * @param usccs the facts of these only; null: of all. What is rare is gathered first and joined: a province's millions are read once.
 */
export function factsQuery(of: FactsOf, restrict: RawBuilder<SqlBool>, usccs: readonly string[] | null = null): RawBuilder<FactsRow> {
	const limits = limitsOf(of.rules);
	const counts = limits.map((limit) => countColumn(limit, of));
	const none = sql`array[${sql.join(limits.map(() => sql`0`))}]::int[]`;
	const those = (column: string) => (usccs === null ? sql`` : sql`and ${sql.ref(column)} = any(${[...usccs]}::text[])`);
	const year = windowStart('year', of.today);
	const since = limits.some((l) => l.window === 'two-years') ? windowStart('two-years', of.today) : year;
	return sql<FactsRow>`
		with visited as (
			select v.uscc, array[${sql.join(counts)}]::int[] as counts,
				bool_or(v.visited_on >= ${year}::date and v.department_id = ${of.departmentId}) as planned_year,
				max(v.visited_on) as visited_on, (array_agg(v.department_id order by v.visited_on desc))[1] as visited_by
			from inspection_visit v
			where v.planned and v.visited_on >= ${since}::date
				and (${limits.some((l) => l.counting === 'all')} or v.department_id = ${of.departmentId}) ${those('v.uscc')}
			group by v.uscc
		), open as (
			select o.uscc, min(t.number) as number, min(t.department_id) as department_id, bool_or(t.department_id = ${of.departmentId}) as own
			from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
			where t.state = 'drawn' and o.result is null and t.id <> ${of.taskId} ${those('o.uscc')}
			group by o.uscc
		), named as (
			select s.uscc, max(case w.level when 'red' then 4 when 'orange' then 3 when 'yellow' then 2 else 1 end) as level
			from warning_subject s join warning w on w.id = s.warning_id
			where s.warning_id = any(${[...of.warningIds]}::text[]) and s.role in ('named', 'member') ${those('s.uscc')}
			group by s.uscc
		), observed as (
			select p.uscc, max(p.until_on) as until_on from observation_period p
			where p.ended_on is null and ${of.today}::date between p.from_on and p.until_on ${those('p.uscc')}
			group by p.uscc
		), recognised as (
			select r.uscc, max(r.visited_on) as visited_on, (array_agg(r.department_id order by r.visited_on desc))[1] as visited_by
			from inspection_visit r
			where r.item_id = ${of.itemId} and r.visited_on > ${of.today}::date - ${of.validityDays}::int
				and r.result = any(${[...recognisedResults]}::text[]) ${those('r.uscc')}
			group by r.uscc
		), graded as (
			select distinct on (g.uscc) g.uscc, g.grade from professional_grade g
			where g.field = ${of.field} and g.month between ${oldestMonth(of.today)} and ${of.today}::date ${those('g.uscc')}
			order by g.uscc, g.month desc, g.version desc
		)
		select e.uscc, ${classOf(of.today)} as class, case when e.class_month >= ${oldestMonth(of.today)} then e.class_month end as class_month,
			e.key_class, o.uscc is not null as open_task, coalesce(m.level, 0) as level, m.uscc is not null as named, g.grade,
			b.uscc is not null as observed, c.uscc is not null as recognised, coalesce(visited.counts, ${none}) as counts,
			coalesce(visited.planned_year, false) or coalesce(o.own, false) as planned_year,
			o.number as open_number, o.department_id as open_department, visited.visited_on, visited.visited_by,
			b.until_on as observed_until, c.visited_on as recognised_on, c.visited_by as recognised_by
		from inspection_object e
		left join visited on visited.uscc = e.uscc
		left join open o on o.uscc = e.uscc
		left join named m on m.uscc = e.uscc
		left join observed b on b.uscc = e.uscc
		left join recognised c on c.uscc = e.uscc
		left join graded g on g.uscc = e.uscc
		where ${restrict} ${those('e.uscc')}
	`;
}
