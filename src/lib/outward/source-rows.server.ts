import { sql, type RawBuilder } from 'kysely';
import type { Dataset } from './datasets.ts';
import { levelWords, resultWords } from './words.ts';

/**
 * What leaves of each dataset, as rows `(period, object_key, region_code, fact, content)`: `content` is the JSON of the row's own
 * fields in the order of its schema, `fact` what makes a correction when it changes (an enterprise's new name alone does not).
 * No complainant, no person key, no note, no indicator, no explanation, no inspector.
 *
 * @param periods months to read; only datasets that come by month ask for some of them.
 */
export function sourceRows(dataset: Dataset, periods: readonly string[]): RawBuilder<unknown> {
	switch (dataset) {
		case 'classes':
			return classes(periods);
		case 'grades':
			return grades(periods);
		case 'warnings':
			return warnings;
		case 'results':
			return results;
	}
}

/** How many source rows each month has from one on. They are only ever added, so that a month with as many as before has not changed. */
export function periodCounts(dataset: 'classes' | 'grades', since: string): RawBuilder<{ period: string; n: number }> {
	const table = sql.table(dataset === 'classes' ? 'enterprise_class' : 'professional_grade');
	return sql`select to_char(month, 'YYYY-MM') as period, count(*)::int as n from ${table} where month >= ${`${since}-01`}::date group by month`;
}

/** The month that logging begins with: the newest there is. */
export function newestPeriod(dataset: 'classes' | 'grades'): RawBuilder<{ period: string }> {
	const table = sql.table(dataset === 'classes' ? 'enterprise_class' : 'professional_grade');
	return sql`select to_char(coalesce(max(month), (now() at time zone 'Asia/Shanghai')::date), 'YYYY-MM') as period from ${table}`;
}

const months = (periods: readonly string[]) => sql`any (${periods.map((period) => `${period}-01`)}::date[])`;
const shanghaiDay = (column: string) => sql`((${sql.ref(column)} at time zone 'Asia/Shanghai')::date)`;
const region = sql`coalesce(e.region_code, '000000')`;
const industryCode = (column: string) => sql`case when ${sql.ref(column)} ~ '^[A-T]' then ${sql.ref(column)} end`;

const classes = (periods: readonly string[]) => sql`
	select to_char(c.month, 'YYYY-MM') as period, c.uscc as object_key, ${region} as region_code, c.version || ':' || c.class as fact,
		(select row_to_json(x) from (select c.uscc as "uscc", e.name as "name", ${region} as "regionCode", ${industryCode('e.industry_key')} as "industryCode",
			to_char(c.month, 'YYYY-MM') as "month", c.class as "riskClass", c.version as "version", ${shanghaiDay('c.received_at')} as "receivedOn") x)::text as content
	from (select distinct on (uscc, month) * from enterprise_class where month = ${months(periods)} order by uscc, month, version desc) c
	left join enterprise e on e.uscc = c.uscc`;

const grades = (periods: readonly string[]) => sql`
	select to_char(g.month, 'YYYY-MM') as period, g.uscc || ' ' || g.field as object_key, ${region} as region_code, g.version || ':' || g.grade as fact,
		(select row_to_json(x) from (select g.uscc as "uscc", e.name as "name", ${region} as "regionCode", ${industryCode('e.industry_key')} as "industryCode",
			g.field as "field", to_char(g.month, 'YYYY-MM') as "month", g.grade as "professionalGrade", g.version as "version",
			${shanghaiDay('g.received_at')} as "receivedOn") x)::text as content
	from (select distinct on (uscc, field, month) * from professional_grade where month = ${months(periods)} order by uscc, field, month, version desc) g
	left join enterprise e on e.uscc = g.uscc`;

/** Number, place, industry, level, state of work and dates (D12): whom or what it names stays inside. */
const warnings = sql`
	select w.period, w.object_key, w.region_code, md5(w.content) as fact, w.content
	from (
		select to_char(w.raised_on, 'YYYY-MM') as period, w.number as object_key, w.region_code,
			(select row_to_json(x) from (select w.number as "number", w.item as "item", w.region_code as "regionCode",
				coalesce(r.name, w.region_code) as "regionName", ${industryCode('w.industry_key')} as "industryCode", i.name as "industryName",
				w.level as "level", ${JSON.stringify(levelWords)}::jsonb ->> w.level as "levelWord", w.evaluation as "evaluation", w.work as "work",
				w.occurred_on as "occurredOn", w.raised_on as "raisedOn", w.cleared_on as "clearedOn",
				${shanghaiDay('w.acknowledged_at')} as "acknowledgedOn", ${shanghaiDay('w.disposed_at')} as "disposedOn",
				${shanghaiDay('w.closed_at')} as "closedOn") x)::text as content
		from warning w left join region r on r.code = w.region_code
		left join industry i on i.key = w.industry_key
	) w`;

/**
 * Reviewed results of our own tasks and lead checks, one row for each item; imported ones are somebody else's to give. The key of a task's own
 * item is as it was before tasks had partners, so that nothing is told anew.
 */
const results = sql`
	select to_char(v.visited_on, 'YYYY-MM') as period, v.number || ' ' || v.uscc || v.part as object_key, v.region_code, md5(v.result || v.visited_on) as fact,
		(select row_to_json(x) from (select v.number as "number", v.uscc as "uscc", v.name as "name", v.region_code as "regionCode",
			v.industry_code as "industryCode", v.path as "path", v.item_number as "itemNumber", v.item_name as "itemName", v.department as "department",
			v.visited_on as "visitedOn", v.result as "result", ${JSON.stringify(resultWords)}::jsonb ->> v.result as "resultWord",
			v.reviewed_on as "reviewedOn") x)::text as content
	from (
		select t.number, v.uscc, e.name, ${region} as region_code, ${industryCode('e.industry_key')} as industry_code, v.path,
			i.number as item_number, i.name as item_name, d.name as department, v.visited_on, v.result, ${shanghaiDay('o.reviewed_at')} as reviewed_on,
			case when v.id = 'task:' || t.id then '' else ' ' || coalesce(i.number, v.id) end as part
		from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
		join inspection_visit v on v.uscc = o.uscc and v.task_id = o.task_id
		join department d on d.id = v.department_id
		left join inspection_item i on i.id = v.item_id left join enterprise e on e.uscc = v.uscc
		where o.reviewed_at is not null
		union all
		select l.number, v.uscc, e.name, ${region}, ${industryCode('e.industry_key')}, v.path,
			i.number, i.name, d.name, v.visited_on, v.result, ${shanghaiDay('l.reviewed_at')}, ''
		from lead_check l join inspection_visit v on v.uscc = l.uscc and v.lead_check_id = l.id
		join department d on d.id = v.department_id
		left join inspection_item i on i.id = v.item_id left join enterprise e on e.uscc = v.uscc
		where l.reviewed_at is not null
	) v`;
