import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addDays, dayOf, instantOf } from '#lib/calendar/days.ts';
import type { ChangedRows, RowVersion } from '#lib/counts/corrections.ts';
import { changedRows, countedOnce, versionsOfRows } from '#lib/counts/corrections.server.ts';
import { countedKey, liveEvent } from '#lib/counts/roll-up.server.ts';
import { knownOn } from '#lib/counts/versions.server.ts';
import { maskNames, maskPhone } from '#lib/enterprises/mask.ts';
import { firstPage, type ListPage, type Turn } from '#lib/enterprises/turn.ts';
import { foldedUnder, type FoldSide } from '#lib/duplicates/verdicts.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { disposedOn, due } from '#lib/warnings/due.server.ts';
import { levelsNamed, type Level } from '#lib/warnings/levels.ts';
import type { Work } from '#lib/warnings/lifecycle.ts';
import { joinMembers, masked, subjectColumns } from '#lib/warnings/subject.server.ts';
import type { Subject } from '#lib/warnings/subject.ts';
import { enterpriseRows, type EnterpriseRow } from './enterprise-rows.server.ts';
import { atStep, keptInTime } from './lists.server.ts';
import { isOfWarnings, rowKindOf, rowsPerPage, type RowsQuery, type WarningRowKind } from './query.ts';
import { regionInReach } from './region-in-reach.ts';
import { withinPlace } from './within-place.server.ts';

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
	/** Its versions, newest first, where it was ever corrected. */
	readonly versions: readonly RowVersion[];
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
	/** The day it had or has to be acknowledged or disposed of, where that is what was asked. */
	readonly dueOn: string | null;
	readonly disposedOn: string | null;
};

export type Rows = {
	/** All rows behind the figure, whatever the page shows. */
	readonly total: number;
	/** What the summaries count for the same question; more than `total` where history came as totals only, fewer where a person complained repeatedly. */
	readonly counted: number;
	readonly events: readonly EventRow[] | null;
	readonly warnings: readonly WarningRow[] | null;
	/** Of classes, inspections and those in business: a page of them. */
	readonly enterprises?: ListPage<EnterpriseRow>;
	/** Of the shown days: rows that were corrected, withdrawn or folded after they had counted; null: none, or as known on a past day. */
	readonly changed: ChangedRows | null;
};

type Found = { readonly ok: true; readonly rows: Rows } | NotAllowed | NotFound | OwnWork;

/** The rows behind a figure of the map: events and warnings newest first by the number of a page, enterprises by their codes from a turn on. */
export async function rowsBehind(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number, turn: Turn = firstPage): Promise<Found> {
	const of = rowKindOf(query);
	const refusal = check(actor, of === 'events' ? 'events.see' : isOfWarnings(of) ? 'warning.see' : 'dossier.see');
	if (refusal) return refusal;
	if (regionInReach(await loadRegions(db), scopeOf(actor), query.region) === null) return notFound;
	if (of === 'events') return { ok: true, rows: await eventRows(db, actor, query, page) };
	if (isOfWarnings(of)) return { ok: true, rows: await warningRows(db, actor, query, of, page) };
	const { counted, ...enterprises } = await enterpriseRows(db, actor, query, of, turn);
	return { ok: true, rows: { total: counted, counted, events: null, warnings: null, enterprises, changed: null } };
}

/** The same question of any table with a region and an industry. */
const asked = (actor: Actor, query: RowsQuery, alias: string) => withinPlace(scopeOf(actor), query, alias);

/** Versions of the event `alias` that fall under the question, whether they count or not. */
function askedEvents(actor: Actor, query: RowsQuery, alias: string): RawBuilder<SqlBool> {
	const at = sql.ref(`${alias}.occurred_at`);
	return sql<SqlBool>`(${sql.ref(`${alias}.kind`)} = ${query.kind} and ${at} >= ${instantOf(query.from)} and ${at} < ${instantOf(addDays(query.to, 1))} and ${asked(actor, query, alias)})`;
}

/** Rows behind a figure of events that changed after they had counted. */
export function changedBehind(db: Kysely<DB>, actor: Actor, query: RowsQuery, most?: number): Promise<ChangedRows | null> {
	return changedRows(db, actor, sql<SqlBool>`(${askedEvents(actor, query, 'v')} and ${countedOnce})`, askedEvents(actor, query, 'n'), most);
}

/** What the summaries count: of a past day from the rows known then, a person's complaints once a day as the summaries do. */
function countedOf(db: Kysely<DB>, actor: Actor, query: RowsQuery, known: string | null) {
	// Summaries know divisions; what a group counts is asked of its events.
	if (known === null && (query.industry?.length ?? 0) <= 3) {
		return sql<{ n: number }>`
			select coalesce(sum(c.n), 0)::int as n from count_day c
			where c.kind = ${query.kind} and c.day between ${query.from}::date and ${query.to}::date and ${asked(actor, query, 'c')}`.execute(db);
	}
	const person = query.kind === 'complaint' ? sql.raw('person_key') : sql`null::text`;
	const those = known === null ? sql`event e where ${askedEvents(actor, query, 'e')} and ${liveEvent}` : sql`event where ${askedEvents(actor, query, 'event')} and ${knownOn(known)}`;
	return sql<{ n: number }>`
		select coalesce(sum(n), 0)::int as n from (
			select count(distinct (e.uscc, e.person)) filter (where e.person is not null) + count(*) filter (where e.person is null) as n
			from (select uscc, region_code, occurred_at, industry_key, ${person} as person from ${those}) e
			group by e.region_code, e.occurred_at::date, ${countedKey}
		) cell`.execute(db);
}

async function eventRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, page: number): Promise<Rows> {
	const known = query.known ?? null;
	const those = known === null ? sql`${askedEvents(actor, query, 'e')} and ${liveEvent}` : sql`${askedEvents(actor, query, 'event')} and ${knownOn(known)}`;
	const from = known === null ? sql`event e` : sql`event`;
	const [{ rows: totals }, { rows: counts }, { rows }, changed] = await Promise.all([
		sql<{ n: number }>`select count(*)::int as n from ${from} where ${those}`.execute(db),
		countedOf(db, actor, query, known),
		// The page is cut before names are joined.
		sql<Omit<EventRow, 'legalRep' | 'phone' | 'folded' | 'versions'> & { subject: string; legalRep: string | null; phone: string | null; key: string; sourceId: string }>`
			with page as (
				select * from ${from} where ${those}
				order by occurred_at desc, event_id limit ${rowsPerPage} offset ${page * rowsPerPage}
			)
			select e.event_id as id, e.uscc as subject, e.source_key as key, e.source_id as "sourceId", e.occurred_at as "occurredAt", e.received_at as "receivedAt", n.uscc, n.name as enterprise,
				n.legal_rep as "legalRep", n.phone, e.region_code as "regionCode", r.name as "regionName", e.industry_key as "industryKey",
				i.name as "industryName", e.item, s.name as source
			from page e
			left join enterprise n on n.uscc = e.uscc
			left join region r on r.code = e.region_code
			left join industry i on i.key = e.industry_key
			left join source s on s.id = e.source_id
			order by e.occurred_at desc, e.event_id`.execute(db),
		known === null ? changedBehind(db, actor, query, query.changed ? undefined : 1) : null
	]);
	// Of a past day neither what was folded nor what was corrected since is known.
	const [folded, versions] = known === null
		? await Promise.all([
			foldedUnder(db, rows.map((row) => row.id), rows.map((row) => row.subject)),
			versionsOfRows(db, actor, query.kind!, rows.map(({ id, key, sourceId, occurredAt }) => ({ id, key, source: sourceId, day: dayOf(occurredAt) })))
		])
		: [new Map<string, readonly FoldSide[]>(), new Map<string, readonly RowVersion[]>()];
	const masked = rows.map(({ subject: _, key: _key, sourceId: _source, ...row }) => ({
		...row, folded: folded.get(row.id) ?? [], versions: versions.get(row.id) ?? [], legalRep: maskNames(row.legalRep ?? ''), phone: maskPhone(row.phone)
	}));
	return { total: totals[0]!.n, counted: counts[0]!.n, events: masked, warnings: null, changed };
}

/** Which warnings stand behind a figure: what day of theirs lies in the span, and what else is asked of them. */
function askedWarnings(query: RowsQuery, of: WarningRowKind): RawBuilder<SqlBool> {
	const inSpan = (day: RawBuilder<unknown>) => sql`${day} between ${query.from}::date and ${query.to}::date`;
	switch (of) {
		case 'warnings':
			return sql<SqlBool>`(${inSpan(sql`w.raised_on`)} and ${query.indicator ? sql`w.indicator_id = ${query.indicator}` : sql`true`} and ${query.work ? atStep(query.work) : sql`true`})`;
		case 'disposed':
			return sql<SqlBool>`${inSpan(disposedOn)}`;
		case 'due':
			return sql<SqlBool>`(${inSpan(sql`w.dispose_due`)} and ${query.kept ? keptInTime : sql`true`})`;
		case 'overdue':
			return sql<SqlBool>`${due} < ${query.to}::date`;
	}
}

async function warningRows(db: Kysely<DB>, actor: Actor, query: RowsQuery, of: WarningRowKind, page: number): Promise<Rows> {
	const level = query.level === null ? sql`true` : sql`w.level = any(${levelsNamed(query.level)}::text[])`;
	const those = sql`${askedWarnings(query, of)} and ${level} and ${asked(actor, query, 'w')}`;
	const dueOn = of === 'overdue' ? due : of === 'due' ? sql`w.dispose_due` : sql`null::date`;
	const [{ rows: totals }, { rows }] = await Promise.all([
		sql<{ n: number }>`select count(*)::int as n from warning w where ${those}`.execute(db),
		sql<WarningRow>`
			select w.id, w.number, w.level, w.work, d.name as "indicatorName", d.name_en as "indicatorNameEn", r.name as "regionName",
				w.industry_key as "industryKey", i.name as "industryName", ${subjectColumns}, w.raised_on as "raisedOn", ${dueOn} as "dueOn", ${disposedOn} as "disposedOn"
			from warning w join indicator d on d.id = w.indicator_id
			left join region r on r.code = w.region_code left join industry i on i.key = w.industry_key
			${joinMembers(actor)}
			where ${those} order by w.raised_on desc, w.id limit ${rowsPerPage} offset ${page * rowsPerPage}`.execute(db)
	]);
	return { total: totals[0]!.n, counted: totals[0]!.n, events: null, warnings: rows.map(masked), changed: null };
}
