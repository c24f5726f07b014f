import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { addDays, instantOf } from '#lib/calendar/days.ts';
import { changedRows } from '#lib/counts/corrections.server.ts';
import { figureOf, repeatDays, standing, type FigureRow, type Standing, type WarningCorrections } from './corrections.ts';
import type { EvidenceQuery, ScopeKind } from './evaluation.ts';
import { behindFigure } from './evidence.server.ts';

/** Complaints are looked through so far before the window for what they repeat: a repeat of a repeat is one too. */
const repeatsSeen = 2 * repeatDays;

type Basis = {
	readonly id: string;
	readonly number: string;
	readonly item: string;
	readonly scopeKind: ScopeKind;
	readonly evidence: EvidenceQuery | null;
	readonly window: { readonly from: string; readonly to: string };
	readonly method: string;
	readonly limit: number | null;
	readonly observed: number | null;
	readonly upper: number | null;
	readonly occurredOn: string;
	/** Until when rows of the first and of the last judged evening counted, and when these were judged; instants as text. */
	readonly raisedEnd: string;
	readonly raisedAt: string;
	readonly judgedOn: string;
	readonly judgedEnd: string;
	readonly judgedAt: string;
	/** Of what several enterprises share: who was ever part of the episode. */
	readonly members: readonly string[];
};

/** The warnings of a jurisdiction with what their figures rest on. Evenings of the past may have been judged years later. */
async function basisOf(db: Kysely<DB>, actor: Actor, ids: readonly string[]): Promise<readonly Basis[]> {
	const { rows } = await sql<Basis>`
		with said as (
			select w.*, (
				select e.as_of from warning_event e where e.warning_id = w.id and e.axis = 'evaluation' and (e.action = 'raise' or e.data -> 'set' ->> 'lastBreachOn' is not null)
				order by e.seq desc limit 1
			) as judged_on
			from warning w
			where w.id = any(${[...ids]}) and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		), timed as (
			select s.*, (s.raised_on + 1)::timestamptz as raised_end, (s.judged_on + 1)::timestamptz as judged_end,
				(select r.finished_at from monitor_run r where r.indicator_id = s.indicator_id and r.as_of = s.raised_on) as raised_run,
				(select r.finished_at from monitor_run r where r.indicator_id = s.indicator_id and r.as_of = s.judged_on) as judged_run
			from said s
		)
		select id, number, item, scope_kind as "scopeKind", nullif(explanation -> 'evidence', 'null') as evidence, explanation -> 'window' as window,
			explanation ->> 'method' as method, (explanation ->> 'limit')::float8 as "limit", observed, upper, occurred_on::text as "occurredOn",
			least(raised_end, raised_run)::text as "raisedEnd", coalesce(raised_run, raised_end)::text as "raisedAt",
			judged_on::text as "judgedOn", least(judged_end, judged_run)::text as "judgedEnd", coalesce(judged_run, judged_end)::text as "judgedAt",
			case when scope_kind in ('cell', 'enterprise') then '{}' else array(
				select m.uscc from warning_subject m where m.warning_id = timed.id and m.role in ('named', 'member')
			) end as members
		from timed
	`.execute(db);
	return rows;
}

/** The rows of the whole episode. A corrected address or representative leaves its cluster: who was part of it is known by name. */
function episode({ evidence, occurredOn, members }: Basis & { readonly evidence: EvidenceQuery }): EvidenceQuery {
	const { link, ...rest } = evidence;
	return { ...rest, ...(link ? { uscc: members } : {}), from: occurredOn < evidence.from ? occurredOn : evidence.from };
}

/**
 * Versions of `event v` that the episode rested on and that were replaced since: known on the evening it was raised, or since while its
 * window moved. Of an evening long past that was judged later, what was known when it was judged.
 */
function stoodOn(actor: Actor, basis: Basis & { readonly evidence: EvidenceQuery }): RawBuilder<SqlBool> {
	const { raisedEnd, raisedAt, judgedEnd, judgedAt } = basis;
	const wasNewest = (at: string) => sql`(v.known_from <= ${at}::timestamptz and v.known_to > ${at}::timestamptz)`;
	return sql<SqlBool>`(${behindFigure(actor, episode(basis), 'v')}
		and v.known_to >= ${raisedEnd}::timestamptz and (v.known_from < ${raisedEnd}::timestamptz or v.known_to > ${raisedAt}::timestamptz)
		and v.known_from <= ${judgedAt}::timestamptz and v.received_at < ${judgedEnd}::timestamptz
		and (v.known_from::date < v.known_to::date or ${wasNewest(raisedAt)} or ${wasNewest(judgedAt)}))`;
}

/** What was corrected, withdrawn or folded of the rows behind warnings since they were raised; those of which nothing was are left out. */
export async function correctionsOf(db: Kysely<DB>, actor: Actor, ids: readonly string[]): Promise<readonly WarningCorrections[]> {
	if (!may(actor, 'warning.see') || ids.length === 0) return [];
	const found: WarningCorrections[] = [];
	for (const basis of await basisOf(db, actor, ids)) {
		const { id, number, item, scopeKind, evidence } = basis;
		if (evidence === null) continue;
		const known = { ...basis, evidence };
		const changed = await changedRows(db, actor, stoodOn(actor, known), behindFigure(actor, evidence, 'n'));
		if (changed !== null) found.push({ id, number, item, scopeKind, changed, standing: await standingOf(db, actor, known) });
	}
	return found;
}

/**
 * The figure of the last judged evening as it would be with what is known now of the rows received by then. Null where the rows known
 * then do not give the figure that was judged: history that came as totals, rows of elsewhere, or a figure that counts more than rows.
 */
async function standingOf(db: Kysely<DB>, actor: Actor, basis: Basis & { readonly evidence: EvidenceQuery }): Promise<Standing | null> {
	const { evidence, window, members, judgedEnd, judgedAt, judgedOn, scopeKind, method, observed, limit, upper } = basis;
	if (observed === null) return null;
	const from = evidence.kinds.includes('complaint') ? addDays(window.from, -repeatsSeen) : window.from;
	const now = { ...evidence, from, to: window.to };
	const { link, ...rest } = now;
	const then = link ? { ...rest, uscc: members } : now;
	const had = sql`(v.known_from < ${judgedEnd}::timestamptz and (v.known_to is null or v.known_to >= ${judgedEnd}::timestamptz))`;
	const newestLater = sql`(v.known_from >= ${judgedEnd}::timestamptz and v.known_from <= ${judgedAt}::timestamptz and (v.known_to is null or v.known_to > ${judgedAt}::timestamptz))`;
	const { rows } = await sql<FigureRow & { then: boolean; later: boolean; now: boolean; inTime: boolean; name: string }>`
		select v.uscc, v.kind, v.occurred_at::date::text as day, v.item, v.person_key as person, v.source_id || '|' || v.kind || '|' || v.source_key as name,
			${behindFigure(actor, then, 'v')} and ${had} as then, ${behindFigure(actor, then, 'v')} and ${newestLater} as later, ${behindFigure(actor, now, 'v')} and v.known_to is null as now,
			v.received_at < ${judgedEnd}::timestamptz as "inTime"
		from event v
		where (${behindFigure(actor, then, 'v')} or ${behindFigure(actor, now, 'v')}) and not v.withdrawn and (v.known_to is null or v.received_at < ${judgedEnd}::timestamptz)
	`.execute(db);
	// Of an evening that was judged later, rows that nobody had yet then count as they stood when it was judged.
	const later = rows.filter((row) => row.later && row.inTime);
	const hadBefore = later.length === 0 ? new Set<string>() : await namesHad(db, evidence.kinds, judgedEnd);
	const thenRows = rows.filter((row) => row.inTime && (row.then || (row.later && !hadBefore.has(row.name))));
	// A correction is received on its own day: the row counts when it did before.
	const stood = new Set(thenRows.map((row) => row.name));
	const nowRows = rows.filter((row) => row.now && (row.inTime || stood.has(row.name)));
	const counted = (some: readonly FigureRow[]) => figureOf(some, scopeKind, method, window.from);
	return counted(thenRows) === observed ? standing(judgedOn, observed, counted(nowRows), limit, upper) : null;
}

/** Rows that we had before an instant in a version that was replaced after it. */
async function namesHad(db: Kysely<DB>, kinds: readonly string[], instant: string): Promise<ReadonlySet<string>> {
	const { rows } = await sql<{ name: string }>`
		select p.source_id || '|' || p.kind || '|' || p.source_key as name from event p
		where p.kind = any(${[...kinds]}) and p.known_to >= ${instant}::timestamptz and p.known_from < ${instant}::timestamptz
	`.execute(db);
	return new Set(rows.map((row) => row.name));
}

/** Which warnings of a list rest on rows that were corrected, withdrawn or folded since. */
export async function correctedAmong(db: Kysely<DB>, actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
	if (!may(actor, 'warning.see') || ids.length === 0) return new Set();
	const suspected = await perhapsCorrected(db, actor, ids);
	const marked = new Set<string>();
	if (suspected.length === 0) return marked;
	for (const basis of await basisOf(db, actor, suspected)) {
		if (basis.evidence === null) continue;
		const changed = await changedRows(db, actor, stoodOn(actor, { ...basis, evidence: basis.evidence }), sql<SqlBool>`true`, 1);
		if (changed !== null) marked.add(basis.id);
	}
	return marked;
}

/** Those with any replaced row of their kinds, days, region and industry since they were raised: two looks for a whole page. */
async function perhapsCorrected(db: Kysely<DB>, actor: Actor, ids: readonly string[]): Promise<readonly string[]> {
	const { rows } = await sql<{ id: string; raisedOn: string; occurredOn: string; evidence: EvidenceQuery | null }>`
		select w.id, w.raised_on::text as "raisedOn", w.occurred_on::text as "occurredOn", nullif(w.explanation -> 'evidence', 'null') as evidence
		from warning w
		where w.id = any(${[...ids]}) and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
	`.execute(db);
	const asked = rows.flatMap(({ id, raisedOn, occurredOn, evidence }) => {
		if (evidence === null) return [];
		const { kinds, from, to, regionCode, industryKey, uscc } = evidence;
		const prefix = regionPrefix(regionCode);
		return [{
			id, kinds, raised: raisedOn, from: occurredOn < from ? occurredOn : from, to, low: prefix.padEnd(6, '0'), high: prefix.padEnd(6, '9'),
			industry: `${industryKey === '*' ? '' : industryKey}%`, uscc: uscc ?? null
		}];
	});
	if (asked.length === 0) return [];
	const first = asked.map((one) => one.from).sort()[0]!;
	const last = asked.map((one) => one.to).sort().at(-1)!;
	const found = await sql<{ id: string }>`
		select q.id
		from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as q(id text, kinds text[], raised date, "from" date, "to" date, low text, high text, industry text, uscc text[])
		where exists (
			select from event v
			where v.known_to is not null and v.kind = any(q.kinds) and v.known_to >= q.raised and not v.withdrawn and v.known_from < v.known_to
				and v.occurred_at >= ${instantOf(first)} and v.occurred_at < ${instantOf(addDays(last, 1))} and v.occurred_at >= q."from" and v.occurred_at < q."to" + 1
				and v.region_code between q.low and q.high and v.industry_key like q.industry and (q.uscc is null or v.uscc = any(q.uscc))
		)
	`.execute(db);
	return found.rows.map((row) => row.id);
}
