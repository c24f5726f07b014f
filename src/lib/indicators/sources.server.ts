import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { readCadence } from '#lib/sources/watermark.ts';

/** Where a source stands for one kind and one city. */
export type Watermark = {
	readonly sourceId: string;
	readonly kind: string;
	readonly regionCode: string;
	readonly completeUpTo: string;
	readonly state: string;
	/** The source has a cadence: it is due, not on demand. */
	readonly promised: boolean;
};

/** A day of which a source brought far too few rows: from the evening on which that was found until the one on which it was settled. */
export type PartialDay = { readonly kind: string; readonly regionCode: string; readonly day: string; readonly foundOn: string; readonly settledOn: string | null };

/** From this day on a source's region is a new series. */
export type Anchor = { readonly sourceId: string; readonly kind: string; readonly regionCode: string; readonly anchorOn: string };

/** A change of coverage already noticed. */
export type Notice = {
	readonly id: string;
	readonly sourceId: string;
	readonly kind: string;
	readonly regionCode: string;
	readonly changeOn: string;
	readonly detectedOn: string;
	readonly factor: number;
	/** A level that changed on `changeOn`, or rows that were entered in bulk on it. */
	readonly what: 'level' | 'bulk';
	readonly state: 'open' | 'confirmed' | 'dismissed';
};

export type SourceState = {
	readonly sources: readonly { readonly id: string; readonly kinds: readonly string[]; readonly regionCode: string }[];
	readonly watermarks: readonly Watermark[];
	readonly partialDays: readonly PartialDay[];
	readonly anchors: readonly Anchor[];
	readonly notices: readonly Notice[];
};

/** What is known about the sources themselves: a few hundred rows. */
export async function loadSources(db: Kysely<DB>): Promise<SourceState> {
	const [sources, watermarks, partialDays, anchors, notices] = [
		await db.selectFrom('source').select(['id', 'kinds', 'region_code as regionCode']).execute(),
		await db
			.selectFrom('watermark as w')
			.innerJoin('source as s', 's.id', 'w.source_id')
			.select(['w.source_id as sourceId', 'w.kind', 'w.region_code as regionCode', 'w.complete_up_to as completeUpTo', 'w.state', 's.cadence'])
			.execute(),
		await db
			.selectFrom('partial_day')
			.select(['kind', 'region_code as regionCode', 'day', 'found_on as foundOn', 'settled_on as settledOn'])
			.execute(),
		await db
			.selectFrom('coverage_anchor')
			.select(['source_id as sourceId', 'kind', 'region_code as regionCode', 'anchor_on as anchorOn'])
			.execute(),
		await db
			.selectFrom('coverage_notice')
			.select(['id', 'source_id as sourceId', 'kind', 'region_code as regionCode', 'change_on as changeOn', 'detected_on as detectedOn', 'factor', 'what', 'state'])
			.orderBy('change_on')
			.execute()
	];
	return { sources, partialDays, watermarks: watermarks.map(({ cadence, ...mark }) => ({ ...mark, promised: readCadence(cadence) !== null })), anchors, notices: notices as Notice[] };
}

/** Daily counts of one source by city, for kinds that several sources deliver: only then the counts cannot tell them apart. */
export async function countsOfSource(
	db: Kysely<DB>,
	sourceId: string,
	kind: string,
	from: string,
	to: string
): Promise<{ readonly city: string; readonly day: number; readonly n: number }[]> {
	const { rows } = await sql<{ city: string; day: number; n: number }>`
		select left(region_code, 4) as city, occurred_at::date - ${from}::date as day, count(*)::int as n
		from event
		where kind = ${kind} and source_id = ${sourceId} and known_to is null and not withdrawn
			and occurred_at >= ${from}::timestamptz and occurred_at < ${addDays(to, 1)}::timestamptz
		group by 1, 2
	`.execute(db);
	return rows;
}
