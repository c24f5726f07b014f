import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { visibleWork, withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addDays } from '#lib/calendar/days.ts';
import { oldestClassMonth, riskClasses, warningLevels } from '../classes.ts';
import type { Facts, Terms } from './eligibility.ts';
import { limitsOf, windowStart, type Limit, type PresetRules } from '../presets/presets.ts';
import { recognisedResults } from './recognition.ts';
import { databaseToday } from '../tasks/access.server.ts';

/** A question about one enterprise: a check of this item, by rules that need not be in force, because of these warnings. */
export type OneQuestion = {
	readonly uscc: string;
	readonly itemId: string;
	readonly rules: PresetRules;
	readonly warningIds: readonly string[];
};

type Visit = { readonly on: string; readonly path: string; readonly planned: boolean; readonly department: string; readonly own: boolean };

/** What the register, the visits and the warnings say of one enterprise, beside the facts that are judged. */
export type AboutOne = {
	readonly uscc: string;
	readonly name: string;
	readonly regionCode: string;
	readonly region: string;
	readonly industry: string;
	/** The newest class there is, and its month; older than twelve months it no longer counts. */
	readonly class: string | null;
	readonly classMonth: string | null;
	readonly keyClass: boolean;
	readonly tags: readonly string[];
	readonly grade: { readonly field: string; readonly grade: string; readonly month: string } | null;
	/** Each limit of the preset with the visits that count for it. */
	readonly counted: readonly { readonly limit: Limit; readonly from: string; readonly days: readonly string[] }[];
	/** Visits of this and the last year, the newest first. */
	readonly visits: readonly Visit[];
	/** Visits of this calendar year: burden is the sum over all departments (C6). */
	readonly year: { readonly planned: number; readonly plannedAll: number; readonly forCause: number; readonly forCauseAll: number };
	/** Lists that were drawn and on which it still stands; those the actor may not open have no number. */
	readonly open: readonly { readonly number: string | null; readonly department: string }[];
	readonly observation: { readonly from: string; readonly until: string; readonly department: string } | null;
	readonly recognised: { readonly on: string; readonly until: string; readonly department: string } | null;
	/** Warnings of the jurisdiction that are open, or were asked about, and name it. */
	readonly warnings: readonly { readonly id: string; readonly number: string; readonly indicator: string; readonly level: string; readonly raisedOn: string; readonly asked: boolean }[];
	readonly today: string;
};

export type ItemTerms = Pick<Terms, 'method' | 'statutory' | 'keyField' | 'field'>;

/**
 * The facts of one enterprise as a pool of today would find them, and where they come from. The authority is the actor's department.
 * @returns Not found for an enterprise that is not in the object register of the jurisdiction, or an item there is not.
 */
export async function factsFor(
	db: Kysely<DB>,
	actor: Actor,
	{ uscc, itemId, rules, warningIds }: OneQuestion
): Promise<{ ok: true; facts: Facts; item: ItemTerms; about: AboutOne } | Refusal> {
	const refusal = check(actor, 'task.see');
	if (refusal) return refusal;
	const [object, item, today] = await Promise.all([objectOf(db, actor, uscc), itemOf(db, itemId), databaseToday(db)]);
	if (!object) return notFound;
	if (!item) return refuse('item-unknown');
	const oldest = oldestClassMonth(today);
	const [visits, open, observation, grade, recognised, warnings] = await Promise.all([
		visitsOf(db, actor, uscc, today), openOf(db, actor, uscc), observationOf(db, uscc, today), gradeOf(db, uscc, item.field, oldest, today),
		recognisedOf(db, uscc, itemId, item.validityDays, today), warningsOf(db, actor, uscc, warningIds)
	]);
	const counted = limitsOf(rules).map((limit) => {
		const from = windowStart(limit.window, today);
		return { limit, from, days: visits.filter((x) => countsFor(limit, x, from)).map((x) => x.on) };
	});
	const named = warnings.filter((w) => w.asked);
	const year = visits.filter((x) => x.on >= windowStart('year', today) && x.on <= today);
	const planned = year.filter((x) => x.planned);
	const forCause = year.filter((x) => !x.planned);
	return {
		ok: true,
		facts: {
			class: object.classMonth !== null && object.classMonth >= oldest ? (riskClasses.find((k) => k === object.class) ?? 'none') : 'none',
			keyClass: object.keyClass,
			openTask: open.length > 0,
			named: named.length > 0,
			level: Math.max(0, ...named.map((w) => Math.max(1, warningLevels.findIndex((l) => l === w.level) + 1))),
			grade: grade?.grade ?? null,
			observed: observation !== null,
			recognised: recognised !== null,
			counts: counted.map((c) => c.days.length)
		},
		item: { method: item.method, statutory: item.statutory, keyField: item.keyField, field: item.field },
		about: {
			...object, grade, counted, visits, open, observation, recognised, warnings, today,
			year: {
				planned: planned.filter((x) => x.own).length, plannedAll: planned.length,
				forCause: forCause.filter((x) => x.own).length, forCauseAll: forCause.length
			}
		}
	};
}

/** Imported visits count as random ones: where the path is unknown, an enterprise is rather spared than visited twice. */
function countsFor(limit: Limit, visit: Visit, from: string): boolean {
	const isOfKind = visit.planned && (limit.visits === 'planned' || ['random', 'joint', 'imported'].includes(visit.path));
	return isOfKind && visit.on >= from && (limit.counting === 'all' || visit.own);
}

async function objectOf(db: Kysely<DB>, actor: Actor, uscc: string) {
	const { rows } = await sql<Pick<AboutOne, 'uscc' | 'name' | 'regionCode' | 'region' | 'industry' | 'class' | 'classMonth' | 'keyClass' | 'tags'>>`
		select o.uscc, e.name, o.region_code as "regionCode", coalesce(r.name, o.region_code) as region, coalesce(i.name, o.industry_key) as industry,
			o.class, o.class_month as "classMonth", o.key_class as "keyClass", o.tags
		from inspection_object o join enterprise e on e.uscc = o.uscc
		left join region r on r.code = o.region_code left join industry i on i.key = o.industry_key
		where o.uscc = ${uscc} and ${withinJurisdiction(scopeOf(actor), { region: 'o.region_code', industry: 'o.industry_key' })}
	`.execute(db);
	return rows[0] ?? null;
}

async function itemOf(db: Kysely<DB>, id: string) {
	const row = await db.selectFrom('inspection_item').selectAll().where('id', '=', id).executeTakeFirst();
	return row && { method: row.method as Terms['method'], statutory: row.statutory, keyField: row.key_field, field: row.field, validityDays: row.validity_days };
}

async function visitsOf(db: Kysely<DB>, actor: Actor, uscc: string, today: string): Promise<Visit[]> {
	const { rows } = await sql<Visit>`
		select v.visited_on as "on", v.path, v.planned, coalesce(d.name, v.department_id) as department, v.department_id = ${actor.departmentId} as own
		from inspection_visit v left join department d on d.id = v.department_id
		where v.uscc = ${uscc} and v.visited_on >= ${windowStart('two-years', today)}::date
		order by v.visited_on desc, v.id
	`.execute(db);
	return rows;
}

async function openOf(db: Kysely<DB>, actor: Actor, uscc: string) {
	const { rows } = await sql<AboutOne['open'][number]>`
		select distinct case when ${visibleWork(actor, 't')} then t.number end as number, coalesce(d.name, t.department_id) as department
		from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n left join department d on d.id = t.department_id
		where o.uscc = ${uscc} and t.state = 'drawn' and o.result is null
		order by 1
	`.execute(db);
	return rows;
}

async function observationOf(db: Kysely<DB>, uscc: string, today: string) {
	const { rows } = await sql<NonNullable<AboutOne['observation']>>`
		select p.from_on as "from", p.until_on as until, coalesce(d.name, p.department_id) as department
		from observation_period p left join department d on d.id = p.department_id
		where p.uscc = ${uscc} and p.ended_on is null and ${today}::date between p.from_on and p.until_on
		order by p.until_on desc limit 1
	`.execute(db);
	return rows[0] ?? null;
}

async function gradeOf(db: Kysely<DB>, uscc: string, field: string | null, oldest: string, today: string) {
	if (field === null) return null;
	const row = await db
		.selectFrom('professional_grade')
		.select(['field', 'grade', 'month'])
		.where('uscc', '=', uscc)
		.where('field', '=', field)
		.where('month', '>=', oldest)
		.where('month', '<=', today)
		.orderBy('month', 'desc')
		.orderBy('version', 'desc')
		.executeTakeFirst();
	return row ?? null;
}

async function recognisedOf(db: Kysely<DB>, uscc: string, itemId: string, validityDays: number, today: string) {
	const { rows } = await sql<{ on: string; department: string }>`
		select v.visited_on as "on", coalesce(d.name, v.department_id) as department
		from inspection_visit v left join department d on d.id = v.department_id
		where v.uscc = ${uscc} and v.item_id = ${itemId} and v.visited_on > ${addDays(today, -validityDays)}::date
			and v.result = any(${[...recognisedResults]}::text[])
		order by v.visited_on desc limit 1
	`.execute(db);
	return rows[0] ? { ...rows[0], until: addDays(rows[0].on, validityDays) } : null;
}

async function warningsOf(db: Kysely<DB>, actor: Actor, uscc: string, asked: readonly string[]) {
	const { rows } = await sql<AboutOne['warnings'][number]>`
		select w.id, w.number, coalesce(i.name, w.indicator_id) as indicator, w.level, w.raised_on as "raisedOn", w.id = any(${[...asked]}::text[]) as asked
		from warning_subject s join warning w on w.id = s.warning_id left join indicator i on i.id = w.indicator_id
		where s.uscc = ${uscc} and s.role in ('named', 'member') and (w.work <> 'closed' or w.id = any(${[...asked]}::text[]))
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		order by w.raised_on desc, w.number
	`.execute(db);
	return rows;
}
