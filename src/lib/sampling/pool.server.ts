import { createHash, randomBytes } from 'node:crypto';
import { sql, type Kysely, type RawBuilder, type SqlBool, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { judge, parseStratum, stratumText, type Terms, type Verdict } from './eligibility.ts';
import { classMonthInForce, factsQuery, scopePredicate, type FactsOf, type FactsRow } from './pool-facts.server.ts';
import { databaseToday, lockTask, rulesOf, type Frozen, type Task } from './task-access.server.ts';
import type { TaskScope, TaskSettings } from './task-scope.ts';
import { afterMove } from './task.ts';

/** Opaque code of a stratum: without the task's salt it says nothing. */
function stratumCode(salt: string, key: string): string {
	return createHash('sha256').update(Buffer.from(salt, 'hex')).update(key).digest('hex').slice(0, 8);
}

async function termsOf(db: Kysely<DB>, task: Task): Promise<Terms> {
	const item = await db.selectFrom('inspection_item').select('method').where('id', '=', task.item_id).executeTakeFirstOrThrow();
	return { joint: task.settings.joint, spareOnSite: task.settings.spareOnSite, onSite: item.method === 'on-site' };
}

async function factsOf(db: Kysely<DB>, task: Task, today: string): Promise<FactsOf> {
	const warnings = await db.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', task.id).execute();
	return {
		taskId: task.id,
		departmentId: task.department_id,
		warningIds: warnings.map((w) => w.warning_id),
		rules: await rulesOf(db, task.preset_id, task.preset_version),
		today
	};
}

function judgeRow(of: FactsOf, terms: Terms, facts: FactsRow): Verdict {
	const { class: riskClass, key_class: keyClass, open_task: openTask, named, counts } = facts;
	return judge(of.rules, { class: riskClass, keyClass, openTask, named, counts }, terms);
}

type Judged = { readonly facts: FactsRow; readonly verdict: Verdict };

/** Rules are applied once per distinct set of facts, not once per enterprise. */
async function judgeDistinct(db: Kysely<DB>, of: FactsOf, terms: Terms, restrict: RawBuilder<SqlBool>): Promise<Judged[]> {
	const { rows } = await sql<FactsRow>`
		select distinct f.class, f.key_class, f.open_task, f.named, f.counts from (${factsQuery(of, restrict)}) f
	`.execute(db);
	return rows.map((facts) => ({ facts, verdict: judgeRow(of, terms, facts) }));
}

/** Changes to scope and settings that come with a new pool. */
export type PoolChange = { readonly scope?: TaskScope; readonly settings?: TaskSettings };

/**
 * Writes the pool: everybody the scope looks at, in or out, with the reason. Classes are the newest there are, frozen with their months.
 * A commitment made before is void (the audit trail keeps it); its seed is forgotten unseen.
 */
export async function buildPool(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string,
	change: PoolChange = {}
): Promise<{ ok: true; eligible: number; excluded: number } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.create', taskId);
		if (!found.ok) return found;
		const state = afterMove(found.task.state, 'pool');
		if (!state) return refuse('wrong-state', { state: found.task.state });
		const task = { ...found.task, scope: change.scope ?? found.task.scope, settings: change.settings ?? found.task.settings };
		const today = await databaseToday(trx);
		const of = await factsOf(trx, task, today);
		const salt = randomBytes(32).toString('hex');
		const restrict = scopePredicate(actor, task.scope);
		const judged = await judgeDistinct(trx, of, await termsOf(trx, task), restrict);

		await trx.deleteFrom('sampling_pool').where('task_id', '=', task.id).execute();
		await insertPool(trx, task.id, salt, of, judged, restrict);
		const { strata, oldestMonth, newestMonth } = await strataOf(trx, task.id, salt, judged);
		const eligible = strata.reduce((n, s) => n + s.eligible, 0);
		const excluded = strata.reduce((n, s) => n + s.scope, 0) - eligible;
		await trx
			.updateTable('sampling_task')
			.set({
				state,
				scope: JSON.stringify(task.scope),
				settings: JSON.stringify(task.settings),
				class_month: newestMonth,
				object_salt: salt,
				frozen: JSON.stringify({ strata, oldestMonth } satisfies Frozen),
				pool_size: eligible,
				excluded_size: excluded,
				pooled_at: sql`now()`,
				seed: null,
				seed_commitment: null,
				pool_hash: null,
				committed_at: null,
				version: task.version + 1
			})
			.where('id', '=', task.id)
			.execute();
		await audit(trx, actor, {
			action: 'task.pool',
			objectKind: 'sampling_task',
			objectId: task.id,
			detail: { number: task.number, eligible, excluded, classMonth: newestMonth, voidedCommitment: task.seed_commitment }
		});
		return { ok: true, eligible, excluded };
	});
}

async function insertPool(
	trx: Transaction<DB>,
	taskId: string,
	salt: string,
	of: FactsOf,
	judged: readonly Judged[],
	restrict: RawBuilder<SqlBool>
): Promise<void> {
	const verdicts = judged.map(({ facts, verdict }) => ({
		class: facts.class,
		key_class: facts.key_class,
		open_task: facts.open_task,
		named: facts.named,
		counts: facts.counts,
		eligible: verdict.eligible,
		reason: verdict.reason,
		limit: verdict.limit,
		code: stratumCode(salt, stratumText(verdict.stratum))
	}));
	// A visit recorded between the two statements gives facts nobody judged: such an enterprise is left out, never let in.
	await sql`
		insert into sampling_pool (uscc, task_id, object_id, stratum, eligible, reason, reason_data, class, class_month)
		select f.uscc, ${taskId}, left(encode(sha256(decode(${salt}, 'hex') || convert_to(f.uscc, 'UTF8')), 'hex'), 32),
			coalesce(j.code, 'unjudged'), coalesce(j.eligible, false), coalesce(j.reason, 'open-task'),
			jsonb_strip_nulls(jsonb_build_object(
				'planned', case when f.planned_year then true end,
				'named', case when f.named then true end,
				'limit', j."limit",
				'task', case when j.reason = 'open-task' then f.open_number end,
				'by', case j.reason when 'open-task' then f.open_department when 'yearly-cap' then f.visited_by when 'frequency' then f.visited_by end,
				'on', case when j.reason in ('yearly-cap', 'frequency') then f.visited_on end
			)),
			nullif(f.class, 'none'), f.class_month
		from (${factsQuery(of, restrict)}) f
		left join jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) as j (
			class text, key_class boolean, open_task boolean, named boolean, counts int[], eligible boolean, reason text, "limit" jsonb, code text
		) on j.class = f.class and j.key_class = f.key_class and j.open_task = f.open_task and j.named = f.named and j.counts = f.counts
	`.execute(trx);
}

async function strataOf(trx: Transaction<DB>, taskId: string, salt: string, judged: readonly Judged[]) {
	const keys = new Map(judged.map(({ verdict }) => stratumText(verdict.stratum)).map((key) => [stratumCode(salt, key), key]));
	const { rows } = await sql<{ code: string; eligible: string; scope: string; planned: string; oldest: string | null; newest: string | null }>`
		select stratum as code, count(*) filter (where eligible) as eligible, count(*) as scope,
			count(*) filter (where reason_data ? 'planned') as planned, min(class_month) as oldest, max(class_month) as newest
		from sampling_pool where task_id = ${taskId} group by stratum order by stratum
	`.execute(trx);
	const strata = rows.flatMap(({ code, eligible, scope, planned }) => {
		const key = keys.get(code);
		return key ? [{ key, code, eligible: Number(eligible), scope: Number(scope), planned: Number(planned) }] : [];
	});
	const months = rows.flatMap((r) => [r.oldest, r.newest]).filter((month) => month !== null).sort();
	return { strata, oldestMonth: months[0] ?? null, newestMonth: months[months.length - 1] ?? null };
}

/**
 * Judges the whole frozen pool anew. A refusal when the classes of some have a newer month, when one that was in may no longer be drawn
 * (cancelled, moved away, on another open list, a cap reached), or when the class of anybody was corrected; else null.
 * All of it, not only what was touched since: rows are written with the day they are about, so nothing tells what is new.
 */
export async function poolRefusal(trx: Transaction<DB>, actor: Actor, task: Task): Promise<Refusal | null> {
	const of = await factsOf(trx, task, await databaseToday(trx));
	const terms = await termsOf(trx, task);
	const { rows } = await sql<Omit<FactsRow, 'class'> & { class: FactsRow['class'] | null; stratum: string; eligible: boolean; newer: string | null; n: number }>`
		select f.class, f.key_class, f.open_task, f.named, f.counts, p.stratum, p.eligible, count(*)::int as n,
			max(f.class_month) filter (where f.class_month > coalesce(p.class_month, '-infinity')) as newer
		from sampling_pool p left join (${factsQuery(of, scopePredicate(actor, task.scope))}) f on f.uscc = p.uscc
		where p.task_id = ${task.id}
		group by f.class, f.key_class, f.open_task, f.named, f.counts, p.stratum, p.eligible
	`.execute(trx);
	const newer = rows.flatMap((r) => r.newer ?? []).sort();
	if (newer.length > 0) return refuse('new-class-month', { month: newer[newer.length - 1]! });
	const frozen = new Map(task.frozen?.strata.map((s) => [s.code, parseStratum(s.key)]));
	const isChanged = ({ class: riskClass, stratum, eligible, ...facts }: (typeof rows)[number]): boolean => {
		if (riskClass === null) return eligible;
		const then = frozen.get(stratum);
		if (then && (then.class !== riskClass || then.keyClass !== facts.key_class)) return true;
		return eligible && !judgeRow(of, terms, { ...facts, class: riskClass }).eligible;
	};
	const changed = rows.filter(isChanged).reduce((n, r) => n + r.n, 0);
	return changed === 0 ? null : refuse('pool-changed', { changed });
}

/** A month that the classes of some in the pool have and the pool was not made with; null when there is none. For the task's page. */
export async function newerClassMonth(db: Kysely<DB>, taskId: string): Promise<string | null> {
	const today = await databaseToday(db);
	const inForce = classMonthInForce('k.month', today);
	// Whose class is of the newest month anywhere needs no look: most often that is everybody.
	const { rows } = await sql<{ month: string }>`
		select n.month from sampling_pool p
		join lateral (
			select k.month from enterprise_class k where k.uscc = p.uscc and ${inForce} and k.month > coalesce(p.class_month, '-infinity')
			order by k.month desc limit 1
		) n on true
		where p.task_id = ${taskId}
			and (p.class_month is null or p.class_month < (select max(k.month) from enterprise_class k where ${inForce}))
		limit 1
	`.execute(db);
	return rows[0]?.month ?? null;
}
