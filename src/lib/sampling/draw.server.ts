import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql, type Kysely, type Transaction } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { drawTeams, refusalOf } from './draw-inspectors.ts';
import { teamSize } from './teams.ts';
import { canonical, commitment, drawObjects, poolHash, type DrawStratum } from './draw.ts';
import { parseStratum } from './eligibility.ts';
import { poolRefusal } from './pool.server.ts';
import { ratioFor, type PresetRules } from './presets.ts';
import { quotasFor, type Quotas, type Wish } from './quota.ts';
import { databaseToday, lockTask, rulesOf, type Frozen, type Task } from './task-access.server.ts';
import { taskSettingsSchema, type TaskSettings } from './task-scope.ts';
import { afterMove } from './task.ts';

/**
 * Draws take turns, in the whole database: a draw must see every list drawn before it, else two planners with overlapping pools could
 * together break a yearly cap ("QSDR"). A draw judges its whole pool anew inside: about a second for fifty thousand.
 */
const drawLock = 0x51534452;

/** Quotas for a task's present pool. */
export function quotasOfTask(task: Pick<Task, 'frozen' | 'settings'>, rules: PresetRules, wish: Wish): Quotas {
	const strata = (task.frozen?.strata ?? []).map((s) => {
		const key = parseStratum(s.key);
		if (!key) throw new Error(`unknown stratum ${s.key}`);
		return { ...s, ratio: ratioFor(rules, key) };
	});
	return quotasFor(strata, wish, { floor: task.settings.floor, cap: task.settings.cap });
}

/** Inspectors of the task's department who may be drawn: certificate valid to the task's last day, item in scope, no expert. */
export async function availableInspectors(db: Kysely<DB>, task: Pick<Task, 'department_id' | 'item_id' | 'due_on'>, today: string) {
	const [rows, item] = await Promise.all([
		db.selectFrom('inspector').selectAll().where('department_id', '=', task.department_id).orderBy('id').execute(),
		db.selectFrom('inspection_item').select(['id', 'department_id as departmentId']).where('id', '=', task.item_id).executeTakeFirst()
	]);
	if (!item) return [];
	// A list drawn late is visited after its last day.
	const until = task.due_on !== null && task.due_on > today ? task.due_on : today;
	return rows.filter(({ id, state, expert, ...r }) => {
		const facts = { departmentId: r.department_id, certificateUntil: r.certificate_until, itemIds: r.item_ids, recused: r.recused_uscc };
		return refusalOf({ id, state, expert, ...facts }, item, until) === null;
	});
}

/** What a commitment freezes of the inspectors, the same for the same register. */
const frozenInspectors = (available: Awaited<ReturnType<typeof availableInspectors>>): NonNullable<Frozen['inspectors']> =>
	available.map((i) => ({ id: i.id, recused: [...i.recused_uscc].sort() }));

async function eligiblePool(trx: Transaction<DB>, task: Task) {
	return trx
		.selectFrom('sampling_pool')
		.select(['uscc', 'object_id', 'stratum'])
		.where('task_id', '=', task.id)
		.where('eligible', '=', true)
		.execute();
}

/** The frozen pool as the draw sees it: the same rows and quotas always give the same strata. */
export function drawStrata(frozen: Frozen, pool: readonly { readonly object_id: string; readonly stratum: string }[]): DrawStratum[] {
	const byCode = new Map<string, string[]>();
	for (const row of pool) {
		const objects = byCode.get(row.stratum);
		if (objects) objects.push(row.object_id);
		else byCode.set(row.stratum, [row.object_id]);
	}
	return frozen.strata
		.filter((s) => byCode.has(s.code))
		.map((s) => ({ code: s.code, quota: s.quota ?? 0, objects: byCode.get(s.code) ?? [] }));
}

/**
 * Fixes pool, quotas and inspectors and binds them, with a seed nobody has seen, to a commitment that is shown at once.
 * A pool not larger than the sample is refused: who is sure to be visited is a lead check, not a draw.
 */
export async function commit(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string,
	wish: Wish,
	change: { readonly settings?: Partial<TaskSettings>; readonly version?: number } = {}
): Promise<{ ok: true; commitment: string; total: number } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.draw', taskId, change.version);
		if (!found.ok) return found;
		const settings = v.safeParse(taskSettingsSchema, { ...found.task.settings, ...change.settings });
		if (!settings.success) return refuse('input-invalid');
		const task = { ...found.task, settings: settings.output };
		const state = afterMove(task.state, 'commit');
		if (!state) return refuse('wrong-state', { state: task.state });
		const stale = await poolRefusal(trx, actor, task);
		if (stale) return stale;
		const quotas = quotasOfTask(task, await rulesOf(trx, task.preset_id, task.preset_version), wish);
		if (!quotas.ok) return quotas;
		const inspectors = await availableInspectors(trx, task, await databaseToday(trx));
		if (inspectors.length < teamSize) return refuse('too-few-inspectors', { available: inspectors.length });

		const frozen: Frozen = {
			oldestMonth: task.frozen?.oldestMonth ?? null,
			strata: (task.frozen?.strata ?? []).map((s, i) => ({ ...s, quota: quotas.quotas[i] ?? 0 })),
			inspectors: frozenInspectors(inspectors)
		};
		const pool = poolHash(drawStrata(frozen, await eligiblePool(trx, task)));
		const seed = randomBytes(32).toString('hex');
		// The certificate writes milliseconds: what is bound must be what is written.
		const { rows: clock } = await sql<{ at: Date }>`select date_trunc('milliseconds', now()) as at`.execute(trx);
		const committedAt = clock[0]!.at;
		const commitTo = commitment({ task: task.number, committedAt: committedAt.toISOString(), seed, pool });
		await trx
			.updateTable('sampling_task')
			.set({
				state,
				mode: wish.mode,
				wanted: wish.mode === 'number' ? wish.number : wish.ratio,
				settings: JSON.stringify(task.settings),
				frozen: JSON.stringify(frozen),
				pool_hash: pool,
				seed,
				seed_commitment: commitTo,
				committed_at: committedAt,
				version: task.version + 1
			})
			.where('id', '=', task.id)
			.execute();
		await audit(trx, actor, {
			action: 'task.commit',
			objectKind: 'sampling_task',
			objectId: task.id,
			detail: { number: task.number, commitment: commitTo, poolHash: pool, total: quotas.total }
		});
		return { ok: true, commitment: commitTo, total: quotas.total };
	});
}

/** Draws objects and inspectors of a committed task. Refuses, and changes nothing, when the frozen pool or its inspectors are no longer right. */
export async function draw(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string
): Promise<{ ok: true; drawn: number } | Refusal> {
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${drawLock})`.execute(trx);
		const found = await lockTask(trx, actor, 'task.draw', taskId);
		if (!found.ok) return found;
		const { task } = found;
		const state = afterMove(task.state, 'draw');
		if (!state || !task.seed || !task.committed_at || !task.pool_hash || !task.frozen?.inspectors) return refuse('wrong-state', { state: task.state });
		const stale = await poolRefusal(trx, actor, task);
		if (stale) return stale;
		const inspectors = frozenInspectors(await availableInspectors(trx, task, await databaseToday(trx)));
		if (!isDeepStrictEqual(inspectors, task.frozen.inspectors)) return refuse('inspectors-changed');

		const pool = await eligiblePool(trx, task);
		// Sorted once: hash and draw both want it so, and sorting what is sorted costs nothing.
		const strata = canonical(drawStrata(task.frozen, pool));
		const bound = { task: task.number, committedAt: task.committed_at.toISOString(), seed: task.seed, pool: task.pool_hash };
		if (poolHash(strata) !== task.pool_hash || commitment(bound) !== task.seed_commitment) return refuse('pool-tampered');
		const usccOf = new Map(pool.map((p) => [p.object_id, p.uscc]));
		const objects = drawObjects(strata, task.seed).map((objectId) => ({ objectId, uscc: usccOf.get(objectId) ?? '' }));
		const lastTeams = await lastTeamsOf(trx, objects.map((o) => o.uscc));
		const teams = drawTeams(
			task.frozen.inspectors,
			objects.map((o) => ({ ...o, lastTeam: lastTeams.get(o.uscc) ?? [] })),
			task.settings.team,
			task.seed
		);
		if (!teams.ok) return refuse('too-few-inspectors', { available: teams.available, uscc: teams.uscc });

		await insertDrawn(trx, task.id, objects, teams.teams);
		await trx
			.updateTable('sampling_task')
			.set({ state, drawn_at: sql`now()`, drawn_by: actor.id, version: task.version + 1 })
			.where('id', '=', task.id)
			.execute();
		await audit(trx, actor, {
			action: 'task.draw',
			objectKind: 'sampling_task',
			objectId: task.id,
			detail: { number: task.number, drawn: objects.length, commitment: task.seed_commitment }
		});
		return { ok: true, drawn: objects.length };
	});
}

/** Arrays as parameters: a sample of thousands would exceed the number of single ones. */
async function insertDrawn(
	trx: Transaction<DB>,
	taskId: string,
	objects: readonly { readonly uscc: string; readonly objectId: string }[],
	teams: ReadonlyMap<string, readonly string[]>
): Promise<void> {
	await sql`
		insert into sampling_object (uscc, task_id, object_id, rank)
		select o.uscc, ${taskId}, o.object_id, o.rank
		from unnest(${objects.map((o) => o.uscc)}::text[], ${objects.map((o) => o.objectId)}::text[]) with ordinality as o (uscc, object_id, rank)
	`.execute(trx);
	const seats = objects.flatMap((o) => (teams.get(o.uscc) ?? []).map((id, i) => ({ uscc: o.uscc, id, rank: i + 1 })));
	await sql`
		insert into task_inspector (task_id, uscc, inspector_id, rank)
		select ${taskId}, s.uscc, s.id, s.rank
		from unnest(${seats.map((s) => s.uscc)}::text[], ${seats.map((s) => s.id)}::text[], ${seats.map((s) => s.rank)}::int[]) as s (uscc, id, rank)
	`.execute(trx);
}

/** Who visited these enterprises last, in an earlier task. */
export async function lastTeamsOf(db: Kysely<DB>, usccs: readonly string[], except: string | null = null): Promise<Map<string, string[]>> {
	if (usccs.length === 0) return new Map();
	const { rows } = await sql<{ uscc: string; team: string[] }>`
		select uscc, team from (
			select i.uscc, array_agg(i.inspector_id) as team, row_number() over (partition by i.uscc order by t.drawn_at desc, t.id) as n
			from task_inspector i join sampling_task t on t.id = i.task_id
			where i.uscc = any(${usccs}::text[]) and i.task_id is distinct from ${except}
				and t.drawn_at < coalesce((select drawn_at from sampling_task where id = ${except}), 'infinity')
			group by i.uscc, t.id, t.drawn_at
		) last where n = 1
	`.execute(db);
	return new Map(rows.map((r) => [r.uscc, r.team]));
}

/** Gives a task up before its draw, with a reason. */
export async function cancelTask(db: Kysely<DB>, actor: Actor, taskId: string, reason: string): Promise<{ ok: true } | Refusal> {
	if (reason.trim().length < 2) return refuse('reason-missing');
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.create', taskId);
		if (!found.ok) return found;
		const state = afterMove(found.task.state, 'cancel');
		if (!state) return refuse('wrong-state', { state: found.task.state });
		await trx
			.updateTable('sampling_task')
			.set({ state, cancel_reason: reason.trim(), seed: null, version: found.task.version + 1 })
			.where('id', '=', taskId)
			.execute();
		await audit(trx, actor, {
			action: 'task.cancel',
			objectKind: 'sampling_task',
			objectId: taskId,
			detail: { number: found.task.number, reason: reason.trim(), commitment: found.task.seed_commitment }
		});
		return { ok: true };
	});
}
