import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { reasonsMeaning, type ClosingReason } from '#lib/warnings/closing-reasons.ts';
import type { VerdictCounts } from './precision.ts';

const within = (actor: Actor) => withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' });

const counted = sql`
	count(*) filter (where w.work = 'closed' and w.close_reason = any(${[...reasonsMeaning('true')]}))::int as confirmed,
	count(*) filter (where w.work = 'closed' and w.close_reason = any(${[...reasonsMeaning('false')]}))::int as refuted,
	count(*) filter (where w.work = 'closed' and w.close_reason = any(${[...reasonsMeaning('data')]}))::int as data,
	count(*) filter (where w.work <> 'closed')::int as open`;

/** What was found of each indicator's warnings in the jurisdiction; indicators without any are missing. */
export async function verdictsByIndicator(db: Kysely<DB>, actor: Actor): Promise<ReadonlyMap<string, VerdictCounts>> {
	if (!may(actor, 'warning.see')) return new Map();
	const { rows } = await sql<VerdictCounts & { id: string }>`
		select w.indicator_id as id, ${counted} from warning w where ${within(actor)} group by 1
	`.execute(db);
	return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

export type IndicatorVerdicts = {
	/** Newest first: a tuned version does not answer for what came before it. */
	readonly versions: readonly (VerdictCounts & { readonly version: number })[];
	readonly reasons: readonly { readonly reason: ClosingReason; readonly n: number }[];
	/** Normal causes that warnings were closed for, most frequent first. */
	readonly causes: readonly { readonly name: string; readonly nameEn: string; readonly n: number }[];
};

/** What was found of one indicator's warnings in the jurisdiction: by version, by reason, and by normal cause. */
export async function verdictsOf(db: Kysely<DB>, actor: Actor, indicatorId: string): Promise<IndicatorVerdicts> {
	if (!may(actor, 'warning.see')) return { versions: [], reasons: [], causes: [] };
	const about = sql`w.indicator_id = ${indicatorId} and ${within(actor)}`;
	const versions = await sql<VerdictCounts & { version: number }>`
		select w.indicator_version as version, ${counted} from warning w where ${about} group by 1 order by 1 desc
	`.execute(db);
	const reasons = await sql<{ reason: ClosingReason; n: number }>`
		select w.close_reason as reason, count(*)::int as n from warning w where ${about} and w.work = 'closed' and w.close_reason is not null
		group by 1 order by 2 desc, 1
	`.execute(db);
	const causes = await sql<{ name: string; nameEn: string; n: number }>`
		select c.data ->> 'causeName' as name, c.data ->> 'causeNameEn' as "nameEn", count(*)::int as n
		from warning w cross join lateral (
			select e.data from warning_event e where e.warning_id = w.id and e.action = 'close' order by e.seq desc limit 1
		) c
		where ${about} and w.work = 'closed' and c.data ? 'causeName' group by 1, 2 order by 3 desc, 1 limit 10
	`.execute(db);
	return { versions: versions.rows, reasons: reasons.rows, causes: causes.rows };
}
