import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { recordKinds } from './cohorts.ts';
import type { CohortRowsQuery } from './cohort-query.ts';
import { ofPage } from '#lib/enterprises/turn.server.ts';
import { pageOf, type Turn } from '#lib/enterprises/turn.ts';
import { withinPlace } from '#lib/risk-map/within-place.server.ts';
import type { EnterpriseList, ListedEnterprise } from './enterprise-list.ts';
import { readPlace } from './place.server.ts';

export type CohortEnterprise = ListedEnterprise & {
	/** Day of the first record since it was established, and the first month of class D; null: none. */
	readonly recordOn: string | null;
	readonly classDFrom: string | null;
};

/** The enterprises behind a figure of the triangle, by the same rules as the summary. */
export async function cohortEnterprises(
	db: Kysely<DB>, actor: Actor, query: CohortRowsQuery, turn: Turn
): Promise<{ readonly ok: true; readonly list: EnterpriseList<CohortEnterprise> } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'dossier.see');
	if (refusal) return refusal;
	const place = await readPlace(db, actor, query.region, query.industry);
	if (place === null) return notFound;
	const those = wanted(actor, query);
	const [counted, { rows }] = await Promise.all([
		readCounted(db, actor, query),
		sql<CohortEnterprise>`
			select e.uscc, e.name, r.name as "regionName", i.name as "industryName", e.established_on as "establishedOn", e.status, e.cancelled_on as "cancelledOn",
				l.record as "recordOn", l.high as "classDFrom"
			from ${lives(query)} left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key
			where ${those} ${ofPage(turn)}`.execute(db)
	]);
	return { ok: true, list: { place, counted, ...pageOf(rows, turn) } };
}

async function readCounted(db: Kysely<DB>, actor: Actor, query: CohortRowsQuery): Promise<number> {
	const by = query.age === null ? sql`true` : sql`s.month < s.cohort + make_interval(months => ${query.age + 1})`;
	const sum = (step: string) => sql`coalesce(sum(s.n) filter (where s.step = ${step} and ${step === 'founded' ? sql`true` : by}), 0)`;
	const figure = query.age === null ? sum('founded') : query.measure === 'alive' ? sql`${sum('founded')} - ${sum('ended')}` : sum(query.measure);
	const { rows } = await sql<{ n: number }>`
		select (${figure})::int as n from cohort_step s where s.cohort between ${query.from}::date and ${query.to}::date and ${withinPlace(scopeOf(actor), query, 's')}`.execute(db);
	return rows[0]!.n;
}

/** Enterprises with their first record and first class D. */
function lives(query: CohortRowsQuery): RawBuilder<unknown> {
	// Nothing happens before an enterprise is there: whole months of events need not be opened.
	return sql`enterprise e cross join lateral (select
		(select (min(v.occurred_at) at time zone 'Asia/Shanghai')::date from (
			select e.occurred_at from event e where e.uscc = outside.uscc and e.kind = any(${[...recordKinds]}) and ${liveEvent}
				and e.occurred_at >= ${query.from}::date::timestamp at time zone 'Asia/Shanghai' and e.occurred_at >= outside.established_on::timestamp at time zone 'Asia/Shanghai'
		) v) as record,
		(select min(c.month) from enterprise_class c where c.uscc = outside.uscc and c.class = 'D' and c.month >= date_trunc('month', outside.established_on)
			and not exists (select from enterprise_class newer where newer.uscc = c.uscc and newer.month = c.month and newer.version > c.version)) as high
		from (select e.uscc, e.established_on) outside) l`;
}

function wanted(actor: Actor, query: CohortRowsQuery): RawBuilder<SqlBool> {
	const born = sql`e.established_on >= ${query.from}::date and e.established_on < ${addMonths(query.to, 1)}::date and e.established_on <= (now() at time zone 'Asia/Shanghai')::date
		and (e.status = 'active' or e.cancelled_on is not null)`;
	return sql<SqlBool>`(${withinPlace(scopeOf(actor), query, 'e')} and ${born} and ${became(query)})`;
}

/** By the end of the month that many months after the one of establishment. */
function became(query: CohortRowsQuery): RawBuilder<unknown> {
	if (query.age === null) return sql`true`;
	const by = (day: RawBuilder<unknown>) => sql`${day} < date_trunc('month', e.established_on) + make_interval(months => ${query.age! + 1})`;
	const ended = by(sql`greatest(e.cancelled_on, e.established_on)`);
	switch (query.measure) {
		case 'alive':
			return sql`(e.cancelled_on is null or not ${ended})`;
		case 'ended':
			return sql`(e.cancelled_on is not null and ${ended})`;
		case 'record':
			return by(sql`l.record`);
		case 'class-d':
			return by(sql`l.high`);
		case 'bad':
			return by(sql`least(l.record, l.high)`);
	}
}
