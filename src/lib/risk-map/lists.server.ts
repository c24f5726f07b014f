import { sql, type Kysely, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import type { Level } from '#lib/warnings/levels.ts';
import type { Work } from '#lib/warnings/lifecycle.ts';
import { due, disposedOn, rank } from '#lib/warnings/due.server.ts';
import { joinMembers, masked, subjectColumns } from '#lib/warnings/subject.server.ts';
import type { Subject } from '#lib/warnings/subject.ts';
import { type WarningSpan } from './cells.server.ts';
import { monitoredSince } from './completeness.server.ts';
import { monthTotals, type Part } from './month-totals.server.ts';
import { progressSteps, worksOf, type ProgressStep } from './progress.ts';
import { withinPlace } from './within-place.server.ts';

export type { Part };

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
	readonly byWork: Readonly<Record<ProgressStep, number>>;
	/** Of obligations to dispose that fell due in the span and before today: kept and all. */
	readonly keptInTime: number;
	readonly fellDue: number;
	/** Open ones now and those past their day, of all months and of the whole jurisdiction, whoever's desk they lie on. */
	readonly open: number;
	readonly overdue: number;
};

const mostNew = 7;

/** The worst warnings raised in a span of days, newest first among equals. */
export async function newWarnings(db: Kysely<DB>, actor: Actor, part: Part, span: WarningSpan): Promise<readonly NewWarning[]> {
	if (!may(actor, 'map.see')) return [];
	// The list is cut first: sorting a month's warnings needs neither names nor members.
	const { rows } = await sql<NewWarning>`
		with worst as (
			select w.id, row_number() over (order by ${rank}, w.raised_on desc, w.id) as place
			from warning w
			where ${withinPlace(scopeOf(actor), part, 'w')} and w.raised_on between ${span.from} and ${span.to} and w.work <> 'closed'
			order by place
			limit ${mostNew}
		)
		select w.id, w.number, w.level, w.work, i.name as "indicatorName", i.name_en as "indicatorNameEn", r.name as "regionName",
			w.industry_key as "industryKey", n.name as "industryName", ${subjectColumns}, w.raised_on as "raisedOn"
		from worst join warning w on w.id = worst.id join indicator i on i.id = w.indicator_id
		left join region r on r.code = w.region_code left join industry n on n.key = w.industry_key
		${joinMembers(actor)}
		order by worst.place
	`.execute(db);
	return rows.map(masked);
}

/** Whether the work on the warning `w` stands at a step. */
export const atStep = (step: ProgressStep) => sql<SqlBool>`w.work = any(${worksOf[step]}::text[])`;
/** Whether the warning `w` was disposed of by the day it had to be. */
export const keptInTime = sql<SqlBool>`${disposedOn} <= w.dispose_due`;

/** @param today what falls due on it is neither kept nor missed yet. */
export async function progressOf(db: Kysely<DB>, actor: Actor, part: Part, span: WarningSpan, today: string): Promise<Progress> {
	const fellDue = sql`w.dispose_due between ${span.from}::date and ${span.to}::date and w.dispose_due < ${today}::date`;
	const steps = progressSteps.map((step) => sql`count(*) filter (where ${atStep(step)})::int as ${sql.ref(step)}`);
	// Each is read from an index of its own: raised in the span, due in it, open now.
	const [{ rows: [byWork] }, { rows: [dues] }, { rows: [open] }] = await Promise.all([
		sql<Record<ProgressStep, number>>`
			select ${sql.join(steps)} from warning w
			where ${withinPlace(scopeOf(actor), part, 'w')} and w.raised_on between ${span.from} and ${span.to}`.execute(db),
		sql<{ kept: number; due: number }>`
			select count(*) filter (where ${keptInTime})::int as kept, count(*)::int as due from warning w
			where ${withinPlace(scopeOf(actor), part, 'w')} and ${fellDue}`.execute(db),
		sql<{ open: number; overdue: number }>`
			select count(*)::int as open, count(*) filter (where ${due} < ${today}::date)::int as overdue from warning w
			where ${withinPlace(scopeOf(actor), part, 'w')} and w.work <> 'closed'`.execute(db)
	]);
	return { byWork: byWork!, keptInTime: dues!.kept, fellDue: dues!.due, open: open!.open, overdue: open!.overdue };
}

/** `n` is null before anything of it was known at all; `of` where the figure is a share: what `n` is a part of. */
export type MonthPoint = { readonly month: string; readonly n: number | null; readonly of?: number };

/** So many months are shown, and as many before them again as there are to compare with. */
const seriesMonths = 36;

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
	const first = addMonths(month, 1 - seriesMonths);
	const known = kind === null ? await warningMonths(db, actor, part, first, month) : await monthTotals(db, scopeOf(actor), part, kind, month, version);
	const monitored = kind === null ? await monitoredSince(db) : null;
	const since = kind !== null ? ([...known.keys()].sort()[0] ?? month) : monitored === null ? null : monthOf(monitored);
	return Array.from({ length: seriesMonths }, (_, i) => addMonths(first, i)).map((one) => ({ month: one, n: known.get(one) ?? (since === null || one < since ? null : 0) }));
}

async function warningMonths(db: Kysely<DB>, actor: Actor, part: Part, first: string, month: string): Promise<ReadonlyMap<string, number>> {
	const { rows } = await sql<{ month: string; n: number }>`
		select d.day - (extract(day from d.day)::int - 1) as month, sum(d.n)::int as n
		from (
			select w.raised_on as day, count(*) as n from warning w
			where ${withinPlace(scopeOf(actor), part, 'w')} and w.raised_on between ${first}::date and ${addMonths(month, 1)}::date - 1 group by 1
		) d
		group by 1`.execute(db);
	return new Map(rows.map((row) => [row.month, row.n]));
}

/** The same months of a share: enterprises of class C or D among those with a class, or those visited in twelve months among those alive. */
export async function shareSeries(db: Kysely<DB>, actor: Actor, part: Part, of: 'classes' | 'coverage', month: string): Promise<readonly MonthPoint[]> {
	if (!may(actor, 'map.see')) return [];
	const months = Array.from({ length: seriesMonths }, (_, i) => addMonths(month, i + 1 - seriesMonths));
	const narrowed = sql`t.month = any(${months}::date[]) and ${withinPlace(scopeOf(actor), part, 't')}`;
	const { rows } = of === 'classes'
		? await sql<{ month: string; n: number; of: number }>`
			select t.month, sum(t.c + t.d)::int as n, sum(t.a + t.b + t.c + t.d)::int as of from class_month t where ${narrowed} group by 1`.execute(db)
		: await sql<{ month: string; n: number; of: number }>`
			select month, sum(n)::int as n, sum(active)::int as of from (
				select t.month, sum(t.visited) as n, 0 as active from inspection_month t where ${narrowed} group by 1
				union all select t.month, 0, sum(t.n) from active_month t where ${narrowed} group by 1
			) parts group by 1 having sum(n) > 0`.execute(db);
	const known = new Map(rows.map((row) => [row.month, row]));
	return months.map((one) => {
		const row = known.get(one);
		return row ? { month: one, n: row.n, of: row.of } : { month: one, n: null };
	});
}
