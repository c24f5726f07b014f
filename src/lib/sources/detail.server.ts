import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, type NotAllowed, type NotFound } from '#lib/access/refuse.ts';
import { listBatches, visibleSource } from '#lib/intake/batches.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { usualVolume, volumeDeliveries, type Volume } from './volume.ts';
import { readCadence, type Cadence } from './watermark.ts';

export type SourceDetail = {
	readonly id: string;
	readonly name: string;
	readonly departmentId: string;
	readonly department: string;
	readonly regionCode: string;
	readonly region: string;
	readonly cadence: Cadence | null;
	readonly contact: string | null;
	readonly grading: string | null;
	readonly gradingLevel: number | null;
	readonly stopped: { readonly at: Date | null; readonly reason: string; readonly by: string | null } | null;
};

/** What a source delivers of one kind. */
export type SourceKind = {
	readonly kind: string;
	/** The name of commands and addresses. */
	readonly name: string;
	readonly volume: Volume | null;
	readonly lastRows: number | null;
	readonly lastReceived: Date | null;
	/** Who settled its mapping, when and where; null: columns are guessed by their header. */
	readonly mapping: { readonly origin: 'upload' | 'editor'; readonly by: string | null; readonly at: Date } | null;
};

/** One source: what was settled, what usually comes, what came last. Counts and states, no rows. */
export async function sourceDetail(db: Kysely<DB>, actor: Actor, id: string) {
	if (!may(actor, 'source.technical') && !may(actor, 'intake.see')) return notAllowed;
	const source = await readSourceRow(db, actor, id);
	if (source === undefined) return notFound;
	const kinds = await kindsOfSource(db, id);
	const recent = await listBatches(db, actor, { sourceId: id });
	return {
		ok: true as const,
		source,
		kinds,
		batches: recent.ok ? recent.batches.slice(0, recentBatches) : [],
		rights: { technical: may(actor, 'source.technical'), map: check(actor, 'intake.map', { departmentId: source.departmentId }) === null }
	};
}

const recentBatches = 12;

/** A source that somebody may look at, with the names of what it refers to. */
export async function findSource(
	db: Kysely<DB>, actor: Actor, id: string
): Promise<{ readonly ok: true; readonly source: SourceDetail } | NotAllowed | NotFound> {
	if (!may(actor, 'source.technical') && !may(actor, 'intake.see')) return notAllowed;
	const source = await readSourceRow(db, actor, id);
	return source === undefined ? notFound : { ok: true, source };
}

async function readSourceRow(db: Kysely<DB>, actor: Actor, id: string): Promise<SourceDetail | undefined> {
	const row = await db
		.selectFrom('source as s')
		.innerJoin('department as d', 'd.id', 's.owner_department_id')
		.innerJoin('region as r', 'r.code', 's.region_code')
		.leftJoin('app_user as u', 'u.id', 's.stopped_by')
		.select([
			's.id', 's.name', 's.owner_department_id as departmentId', 'd.name as department', 's.region_code as regionCode', 'r.name as region', 's.cadence',
			's.contact', 's.grading', 's.grading_level as gradingLevel', 's.stopped_at', 's.stopped_reason', 's.state', 'u.display_name as stoppedBy'
		])
		.where('s.id', '=', id)
		.where(visibleSource(actor))
		.executeTakeFirst();
	if (row === undefined) return undefined;
	const { cadence, stopped_at, stopped_reason, state, stoppedBy, ...source } = row;
	return {
		...source,
		cadence: readCadence(cadence),
		stopped: state === 'stopped' ? { at: stopped_at, reason: stopped_reason ?? '', by: stoppedBy } : null
	};
}

async function kindsOfSource(db: Kysely<DB>, id: string): Promise<SourceKind[]> {
	const book = await loadKindBook(db);
	const { kinds } = await db.selectFrom('source').select('kinds').where('id', '=', id).executeTakeFirstOrThrow();
	// The newest of each kind only; a file sent again says nothing of how much usually comes.
	const { rows: deliveries } = await sql<{ kind: string; rows: number; at: Date }>`
		select kind, rows, at from (
			select kind, rows, started_at as at, row_number() over (partition by kind order by started_at desc, id) as nth
			from intake_batch where source_id = ${id} and state = 'done' and rows > duplicates
		) newest where nth <= ${volumeDeliveries} order by kind, nth
	`.execute(db);
	const volumes = await db.selectFrom('source_volume').select(['kind', 'rows_expected']).where('source_id', '=', id).execute();
	const mappings = await db
		.selectFrom('source_mapping as m')
		.leftJoin('app_user as u', 'u.id', 'm.changed_by')
		.select(['m.kind', 'm.origin', 'm.changed_at as at', 'u.display_name as by'])
		.where('m.source_id', '=', id)
		.execute();
	return kinds.map((stored) => {
		const came = deliveries.filter((one) => one.kind === stored);
		const mapping = mappings.find((one) => one.kind === stored);
		return {
			kind: stored,
			name: book.find(stored)?.name ?? stored,
			volume: usualVolume(came.map((one) => one.rows), volumes.find((one) => one.kind === stored)?.rows_expected ?? null),
			lastRows: came[0]?.rows ?? null,
			lastReceived: came[0]?.at ?? null,
			mapping: mapping === undefined ? null : { origin: mapping.origin as 'upload' | 'editor', by: mapping.by, at: mapping.at }
		};
	});
}
