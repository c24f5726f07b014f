import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { stateOf, type EndReason, type Newness, type PeriodState } from './periods.ts';

export type PeriodRow = {
	readonly uscc: string;
	readonly id: string;
	readonly name: string;
	readonly region: string;
	readonly department: string;
	readonly departmentId: string;
	readonly newness: Newness;
	readonly fromOn: string;
	readonly untilOn: string;
	readonly bottomLines: string;
	readonly classThen: string;
	/** The newest class, whatever its month; null: none, or no longer in the object register. */
	readonly classNow: string | null;
	readonly classMonth: string | null;
	readonly endedOn: string | null;
	readonly endReason: EndReason | null;
	readonly endNote: string | null;
	readonly endedBy: string | null;
	readonly state: PeriodState;
};

export const periodPageSize = 50;

/** Observation periods of the jurisdiction, those that end soonest first. @param filter `text`: part of the name, or the credit code. */
export async function listPeriods(
	db: Kysely<DB>,
	actor: Actor,
	filter: { readonly state: PeriodState | null; readonly text: string; readonly page: number }
): Promise<{ readonly today: string; readonly rows: readonly PeriodRow[]; readonly total: number }> {
	const today = await databaseToday(db);
	if (!may(actor, 'task.see')) return { today, rows: [], total: 0 };
	const text = filter.text === '' ? null : `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
	const states = {
		running: sql`p.ended_on is null and ${today}::date between p.from_on and p.until_on`,
		coming: sql`p.ended_on is null and p.from_on > ${today}::date`,
		expired: sql`p.ended_on is null and p.until_on < ${today}::date`,
		ended: sql`p.ended_on is not null`
	};
	const from = sql`from observation_period p join enterprise e on e.uscc = p.uscc
		where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
			and (${text}::text is null or e.name like ${text} or e.uscc like upper(${text}))
			and ${filter.state === null ? sql`true` : states[filter.state]}`;
	const [found, counted] = await Promise.all([
		sql<Omit<PeriodRow, 'state'>>`
			select f.*, coalesce(r.name, f.region_code) as region, coalesce(d.name, f."departmentId") as department,
				o.class as "classNow", o.class_month as "classMonth", u.display_name as "endedBy"
			from (
				select p.uscc, p.id, e.name, e.region_code, p.department_id as "departmentId", p.newness, p.from_on as "fromOn", p.until_on as "untilOn",
					p.bottom_lines as "bottomLines", p.class_then as "classThen", p.ended_on as "endedOn", p.end_reason as "endReason",
					p.end_note as "endNote", p.ended_by
				${from} order by p.ended_on is not null, p.until_on, p.id limit ${periodPageSize} offset ${filter.page * periodPageSize}
			) f
			left join inspection_object o on o.uscc = f.uscc
			left join region r on r.code = f.region_code
			left join department d on d.id = f."departmentId"
			left join app_user u on u.id = f.ended_by
			order by f."endedOn" is not null, f."untilOn", f.id
		`.execute(db),
		sql<{ n: string }>`select count(*) as n ${from}`.execute(db)
	]);
	return { today, rows: found.rows.map((row) => ({ ...row, state: stateOf(row, today) })), total: Number(counted.rows[0]?.n ?? 0) };
}
