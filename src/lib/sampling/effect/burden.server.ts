import { sql, type Kysely } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin, visibleWork } from '#lib/access/scope.server.ts';
import { jointCount } from '../joint/list.server.ts';
import { presetRulesSchema, ratioFor } from '../presets/presets.ts';
import type { FrozenStratum } from '../draw/record.server.ts';
import type { ReasonCount } from '../pool/pool.server.ts';
import { expectedAvoided } from './burden.ts';
import type { EffectFilter } from './filter.ts';
import { visitRows } from './visits.server.ts';

type Draw = {
	readonly strata: readonly Pick<FrozenStratum, 'eligible' | 'quota' | 'recognised'>[];
	readonly reasons: readonly ReasonCount[];
	readonly rules: unknown;
};

/** What enterprises were spared, what was put together, and what was made for cause. */
export async function effectBurden(db: Kysely<DB>, actor: Actor, filter: EffectFilter) {
	const refusal = check(actor, 'effect.see');
	if (refusal) return refusal;
	const { rows: draws } = await sql<Draw>`
		select d.frozen -> 'strata' as strata, d.frozen -> 'reasons' as reasons, p.rules
		from sampling_draw d join sampling_task t on t.id = d.task_id
		join sampling_preset p on p.id = d.frozen -> 'preset' ->> 'id' and p.version = (d.frozen -> 'preset' ->> 'version')::int
		where d.state = 'drawn' and ${visibleWork(actor, 't')}
			and (d.drawn_at at time zone 'Asia/Shanghai')::date between ${filter.from}::date and ${filter.to}::date
			${filter.region === null ? sql`` : sql`and ${regionWithin(regionPrefix(filter.region), 't.region_code')}`}
			${filter.itemId === null ? sql`` : sql`and t.item_id = ${filter.itemId}`}
			${filter.own ? sql`and t.department_id = ${actor.departmentId}` : sql``}
	`.execute(db);
	const { rows: counts } = await sql<{ planned: number; lead: number; enterprises: number }>`
		select coalesce(sum(n) filter (where not lead), 0)::int as planned, coalesce(sum(n) filter (where lead), 0)::int as lead,
			count(*) filter (where not lead)::int as enterprises
		from (select uscc, arm = 'lead' as lead, count(*) as n from (${visitRows(actor, filter, [])}) w group by 1, 2) u
	`.execute(db);
	const spared = draws.map((draw) => {
		const n = draw.reasons.filter((r) => r.reason === 'no-evidence').reduce((sum, r) => sum + r.n, 0);
		if (n === 0) return { n, visits: 0 };
		const rules = v.parse(presetRulesSchema, draw.rules);
		return { n, visits: n * ratioFor(rules, { keyClass: false, class: 'A', named: false }).usual };
	});
	return {
		ok: true as const,
		draws: draws.length,
		recognised: draws.reduce((sum, d) => sum + d.strata.reduce((n, s) => n + s.recognised, 0), 0),
		avoided: draws.reduce((sum, d) => sum + expectedAvoided(d.strata), 0),
		spared: { enterprises: spared.reduce((sum, s) => sum + s.n, 0), visits: spared.reduce((sum, s) => sum + s.visits, 0) },
		joint: await jointCount(db, actor),
		...counts[0]!
	};
}
export type EffectBurden = Extract<Awaited<ReturnType<typeof effectBurden>>, { ok: true }>;
