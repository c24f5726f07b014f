import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { makeIndustryFinder, type IndustryFinder } from './industry-key.ts';
import { industryTree, type IndustryTree } from './tree.ts';

const trees = new WeakMap<object, Promise<IndustryTree>>();

/** All industries with their hierarchy; read once per pool, as they change at a release or never. */
export function loadIndustries(db: Kysely<DB>): Promise<IndustryTree> {
	let tree = trees.get(db);
	if (tree === undefined) {
		tree = readIndustries(db);
		// A database that was away, or empty still, must be asked again.
		tree.then((read) => read.all.length === 0 && trees.delete(db), () => trees.delete(db));
		trees.set(db, tree);
	}
	return tree;
}

async function readIndustries(db: Kysely<DB>): Promise<IndustryTree> {
	return industryTree(await db.selectFrom('industry').select(['key', 'code', 'level', 'parent_key as parentKey', 'name']).execute());
}

export async function loadIndustryFinder(db: Kysely<DB>): Promise<IndustryFinder> {
	return makeIndustryFinder((await loadIndustries(db)).all);
}
