import { createHash } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { judge, stratumText, type PoolReason, type Terms, type Verdict } from './eligibility.ts';
import { countFacts, factsQuery, judgingOf, parseRare, scopePredicate, type FactsKey, type FactsOf } from './facts.server.ts';
import type { Task } from '../tasks/access.server.ts';

/** A stratum of a pool: what it is inside, its opaque code where the pool is frozen, and how many it holds. */
export type PoolStratum = {
	/** `stratumText` */
	readonly key: string;
	/** Why its objects are in. */
	readonly reason: PoolReason;
	readonly eligible: number;
	/** Active objects of the stratum in the task's scope, those left out included: what a ratio is a share of. */
	readonly scope: number;
	/** Of these, planned this year by the task's department already. */
	readonly planned: number;
	/** Left out because a result elsewhere stands in (C4). */
	readonly recognised: number;
};

export type ReasonCount = { readonly eligible: boolean; readonly reason: PoolReason; readonly n: number };

/** A pool as it stands now: nothing is written. */
export type PoolSummary = {
	readonly eligible: number;
	readonly excluded: number;
	/** In first, larger first. */
	readonly reasons: readonly ReasonCount[];
	/** In order of their keys. */
	readonly strata: readonly PoolStratum[];
	/** First days of the oldest and the newest month among the classes; null when nobody is classified. */
	readonly oldestMonth: string | null;
	readonly newestMonth: string | null;
};

/** A distinct set of facts, what the rules say of it, and how many share it. */
export type Judged = { readonly facts: FactsKey; readonly verdict: Verdict; readonly n: number; readonly planned: number };

/** What the rules say of a row of facts. An enterprise on another open list may be let in where the task joins visits. */
export function judgeRow(of: FactsOf, terms: Terms, joinOpen: boolean, { class: riskClass, key_class: keyClass, rare }: FactsKey): Verdict {
	const { openTask, level, observed, recognised, counts, grade } = parseRare(rare);
	return judge(of.rules, {
		class: riskClass, keyClass, openTask: openTask && !joinOpen, named: level > 0, level, grade, observed, recognised, counts
	}, terms);
}

/** Judges a task's scope as it is now. Rules are applied once per distinct set of facts, not once per enterprise. */
export async function judgePool(db: Kysely<DB>, actor: Actor, task: Task): Promise<PoolSummary & { readonly judged: readonly Judged[]; readonly of: FactsOf; readonly terms: Terms }> {
	const { of, terms } = await judgingOf(db, task);
	const rows = await countFacts(db, of, scopePredicate(actor, task.scope, of.today));
	const judged = rows.map(({ n, oldest: _oldest, newest: _newest, ...facts }) => ({
		facts, verdict: judgeRow(of, terms, task.settings.joinOpen, facts), n, planned: parseRare(facts.rare).planned ? n : 0
	}));
	const months = rows.flatMap((r) => [r.oldest, r.newest]).filter((month) => month !== null).sort();
	return { ...summaryOf(judged), oldestMonth: months[0] ?? null, newestMonth: months[months.length - 1] ?? null, judged, of, terms };
}

/** Counts by reason and by stratum. */
export function summaryOf(judged: readonly Judged[]): Pick<PoolSummary, 'eligible' | 'excluded' | 'reasons' | 'strata'> {
	const reasons = new Map<string, ReasonCount>();
	const strata = new Map<string, PoolStratum>();
	for (const { verdict, n, planned } of judged) {
		const { eligible, reason } = verdict;
		const counted = reasons.get(`${eligible}${reason}`);
		reasons.set(`${eligible}${reason}`, { eligible, reason, n: (counted?.n ?? 0) + n });
		const key = stratumText(verdict.stratum);
		const before = strata.get(key) ?? { key, reason, eligible: 0, scope: 0, planned: 0, recognised: 0 };
		strata.set(key, {
			key,
			reason: eligible ? reason : before.reason,
			eligible: before.eligible + (eligible ? n : 0),
			scope: before.scope + n,
			planned: before.planned + planned,
			recognised: before.recognised + (reason === 'valid-result' ? n : 0)
		});
	}
	const sorted = [...reasons.values()].sort((a, b) => Number(b.eligible) - Number(a.eligible) || b.n - a.n || (a.reason < b.reason ? -1 : 1));
	const eligible = sorted.filter((r) => r.eligible).reduce((sum, r) => sum + r.n, 0);
	return {
		eligible,
		excluded: sorted.reduce((sum, r) => sum + r.n, 0) - eligible,
		reasons: sorted,
		strata: [...strata.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
	};
}

/** Opaque code of a stratum: without the task's salt it says nothing. */
export function stratumCode(salt: string, key: string): string {
	return createHash('sha256').update(Buffer.from(salt, 'hex')).update(key).digest('hex').slice(0, 8);
}

/** Objects of a part of the frozen pool: 64 KiB of ids, so that a page of a list reads little and millions are few rows. */
const partSize = 4096;

/** Verdicts as rows (`j`) for joining with facts (`f`). */
export const verdictRows = (verdicts: readonly object[]): RawBuilder<unknown> => sql`
	jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) as j (
		class text, key_class boolean, rare text, eligible boolean, stratum text, reason text, max jsonb, weight int
	) on j.class = f.class and j.key_class = f.key_class and j.rare = f.rare`;

/** Of the visit that last counted under the limit that is reached: its day, or whose it was. */
const visitOf = (part: 'on' | 'by'): RawBuilder<string> =>
	sql<string>`coalesce(f.visited::jsonb -> (j.max ->> 'window' || '/' || (j.max ->> 'counting') || '/' || (j.max ->> 'visits')) ->> ${part}::text, ${sql.ref(`f.visited_${part}`)}::text)`;

/** What there is to say of one who was left out: which limit, which list, by whom, when, until when; null when the reason says all. */
export const detailOf = (of: FactsOf): RawBuilder<unknown> => sql`nullif(jsonb_strip_nulls(jsonb_build_object(
	'limit', j.max,
	'task', case when j.reason = 'open-task' then f.open_number end,
	'by', case j.reason when 'open-task' then f.open_department when 'valid-result' then f.recognised_by
		when 'yearly-cap' then ${visitOf('by')} when 'frequency' then ${visitOf('by')} end,
	'on', case j.reason when 'yearly-cap' then ${visitOf('on')} when 'frequency' then ${visitOf('on')} when 'valid-result' then f.recognised_on::text end,
	'until', case j.reason when 'observation' then f.observed_until when 'valid-result' then f.recognised_on + ${of.validityDays}::int end
)), '{}')`;

/**
 * Writes the pool of a draw: everybody the scope looks at, in or out, with the reason, judged and read by one statement. Whoever has facts
 * that nobody judged (a visit recorded between two statements) is left out, never let in.
 */
export async function freezePool(
	trx: Kysely<DB>, actor: Actor, task: Task, n: number, salt: string,
	{ judged, of }: { readonly judged: readonly Judged[]; readonly of: FactsOf }
): Promise<void> {
	const verdicts = judged.map(({ facts, verdict }) => ({
		...facts,
		stratum: verdict.eligible ? stratumCode(salt, stratumText(verdict.stratum)) : '',
		reason: verdict.reason,
		max: verdict.limit,
		weight: verdict.weight
	}));
	await sql`
		insert into sampling_pool_part (task_id, draw_n, stratum, reason, class, part, size, usccs, objects, weights, details)
		select ${task.id}, ${n}, stratum, reason, class, part, count(*),
			string_agg(convert_to(uscc, 'UTF8'), ''::bytea order by place),
			case when stratum <> '' then string_agg(object, ''::bytea order by place) end,
			case when stratum <> '' and ${task.settings.weighted} then array_agg(weight order by place) end,
			case when bool_or(detail is not null) then jsonb_agg(detail order by place) end
		from (
			select *, (place - 1) / ${partSize} as part
			from (
				select *, row_number() over (partition by stratum, reason, class order by object, uscc) as place
				from (
					select f.uscc, coalesce(j.stratum, '') as stratum, j.weight,
						case when j.stratum <> '' then '' else coalesce(j.reason, 'open-task') end as reason,
						case when j.stratum <> '' then '' else f.class end as class,
						case when j.stratum <> '' then substr(sha256(decode(${salt}, 'hex') || convert_to(f.uscc, 'UTF8')), 1, 16) end as object,
						case when j.stratum = '' then ${detailOf(of)} end as detail
					from (${factsQuery(of, scopePredicate(actor, task.scope, of.today))}) f
					left join ${verdictRows(verdicts)}
				) judged
			) placed
		) parts
		group by stratum, reason, class, part
	`.execute(trx);
}
