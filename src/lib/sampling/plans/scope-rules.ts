import { regionPrefix } from '#lib/access/scope.ts';
import type { TaskScope } from '../tasks/scope.ts';

export type Cell = TaskScope['cells'][number];

/** The cells of a whole jurisdiction. @param industries null: every industry. */
export function wholeOf(regionCode: string, industries: readonly string[] | null): TaskScope['cells'] {
	return (industries ?? ['*']).map((industry) => ({ region: regionCode, industry }));
}

/** Is every enterprise of the inner cell one of the outer cell's? An unknown industry (`-`) is only in `*` and in itself. */
export function cellWithin(inner: Cell, outer: Cell): boolean {
	if (!inner.region.startsWith(regionPrefix(outer.region))) return false;
	if (outer.industry === '*') return true;
	if (outer.industry === '-' || inner.industry === '-') return inner.industry === outer.industry;
	return inner.industry.startsWith(outer.industry);
}

/** What an undirected task may not be narrowed by. */
export const narrowings = ['cells', 'warnings', 'classes', 'tags', 'dates'] as const;
export type Narrowing = (typeof narrowings)[number];

/**
 * An undirected draw (不定向抽查) looks at the whole register of the jurisdiction: the first thing that narrows it, or null.
 *
 * @param warnings how many warnings the task would be linked to.
 */
export function undirectedFault(scope: TaskScope, whole: TaskScope['cells'], warnings = 0): Narrowing | null {
	const all = whole.every((cell) => scope.cells.some((own) => cellWithin(cell, own)));
	if (!all || scope.cells.some((own) => !whole.some((cell) => cellWithin(own, cell)))) return 'cells';
	if (warnings > 0 || scope.memberWarnings.length > 0) return 'warnings';
	if (scope.classes !== null) return 'classes';
	if (scope.tags !== null) return 'tags';
	return scope.establishedFrom !== null || scope.establishedTo !== null ? 'dates' : null;
}

const listWithin = (inner: readonly string[] | null, outer: readonly string[] | null): boolean =>
	outer === null || (inner !== null && inner.every((one) => outer.includes(one)));

/** Can no enterprise be in the inner scope that is not in the outer one? What was approved bounds what is made under it. */
export function scopeWithin(inner: TaskScope, outer: TaskScope): boolean {
	return (
		inner.cells.every((cell) => outer.cells.some((own) => cellWithin(cell, own))) &&
		inner.memberWarnings.every((id) => outer.memberWarnings.includes(id)) &&
		listWithin(inner.classes, outer.classes) &&
		listWithin(inner.tags, outer.tags) &&
		(outer.establishedFrom === null || (inner.establishedFrom !== null && inner.establishedFrom >= outer.establishedFrom)) &&
		(outer.establishedTo === null || (inner.establishedTo !== null && inner.establishedTo <= outer.establishedTo))
	);
}
