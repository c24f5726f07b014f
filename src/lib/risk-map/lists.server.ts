import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import type { Level } from '#lib/warnings/levels.ts';
import type { Work } from '#lib/warnings/lifecycle.ts';
import { due } from '#lib/warnings/due.server.ts';
import { countDoors } from '#lib/warnings/list.server.ts';
import { parseFilter } from '#lib/warnings/list-filter.ts';
import { joinMembers, masked, subjectColumns } from '#lib/warnings/subject.server.ts';
import type { Subject } from '#lib/warnings/subject.ts';
import { makeDatabaseCache } from './cache.ts';
import type { WarningSpan } from './cells.server.ts';
import { monitoredSince } from './completeness.server.ts';

/** A part of the map by region and industry. */
export type Part = { readonly region: string; readonly industry: string | null };

export type NewWarning = Subject & {
	readonly id: string;
	readonly number: string;
	readonly level: Level;
	readonly work: Work;
	readonly indicatorName: string;
	readonly indicatorNameEn: string;
	readonly regionName: string | null;
	readonly industryName: string | null;
	readonly industryKey: string;
	readonly raisedOn: string;
};

/** What is being done about a month's warnings. */
export type Progress = {
	/** Raised in the span, by where their work stands now. */
	readonly byWork: Readonly<Record<'waiting' | 'working' | 'disposed' | 'closed', number>>;
	/** Of obligations to dispose that fell due in the span: kept and all. */
	readonly keptInTime: number;
	readonly fellDue: number;
	/** Open ones now and those past their day, of all months and of the whole jurisdiction, whoever's desk they lie on. */
	readonly open: number;
	readonly overdue: number;
	/** Whether the actor's own door of overdue ones leads to exactly those. */
	readonly overdueDoor: boolean;
};

const mostNew = 7;

function inPart(actor: Actor, part: Part): RawBuilder<SqlBool> {
	const scope = withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' });
	const industry = part.industry === null ? sql`true` : sql`w.industry_key like ${`${part.industry}%`}`;
	return sql<SqlBool>`(${scope} and ${regionWithin(regionPrefix(part.region), 'w.region_code')} and ${industry})`;
}

/** The worst warnings raised in a span of days, newest first among equals. */
export async function newWarnings(db: Kysely<DB>, actor: Actor, part: Part, span: WarningSpan): Promise<readonly NewWarning[]> {
	if (!may(actor, 'map.see')) return [];
	const { rows } = await sql<NewWarning>`
		select w.id, w.number, w.level, w.work, i.name as "indicatorName", i.name_en as "indicatorNameEn", r.name as "regionName",
			w.industry_key as "industryKey", n.name as "industryName", ${subjectColumns}, w.raised_on as "raisedOn"
		from warning w join indicator i on i.id = w.indicator_id
		left join region r on r.code = w.region_code left join industry n on n.key = w.industry_key
		${joinMembers(actor)}
		where ${inPart(actor, part)} and w.raised_on between ${span.from} and ${span.to} and w.work <> 'closed'
		order by case w.level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end, w.raised_on desc, w.id
		limit ${mostNew}
	`.execute(db);
	return rows.map(masked);
}

export async function progressOf(db: Kysely<DB>, actor: Actor, part: Part, span: WarningSpan): Promise<Progress> {
	const filter = parseFilter(new URLSearchParams({ region: part.region, snoozed: 'all', ...(part.industry ? { industry: part.industry } : {}) }));
	const raised = sql`w.raised_on between ${span.from} and ${span.to}`;
	const disposed = sql`(coalesce(w.disposed_at, w.closed_at) at time zone 'Asia/Shanghai')::date`;
	const [{ rows }, { rows: late }, doors] = await Promise.all([
		sql<{ waiting: number; working: number; disposed: number; closed: number; kept: number; due: number }>`
			select count(*) filter (where ${raised} and w.work in ('new', 'reopened'))::int as waiting,
				count(*) filter (where ${raised} and w.work in ('acknowledged', 'investigating'))::int as working,
				count(*) filter (where ${raised} and w.work = 'disposed')::int as disposed,
				count(*) filter (where ${raised} and w.work = 'closed')::int as closed,
				count(*) filter (where w.dispose_due between ${span.from} and ${span.to} and ${disposed} <= w.dispose_due)::int as kept,
				count(*) filter (where w.dispose_due between ${span.from} and ${span.to})::int as due
			from warning w
			where ${inPart(actor, part)} and (${raised} or w.dispose_due between ${span.from} and ${span.to})`.execute(db),
		sql<{ n: number }>`
			select count(*)::int as n from warning w
			where ${inPart(actor, part)} and ${due} < (now() at time zone 'Asia/Shanghai')::date`.execute(db),
		countDoors(db, actor, filter)
	]);
	const row = rows[0]!;
	return {
		byWork: { waiting: row.waiting, working: row.working, disposed: row.disposed, closed: row.closed },
		keptInTime: row.kept,
		fellDue: row.due,
		open: doors.all,
		overdue: late[0]!.n,
		overdueDoor: doors.overdue === late[0]!.n
	};
}

/** `n` is null before anything of it was known at all. */
export type MonthPoint = { readonly month: string; readonly n: number | null };

const cachedSeries = makeDatabaseCache<readonly MonthPoint[]>(300);

/**
 * The last 24 months and the 12 before them, of a kind or (null) of warnings raised; months without any are 0 from the first known
 * one on, of warnings from the first monitored one on.
 *
 * @param version of the counts: the same question of the same counts is answered from memory.
 */
export async function monthSeries(
	db: Kysely<DB>,
	actor: Actor,
	part: Part,
	kind: string | null,
	month: string,
	version: number
): Promise<readonly MonthPoint[]> {
	if (!may(actor, 'map.see')) return [];
	if (kind === null) return readSeries(db, actor, part, kind, month);
	return cachedSeries(db, JSON.stringify([version, scopeOf(actor), part, kind, month]), () => readSeries(db, actor, part, kind, month));
}

async function readSeries(db: Kysely<DB>, actor: Actor, part: Part, kind: string | null, month: string): Promise<readonly MonthPoint[]> {
	const [first, months] = [addMonths(month, -35), 36];
	const industry = (column: string) => (part.industry === null ? sql`true` : sql`${sql.ref(column)} like ${`${part.industry}%`}`);
	const { rows } = kind === null
		? await sql<MonthPoint>`
			select date_trunc('month', w.raised_on)::date as month, count(*)::int as n from warning w
			where ${inPart(actor, part)} and w.raised_on between ${first}::date and ${addMonths(month, 1)}::date - 1 group by 1`.execute(db)
		: await sql<MonthPoint>`
			select c.month, sum(c.n)::int as n from count_county_month c
			where c.kind = ${kind} and c.month between ${first}::date and ${month}::date and ${industry('c.industry_key')}
				and ${withinJurisdiction(scopeOf(actor), { region: 'c.region_code', industry: 'c.industry_key' })}
				and ${regionWithin(regionPrefix(part.region), 'c.region_code')}
			group by 1`.execute(db);
	const known = new Map(rows.map((row) => [row.month, row.n]));
	const monitored = kind === null ? await monitoredSince(db) : null;
	const since = kind !== null ? ([...known.keys()].sort()[0] ?? month) : monitored === null ? null : monthOf(monitored);
	return Array.from({ length: months }, (_, i) => addMonths(first, i)).map((one) => ({ month: one, n: known.get(one) ?? (since === null || one < since ? null : 0) }));
}
