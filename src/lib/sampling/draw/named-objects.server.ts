import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { DrawRecord } from './record.server.ts';
import { drawKey, drawStratum, type DrawnPlace, type DrawStratum } from './draw.ts';
import { stratumText } from '../pool/eligibility.ts';
import { factsQuery, judgingOf, scopePredicate, type FactsKey } from '../pool/facts.server.ts';
import { objectsAt, weightsOf, type PlaceObject } from '../pool/parts.server.ts';
import { judgeRow, stratumCode } from '../pool/pool.server.ts';
import type { Task } from '../tasks/access.server.ts';

/** Why somebody who was in the frozen pool is passed over: gone from the scope, or what the rules say of them now. */
export type Passed = PlaceObject & { readonly reason: string };

export type Named =
	| { readonly ok: true; readonly taken: readonly (PlaceObject & DrawnPlace)[]; readonly passed: readonly Passed[] }
	/** So many of a stratum may no longer be visited that its quota cannot be filled, or parts of the pool are gone. */
	| { readonly ok: false };

const placeKey = (p: { readonly code: string; readonly place: number }): string => `${p.code} ${p.place}`;

/** The strata of a draw as the algorithm sees them. */
export async function strataToDraw(trx: Transaction<DB>, task: Pick<Task, 'id'>, draw: DrawRecord): Promise<DrawStratum[]> {
	const strata: DrawStratum[] = [];
	for (const { code, quota, eligible, control } of draw.frozen.strata) {
		if (quota === 0) continue;
		const weights = draw.weighted ? await weightsOf(trx, { taskId: task.id, n: draw.n }, code) : null;
		strata.push({ code, quota, size: eligible, control, ...(weights ? { weights } : {}) });
	}
	return strata;
}

/**
 * Whom the seed names, judged as of now: who was cancelled, moved away, visited or put on another list since the pool was frozen is passed
 * over with the reason, and the next one named takes the place. Only those named are read and judged, however large the pool is.
 */
export async function nameObjects(trx: Transaction<DB>, actor: Actor, task: Task, draw: DrawRecord, entropyValue: string | null): Promise<Named> {
	const key = drawKey(draw.seed, entropyValue);
	const strata = await strataToDraw(trx, task, draw);
	const known = new Map<string, PlaceObject>();
	const refused = new Map<string, string>();
	for (;;) {
		const results = strata.map((s) => drawStratum(s, key, (place) => refused.has(placeKey({ code: s.code, place }))));
		if (results.some((r, i) => r.taken.length < (strata[i]?.quota ?? 0))) return { ok: false };
		const taken = results.flatMap((r) => r.taken);
		const unknown = taken.filter((t) => !known.has(placeKey(t)));
		if (unknown.length === 0) {
			const passed = results.flatMap((r, i) => r.passed.map((place) => placeKey({ code: strata[i]!.code, place })));
			return {
				ok: true,
				taken: taken.map((t) => ({ ...t, ...known.get(placeKey(t))! })),
				passed: passed.map((at) => ({ ...known.get(at)!, reason: refused.get(at)! }))
			};
		}
		const objects = await objectsAt(trx, { taskId: task.id, n: draw.n }, draw.salt, unknown);
		// Places that hold nobody: not the pool that was frozen.
		if (objects.length < unknown.length) return { ok: false };
		const reasons = await refusalsNow(trx, actor, task, draw, objects);
		for (const object of objects) {
			known.set(placeKey(object), object);
			const reason = reasons.get(object.uscc);
			if (reason !== undefined) refused.set(placeKey(object), reason);
		}
	}
}

/** Why some of these may no longer be drawn from the stratum they were frozen in. */
async function refusalsNow(
	trx: Transaction<DB>, actor: Actor, task: Task, draw: DrawRecord, objects: readonly PlaceObject[]
): Promise<Map<string, string>> {
	const { of, terms } = await judgingOf(trx, task);
	const usccs = objects.map((o) => o.uscc);
	const { rows } = await sql<FactsKey & { uscc: string }>`${factsQuery(of, scopePredicate(actor, task.scope, of.today), usccs)}`.execute(trx);
	const now = new Map(rows.map((r) => [r.uscc, r]));
	const reasons = new Map<string, string>();
	for (const { uscc, code } of objects) {
		const facts = now.get(uscc);
		const verdict = facts ? judgeRow(of, terms, task.settings.joinOpen, facts) : null;
		if (!verdict) reasons.set(uscc, 'gone');
		else if (!verdict.eligible) reasons.set(uscc, verdict.reason);
		else if (stratumCode(draw.salt, stratumText(verdict.stratum)) !== code) reasons.set(uscc, 'reclassified');
	}
	return reasons;
}
