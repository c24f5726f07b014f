import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { addDays, instantOf } from '#lib/calendar/days.ts';
import { maskNames, maskPhone } from '#lib/enterprises/mask.ts';
import { foldedUnder, type FoldSide } from '#lib/intake/duplicates.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import type { Level } from '#lib/warnings/levels.ts';
import type { Work } from '#lib/warnings/lifecycle.ts';
import { joinMembers, masked, subjectColumns } from '#lib/warnings/subject.server.ts';
import type { Subject } from '#lib/warnings/subject.ts';
import type { RowsQuery } from './query.ts';
import { regionInReach } from './risk-map.server.ts';

export const rowsPerPage = 50;

/** One event as people may see it: persons and telephones masked. */
export type EventRow = {
	readonly id: string;
	readonly occurredAt: Date;
	readonly receivedAt: Date;
	/** Null where the event names nobody registered. */
	readonly uscc: string | null;
	readonly enterprise: string | null;
	readonly legalRep: string;
	readonly phone: string;
	readonly regionCode: string;
	readonly regionName: string | null;
	readonly industryKey: string;
	readonly industryName: string | null;
	readonly item: string | null;
	readonly source: string | null;
	/** Rows that say the same and count in this one. */
	readonly folded: readonly FoldSide[];
};

export type WarningRow = Subject & {
	readonly id: string;
	readonly number: string;
	readonly level: Level;
	readonly work: Work;
	readonly indicatorName: string;
	readonly indicatorNameEn: string;
	readonly regionName: string | null;
	readonly industryKey: string;
	readonly industryName: string | null;
	readonly raisedOn: string;
};

export type Rows = {
	/** All rows behind the figure, whatever the page shows. */
	readonly total: number;
	/** What the summaries count for the same question; more than `total` where history came as totals only, fewer where a person complained repeatedly. */
	readonly counted: number;
	readonly events: readonly EventRow[] | null;
	readonly warnings: readonly WarningRow[] | null;
};

type Found = { readonly ok: true; readonly rows: Rows } | NotAllowed | NotFound | OwnWork;

/** The rows behind a figure of the map, newest first. */
export async function rowsBehind(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Found> {
	const refusal = check(actor, query.kind === null ? 'warning.see' : 'events.see');
	if (refusal) return refusal;
	if (regionInReach(await loadRegions(db), scopeOf(actor), query.region) === null) return notFound;
	return { ok: true, rows: query.kind === null ? await warningRows(db, actor, query, page) : await eventRows(db, actor, query, page) };
}

/** The same question of any table with a region and an industry. */
function asked(actor: Actor, query: RowsQuery, alias: string): RawBuilder<SqlBool> {
	const [region, industry] = [`${alias}.region_code`, `${alias}.industry_key`];
	const where = query.exact ? sql`${sql.ref(region)} = ${query.region}` : regionWithin(regionPrefix(query.region), region);
	const what = query.industry === null ? sql`true` : sql`${sql.ref(industry)} like ${`${query.industry}%`}`;
	return sql<SqlBool>`(${withinJurisdiction(scopeOf(actor), { region, industry })} and ${where} and ${what})`;
}

async function eventRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Rows> {
	const those = sql`e.kind = ${query.kind} and e.known_to is null and not e.withdrawn
		and e.occurred_at >= ${instantOf(query.from)} and e.occurred_at < ${instantOf(addDays(query.to, 1))} and ${asked(actor, query, 'e')}`;
	const [{ rows: totals }, { rows: counts }, { rows }] = await Promise.all([
		sql<{ n: number }>`select count(*)::int as n from event e where ${those}`.execute(db),
		sql<{ n: number }>`
			select coalesce(sum(c.n), 0)::int as n from count_day c
			where c.kind = ${query.kind} and c.day between ${query.from}::date and ${query.to}::date and ${asked(actor, query, 'c')}`.execute(db),
		// The page is cut before names are joined.
		sql<Omit<EventRow, 'legalRep' | 'phone' | 'folded'> & { subject: string; legalRep: string | null; phone: string | null }>`
			with page as (
				select e.* from event e where ${those}
				order by e.occurred_at desc, e.event_id limit ${rowsPerPage} offset ${page * rowsPerPage}
			)
			select e.event_id as id, e.uscc as subject, e.occurred_at as "occurredAt", e.received_at as "receivedAt", n.uscc, n.name as enterprise,
				n.legal_rep as "legalRep", n.phone, e.region_code as "regionCode", r.name as "regionName", e.industry_key as "industryKey",
				i.name as "industryName", e.item, s.name as source
			from page e
			left join enterprise n on n.uscc = e.uscc
			left join region r on r.code = e.region_code
			left join industry i on i.key = e.industry_key
			left join source s on s.id = e.source_id
			order by e.occurred_at desc, e.event_id`.execute(db)
	]);
	const folded = await foldedUnder(db, rows.map((row) => row.id), rows.map((row) => row.subject));
	const masked = rows.map(({ subject: _, ...row }) => ({ ...row, folded: folded.get(row.id) ?? [], legalRep: maskNames(row.legalRep ?? ''), phone: maskPhone(row.phone) }));
	return { total: totals[0]!.n, counted: counts[0]!.n, events: masked, warnings: null };
}

async function warningRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Rows> {
	const level = query.level === null ? sql`true` : sql`w.level = ${query.level}`;
	const those = sql`w.raised_on between ${query.from}::date and ${query.to}::date and ${level} and ${asked(actor, query, 'w')}`;
	const [{ rows: totals }, { rows }] = await Promise.all([
		sql<{ n: number }>`select count(*)::int as n from warning w where ${those}`.execute(db),
		sql<WarningRow>`
			select w.id, w.number, w.level, w.work, d.name as "indicatorName", d.name_en as "indicatorNameEn", r.name as "regionName",
				w.industry_key as "industryKey", i.name as "industryName", ${subjectColumns}, w.raised_on as "raisedOn"
			from warning w join indicator d on d.id = w.indicator_id
			left join region r on r.code = w.region_code left join industry i on i.key = w.industry_key
			${joinMembers(actor)}
			where ${those} order by w.raised_on desc, w.id limit ${rowsPerPage} offset ${page * rowsPerPage}`.execute(db)
	]);
	return { total: totals[0]!.n, counted: totals[0]!.n, events: null, warnings: rows.map(masked) };
}
