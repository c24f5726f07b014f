import { randomBytes } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { currentDraw, insideText, type Frozen, type FrozenStratum } from './record.server.ts';
import { byCode, commitment, drawFormat } from './draw.ts';
import { parseStratum } from '../pool/eligibility.ts';
import { availableTeam, candidates } from '../registers/eligible-inspectors.server.ts';
import { hashInside, hashOfPool } from '../pool/parts.server.ts';
import { freezePool, judgePool, stratumCode, type PoolStratum } from '../pool/pool.server.ts';
import { ratioFor, type PresetRules } from '../presets/presets.ts';
import { controlQuotas, quotasFor, withoutRatios, type Quotas, type QuotaStratum } from './quota.ts';
import { saysWhy } from '../reasons.ts';
import { lockTask, type Task } from '../tasks/access.server.ts';
import { taskSettingsSchema, type TaskSettings } from '../tasks/scope.ts';
import { afterMove } from '../tasks/task.ts';

/** Strata with the ratios that the rules give them. */
export function quotaShares(strata: readonly PoolStratum[], rules: PresetRules): QuotaStratum[] {
	return strata.map((s) => {
		const key = parseStratum(s.key);
		if (!key) throw new Error(`unknown stratum ${s.key}`);
		return { eligible: s.eligible, scope: s.scope, planned: s.planned, ratio: ratioFor(rules, key) };
	});
}

/** Quotas of a pool as it stands, by the settings of its task. */
export function quotasOf(strata: readonly PoolStratum[], rules: PresetRules, task: Pick<Task, 'kind' | 'settings'>): Quotas {
	const shares = quotaShares(strata, rules);
	const { wish, floor, cap } = task.settings;
	return quotasFor(task.kind === 'campaign' ? withoutRatios(shares) : shares, wish, { floor, cap });
}

/** Why these settings cannot be committed; null when they can. */
async function settingsRefusal(trx: Transaction<DB>, task: Task): Promise<Refusal | null> {
	const { wish, control } = task.settings;
	// Everybody is a campaign's list; a draw of everybody is none.
	if (wish.mode === 'all' && task.kind !== 'campaign') return refuse('pool-not-larger');
	if (control > 0 && !(await isFiledUndirected(trx, task))) return refuse('control-not-filed');
	return null;
}

/** The random arm lies inside a filed undirected plan (C10): never visits that nobody had announced. */
export async function isFiledUndirected(db: Kysely<DB>, task: Pick<Task, 'kind' | 'plan_entry_id'>): Promise<boolean> {
	if (task.kind !== 'undirected' || task.plan_entry_id === null) return false;
	const entry = await db
		.selectFrom('plan_entry as e').innerJoin('sampling_plan as p', 'p.id', 'e.plan_id').select('p.state')
		.where('e.id', '=', task.plan_entry_id).where('e.kind', '=', 'undirected').where('p.state', '=', 'filed').executeTakeFirst();
	return entry !== undefined;
}

/** Saves the settings of a task that is not committed: the wizard can be left and resumed. */
export async function saveSettings(
	db: Kysely<DB>, actor: Actor, taskId: string, change: Partial<TaskSettings>, version?: number
): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.create', taskId, version);
		if (!found.ok) return found;
		if (found.task.state !== 'draft') return refuse('wrong-state', { state: found.task.state });
		const settings = v.safeParse(taskSettingsSchema, { ...found.task.settings, ...change });
		if (!settings.success) return refuse('input-invalid');
		await trx
			.updateTable('sampling_task').set({ settings: JSON.stringify(settings.output), version: found.task.version + 1 }).where('id', '=', taskId).execute();
		await audit(trx, actor, { action: 'task.settings', objectKind: 'sampling_task', objectId: taskId, detail: { number: found.task.number } });
		return { ok: true };
	});
}

/**
 * Freezes pool, quotas and inspectors and binds them, with a seed nobody has seen, to a commitment that is shown at once.
 * A pool not larger than the sample is refused: who is sure to be visited is a lead check, not a draw.
 */
export async function commit(
	db: Kysely<DB>, actor: Actor, taskId: string, change: { readonly settings?: Partial<TaskSettings>; readonly version?: number } = {}
): Promise<{ readonly ok: true; readonly commitment: string; readonly total: number } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.draw', taskId, change.version);
		if (!found.ok) return found;
		const settings = v.safeParse(taskSettingsSchema, { ...found.task.settings, ...change.settings });
		if (!settings.success) return refuse('input-invalid');
		const task: Task = { ...found.task, settings: settings.output };
		const state = afterMove(task.state, 'commit');
		if (!state) return refuse('wrong-state', { state: task.state });
		// Millions are sorted and gathered: in memory it takes a third of the time.
		await sql`set local work_mem = '256MB'`.execute(trx);
		const unfit = await settingsRefusal(trx, task);
		if (unfit) return unfit;
		const pool = await judgePool(trx, actor, task);
		const quotas = quotasOf(pool.strata, pool.of.rules, task);
		if (!quotas.ok) return quotas;
		const team = await availableTeam(trx, task, pool.of.today);
		if (team.inspectors.length < team.size) return refuse('too-few-inspectors', { available: team.inspectors.length });
		if (team.experts.length < task.settings.experts) return refuse('too-few-experts', { available: team.experts.length });

		const last = await trx.selectFrom('sampling_draw').select(['n', 'commitment']).where('task_id', '=', task.id).orderBy('n', 'desc').limit(1).executeTakeFirst();
		const n = (last?.n ?? 0) + 1;
		const salt = randomBytes(32).toString('hex');
		const control = controlQuotas(pool.strata, quotas.quotas, task.settings.control);
		const strata: FrozenStratum[] = pool.strata
			.map((s, i) => ({ ...s, code: stratumCode(salt, s.key), quota: quotas.quotas[i] ?? 0, control: control[i] ?? 0 }))
			.sort(byCode);
		const frozen: Frozen = {
			strata, reasons: pool.reasons, oldestMonth: pool.oldestMonth, newestMonth: pool.newestMonth,
			preset: { id: task.preset_id, version: task.preset_version }, itemId: task.item_id, scope: task.scope, settings: task.settings, terms: pool.terms,
			teamSize: team.size, inspectors: candidates(team.inspectors), experts: candidates(team.experts)
		};
		await freezePool(trx, actor, task, n, salt, pool);
		const bound = await bind(trx, task, n, last?.commitment ?? null, frozen);
		await trx
			.insertInto('sampling_draw')
			.values({
				task_id: task.id, n, format: drawFormat, state: 'committed', salt, seed: bound.seed, commitment: bound.commitment, previous: last?.commitment ?? null,
				pool_hash: bound.poolHash, weighted: task.settings.weighted, entropy_source: task.settings.entropySource || null,
				frozen: JSON.stringify(frozen), committed_at: bound.committedAt, committed_by: actor.id
			})
			.execute();
		await trx
			.updateTable('sampling_task')
			.set({
				state, draw_n: n, settings: JSON.stringify(task.settings), class_month: pool.newestMonth, pool_size: pool.eligible, excluded_size: pool.excluded,
				recheck: null, version: task.version + 1
			})
			.where('id', '=', task.id)
			.execute();
		await audit(trx, actor, {
			action: 'task.commit', objectKind: 'sampling_task', objectId: task.id,
			detail: { number: task.number, draw: n, commitment: bound.commitment, poolHash: bound.poolHash, total: quotas.total, classMonth: pool.newestMonth }
		});
		return { ok: true, commitment: bound.commitment, total: quotas.total };
	});
}

async function bind(trx: Transaction<DB>, task: Task, n: number, previous: string | null, frozen: Frozen) {
	const of = { taskId: task.id, n };
	const poolHash = await hashOfPool(trx, of, frozen.strata);
	const insideHash = await hashInside(trx, of, insideText(frozen));
	const seed = randomBytes(32).toString('hex');
	// The certificate writes milliseconds: what is bound must be what is written.
	const { rows } = await sql<{ at: Date }>`select date_trunc('milliseconds', clock_timestamp()) as at`.execute(trx);
	const committedAt = rows[0]!.at;
	const entropySource = task.settings.entropySource || null;
	const committed = commitment({ task: task.number, draw: n, previous, committedAt: committedAt.toISOString(), seed, poolHash, insideHash, entropySource });
	return { poolHash, seed, committedAt, commitment: committed };
}

/** Goes back to the settings before the draw. The commitment is void; its row stays, its seed is never used. */
export async function reopenTask(db: Kysely<DB>, actor: Actor, taskId: string, reason: string): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.draw', taskId);
		if (!found.ok) return found;
		const state = afterMove(found.task.state, 'reopen');
		if (!state) return refuse('wrong-state', { state: found.task.state });
		if (!saysWhy(reason)) return refuse('reason-missing');
		await voidDraw(trx, actor, found.task, reason.trim());
		await trx.updateTable('sampling_task').set({ state, version: found.task.version + 1 }).where('id', '=', taskId).execute();
		await audit(trx, actor, {
			action: 'task.reopen', objectKind: 'sampling_task', objectId: taskId, detail: { number: found.task.number, reason: reason.trim() }
		});
		return { ok: true };
	});
}

/** Makes a commitment that was not drawn void; nothing where there is none. */
export async function voidDraw(trx: Transaction<DB>, actor: Actor, task: Task, reason: string): Promise<void> {
	const draw = await currentDraw(trx, task);
	if (draw?.state !== 'committed') return;
	await trx
		.updateTable('sampling_draw').set({ state: 'void', void_reason: reason, voided_by: actor.id, voided_at: sql`now()` })
		.where('task_id', '=', task.id).where('n', '=', draw.n).execute();
}
