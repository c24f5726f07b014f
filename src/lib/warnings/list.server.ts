import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { industryWithin, regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { cursorText, doors, type Cursor, type Door, type ListFilter } from './list-filter.ts';
import { due, rank, today, underParent } from './due.server.ts';
import type { Escalation } from './escalation.ts';
import type { Level } from './levels.ts';
import type { EvaluationState, Work } from './lifecycle.ts';
import { joinMembers, masked, subjectColumns } from './subject.server.ts';
import type { Subject } from './subject.ts';

export const pageSize = 50;

/** Nothing with a deadline is owed: sorts last. */
const never = '9999-12-31';

const dueOrNever = sql<string>`coalesce(${due}, ${sql.lit(never)}::date)`;
const snoozedNow = sql<SqlBool>`coalesce(s.snoozed_until > now(), false)`;
/** A snooze hides the series, never an obligation that is overdue. */
const hiddenNow = sql<SqlBool>`(${snoozedNow} and coalesce(${due} >= ${today}, true))`;

export type WarningRow = Subject & {
	readonly id: string;
	readonly number: string;
	readonly version: number;
	readonly level: Level;
	readonly evaluation: EvaluationState;
	readonly work: Work;
	readonly indicatorId: string;
	readonly indicatorName: string;
	readonly indicatorNameEn: string;
	/** An outside platform's own words for it. */
	readonly outsideTitle: string | null;
	readonly item: string;
	readonly regionCode: string;
	readonly regionName: string | null;
	readonly industryKey: string;
	readonly industryName: string | null;
	readonly uscc: string | null;
	readonly departmentId: string;
	readonly departmentName: string;
	readonly ownerId: string | null;
	readonly ownerName: string | null;
	readonly raisedOn: string;
	/** The evening that was judged again when its data had come; null: raised on its own evening. */
	readonly lateFor: string | null;
	readonly lastBreachOn: string;
	readonly clearedOn: string | null;
	readonly due: string | null;
	readonly observed: number | null;
	readonly expected: number | null;
	/** The upper end of the normal range; null where the indicator has a limit instead. */
	readonly upper: number | null;
	/** The indicator's own limit, reached when the count is as high. */
	readonly limit: number | null;
	readonly snoozedUntil: Date | null;
	readonly snoozeReason: string | null;
	/** What the snooze hides: events of the machine since it began. */
	readonly sinceSnoozed: number;
	/** The department that is asked to take it. */
	readonly handOverTo: string | null;
	readonly handOverName: string | null;
	readonly incidentId: string | null;
	readonly incidentNumber: string | null;
	/** The wider episode that holds it, where the reader may see that one. */
	readonly parentId: string | null;
	readonly parentNumber: string | null;
	/** How many open episodes it holds. */
	readonly children: number;
	readonly escalation: Escalation;
	readonly everDisposed: boolean;
	/** The machine said something else since somebody took it. */
	readonly changedSinceTaken: boolean;
};

/** Who is asking, as far as the doors go: a monitor's desk is the own department's, everybody else watches the whole jurisdiction. */
function onMyDesk(actor: Actor): RawBuilder<SqlBool> {
	return may(actor, 'warning.work') ? sql<SqlBool>`w.department_id = ${actor.departmentId}` : sql<SqlBool>`true`;
}

function behind(door: Door, actor: Actor): RawBuilder<SqlBool> {
	switch (door) {
		case 'new':
			return sql<SqlBool>`(w.work in ('new', 'reopened') and ${onMyDesk(actor)} and not ${underParent}
				or w.hand_over_to = ${actor.departmentId} and w.work <> 'closed')`;
		case 'mine':
			return sql<SqlBool>`(w.work <> 'closed' and w.owner_id = ${actor.id})`;
		case 'overdue':
			return sql<SqlBool>`(${due} < ${today} and ${onMyDesk(actor)} and not ${underParent})`;
		case 'all':
			return sql<SqlBool>`true`;
	}
}

/** Everything the filter says beside the door. Without a state of work asked for, closed ones stay out. */
function matching(filter: ListFilter): RawBuilder<SqlBool> {
	const all: RawBuilder<SqlBool>[] = [];
	if (filter.work !== null) all.push(sql<SqlBool>`w.work = ${filter.work}`);
	// An incident is shown whole.
	else if (filter.incident === null) all.push(sql<SqlBool>`w.work <> 'closed'`);
	else all.push(sql<SqlBool>`true`);
	if (filter.incident !== null) all.push(sql<SqlBool>`w.incident_id = ${filter.incident}`);
	if (filter.parent !== null) all.push(sql<SqlBool>`w.parent_id = ${filter.parent}`);
	if (filter.level.length > 0) all.push(sql<SqlBool>`w.level = any(${[...filter.level]})`);
	if (filter.item !== null) all.push(sql<SqlBool>`w.item = ${filter.item}`);
	if (filter.indicator !== null) all.push(sql<SqlBool>`w.indicator_id = ${filter.indicator}`);
	if (filter.region !== null) all.push(regionWithin(regionPrefix(filter.region), 'w.region_code'));
	if (filter.industry !== null) all.push(industryWithin(filter.industry, 'w.industry_key'));
	if (filter.evaluation !== null) all.push(sql<SqlBool>`w.evaluation = ${filter.evaluation}`);
	all.push(shown(filter));
	if (filter.text !== null) {
		const text = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
		// A person's name is no search key: what is masked when shown must not be found out by searching.
		all.push(sql<SqlBool>`(w.number like ${text} or w.uscc = ${filter.text}
			or (w.scope_kind in ('enterprise', 'address') and w.title_data ->> 'label' like ${text}))`);
	}
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

function visible(actor: Actor): RawBuilder<SqlBool> {
	if (!may(actor, 'warning.see')) return sql<SqlBool>`false`;
	return withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' });
}

/** One page of the desk, oldest obligation first, worse level first among equals. */
export async function listWarnings(
	db: Kysely<DB>,
	actor: Actor,
	filter: ListFilter,
	after: Cursor | null = null
): Promise<{ readonly rows: readonly WarningRow[]; readonly next: string | null }> {
	const beyond = after
		? sql<SqlBool>`(${dueOrNever}, ${rank}, w.id) > (${after.due}::date, ${after.rank}::int, ${after.id})`
		: sql<SqlBool>`true`;
	// The page is cut first: sorting twenty thousand rows needs neither names nor explanations.
	const { rows } = await sql<WarningRow & { readonly sortDue: string; readonly sortRank: number }>`
		with page as (
			select w.id, ${dueOrNever} as sort_due, ${rank} as sort_rank, ${due} as due_on,
				case when ${snoozedNow} then s.snoozed_until end as snoozed_until, s.snooze_reason, s.snoozed_at
			from warning w join warning_series s on s.series_key = w.series_key
			where ${visible(actor)} and ${matching(filter)} and ${behind(filter.door, actor)} and ${beyond}
			order by sort_due, sort_rank, w.id
			limit ${pageSize + 1}
		)
		select w.id, w.number, w.version, w.level, w.evaluation, w.work, w.indicator_id as "indicatorId", i.name as "indicatorName",
			i.name_en as "indicatorNameEn", w.explanation -> 'outside' ->> 'title' as "outsideTitle", w.item, ${subjectColumns}, w.region_code as "regionCode", r.name as "regionName",
			w.industry_key as "industryKey", n.name as "industryName", w.uscc, w.department_id as "departmentId",
			d.name as "departmentName", w.owner_id as "ownerId", u.display_name as "ownerName", w.raised_on as "raisedOn",
			w.title_data -> 'late' ->> 'for' as "lateFor",
			w.last_breach_on as "lastBreachOn", w.cleared_on as "clearedOn", p.due_on as due, w.observed,
			w.expected, w.upper, (w.explanation ->> 'limit')::float8 as "limit",
			p.snoozed_until as "snoozedUntil", case when p.snoozed_until is not null then p.snooze_reason end as "snoozeReason",
			case when p.snoozed_until is null then 0 else (
				select count(*)::int from warning_event x where x.warning_id = w.id and x.axis = 'evaluation' and x.at > p.snoozed_at
			) end as "sinceSnoozed", w.hand_over_to as "handOverTo", h.name as "handOverName", w.incident_id as "incidentId",
			c.number as "incidentNumber", a.id as "parentId", a.number as "parentNumber", w.escalation,
			(select count(*)::int from warning k where k.parent_id = w.id and k.work <> 'closed') as children,
			w.disposed_at is not null as "everDisposed",
			exists (
				select from warning_event x where x.warning_id = w.id and x.at > w.acknowledged_at and x.axis = 'evaluation'
					and x.action in ('worsen', 'ease', 'clear', 'resume')
			) as "changedSinceTaken", p.sort_due as "sortDue", p.sort_rank as "sortRank"
		from page p
		join warning w on w.id = p.id
		join indicator i on i.id = w.indicator_id
		join department d on d.id = w.department_id
		left join region r on r.code = w.region_code
		left join industry n on n.key = w.industry_key
		left join app_user u on u.id = w.owner_id
		left join department h on h.id = w.hand_over_to
		left join incident c on c.id = w.incident_id
		left join warning a on a.id = w.parent_id
			and ${withinJurisdiction(scopeOf(actor), { region: 'a.region_code', industry: 'a.industry_key' })}
		${joinMembers(actor)}
		order by p.sort_due, p.sort_rank, p.id
	`.execute(db);
	const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
	return {
		rows: rows.slice(0, pageSize).map(masked),
		next: last ? cursorText({ due: last.sortDue, rank: last.sortRank, id: last.id }) : null
	};
}

export type DoorCounts = Readonly<Record<Door, number>> & { readonly snoozed: number };

/** How many rows each door leads to under the same filter, and how many snoozes hide. Same predicates as the list. */
export async function countDoors(db: Kysely<DB>, actor: Actor, filter: ListFilter): Promise<DoorCounts> {
	const counts = doors.map((door) => sql`count(*) filter (where ${shown(filter)} and ${behind(door, actor)})::int as ${sql.ref(door)}`);
	const { rows } = await sql<Record<Door | 'snoozed', number>>`
		select ${sql.join(counts)},
			count(*) filter (where ${hiddenNow} and ${behind(filter.door, actor)})::int as snoozed
		from warning w join warning_series s on s.series_key = w.series_key
		where ${visible(actor)} and ${matching({ ...filter, snoozed: 'all' })}
	`.execute(db);
	return rows[0]!;
}

function shown(filter: ListFilter): RawBuilder<SqlBool> {
	if (filter.snoozed === 'all') return sql<SqlBool>`true`;
	return filter.snoozed === 'only' ? snoozedNow : sql<SqlBool>`not ${hiddenNow}`;
}

/** Why a desk may be empty: nothing was ever raised in the jurisdiction, and the last evening that was judged; null before the first. */
export async function nothingYet(db: Kysely<DB>, actor: Actor): Promise<{ readonly never: boolean; readonly lastEvening: string | null }> {
	const { rows } = await sql<{ never: boolean; lastEvening: string | null }>`
		select not exists (select from warning w where ${visible(actor)}) as never, (select max(as_of) from monitor_run) as "lastEvening"
	`.execute(db);
	return rows[0]!;
}
