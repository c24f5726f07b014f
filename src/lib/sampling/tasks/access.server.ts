import { sql, type Kysely, type Selectable } from 'kysely';
import * as v from 'valibot';
import type { DB, SamplingTask } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, type Action } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, type Conflict, type NotAllowed, type NotFound } from '#lib/access/refuse.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import { presetRulesSchema, type PresetRules } from '../presets/presets.ts';
import { taskScopeSchema, taskSettingsSchema, type TaskScope, type TaskSettings } from './scope.ts';
import { taskKinds, taskStates, type TaskKind, type TaskState } from './task.ts';

export type Task = Omit<Selectable<SamplingTask>, 'state' | 'kind' | 'scope' | 'settings'> & {
	readonly state: TaskState;
	readonly kind: TaskKind;
	readonly scope: TaskScope;
	readonly settings: TaskSettings;
};

/** Loads a task for reading, or says why not; outside the jurisdiction it does not exist. */
export async function findTask(db: Kysely<DB>, actor: Actor, id: string): Promise<{ ok: true; task: Task } | NotAllowed | NotFound> {
	if (check(actor, 'task.see')) return notAllowed;
	const row = await db.selectFrom('sampling_task as t').selectAll('t').where('t.id', '=', id).where(visibleWork(actor, 't')).executeTakeFirst();
	return row ? { ok: true, task: taskOf(row) } : notFound;
}

/** Locks a task for a change by its own department. @param version what the actor saw; another one is a conflict. */
export async function lockTask(
	trx: Kysely<DB>,
	actor: Actor,
	action: Action,
	id: string,
	version?: number
): Promise<{ ok: true; task: Task } | NotAllowed | NotFound | Conflict> {
	if (check(actor, action)) return notAllowed;
	const row = await trx
		.selectFrom('sampling_task as t')
		.selectAll('t')
		.where('t.id', '=', id)
		.where(visibleWork(actor, 't'))
		.forUpdate()
		.executeTakeFirst();
	if (!row) return notFound;
	if (row.department_id !== actor.departmentId) return notAllowed;
	if (version !== undefined && row.version !== version) return conflict;
	return { ok: true, task: taskOf(row) };
}

function taskOf(row: Selectable<SamplingTask>): Task {
	const state = taskStates.find((s) => s === row.state);
	const kind = taskKinds.find((k) => k === row.kind);
	if (!state || !kind) throw new Error(`task ${row.id} has the unknown state ${row.state} or kind ${row.kind}`);
	return { ...row, state, kind, scope: v.parse(taskScopeSchema, row.scope), settings: v.parse(taskSettingsSchema, row.settings) };
}

/** Tasks that are not drawn yet, of everybody: for jobs. */
export async function openTasks(db: Kysely<DB>): Promise<Task[]> {
	const rows = await db.selectFrom('sampling_task').selectAll().where('state', 'in', ['draft', 'committed']).orderBy('id').execute();
	return rows.map(taskOf);
}

/** The rules of a preset version. */
export async function rulesOf(db: Kysely<DB>, presetId: string, version: number): Promise<PresetRules> {
	const row = await db
		.selectFrom('sampling_preset')
		.select('rules')
		.where('id', '=', presetId)
		.where('version', '=', version)
		.executeTakeFirstOrThrow();
	return v.parse(presetRulesSchema, row.rules);
}

/** Today in Asia/Shanghai by the database's clock, `YYYY-MM-DD`. */
export async function databaseToday(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ day: string }>`select ((now() at time zone 'Asia/Shanghai')::date)::text as day`.execute(db);
	return rows[0]!.day;
}

/**
 * What the same form has made already: a double click must not make two. Locks the id until the transaction ends.
 *
 * @returns Null when nothing was made yet.
 */
export async function madeBefore(
	trx: Kysely<DB>, table: 'sampling_task' | 'lead_check' | 'sampling_plan' | 'campaign' | 'lead_report', id: string, actor: Actor
): Promise<{ readonly ok: true; readonly id: string } | Conflict | null> {
	if (!/^[0-9a-f-]{36}$/.test(id)) return conflict;
	await sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`.execute(trx);
	const known = await trx.selectFrom(table).select('created_by').where('id', '=', id).executeTakeFirst();
	if (known === undefined) return null;
	return known.created_by === actor.id ? { ok: true, id } : conflict;
}
