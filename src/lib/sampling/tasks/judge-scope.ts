import * as v from 'valibot';
import type { Actor } from '#lib/access/actor.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { scopeWithin, undirectedFault, wholeOf } from '../plans/scope-rules.ts';
import { taskScopeSchema, type TaskScope } from './scope.ts';
import type { TaskKind } from './task.ts';

/**
 * Whether a task may look at these enterprises: inside the jurisdiction, about the task's own warnings only, whole where it is undirected,
 * and inside what was approved.
 *
 * @param warnings those the task comes from.
 */
export function judgeScope(
	actor: Actor, wanted: unknown, warnings: readonly { readonly id: string }[], source: { readonly kind: TaskKind; readonly bound: TaskScope | null }
): { readonly ok: true; readonly scope: TaskScope } | Refusal {
	const parsed = v.safeParse(taskScopeSchema, wanted);
	if (!parsed.success) return refuse('input-invalid');
	const scope = parsed.output;
	const own = scopeOf(actor);
	if (scope.cells.some((c) => !inScope(own, c.region, c.industry))) return notFound;
	if (scope.memberWarnings.some((id) => !warnings.some((w) => w.id === id))) return notFound;
	if (scope.cells.length + scope.memberWarnings.length === 0) return refuse('scope-empty');
	if (source.kind === 'undirected') {
		const what = undirectedFault(scope, wholeOf(actor.regionCode, actor.industries), warnings.length);
		if (what !== null) return refuse('undirected-narrowed', { what });
	}
	return source.bound !== null && !scopeWithin(scope, source.bound) ? refuse('scope-beyond') : { ok: true, scope };
}
