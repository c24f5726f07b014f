import { isDeepStrictEqual } from 'node:util';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { voidDraw } from './commit.server.ts';
import { drawAllTeams } from './inspectors.ts';
import { currentDraw, type DrawRecord } from './record.server.ts';
import { drawKey, finalOrder } from './draw.ts';
import { availableTeam, candidates } from '../registers/eligible-inspectors.server.ts';
import { joinDrawn, leaveJoint } from '../joint/decide.server.ts';
import { nameObjects, type Passed } from './named-objects.server.ts';
import { hashOfPool, type PlaceObject } from '../pool/parts.server.ts';
import { retireList, retireVisits, tellAssigned } from '../notices.server.ts';
import { ceilingRefusal, newerClassMonth } from './recheck.server.ts';
import { redrawReasonLength, saysWhy } from '../reasons.ts';
import { databaseToday, findTask, lockTask, type Task } from '../tasks/access.server.ts';
import { afterMove } from '../tasks/task.ts';

/**
 * Draws take turns, in the whole database: a draw must see every list drawn before it, else two planners with overlapping pools could
 * together break a yearly cap ("QSDR").
 */
const drawLock = 0x51534452;

/**
 * Draws objects and inspectors of a committed task. Refuses, and changes nothing, when the frozen pool, its classes or its inspectors are
 * no longer right.
 *
 * @param entropyValue what the public source named at the commitment gave; null where none was named.
 */
export async function draw(
	db: Kysely<DB>, actor: Actor, taskId: string, entropyValue: string | null = null
): Promise<{ readonly ok: true; readonly drawn: number; readonly passed: number } | Refusal> {
	const hashing = await beginHashing(db, actor, taskId);
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${drawLock})`.execute(trx);
		const found = await lockTask(trx, actor, 'task.draw', taskId);
		if (!found.ok) return found;
		const { task } = found;
		const state = afterMove(task.state, 'draw');
		const record = await currentDraw(trx, task);
		if (!state || record?.state !== 'committed') return refuse('wrong-state', { state: task.state });
		const value = entropyValue?.trim() ?? '';
		if (record.entropy_source !== null && (value === '' || /[\r\n]/.test(value))) return refuse('entropy-missing');
		const entropy = record.entropy_source === null ? null : value;
		const unfit = await staleRefusal(trx, actor, task, record);
		if (unfit) return unfit;
		const named = await nameObjects(trx, actor, task, record, entropy);
		if ((await hashing(trx, record)) !== record.pool_hash) return refuse('pool-tampered');
		if (!named.ok) return refuse('pool-changed');

		const key = drawKey(record.seed, entropy);
		const objects = finalOrder(named.taken, key);
		const lastTeams = await lastTeamsOf(trx, objects.map((o) => o.uscc));
		const { inspectors, experts } = drawAllTeams(
			{ candidates: record.frozen.inspectors, size: record.frozen.teamSize },
			{ candidates: record.frozen.experts, size: task.settings.experts },
			objects.map((o) => ({ uscc: o.uscc, objectId: o.objectId, lastTeam: lastTeams.get(o.uscc) ?? [] })),
			task.settings.team,
			key
		);
		if (!inspectors.ok) return refuse('too-few-inspectors', { available: inspectors.available, uscc: inspectors.uscc });
		if (!experts.ok) return refuse('too-few-experts', { available: experts.available, uscc: experts.uscc });

		await insertDrawn(trx, task, record, objects, named.passed);
		await insertTeams(trx, task.id, record.n, objects, inspectors.teams, false);
		await insertTeams(trx, task.id, record.n, objects, experts.teams, true);
		const { rows } = await sql<{ at: Date }>`select date_trunc('milliseconds', clock_timestamp()) as at`.execute(trx);
		await trx
			.updateTable('sampling_draw').set({ state: 'drawn', drawn_at: rows[0]!.at, drawn_by: actor.id, entropy_value: entropy })
			.where('task_id', '=', task.id).where('n', '=', record.n).execute();
		await trx.updateTable('sampling_task').set({ state, drawn_at: rows[0]!.at, version: task.version + 1 }).where('id', '=', task.id).execute();
		if (task.settings.joinOpen) await joinDrawn(trx, actor, task.id, objects.map((o) => o.uscc));
		await audit(trx, actor, {
			action: 'task.draw', objectKind: 'sampling_task', objectId: task.id,
			detail: { number: task.number, draw: record.n, drawn: objects.length, passed: named.passed.length, commitment: record.commitment }
		});
		const called = new Set([...inspectors.teams.values(), ...experts.teams.values()].flat());
		await tellAssigned(trx, { kind: 'task', id: task.id }, task.number, [...called], record.n, actor);
		return { ok: true, drawn: objects.length, passed: named.passed.length };
	});
}

/**
 * Begins to hash the frozen pool, which nothing but a tampering hand changes, beside the draw: with millions it takes as long as all the rest.
 * Before the transaction, so that no draw holds one connection while it waits for another.
 *
 * @returns the hash of a draw's pool, computed anew where another draw than expected is the one that counts.
 */
async function beginHashing(db: Kysely<DB>, actor: Actor, taskId: string): Promise<(trx: Transaction<DB>, record: DrawRecord) => Promise<string>> {
	const hashOf = (on: Kysely<DB>, { n, frozen }: DrawRecord) => hashOfPool(on, { taskId, n }, frozen.strata);
	const found = may(actor, 'task.draw') ? await findTask(db, actor, taskId) : null;
	// Nobody sets millions of rows going who will be refused.
	const expected = found?.ok && found.task.department_id === actor.departmentId ? await currentDraw(db, found.task) : null;
	if (expected?.state !== 'committed') return hashOf;
	const begun = hashOf(db, expected);
	// A draw that is refused first does not wait for it.
	begun.catch(() => undefined);
	return (trx, record) => (record.n === expected.n ? begun : hashOf(trx, record));
}

/** Why a commitment can no longer be drawn; null when it can. */
async function staleRefusal(trx: Transaction<DB>, actor: Actor, task: Task, record: DrawRecord): Promise<Refusal | null> {
	const month = await newerClassMonth(trx, task);
	if (month !== null) return refuse('new-class-month', { month });
	const team = await availableTeam(trx, task, await databaseToday(trx));
	const people = { inspectors: candidates(team.inspectors), experts: candidates(team.experts) };
	if (!isDeepStrictEqual(people, { inspectors: record.frozen.inspectors, experts: record.frozen.experts })) return refuse('inspectors-changed');
	return ceilingRefusal(trx, actor, task, record);
}

type Drawn = PlaceObject & { readonly control: boolean };

/** Arrays as parameters: a sample of thousands would exceed the number of single ones. */
async function insertDrawn(trx: Transaction<DB>, task: Task, record: DrawRecord, objects: readonly Drawn[], passed: readonly Passed[]): Promise<void> {
	const keys = new Map(record.frozen.strata.map((s) => [s.code, s.key]));
	await sql`
		insert into sampling_object (uscc, task_id, draw_n, object_id, rank, stratum, control, class, class_month)
		select o.uscc, ${task.id}, ${record.n}, o.object_id, o.rank, o.stratum, o.control, e.class, e.class_month
		from unnest(
			${objects.map((o) => o.uscc)}::text[], ${objects.map((o) => o.objectId)}::text[], ${objects.map((o) => keys.get(o.code) ?? '')}::text[],
			${objects.map((o) => o.control)}::boolean[]
		) with ordinality as o (uscc, object_id, stratum, control, rank)
		left join inspection_object e on e.uscc = o.uscc
	`.execute(trx);
	await sql`
		insert into sampling_passed (uscc, task_id, draw_n, object_id, reason)
		select p.uscc, ${task.id}, ${record.n}, p.object_id, p.reason
		from unnest(${passed.map((p) => p.uscc)}::text[], ${passed.map((p) => p.objectId)}::text[], ${passed.map((p) => p.reason)}::text[]) as p (uscc, object_id, reason)
	`.execute(trx);
}

async function insertTeams(
	trx: Transaction<DB>, taskId: string, n: number, objects: readonly Drawn[], teams: ReadonlyMap<string, readonly string[]>, expert: boolean
): Promise<void> {
	const seats = objects.flatMap((o) => (teams.get(o.uscc) ?? []).map((id, i) => ({ uscc: o.uscc, id, rank: i + 1 })));
	await sql`
		insert into task_inspector (task_id, draw_n, uscc, inspector_id, rank, expert)
		select ${taskId}, ${n}, s.uscc, s.id, s.rank, ${expert}
		from unnest(${seats.map((s) => s.uscc)}::text[], ${seats.map((s) => s.id)}::text[], ${seats.map((s) => s.rank)}::int[]) as s (uscc, id, rank)
	`.execute(trx);
}

/** Who visited these enterprises last, in a task drawn before: inspectors, not experts. @param before null: now. */
export async function lastTeamsOf(
	db: Kysely<DB>, usccs: readonly string[], before: { readonly taskId: string; readonly drawnAt: Date } | null = null
): Promise<Map<string, string[]>> {
	if (usccs.length === 0) return new Map();
	const { rows } = await sql<{ uscc: string; team: string[] }>`
		select uscc, team from (
			select i.uscc, array_agg(i.inspector_id) as team, row_number() over (partition by i.uscc order by d.drawn_at desc, d.task_id) as n
			from task_inspector i join sampling_draw d on d.task_id = i.task_id and d.n = i.draw_n and d.state = 'drawn'
			where i.uscc = any(${[...usccs]}::text[]) and not i.expert and i.task_id is distinct from ${before?.taskId ?? null}
				and d.drawn_at < coalesce(${before?.drawnAt ?? null}::timestamptz, 'infinity')
			group by i.uscc, d.task_id, d.n, d.drawn_at
		) last where n = 1
	`.execute(db);
	return new Map(rows.map((r) => [r.uscc, r.team]));
}

/**
 * Takes a draw back so that the task can be drawn again: only for a reason, only while nobody has entered a result; the draw that is
 * replaced is kept with its certificate.
 */
export async function redraw(db: Kysely<DB>, actor: Actor, taskId: string, reason: string): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.draw', taskId);
		if (!found.ok) return found;
		const { task } = found;
		const state = afterMove(task.state, 'redraw');
		const record = await currentDraw(trx, task);
		if (!state || record?.state !== 'drawn') return refuse('wrong-state', { state: task.state });
		if (!saysWhy(reason, redrawReasonLength)) return refuse('redraw-reason-missing');
		const entered = await trx
			.selectFrom('sampling_object').select('uscc')
			.where('task_id', '=', taskId).where('draw_n', '=', record.n).where('entered_at', 'is not', null).limit(1).executeTakeFirst();
		const begun = await trx.selectFrom('inspection_result').select('uscc').where('ref', '=', `task:${taskId}`).limit(1).executeTakeFirst();
		if (entered || begun) return refuse('results-entered');
		await trx
			.updateTable('sampling_draw').set({ state: 'superseded', void_reason: reason.trim(), voided_by: actor.id, voided_at: sql`now()` })
			.where('task_id', '=', taskId).where('n', '=', record.n).execute();
		await leaveJoint(trx, `task:${taskId}`);
		await trx.updateTable('sampling_task').set({ state, drawn_at: null, version: task.version + 1 }).where('id', '=', taskId).execute();
		await audit(trx, actor, {
			action: 'task.redraw', objectKind: 'sampling_task', objectId: taskId, detail: { number: task.number, draw: record.n, reason: reason.trim() }
		});
		await retireVisits(trx, taskId);
		return { ok: true };
	});
}

/** Gives a task up before its draw, with a reason. */
export async function cancelTask(db: Kysely<DB>, actor: Actor, taskId: string, reason: string): Promise<{ readonly ok: true } | Refusal> {
	if (!saysWhy(reason)) return refuse('reason-missing');
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.create', taskId);
		if (!found.ok) return found;
		const state = afterMove(found.task.state, 'cancel');
		if (!state) return refuse('wrong-state', { state: found.task.state });
		await voidDraw(trx, actor, found.task, reason.trim());
		await trx
			.updateTable('sampling_task').set({ state, cancel_reason: reason.trim(), version: found.task.version + 1 }).where('id', '=', taskId).execute();
		await audit(trx, actor, {
			action: 'task.cancel', objectKind: 'sampling_task', objectId: taskId, detail: { number: found.task.number, reason: reason.trim() }
		});
		await retireList(trx, { kind: 'task', id: taskId });
		return { ok: true };
	});
}
