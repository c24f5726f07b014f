import type { Scope } from '#lib/access/actor.ts';
import { inScope } from '#lib/access/scope.ts';
import type { Region, RegionTree } from '#lib/regions/tree.ts';

/** A region of the actor's jurisdiction, or not found. */
export function regionInReach(tree: RegionTree, scope: Scope, code: string): Region | null {
	const region = tree.get(code);
	return region !== undefined && inScope(scope, code) ? region : null;
}
