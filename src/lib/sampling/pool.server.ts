import { createHash, randomBytes } from 'node:crypto';
import { sql, type Kysely, type RawBuilder, type SqlBool, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { judge, stratumText, type Terms, type Verdict } from './eligibility.ts';
import { factsQuery, scopePredicate, type FactsOf, type FactsRow } from './pool-facts.server.ts';
import { databaseToday, lockTask, rulesOf, type Frozen, type Task } from './task-access.server.ts';
import type { TaskScope, TaskSettings } from './task-scope.ts';
import { afterMove } from './task.ts';

/** The newest month of classes that has begun; null when none was ever received. */
export async function latestClassMonth(db: Kysely<DB>, today: string): Promise<string | null> {
	const row = await db
		.selectFrom('enterprise_class')
		.select((eb) => eb.fn.max('month').as('month'))
		.where('month', '<=', today)
		.executeTakeFirst();
	return row?.month ?? null;
}

/** Opaque code of a stratum: without the task's salt it says nothing. */
export function stratumCode(salt: string, key: string): string {
	return createHash('sha256').update(Buffer.from(salt, 'hex')).update(key).digest('hex').slice(0, 8);
}

async function termsOf(db: Kysely<DB>, task: Task): Promise<Terms> {
	const item = await db.selectFrom('inspection_item').select('method').where('id', '=', task.item_id).executeTakeFirstOrThrow();
	return { joint: task.settings.joint, spareOnSite: task.settings.spareOnSite, onSite: item.method === 'on-site' };
}

async function factsOf(db: Kysely<DB>, task: Task, classMonth: string | null, today: string): Promise<FactsOf> {
	const warnings = await db.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', task.id).execute();
	return {
		taskId: task.id,
		departmentId: task.department_id,
		warningIds: warnings.map((w) => w.warning_id),
		classMonth,
		rules: await rulesOf(db, task.preset_id, task.preset_version),
		today
	};
}

type Judged = { readonly facts: FactsRow; readonly verdict: Verdict; readonly n: number };

/** Rules are applied once per distinct set of facts, not once per enterprise. */
async function judgeDistinct(
	db: Kysely<DB>,
	of: FactsOf,
	terms: Terms,
	restrict: RawBuilder<SqlBool>
): Promise<Judged[]> {
	const { rows } = await sql<FactsRow & { n: string | number }>`
		select f.class, f.key_class, f.open_task, f.named, f.counts, count(*) as n from (${factsQuery(of, restrict)}) f
		group by f.class, f.key_class, f.open_task, f.named, f.counts
	`.execute(db);
	return rows.map(({ n, ...facts }) => ({
		facts,
		n: Number(n),
		verdict: judge(
			of.rules,
			{ class: facts.class, keyClass: facts.key_class, openTask: facts.open_task, named: facts.named, counts: facts.counts },
			terms
		)
	}));
}

/** Changes to scope and settings that come with a new pool. */
export type PoolChange = { readonly scope?: TaskScope; readonly settings?: TaskSettings };

/**
 * Writes the pool: everybody the scope looks at, in or out, with the reason. The month of the classes is the newest and is frozen.
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
		const month = await latestClassMonth(trx, today);
		const of = await factsOf(trx, task, month, today);
		const salt = randomBytes(32).toString('hex');
		const restrict = scopePredicate(actor, task.scope);
		const judged = await judgeDistinct(trx, of, await termsOf(trx, task), restrict);

		await trx.deleteFrom('sampling_pool').where('task_id', '=', task.id).execute();
		await insertPool(trx, task.id, salt, of, judged, restrict);
		const strata = await strataOf(trx, task.id, salt, judged);
		const eligible = strata.reduce((n, s) => n + s.eligible, 0);
		const excluded = strata.reduce((n, s) => n + s.scope, 0) - eligible;
		await trx
			.updateTable('sampling_task')
			.set({
				state,
				scope: JSON.stringify(task.scope),
				settings: JSON.stringify(task.settings),
				class_month: month,
				object_salt: salt,
				frozen: JSON.stringify({ strata } satisfies Frozen),
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
			detail: { number: task.number, eligible, excluded, classMonth: month, voidedCommitment: task.seed_commitment }
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
		insert into sampling_pool (uscc, task_id, object_id, stratum, eligible, reason, reason_data, class)
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
			nullif(f.class, 'none')
		from (${factsQuery(of, restrict)}) f
		left join jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) as j (
			class text, key_class boolean, open_task boolean, named boolean, counts int[], eligible boolean, reason text, "limit" jsonb, code text
		) on j.class = f.class and j.key_class = f.key_class and j.open_task = f.open_task and j.named = f.named and j.counts = f.counts
	`.execute(trx);
}

async function strataOf(trx: Transaction<DB>, taskId: string, salt: string, judged: readonly Judged[]): Promise<Frozen['strata']> {
	const keys = new Map(judged.map(({ verdict }) => stratumText(verdict.stratum)).map((key) => [stratumCode(salt, key), key]));
	const { rows } = await sql<{ code: string; eligible: string; scope: string; planned: string }>`
		select stratum as code, count(*) filter (where eligible) as eligible, count(*) as scope,
			count(*) filter (where reason_data ? 'planned') as planned
		from sampling_pool where task_id = ${taskId} group by stratum order by stratum
	`.execute(trx);
	return rows.flatMap(({ code, ...n }) => {
		const key = keys.get(code);
		return key ? [{ key, code, eligible: Number(n.eligible), scope: Number(n.scope), planned: Number(n.planned) }] : [];
	});
}

/**
 * How many of the frozen pool may no longer be drawn: on another open list, a cap reached meanwhile, no longer active.
 * Meant to run inside the draw's lock. Looks only at enterprises about which something was written since the pool was made (a day
 * of margin: a transaction may have begun before and been committed after), and judges those anew.
 */
export async function noLongerEligible(trx: Transaction<DB>, task: Task): Promise<number> {
	const since = sql`(${task.pooled_at}::timestamptz - interval '1 day')`;
	const { rows } = await sql<{ uscc: string }>`
		select p.uscc from (
			select o.uscc from sampling_object o join sampling_task t on t.id = o.task_id
				where t.state = 'drawn' and o.result is null and t.id <> ${task.id}
			union select v.uscc from inspection_visit v where v.recorded_at > ${since}
			union select e.uscc from enterprise e where e.changed_at > ${since}
		) touched join sampling_pool p on p.uscc = touched.uscc and p.task_id = ${task.id} and p.eligible
	`.execute(trx);
	if (rows.length === 0) return 0;
	const among = rows.map((r) => r.uscc);
	const of = { ...(await factsOf(trx, task, task.class_month, await databaseToday(trx))), among };
	const judged = await judgeDistinct(trx, of, await termsOf(trx, task), sql<SqlBool>`e.status = 'active'`);
	return among.length - judged.filter((j) => j.verdict.eligible).reduce((n, j) => n + j.n, 0);
}
