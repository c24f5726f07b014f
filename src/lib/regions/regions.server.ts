import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { makeCrosswalk, type Crosswalk } from './crosswalk.ts';
import { regionTree, type RegionKind, type RegionLevel, type RegionTree } from './tree.ts';

/** Divisions change at a release or never: kept as long as the database object lives. */
const trees = new WeakMap<object, Promise<RegionTree>>();

/** All regions with their hierarchy; read once per pool. */
export function loadRegions(db: Kysely<DB>): Promise<RegionTree> {
	let tree = trees.get(db);
	if (tree === undefined) {
		tree = readRegions(db);
		// A database that was away, or empty still, must be asked again.
		tree.then((read) => read.all.length === 0 && trees.delete(db), () => trees.delete(db));
		trees.set(db, tree);
	}
	return tree;
}

async function readRegions(db: Kysely<DB>): Promise<RegionTree> {
	const rows = await db
		.selectFrom('region')
		.select(['code', 'name', 'level', 'kind', 'parent_code as parentCode', 'longitude', 'latitude'])
		.execute();
	return regionTree(rows.map((row) => ({ ...row, level: row.level as RegionLevel, kind: row.kind as RegionKind })));
}

/** The crosswalk over what the database knows. */
export async function loadCrosswalk(db: Kysely<DB>): Promise<Crosswalk> {
	const [tree, successions] = [
		await loadRegions(db),
		await db.selectFrom('region_succession').select(['retired_code', 'successor_code']).execute()
	];
	return makeCrosswalk(
		new Set(tree.all.map((region) => region.code)),
		new Map(successions.map((row) => [row.retired_code, row.successor_code]))
	);
}
