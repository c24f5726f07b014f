import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { contains, regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { mapHref } from './query.ts';
import { riskMap, type RiskMap } from './risk-map.server.ts';
import { readId } from './snapshot-id.ts';
import { snapshotId, type SnapshotContent } from './snapshot.ts';

const pack = promisify<Buffer, Buffer>((text, done) => deflate(text, { level: 1 }, done));
const unpack = promisify<Buffer, Buffer>(inflate);

/** Ids this process has written or found: pages that are looked at again write nothing. */
const keptIds = new WeakMap<object, Set<string>>();
const mostIds = 20_000;

/**
 * Keeps figures as they are shown, once however often they are looked at, and returns their id. A page that shows a figure can be asked
 * about it later only if it was kept when it was shown, so this is the one thing a page load writes.
 */
export async function keepSnapshot(db: Kysely<DB>, content: SnapshotContent): Promise<string> {
	const id = snapshotId(content);
	const ids = keptIds.get(db) ?? new Set<string>();
	keptIds.set(db, ids);
	if (ids.has(id)) return id;
	await db
		.insertInto('figure_snapshot')
		.values({
			id, region_code: content.scope.regionCode, industries: content.scope.industries as string[] | null, address: mapHref(content.query), month: content.query.month,
			// What regions are drawn by is no figure: it is drawn anew when somebody looks.
			content: await pack(Buffer.from(JSON.stringify({ ...content, map: { ...content.map, approved: null } }))), taken_at: sql<Date>`now()`
		})
		.onConflict((oc) => oc.column('id').doNothing())
		.execute();
	if (ids.size >= mostIds) ids.clear();
	ids.add(id);
	return id;
}

export type Snapshot = { readonly id: string; readonly takenAt: Date; readonly cited: boolean; readonly content: SnapshotContent };

/** Figures as they were shown; not found where they were made within more than the actor's jurisdiction. */
export async function readSnapshot(db: Kysely<DB>, actor: Actor, text: string): Promise<{ readonly ok: true; readonly snapshot: Snapshot } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const id = readId(text);
	if (id === null) return notFound;
	const row = await db.selectFrom('figure_snapshot').selectAll().where('id', '=', id).executeTakeFirst();
	if (row === undefined || !contains(scopeOf(actor), { regionPrefix: regionPrefix(row.region_code), industries: row.industries })) return notFound;
	const content = JSON.parse((await unpack(row.content)).toString()) as SnapshotContent;
	return { ok: true, snapshot: { id, takenAt: row.taken_at, cited: row.cited_at !== null, content } };
}

/** The same days of the same places as they are known now, within the jurisdiction of then; null where that cannot be asked any more. */
export async function figuresNow(db: Kysely<DB>, actor: Actor, content: SnapshotContent): Promise<RiskMap | null> {
	const within = { ...actor, regionCode: content.scope.regionCode, industries: content.scope.industries };
	if (!contains(scopeOf(actor), scopeOf(within))) return null;
	const known = { mark: content.known.mark, upTo: new Map(content.known.upTo), late: new Set(content.known.late) };
	const outcome = await riskMap(db, within, content.query, content.today, known);
	return outcome.ok ? outcome.map : null;
}

/** Notes that an export or a paper names a snapshot: from then on it is kept for good. */
export async function citeSnapshot(db: Kysely<DB>, id: string): Promise<void> {
	await db.updateTable('figure_snapshot').set({ cited_at: sql<Date>`now()` }).where('id', '=', id).where('cited_at', 'is', null).execute();
}

/** Figures nobody cited are kept so many days: a year, to be compared with the same month, and one month more. */
export const snapshotDays = 396;

/** Deletes what nobody cited and is older. @returns how many. */
export async function pruneSnapshots(db: Kysely<DB>): Promise<number> {
	const { numDeletedRows } = await db
		.deleteFrom('figure_snapshot')
		.where('cited_at', 'is', null)
		.where('taken_at', '<', sql<Date>`now() - make_interval(days => ${sql.lit(snapshotDays)})`)
		.executeTakeFirst();
	return Number(numDeletedRows);
}
