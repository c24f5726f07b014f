import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { inIndustry } from '#lib/access/cell.server.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { oldestClassMonth, type ClassKey } from '../classes.ts';
import type { Terms } from './eligibility.ts';
import { countKey, limitsOf, windowStart, type Limit, type PresetRules } from '../presets/presets.ts';
import { recognisedResults } from './recognition.ts';
import { databaseToday, rulesOf, type Task } from '../tasks/access.server.ts';
import type { TaskScope } from '../tasks/scope.ts';

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
			keyField: item.key_field, campaign: task.kind === 'campaign', field: item.field
		}
	};
}

/**
 * Months are delivered place by place, and a delivery leaves enterprises out: the class of an enterprise is its own newest one, unless that is
 * too old. A constant for the query: computed there, it would be once a row.
 */
const oldestMonth = (today: string): RawBuilder<string> => sql<string>`${oldestClassMonth(today)}::date`;

/** What decides about a row of `factsQuery`, as it is grouped and joined by. Equal ones get equal verdicts. */
export type FactsKey = {
	readonly class: ClassKey;
	readonly key_class: boolean;
	/** All that is rare, in one text: `parseRare`. */
	readonly rare: string;
};

/** What few enterprises have: visits, another list, a warning, a grade, an observation period, a valid result. */
export type RareFacts = {
	/** Planned by the task's department this year. */
	readonly planned: boolean;
	readonly openTask: boolean;
	readonly level: number;
	readonly observed: boolean;
	readonly recognised: boolean;
	/** Those of `limitsOf(rules)` in their order. */
	readonly counts: readonly number[];
	readonly grade: string | null;
};

/** Reads the text that `factsQuery` makes: five single digits, counts joined by commas, and `=` with the grade, where there is one. */
export function parseRare(rare: string): RareFacts {
	const parts = /^(\d)(\d)(\d)(\d)(\d) ([\d,]*)(?:=(.*))?$/s.exec(rare);
	if (!parts) throw new Error(`unreadable facts ${rare}`);
	const [, planned, openTask, level, observed, recognised, counts, grade] = parts;
	return {
		planned: planned === '1', openTask: openTask === '1', level: Number(level), observed: observed === '1', recognised: recognised === '1',
		counts: counts === '' ? [] : (counts ?? '').split(',').map(Number), grade: grade ?? null
	};
}

/** Objects (alias `e`) inside the actor's jurisdiction that a task's scope looks at. */
export function scopePredicate(actor: Pick<Actor, 'role' | 'regionCode' | 'industries'>, scope: TaskScope, today: string): RawBuilder<SqlBool> {
	const cells = scope.cells.map((cell) => {
		const region = withinJurisdiction(
			scopeOf({ role: actor.role, regionCode: cell.region, industries: null }),
			{ region: 'e.region_code' }
		);
		return sql<SqlBool>`(${region} and ${inIndustry(cell.industry, 'e.industry_key')})`;
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

/** The visits (`v`) that count under a limit. */
const counted = (limit: Limit, of: FactsOf): RawBuilder<SqlBool> => sql<SqlBool>`v.visited_on >= ${windowStart(limit.window, of.today)}::date
	and (${limit.counting === 'all'} or v.department_id = ${of.departmentId})
	and (${limit.visits === 'planned'} or v.path in ('random', 'joint', 'imported'))`;

/** The newest visit of each limit that counts under it, `{ "<limit>": { "on", "by" } }` as text: whoever is left out is told by which. */
function newestOf(limits: readonly Limit[], of: FactsOf): RawBuilder<string> {
	const each = limits.map((limit) => sql`${countKey(limit)}::text,
		(array_agg(jsonb_build_object('on', v.visited_on, 'by', v.department_id) order by v.visited_on desc) filter (where ${counted(limit, of)}))[1]`);
	return sql<string>`jsonb_build_object(${sql.join(each)})::text`;
}

type Restrict = RawBuilder<SqlBool>;
type Usccs = readonly string[] | null;

/** Counts of somebody without a planned visit. */
const noCounts = (of: FactsOf): string => limitsOf(of.rules).map(() => '0').join(',');

/** `rare` of an object (`e`) of which only the register itself tells something: never visited, or once. */
function plainText(of: FactsOf): RawBuilder<string> {
	const counts = limitsOf(of.rules).map((limit) => sql`(e.visit_on >= ${windowStart(limit.window, of.today)}::date
		and (${limit.counting === 'all'} or e.visit_by = ${of.departmentId})
		and (${limit.visits === 'planned'} or e.visit_path in ('random', 'joint', 'imported')))::int::text`);
	return sql<string>`case e.visits when 1 then
		(e.visit_on >= ${windowStart('year', of.today)}::date and e.visit_by = ${of.departmentId})::int::text || '0000 ' || concat_ws(',', ${sql.join(counts)})
		else ${`00000 ${noCounts(of)}`} end`;
}

/** The day on which the newest window began that holds an object's only visit (`e`): all that limits ask of its day. Before all of them: in none. */
function windowOfVisit(of: FactsOf): RawBuilder<string> {
	const starts = [...new Set(['year' as const, ...limitsOf(of.rules).map((l) => l.window)].map((w) => windowStart(w, of.today)))].sort().reverse();
	return sql<string>`case ${sql.join(starts.map((day) => sql`when e.visit_on >= ${day}::date then ${day}::date`), sql` `)} else '-infinity' end`;
}

/** `rare` of an object (`e`) joined with what was found of it (`x`). */
const rareText = (of: FactsOf): RawBuilder<string> => sql<string>`
	greatest(coalesce(x.planned, false)::int::text, left(${plainText(of)}, 1))
	|| (x.open_number is not null)::int || x.level || (x.observed_until is not null)::int || (x.recognised_on is not null)::int || ' '
	|| coalesce(x.counts, substr(${plainText(of)}, 7)) || coalesce('=' || x.grade, '')`;

/**
 * What is rare, one row for each enterprise that has any of it.
 * @param usccs of these only; null: of all. @param explains with who visited last: for telling reasons, which counting need not.
 */
function rareRows(of: FactsOf, usccs: Usccs, explains: boolean): RawBuilder<unknown> {
	const newestDepartment = explains ? sql`(array_agg(r.department_id order by r.visited_on desc))[1]` : sql`null`;
	const limits = limitsOf(of.rules);
	const counts = limits.map((limit) => sql`count(*) filter (where ${counted(limit, of)})`);
	const those = (column: string) => (usccs === null ? sql`` : sql`and ${sql.ref(column)} = any(${[...usccs]}::text[])`);
	const year = windowStart('year', of.today);
	const since = limits.some((l) => l.window === 'two-years') ? windowStart('two-years', of.today) : year;
	return sql`
		select uscc, bool_or(planned) as planned, max(counts) as counts, max(level) as level, max(grade) as grade,
			max(open_number) as open_number, max(open_department) as open_department, max(observed_until) as observed_until,
			max(recognised_on) as recognised_on, max(recognised_by) as recognised_by, max(visited) as visited
		from (
			select v.uscc, concat_ws(',', ${sql.join(counts)}) as counts,
				bool_or(v.visited_on >= ${year}::date and v.department_id = ${of.departmentId}) as planned,
				null as open_number, null as open_department, 0 as level, null::date as observed_until, null::date as recognised_on, null as recognised_by,
				null as grade, ${explains ? newestOf(limits, of) : sql`null`} as visited
			from inspection_visit v
			where v.planned and v.visited_on >= ${since}::date
				and v.uscc = any(array(select s.uscc from inspection_object s where s.visits > 1 ${those('s.uscc')}))
			group by v.uscc
			union all
			select o.uscc, null, bool_or(t.department_id = ${of.departmentId}), min(t.number), min(t.department_id), 0, null, null, null, null, null
			from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
			where t.state = 'drawn' and o.result is null and t.id <> ${of.taskId} ${those('o.uscc')}
			group by o.uscc
			union all
			select s.uscc, null, false, null, null, max(case w.level when 'red' then 4 when 'orange' then 3 when 'yellow' then 2 else 1 end),
				null, null, null, null, null
			from warning_subject s join warning w on w.id = s.warning_id
			where s.warning_id = any(${[...of.warningIds]}::text[]) and s.role in ('named', 'member') ${those('s.uscc')}
			group by s.uscc
			union all
			select p.uscc, null, false, null, null, 0, max(p.until_on), null, null, null, null
			from observation_period p
			where p.ended_on is null and ${of.today}::date between p.from_on and p.until_on ${those('p.uscc')}
			group by p.uscc
			union all
			select r.uscc, null, false, null, null, 0, null, max(r.visited_on), ${newestDepartment}, null, null
			from inspection_visit r
			where r.item_id = ${of.itemId} and r.visited_on > ${of.today}::date - ${of.validityDays}::int
				and r.result = any(${[...recognisedResults]}::text[]) ${those('r.uscc')}
			group by r.uscc
			union all
			(select distinct on (g.uscc) g.uscc, null, false, null, null, 0, null, null, null, g.grade, null
			from professional_grade g
			where g.field = ${of.field} and g.month between ${oldestMonth(of.today)} and ${of.today}::date ${those('g.uscc')}
			order by g.uscc, g.month desc, g.version desc)
		) found group by uscc`;
}

const classMonthOf = (today: string): RawBuilder<string | null> => sql<string | null>`case when e.class_month >= ${oldestMonth(today)} then e.class_month end`;

/**
 * The facts of every object that `restrict` lets through, one row each: `FactsKey`, uscc, class_month, and for explaining: open_number,
 * open_department, visited_on and visited_by (of an only visit), visited (of several, by limit), observed_until, recognised_on, recognised_by.
 * Imported visits count as random ones: where the path is unknown, an enterprise is rather spared than visited twice.
 *
 * @param usccs the facts of these only; null: of all.
 */
export function factsQuery(of: FactsOf, restrict: Restrict, usccs: Usccs = null): RawBuilder<FactsKey> {
	return sql<FactsKey>`
		select e.uscc, ${classOf(of.today)} as class, ${classMonthOf(of.today)} as class_month, e.key_class,
			case when x.uscc is null then ${plainText(of)} else ${rareText(of)} end as rare,
			x.open_number, x.open_department, e.visit_on as visited_on, e.visit_by as visited_by, x.visited,
			x.observed_until, x.recognised_on, x.recognised_by
		from inspection_object e left join (${rareRows(of, usccs, true)}) x on x.uscc = e.uscc
		where ${restrict} ${usccs === null ? sql`` : sql`and e.uscc = any(${[...usccs]}::text[])`}
	`;
}

export type FactsCount = FactsKey & { readonly n: number; readonly oldest: string | null; readonly newest: string | null };

type Moved = FactsKey & { readonly plain: string; readonly n: number };

/** The two queries of `countFacts`: everybody by what their own row says, and those of whom more is known. */
export function countQueries(of: FactsOf, restrict: Restrict): readonly [RawBuilder<FactsCount>, RawBuilder<Moved>] {
	return [
		// Grouped by what stands in the row first: texts are then made for a few groups, not for millions.
		sql<FactsCount>`
			select ${classOf(of.today)} as class, e.key_class, ${plainText(of)} as rare, sum(e.n)::int as n,
				min(${classMonthOf(of.today)})::text as oldest, max(${classMonthOf(of.today)})::text as newest
			from (
				select e.class, e.class_month, e.key_class, e.visits, ${windowOfVisit(of)} as visit_on, e.visit_by, e.visit_path, count(*) as n
				from inspection_object e where ${restrict} group by 1, 2, 3, 4, 5, 6, 7
			) e group by 1, 2, 3`,
		sql<Moved>`
			select ${classOf(of.today)} as class, e.key_class, ${plainText(of)} as plain, ${rareText(of)} as rare, count(*)::int as n
			from (${rareRows(of, null, false)}) x join inspection_object e on e.uscc = x.uscc where ${restrict} group by 1, 2, 3, 4`
	];
}

/**
 * How many objects have which facts. A province's millions are counted by what their own row says; those few of whom more is known are
 * counted apart and moved to where they belong: joining them to all the others would cost more than all the rest.
 */
export async function countFacts(db: Kysely<DB>, of: FactsOf, restrict: Restrict): Promise<FactsCount[]> {
	const [everybody, known] = countQueries(of, restrict);
	// Side by side where each has a connection of its own; within a transaction one after the other.
	const [{ rows: plain }, { rows: moved }] = await Promise.all([everybody.execute(db), known.execute(db)]);
	const keyOf = (k: Omit<FactsKey, 'rare'>, rare: string): string => `${k.class} ${k.key_class} ${rare}`;
	const counted = new Map(plain.map((row) => [keyOf(row, row.rare), row]));
	for (const { plain: from, ...row } of moved) {
		const before = counted.get(keyOf(row, from));
		if (before) counted.set(keyOf(row, from), { ...before, n: before.n - row.n });
		const there = counted.get(keyOf(row, row.rare)) ?? { ...row, n: 0, oldest: before?.oldest ?? null, newest: before?.newest ?? null };
		counted.set(keyOf(row, row.rare), { ...there, n: there.n + row.n });
	}
	return [...counted.values()].filter((row) => row.n > 0);
}
