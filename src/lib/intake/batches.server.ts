import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { regionPrefix, regionsHolding } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { IntakeWarning } from './reject-reasons.ts';
import { rejectLines } from '#lib/mending/rejects.server.ts';
import { cityCompleteTo, completeToOf, type CompleteTo } from '#lib/sources/complete-to.server.ts';
import { readCadence, type Cadence, type ShownState } from '#lib/sources/watermark.ts';

/** Sources whose batches somebody may look at: of their jurisdiction; a professional department sees its own sources only. */
export function visibleSource(actor: Actor): RawBuilder<SqlBool> {
	const inside = regionWithin(regionPrefix(actor.regionCode), 's.region_code');
	return actor.industries === null ? inside : sql<SqlBool>`(${inside} and s.owner_department_id = ${actor.departmentId})`;
}

export type SourceRow = {
	readonly id: string;
	readonly name: string;
	readonly departmentId: string;
	readonly department: string;
	readonly region: string;
	/** Of one's own only. */
	readonly contact: string | null;
	/** Its page may be opened; of a source that answers for a place around one's own only the states are shown. */
	readonly own: boolean;
	readonly cadence: Cadence | null;
	readonly stopped: boolean;
	/** From when on deliveries are owed: it was registered, or brought something before. */
	readonly since: Date;
	readonly stoppedAt: Date | null;
	readonly kinds: readonly {
		readonly kind: string;
		/** The worst state of its cities, and how many cities share it. */
		readonly state: ShownState;
		readonly cities: number;
		readonly behind: readonly string[];
		readonly complete: CompleteTo;
		readonly lastReceived: Date;
	}[];
};

/** Sources of the places that hold somebody's own: a city's desk sees whether the province's source has delivered for its city. */
function sourceAbove(actor: Actor): RawBuilder<SqlBool> {
	return actor.industries === null ? sql<SqlBool>`s.region_code = any(${regionsHolding(actor.regionCode)})` : sql<SqlBool>`false`;
}

/** Sources that concern somebody's jurisdiction, with the state of each kind they deliver there; counts, no rows. */
export async function listSources(db: Kysely<DB>, actor: Actor): Promise<{ readonly ok: true; readonly sources: readonly SourceRow[] } | NotAllowed> {
	if (!may(actor, 'source.technical') && !may(actor, 'intake.see')) return notAllowed;
	const prefix = regionPrefix(actor.regionCode);
	const sources = await db
		.selectFrom('source as s')
		.innerJoin('department as d', 'd.id', 's.owner_department_id')
		.innerJoin('region as r', 'r.code', 's.region_code')
		.select(['s.id', 's.name', 'd.id as departmentId', 'd.name as department', 'r.name as region', 's.cadence', 's.state', 's.stopped_at as stoppedAt'])
		.select(sql<Date>`least(s.created_at, (select min(b.started_at) from intake_batch b where b.source_id = s.id and b.state = 'done'))`.as('since'))
		.select([sql<boolean>`${visibleSource(actor)}`.as('own'), sql<string | null>`case when ${visibleSource(actor)} then s.contact end`.as('contact')])
		.where(sql<SqlBool>`(${visibleSource(actor)} or ${sourceAbove(actor)})`)
		.orderBy('s.name')
		.execute();
	const { rows: marks } = await sql<Omit<SourceRow['kinds'][number], 'complete'> & { readonly sourceId: string; readonly completeDays: readonly string[] }>`
		select w.source_id as "sourceId", w.kind, count(*)::int as cities, array_agg(w.complete_to::text) as "completeDays", max(last_received_at) as "lastReceived",
			(array_agg(w.shown order by array_position(array['missing', 'late', 'stopped', 'changed-coverage', 'partial', 'on-demand', 'on-time'], w.shown)))[1] as state,
			coalesce(array_agg(r.name order by r.code) filter (where w.shown not in ('on-time', 'on-demand', 'stopped')), '{}') as behind
		from (
			select w.*, ${cityCompleteTo} as complete_to, case
				when w.state <> 'on-time' then w.state
				when exists (
					select from coverage_notice n where n.source_id = w.source_id and n.kind = w.kind and n.state = 'open'
						and (n.region_code = '000000' or w.region_code like regexp_replace(n.region_code, '(00){1,2}$', '') || '%')
				) then 'changed-coverage'
				when s.cadence is null then 'on-demand'
				else 'on-time' end as shown
			from watermark w join source s on s.id = w.source_id
		) w join region r on r.code = w.region_code
		where ${regionWithin(prefix.slice(0, 4), 'w.region_code')}
		group by w.source_id, w.kind order by w.kind
	`.execute(db);
	const kinds = marks.map(({ completeDays, ...kind }) => ({ ...kind, complete: completeToOf(completeDays)! }));
	const bySource = Map.groupBy(kinds, (kind) => kind.sourceId);
	return { ok: true, sources: sources.map(({ cadence, state, ...source }) => ({ ...source, cadence: readCadence(cadence), stopped: state === 'stopped', kinds: bySource.get(source.id) ?? [] })) };
}

export type BatchFilter = { readonly sourceId?: string; readonly kind?: string; readonly state?: string; /** Batches that began before this instant. */ readonly before?: Date };

const batchPageSize = 50;

/** Batches of an actor's sources, newest first: counts, no rows. */
export async function listBatches(db: Kysely<DB>, actor: Actor, filter: BatchFilter = {}) {
	if (!may(actor, 'source.technical') && !may(actor, 'intake.see')) return notAllowed;
	const rows = await db
		.selectFrom('intake_batch as b')
		.innerJoin('source as s', 's.id', 'b.source_id')
		.select(['b.id', 's.name as source', 'b.kind', 'b.file_name', 'b.state', 'b.rows', 'b.accepted', 'b.duplicates', 'b.versions', 'b.rejected', 'b.first_day', 'b.last_day', 'b.started_at'])
		.select(sql<number>`(select count(*)::int from intake_reject r where r.batch_id = b.id and r.state = 'open')`.as('open'))
		.select(sql<number>`coalesce((jsonb_path_query_first(b.warnings, '$[*] ? (@.code == "outside-territory")') ->> 'count')::int, 0)`.as('outside'))
		.where(visibleSource(actor))
		.$if(Boolean(filter.sourceId), (query) => query.where('b.source_id', '=', filter.sourceId!))
		.$if(Boolean(filter.kind), (query) => query.where('b.kind', '=', filter.kind!))
		.$if(Boolean(filter.state), (query) => query.where('b.state', '=', filter.state!))
		.$if(filter.before !== undefined, (query) => query.where('b.started_at', '<', filter.before!))
		.orderBy('b.started_at', 'desc')
		.orderBy('b.id')
		.limit(batchPageSize + 1)
		.execute();
	return { ok: true as const, batches: rows.slice(0, batchPageSize), older: rows.length > batchPageSize ? rows[batchPageSize - 1]!.started_at : null };
}

async function batchOf(db: Kysely<DB>, actor: Actor, batchId: string) {
	return db
		.selectFrom('intake_batch as b')
		.innerJoin('source as s', 's.id', 'b.source_id')
		.leftJoin('app_user as u', 'u.id', 'b.actor_id')
		.selectAll('b')
		.select(['s.name as source', 's.owner_department_id as departmentId', 'u.display_name as actorName'])
		.where('b.id', '=', batchId)
		.where(visibleSource(actor))
		.executeTakeFirst();
}

/** Rejected rows shown on the page; the download has them all. */
const rejectsShown = 50;

/** One batch: its figures, warnings and the reasons of what was refused. The refused rows themselves only for who may mend them. */
export async function batchDetail(db: Kysely<DB>, actor: Actor, batchId: string) {
	if (!may(actor, 'intake.see')) return notAllowed;
	const batch = await batchOf(db, actor, batchId);
	if (batch === undefined) return notFound;
	const mayMend = check(actor, 'intake.mend', { departmentId: batch.departmentId }) === null;
	const reasons = await db
		.selectFrom('intake_reject')
		.select(['reason', 'field'])
		.select(sql<number>`count(*)::int`.as('n'))
		.select(sql<number>`(count(*) filter (where state = 'open'))::int`.as('open'))
		.select(sql<number>`min(line)`.as('firstLine'))
		.where('batch_id', '=', batchId)
		.groupBy(['reason', 'field'])
		.orderBy('n', 'desc')
		.execute();
	const rejects = mayMend
		? await db.selectFrom('intake_reject').select(['line', 'reason', 'message', 'raw', 'state']).where('batch_id', '=', batchId).orderBy('line').limit(rejectsShown).execute()
		: [];
	const { rows: mends } = await sql<{ id: string; number: number; rows: number }>`
		select r.id, r.number, (a ->> 'rows')::int as rows from intake_batch b cross join jsonb_array_elements(b.mended) a join mend_rule r on r.id = a ->> 'rule'
		where b.id = ${batchId} order by r.number
	`.execute(db);
	const { rows: requests } = await sql<{ state: string; progress: number | null; error: string | null }>`
		select state, progress, error from job_request where job = 'import-upload' and payload ->> 'batchId' = ${batchId} order by id desc limit 1
	`.execute(db);
	return {
		ok: true as const,
		batch: { ...batch, warnings: batch.warnings as unknown as readonly IntakeWarning[] },
		mayMend,
		/** Remembered rules that changed rows of this file. */
		mends,
		reasons,
		rejects: rejects.map((row) => ({ ...row, raw: row.raw.slice(0, 500) })),
		request: requests[0] ?? null
	};
}

/** The refused rows of a batch as CSV, to be mended and sent again. Looking at them is noted: they hold what the source holds. */
export async function rejectsCsv(
	db: Kysely<DB>, actor: Actor, batchId: string
): Promise<{ readonly ok: true; readonly fileName: string; readonly lines: AsyncGenerator<string> } | NotAllowed | NotFound | OwnWork> {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const batch = await batchOf(db, actor, batchId);
	if (batch === undefined) return notFound;
	const refusal = check(actor, 'intake.mend', { departmentId: batch.departmentId });
	if (refusal !== null) return refusal;
	await audit(db, actor, { action: 'intake.rejects-export', objectKind: 'intake-batch', objectId: batchId, detail: { rejected: batch.rejected } });
	return { ok: true, fileName: `rejects-${batch.kind}-${batchId.slice(0, 8)}.csv`, lines: rejectLines(db, [batchId]) };
}

/** Sources into which an actor may bring files of a kind. */
export async function ownSources(db: Kysely<DB>, actor: Actor) {
	return db.selectFrom('source').select(['id', 'name', 'kinds']).where('owner_department_id', '=', actor.departmentId).where('state', '=', 'active').orderBy('name').execute();
}

