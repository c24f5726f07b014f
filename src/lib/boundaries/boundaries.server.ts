import { createHash, randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { inScope, regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { drawRegions, type Drawing } from './drawing.ts';
import { mapNumberForm, mostBytes, readBoundaries, type BoundaryFault, type RegionShape } from './geojson.ts';

export type BoundarySet = {
	readonly id: string;
	readonly mapNumber: string;
	readonly source: string;
	readonly bytes: number;
	readonly regions: number;
	readonly loadedBy: string;
	readonly loadedAt: Date;
	readonly retiredAt: Date | null;
};

/** All sets there ever were within the actor's jurisdiction, newest first: what maps were drawn from is on record. */
export async function listBoundaries(db: Kysely<DB>, actor: Actor): Promise<readonly BoundarySet[]> {
	if (!may(actor, 'boundary.load')) return [];
	return db
		.selectFrom('boundary_set as s')
		.innerJoin('app_user as u', 'u.id', 's.loaded_by')
		.select(['s.id', 's.map_number as mapNumber', 's.source', 's.bytes', 's.regions', 'u.display_name as loadedBy', 's.loaded_at as loadedAt', 's.retired_at as retiredAt'])
		.where(regionWithin(regionPrefix(actor.regionCode), 's.region_code'))
		.orderBy('s.loaded_at', 'desc')
		.execute();
}

export type BoundaryInput = { readonly text: string; readonly mapNumber: string; readonly source: string };
export type LoadRefusal =
	| Refusal<'map-number' | 'no-source' | 'too-large' | 'loaded-already'>
	| Refusal<'file', { readonly fault: BoundaryFault }>
	| Refusal<'unknown-regions' | 'outside', { readonly codes: readonly string[]; readonly count: number }>;

/** Keeps an office's own approved boundaries; what a map needs of them is drawn from now on. Nothing is kept of a file with a fault. */
export async function loadBoundaries(
	db: Kysely<DB>, actor: Actor, { text, mapNumber, source }: BoundaryInput
): Promise<{ readonly ok: true; readonly regions: number } | LoadRefusal | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'boundary.load');
	if (refusal) return refusal;
	const number = mapNumber.trim();
	if (!mapNumberForm.test(number)) return refuse('map-number');
	if (source.trim() === '') return refuse('no-source');
	const bytes = Buffer.byteLength(text);
	if (bytes > mostBytes) return refuse('too-large');
	const read = readBoundaries(text);
	if (!read.ok) {
		const { ok: _, ...fault } = read;
		return refuse('file', { fault: fault as BoundaryFault });
	}
	const known = await loadRegions(db);
	const unknown = read.regions.map(({ code }) => code).filter((code) => known.get(code) === undefined);
	if (unknown.length > 0) return refuse('unknown-regions', { codes: unknown.slice(0, 20), count: unknown.length });
	const outside = read.regions.map(({ code }) => code).filter((code) => !inScope({ regionPrefix: regionPrefix(actor.regionCode), industries: null }, code));
	if (outside.length > 0) return refuse('outside', { codes: outside.slice(0, 20), count: outside.length });
	const sha256 = createHash('sha256').update(text).digest('hex');
	return db.transaction().execute(async (trx) => {
		const same = await trx.selectFrom('boundary_set').select('id').where('sha256', '=', sha256).where('map_number', '=', number).where('retired_at', 'is', null).executeTakeFirst();
		if (same !== undefined) return refuse('loaded-already');
		const id = randomUUID();
		await trx.insertInto('boundary_set').values({ id, region_code: actor.regionCode, map_number: number, source: source.trim(), sha256, bytes, regions: read.regions.length, loaded_by: actor.id }).execute();
		for (const { code, polygons } of read.regions) await trx.insertInto('boundary').values({ region_code: code, set_id: id, polygons: JSON.stringify(polygons) }).execute();
		await audit(trx, actor, { action: 'boundaries.load', objectKind: 'boundary_set', objectId: id, detail: { number, source: source.trim(), sha256, rows: read.regions.length } });
		return { ok: true as const, regions: read.regions.length };
	});
}

/** Takes a set back: maps that were drawn from it are schematic again, or drawn from an older set. */
export async function retireBoundaries(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'boundary.load');
	if (refusal) return refusal;
	return db.transaction().execute(async (trx) => {
		const row = await trx
			.updateTable('boundary_set').set({ retired_at: sql<Date>`now()`, retired_by: actor.id })
			.where('id', '=', id).where('retired_at', 'is', null).where(regionWithin(regionPrefix(actor.regionCode), 'region_code')).returning('map_number').executeTakeFirst();
		if (row === undefined) return notFound;
		await audit(trx, actor, { action: 'boundaries.retire', objectKind: 'boundary_set', objectId: id, detail: { number: row.map_number } });
		return { ok: true as const };
	});
}

/** Regions drawn by their approved boundaries, with the number that has to be shown. `id`: of the set and of the regions drawn from it. */
export type ApprovedMap = Drawing & { readonly id: string; readonly mapNumber: string };

const drawings = new WeakMap<object, Map<string, ApprovedMap | null>>();
const mostDrawings = 100;

/** The newest set that holds all of some regions, drawn; null: no set does, and the map stays schematic. */
export async function approvedMap(db: Kysely<DB>, codes: readonly string[]): Promise<ApprovedMap | null> {
	if (codes.length === 0) return null;
	const sets = await db.selectFrom('boundary_set').select(['id', 'map_number']).where('retired_at', 'is', null).orderBy('loaded_at', 'desc').execute();
	const wanted = [...codes].sort();
	const kept = drawings.get(db) ?? new Map<string, ApprovedMap | null>();
	drawings.set(db, kept);
	for (const set of sets) {
		const id = createHash('sha256').update(`${set.id} ${wanted.join()}`).digest('base64url').slice(0, 16);
		// A set never changes: also that it does not hold them all is so for good, and walls ask four times a minute.
		const there = kept.get(id);
		const drawn = there === undefined ? await drawFrom(db, set, id, wanted) : there;
		if (there === undefined) {
			if (kept.size >= mostDrawings) kept.clear();
			kept.set(id, drawn);
		}
		if (drawn !== null) return drawn;
	}
	return null;
}

async function drawFrom(db: Kysely<DB>, set: { readonly id: string; readonly map_number: string }, id: string, codes: readonly string[]): Promise<ApprovedMap | null> {
	const rows = await db.selectFrom('boundary').select(['region_code', 'polygons']).where('set_id', '=', set.id).where('region_code', 'in', codes).orderBy('region_code').execute();
	if (rows.length < codes.length) return null;
	const shapes = rows.map((row): RegionShape => ({ code: row.region_code, polygons: row.polygons as unknown as RegionShape['polygons'] }));
	return { ...drawRegions(shapes), id, mapNumber: set.map_number };
}
