import * as v from 'valibot';
import { daySchema, taskScopeSchema } from '../tasks/scope.ts';
import { occurrences, promiseModes, randomKinds, type PromiseMode } from './kinds.ts';
import { undirectedFault, type Cell, type Narrowing } from './scope-rules.ts';

/** A line of a yearly plan as a form sends it. */
export const entrySchema = v.object({
	itemId: v.string(),
	kind: v.picklist(randomKinds),
	occurrence: v.picklist(occurrences),
	scope: taskScopeSchema,
	/** Other departments that go along; none: the own department alone. */
	departmentIds: v.array(v.string()),
	fromOn: daySchema,
	untilOn: daySchema,
	mode: v.picklist(promiseModes),
	/** A number of enterprises, or a share (0 to 1) of those in scope. */
	promised: v.number(),
	note: v.pipe(v.string(), v.trim(), v.maxLength(500))
});
export type PlanEntry = v.InferOutput<typeof entrySchema>;

export type EntryFault =
	| { readonly reason: 'scope-empty' | 'window-backwards' | 'window-outside-year' | 'promise-not-a-number' | 'promise-not-a-share' }
	| { readonly reason: 'undirected-narrowed'; readonly what: Narrowing };

/** The most enterprises that a line can promise. Ours: more than any province visits by one item. */
const mostPromised = 1_000_000;

/** What is wrong with a line of a plan of a year, as far as it can be told without the database; null: nothing. @param whole the jurisdiction. */
export function entryFault(entry: PlanEntry, year: number, whole: readonly Cell[]): EntryFault | null {
	if (entry.kind === 'undirected') {
		const what = undirectedFault(entry.scope, [...whole]);
		if (what !== null) return { reason: 'undirected-narrowed', what };
	}
	if (entry.scope.cells.length === 0) return { reason: 'scope-empty' };
	if (entry.untilOn < entry.fromOn) return { reason: 'window-backwards' };
	if (![entry.fromOn, entry.untilOn].every((day) => day.startsWith(`${year}-`))) return { reason: 'window-outside-year' };
	if (entry.mode === 'number') {
		return Number.isInteger(entry.promised) && entry.promised >= 1 && entry.promised <= mostPromised ? null : { reason: 'promise-not-a-number' };
	}
	return entry.promised > 0 && entry.promised <= 1 ? null : { reason: 'promise-not-a-share' };
}

/** How many enterprises a line promises; a share is rounded up, for a promise is kept, not nearly kept. @param inScope how many its scope holds now. */
export function promisedCount(mode: PromiseMode, promised: number, inScope: number): number {
	// 0.07 × 100 is 7.000000000000001 in binary.
	return mode === 'number' ? promised : Math.ceil(Number((promised * inScope).toFixed(6)));
}

/** Done of what was promised, in whole percent and never rounded up to 100; null when nothing was promised. May pass 100. */
export function coveragePercent(done: number, promised: number): number | null {
	return promised <= 0 ? null : Math.floor((done * 100) / promised);
}
