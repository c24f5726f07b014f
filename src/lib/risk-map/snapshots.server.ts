import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { contains, regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { mapHref } from './query.ts';
import { situationOf } from './situation.server.ts';
import { readId } from './snapshot-id.ts';
import { knownThen, snapshotId, withoutDrawing, type SnapshotContent } from './snapshot.ts';

const pack = promisify<Buffer, Buffer>((text, done) => deflate(text, { level: 1 }, done));
const unpack = promisify<Buffer, Buffer>(inflate);

/** What is kept beside figures. */
export type KeptAbout = { readonly id: string; readonly scope: SnapshotContent['scope']; readonly address: string; readonly month: string };

/** Ids this process has written or found: pages that are looked at again write nothing. */
const keptIds = new WeakMap<object, Set<string>>();
const mostIds = 20_000;

/**
 * Keeps figures as they are shown, once however often they are looked at, and returns their id. A page that shows a figure can be asked
 * about it later only if it was kept when it was shown, so this is the one thing a page load writes.
 */
export const keepSnapshot = (db: Kysely<DB>, content: SnapshotContent): Promise<string> =>
	keepFigures(db, { id: snapshotId(content), scope: content.scope, address: mapHref(content.query), month: content.query.month }, withoutDrawing(content));

/** The same for figures of any page. @param about where they were made, and the address that shows them as they are now. */
export async function keepFigures(db: Kysely<DB>, about: KeptAbout, content: object): Promise<string> {
	const { id, scope, address, month } = about;
	const ids = keptIds.get(db) ?? new Set<string>();
	keptIds.set(db, ids);
	if (ids.has(id)) return id;
	await db
		.insertInto('figure_snapshot')
		.values({
			id, region_code: scope.regionCode, industries: scope.industries as string[] | null, address, month,
			content: await pack(Buffer.from(JSON.stringify(content))), taken_at: sql<Date>`now()`
		})
		.onConflict((oc) => oc.column('id').doNothing())
		.execute();
	if (ids.size >= mostIds) ids.clear();
	ids.add(id);
	return id;
}

export type Kept<Content> = { readonly id: string; readonly takenAt: Date; readonly cited: boolean; readonly content: Content };
export type Snapshot = Kept<SnapshotContent>;

/** Figures of the map as they were shown; not found where they were made within more than the actor's jurisdiction. */
export async function readSnapshot(db: Kysely<DB>, actor: Actor, text: string): Promise<{ readonly ok: true; readonly snapshot: Snapshot } | NotAllowed | NotFound | OwnWork> {
	const found = await readFigures(db, actor, text);
	if (!found.ok) return found;
	return 'of' in found.snapshot.content ? notFound : { ok: true, snapshot: found.snapshot as Snapshot };
}

/** Figures of any page: `of` says of which; those of the map say nothing. */
export async function readFigures(db: Kysely<DB>, actor: Actor, text: string): Promise<{ readonly ok: true; readonly snapshot: Kept<object> } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const id = readId(text);
	if (id === null) return notFound;
	const row = await db.selectFrom('figure_snapshot').selectAll().where('id', '=', id).executeTakeFirst();
	if (row === undefined || !contains(scopeOf(actor), { regionPrefix: regionPrefix(row.region_code), industries: row.industries })) return notFound;
	const content = JSON.parse((await unpack(row.content)).toString()) as object;
	return { ok: true, snapshot: { id, takenAt: row.taken_at, cited: row.cited_at !== null, content } };
}

/** The snapshot that an address names as what led to its rows; null: none that this reader can open. */
export async function snapshotNamed(db: Kysely<DB>, actor: Actor, params: URLSearchParams): Promise<string | null> {
	const named = params.get('snapshot');
	const found = named === null ? null : await readFigures(db, actor, named);
	return found?.ok ? found.snapshot.id : null;
}

/** The same days of the same places as they are known now, within the jurisdiction of then; null where that cannot be asked any more. */
export async function figuresNow(db: Kysely<DB>, actor: Actor, content: SnapshotContent): Promise<SnapshotContent | null> {
	const within = { ...actor, regionCode: content.scope.regionCode, industries: content.scope.industries };
	if (!contains(scopeOf(actor), scopeOf(within))) return null;
	const ofKinds = new Map(content.smallMaps?.flatMap(({ key, known }) => (known ? [[key, knownThen(known)] as const] : [])));
	const outcome = await situationOf(db, within, content.query, content.today, { ...knownThen(content.known), ofKinds });
	if (!outcome.ok) return null;
	// Shown before its groups were counted: there is nothing to compare them with.
	const { groups, ...figures } = outcome.content;
	return groups === undefined || content.groups === undefined ? figures : { ...figures, groups };
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
