import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import * as v from 'valibot';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { isDay } from '#lib/calendar/days.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import { ownItems } from './registers.server.ts';
import { databaseToday, findTask, madeBefore, rulesOf, visibleTasks, type Task } from './task-access.server.ts';
import { taskScopeSchema, type TaskScope, type TaskSettings } from './task-scope.ts';
import { taskName, taskNumber, type TaskState } from './task.ts';

/** What sampling needs to know of a warning. */
export type WarningScope = {
	readonly id: string;
	readonly number: string;
	readonly scopeKind: string;
	readonly region: string;
	readonly industry: string;
	/** The region and industry, or of a cluster each pair it consists of. */
	readonly cells: TaskScope['cells'];
	/** Set when the warning names one enterprise: then it is a lead check, not a draw from a pool of one. */
	readonly uscc: string | null;
};

/** Warnings of the actor's jurisdiction, in the order asked for; those outside are missing. */
export async function warningScopes(db: Kysely<DB>, actor: Actor, ids: readonly string[]): Promise<WarningScope[]> {
	if (ids.length === 0) return [];
	const rows = await db
		.selectFrom('warning as w')
		.select(['w.id', 'w.number', 'w.scope_kind', 'w.region_code', 'w.industry_key', 'w.uscc'])
		.select(sql<{ regions: string[]; industries: string[] } | null>`w.explanation #> '{evidence,cells}'`.as('cluster'))
		.where('w.id', 'in', [...ids])
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.execute();
	return ids.flatMap((id) => {
		const w = rows.find((r) => r.id === id);
		if (!w) return [];
		const { regions, industries } = w.cluster ?? { regions: [w.region_code], industries: [w.industry_key] };
		const cells = regions.flatMap((region) => industries.map((industry) => ({ region, industry })));
		return [{ id, number: w.number, scopeKind: w.scope_kind, region: w.region_code, industry: w.industry_key, cells, uscc: w.uscc }];
	});
}

/** The scope that warnings or a map cell suggest. A cluster's members are its pool; a cell is its region and industry. */
export function suggestScope(actor: Actor, warnings: readonly WarningScope[], cells: TaskScope['cells']): TaskScope {
	const of = warnings.filter((w) => w.scopeKind === 'cell').flatMap((w) => w.cells);
	const memberWarnings = warnings.filter((w) => w.scopeKind !== 'cell' && w.uscc === null).map((w) => w.id);
	const found = [...of, ...cells];
	const unique = found.filter((c, i) => found.findIndex((d) => d.region === c.region && d.industry === c.industry) === i);
	const own = (actor.industries ?? ['*']).map((industry) => ({ region: actor.regionCode, industry }));
	return {
		cells: unique.length > 0 || memberWarnings.length > 0 ? unique : own,
		memberWarnings,
		classes: null,
		establishedFrom: null,
		establishedTo: null
	};
}

/** The active preset of the smallest region that holds this one. */
export async function presetFor(db: Kysely<DB>, regionCode: string) {
	const above = [...new Set([regionCode, `${regionCode.slice(0, 4)}00`, `${regionCode.slice(0, 2)}0000`, '000000'])];
	const rows = await db
		.selectFrom('sampling_preset')
		.select(['id', 'version', 'name', 'region_code', 'source'])
		.where('state', '=', 'active')
		.where('region_code', 'in', above)
		.orderBy('id')
		.execute();
	// An office's own preset of a region comes before the one that ships for it.
	rows.sort((a, b) => above.indexOf(a.region_code) - above.indexOf(b.region_code) || Number(b.source === null) - Number(a.source === null));
	return rows[0] ?? null;
}

export type NewTask = {
	/** Chosen by the form that is sent, so that sending it twice makes one. */
	readonly id?: string;
	readonly warningIds: readonly string[];
	readonly scope: TaskScope;
	readonly itemId: string;
	/** `YYYY-MM-DD`, the last day of the visits. */
	readonly dueOn: string;
	readonly joint: boolean;
	readonly spareOnSite: boolean;
};

/** Makes a task; its pool is made next, by `buildPool`. */
export async function createTask(db: Kysely<DB>, actor: Actor, wanted: NewTask): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'task.create');
	if (refusal) return refusal;
	const warnings = await warningScopes(db, actor, wanted.warningIds);
	if (warnings.length < wanted.warningIds.length) return notFound;
	const named = warnings.filter((w) => w.uscc !== null);
	if (warnings.length > 0 && named.length === warnings.length) return refuse('named-enterprise', { uscc: named[0]?.uscc ?? '' });
	const parsed = v.safeParse(taskScopeSchema, wanted.scope);
	if (!parsed.success) return refuse('input-invalid');
	if (!isDay(wanted.dueOn)) return refuse('not-a-day');
	const scope = parsed.output;
	const own = scopeOf(actor);
	if (scope.cells.some((c) => !inScope(own, c.region, c.industry))) return notFound;
	const known = new Set(warnings.map((w) => w.id));
	if (scope.memberWarnings.some((id) => !known.has(id))) return notFound;
	if (scope.cells.length + scope.memberWarnings.length === 0) return refuse('scope-empty');
	const item = (await ownItems(db, actor)).find((i) => i.id === wanted.itemId);
	if (!item) return refuse('item-unknown');

	const id = wanted.id ?? randomUUID();
	return db.transaction().execute(async (trx) => {
		const made = await madeBefore(trx, 'sampling_task', id, actor);
		if (made) return made;
		const today = await databaseToday(trx);
		if (wanted.dueOn < today) return refuse('due-in-the-past');
		const regions = [...scope.cells.map((c) => c.region), ...warnings.map((w) => w.region)];
		const region = commonRegion(regions);
		const preset = await presetFor(trx, region);
		if (!preset) return refuse('no-preset');
		const rules = await rulesOf(trx, preset.id, preset.version);
		const settings: TaskSettings = { joint: wanted.joint, spareOnSite: wanted.spareOnSite, ...rules.sample, team: 'object' };
		const year = today.slice(0, 4);
		const number = taskNumber(year, await nextNumbers(trx, 'sampling-task', year));
		await trx
			.insertInto('sampling_task')
			.values({
				id,
				number,
				name: taskName(year, item.name, number),
				kind: 'targeted',
				item_id: item.id,
				department_id: actor.departmentId,
				region_code: region,
				preset_id: preset.id,
				preset_version: preset.version,
				scope: JSON.stringify(scope),
				settings: JSON.stringify(settings),
				state: 'draft',
				due_on: wanted.dueOn,
				created_by: actor.id
			})
			.execute();
		if (warnings.length > 0) {
			await trx.insertInto('sampling_task_warning').values(warnings.map((w) => ({ task_id: id, warning_id: w.id }))).execute();
		}
		await audit(trx, actor, {
			action: 'task.create',
			objectKind: 'sampling_task',
			objectId: id,
			detail: { number, warnings: warnings.map((w) => w.number), preset: preset.id, presetVersion: preset.version }
		});
		return { ok: true, id };
	});
}

export type TaskRow = {
	readonly id: string;
	readonly number: string;
	readonly name: string;
	readonly state: TaskState;
	readonly region: string;
	readonly department: string;
	readonly poolSize: number | null;
	readonly drawn: number;
	readonly entered: number;
	readonly dueOn: string | null;
	readonly createdAt: Date;
};

/** Tasks of the jurisdiction, newest first. @param states null: all. */
export async function listTasks(db: Kysely<DB>, actor: Actor, states: readonly TaskState[] | null): Promise<TaskRow[]> {
	if (!may(actor, 'task.see')) return [];
	const { rows } = await sql<TaskRow>`
		select t.id, t.number, t.name, t.state, coalesce(r.name, t.region_code) as region, d.name as department, t.pool_size as "poolSize",
			(select count(*)::int from sampling_object o where o.task_id = t.id) as drawn,
			(select count(*)::int from sampling_object o where o.task_id = t.id and o.result is not null) as entered,
			t.due_on as "dueOn", t.created_at as "createdAt"
		from sampling_task t join department d on d.id = t.department_id left join region r on r.code = t.region_code
		where ${visibleTasks(actor)} and (${states}::text[] is null or t.state = any(${states}::text[]))
		order by t.created_at desc, t.id limit 200
	`.execute(db);
	return rows;
}

/** Everything a task's page shows beside pool and results; of its warnings those the actor may see. The seed is told only after the draw. */
export async function taskDetail(db: Kysely<DB>, actor: Actor, id: string) {
	const found = await findTask(db, actor, id);
	if (!found.ok) return found;
	const { seed, object_salt: _salt, ...task } = found.task;
	const [item, preset, department, warnings, rules] = await Promise.all([
		db.selectFrom('inspection_item').selectAll().where('id', '=', task.item_id).executeTakeFirstOrThrow(),
		db
			.selectFrom('sampling_preset')
			.select(['name', 'source', 'version'])
			.where('id', '=', task.preset_id)
			.where('version', '=', task.preset_version)
			.executeTakeFirstOrThrow(),
		db.selectFrom('department').select('name').where('id', '=', task.department_id).executeTakeFirstOrThrow(),
		db
			.selectFrom('sampling_task_warning as l')
			.innerJoin('warning as w', 'w.id', 'l.warning_id')
			.select(['w.id', 'w.number', 'w.level', 'w.item'])
			.where('l.task_id', '=', id)
			.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
			.orderBy('w.number')
			.execute(),
		rulesOf(db, task.preset_id, task.preset_version)
	]);
	const drawn = task.state === 'drawn' || task.state === 'done';
	return { ok: true as const, task: { ...task, seed: drawn ? seed : null }, item, preset, department: department.name, warnings, rules };
}

export type WarningTask = {
	readonly id: string;
	readonly number: string;
	readonly name: string;
	readonly state: TaskState;
	/** `YYYY-MM-DD` */
	readonly dueOn: string | null;
};

/** Tasks that any of the warnings led to, each once, of those the actor may see; none of a warning that they may not see. */
export async function tasksOfWarnings(db: Kysely<DB>, actor: Actor, warningIds: readonly string[]): Promise<WarningTask[]> {
	if (!may(actor, 'task.see') || !may(actor, 'warning.see')) return [];
	const { rows } = await sql<WarningTask>`
		select distinct t.id, t.number, t.name, t.state, t.due_on as "dueOn"
		from sampling_task_warning l join sampling_task t on t.id = l.task_id join warning w on w.id = l.warning_id
		where l.warning_id = any(${[...warningIds]}) and ${visibleTasks(actor)}
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		order by t.number
	`.execute(db);
	return rows;
}

export type { Task };
