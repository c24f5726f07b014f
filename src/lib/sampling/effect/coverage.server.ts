import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { planDetail } from '../plans/detail.server.ts';
import { listPlans } from '../plans/list.server.ts';
import { planInForce } from '../plans/states.ts';
import type { EffectFilter } from './filter.ts';

/** A ratio's promise is counted in the register for each line, so that a page looks at a few plans only. Ours. */
export const mostPlans = 8;

/** Yearly plans of the time asked for, with what was visited of what each line promises, as the plan's own page counts it. */
export async function planCoverage(db: Kysely<DB>, actor: Actor, filter: EffectFilter) {
	const refusal = check(actor, 'effect.see');
	if (refusal) return refusal;
	const year = Number(filter.to.slice(0, 4));
	const approved = (await listPlans(db, actor, year)).filter((plan) => planInForce(plan.state) || plan.state === 'closed');
	// What was amended is counted under the plan that amends it.
	const amended = new Set(approved.map((plan) => plan.amends));
	const plans = approved.filter((plan) => !amended.has(plan.number) && (!filter.own || plan.own));
	const rows = [];
	// One after the other: each counts parts of the register.
	for (const { id, number, name, department } of plans.slice(0, mostPlans)) {
		const detail = await planDetail(db, actor, id);
		if (!detail.ok) continue;
		const entries = detail.entries.filter((entry) => filter.itemId === null || entry.itemId === filter.itemId);
		if (entries.length === 0) continue;
		const total = entries.reduce((sum, e) => ({ promise: sum.promise + e.promise, drawn: sum.drawn + e.drawn, visited: sum.visited + e.visited }), { promise: 0, drawn: 0, visited: 0 });
		rows.push({
			id, number, name, department, ...total,
			entries: entries.map((e) => ({ id: e.id, item: e.item, kind: e.kind, promise: e.promise, drawn: e.drawn, visited: e.visited, percent: e.visitedPercent }))
		});
	}
	return { ok: true as const, year, plans: rows, more: Math.max(0, plans.length - mostPlans) };
}
export type PlanCoverage = Extract<Awaited<ReturnType<typeof planCoverage>>, { ok: true }>;
