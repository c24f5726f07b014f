import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type * as v from 'valibot';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { visibleWork, withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { isDay } from '#lib/calendar/days.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import type { Occurrence } from '../plans/kinds.ts';
import { partnersOf, sourceOf, type Partner } from '../plans/task-source.server.ts';
import { dueFault } from '../plans/window.ts';
import { ownItems } from '../registers/items.server.ts';
import { databaseToday, findTask, madeBefore, rulesOf, type Task } from './access.server.ts';
import { judgeScope } from './judge-scope.ts';
import { initialSettings, type taskScopeSchema } from './scope.ts';
import { taskName, taskNumber, type TaskKind, type TaskState } from './task.ts';
import { warningScopes, warningsOfIncident } from './warning-scope.server.ts';

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
	readonly scope: v.InferInput<typeof taskScopeSchema>;
	readonly itemId: string;
	/** `YYYY-MM-DD`, the last day of the visits. */
	readonly dueOn: string;
	readonly spareOnSite: boolean;
	/** 定向, 不定向 or 专项; default targeted. A line of a plan and a campaign say it themselves. */
	readonly kind?: TaskKind;
	readonly occurrence?: Occurrence;
	/** Line of a plan in force. */
	readonly entryId?: string | null;
	/** Approved campaign. */
	readonly campaignId?: string | null;
	/** Incident whose warnings these are. */
	readonly incidentId?: string | null;
	/** Other departments of a joint task (跨部门), each with an item of its own. */
	readonly partners?: readonly Partner[];
};

/** Makes a task of one of the paths. Its pool is live until it is committed. */
export async function createTask(db: Kysely<DB>, actor: Actor, wanted: NewTask): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'task.create');
	if (refusal) return refusal;
	const warnings = await warningScopes(db, actor, wanted.warningIds);
	if (warnings.length < new Set(wanted.warningIds).size) return notFound;
	const named = warnings.filter((w) => w.uscc !== null);
	if (warnings.length > 0 && named.length === warnings.length) return refuse('named-enterprise', { uscc: named[0]?.uscc ?? '' });
	const incidentId = wanted.incidentId ?? null;
	if (incidentId !== null && !warnings.some((w) => w.incidentId === incidentId)) return notFound;
	if (!isDay(wanted.dueOn)) return refuse('not-a-day');
	const found = await sourceOf(db, actor, wanted);
	if (!found.ok) return found;
	const { source } = found;
	const judged = judgeScope(actor, wanted.scope, warnings, source);
	if (!judged.ok) return judged;
	const { scope } = judged;
	const item = (await ownItems(db, actor)).find((i) => i.id === source.itemId);
	if (!item) return refuse('item-unknown');
	const partners = await partnersOf(db, actor, wanted.partners ?? [], source.departments);
	if (!partners.ok) return partners;

	const id = wanted.id ?? randomUUID();
	return db.transaction().execute(async (trx) => {
		const made = await madeBefore(trx, 'sampling_task', id, actor);
		if (made) return made;
		const today = await databaseToday(trx);
		const due = dueFault(wanted.dueOn, today, source.window);
		if (due) return refuse(due, source.window ?? {});
		const region = commonRegion([...scope.cells.map((c) => c.region), ...warnings.map((w) => w.region)]);
		const preset = await presetFor(trx, region);
		if (!preset) return refuse('no-preset');
		const rules = await rulesOf(trx, preset.id, preset.version);
		const settings = initialSettings(rules, { joint: partners.partners.length > 0, spareOnSite: wanted.spareOnSite, ...source.settings });
		const year = today.slice(0, 4);
		const number = taskNumber(year, await nextNumbers(trx, 'sampling-task', year));
		await trx
			.insertInto('sampling_task')
			.values({
				id, number, name: taskName(year, item.name, number, source.kind), kind: source.kind, occurrence: source.occurrence, item_id: item.id,
				department_id: actor.departmentId, region_code: region, preset_id: preset.id, preset_version: preset.version, scope: JSON.stringify(scope),
				settings: JSON.stringify(settings), state: 'draft', due_on: wanted.dueOn, created_by: actor.id,
				plan_entry_id: source.entryId, campaign_id: source.campaignId, incident_id: incidentId
			})
			.execute();
		if (warnings.length > 0) {
			await trx.insertInto('sampling_task_warning').values(warnings.map((w) => ({ task_id: id, warning_id: w.id }))).execute();
		}
		if (partners.partners.length > 0) {
			const rows = partners.partners.map((p) => ({ task_id: id, department_id: p.departmentId, item_id: p.itemId }));
			await trx.insertInto('sampling_task_partner').values(rows).execute();
		}
		await audit(trx, actor, {
			action: 'task.create',
			objectKind: 'sampling_task',
			objectId: id,
			detail: {
				number, kind: source.kind, warnings: warnings.map((w) => w.number), preset: preset.id, presetVersion: preset.version,
				...(source.number === null ? {} : { plan: source.number }),
				...(partners.partners.length === 0 ? {} : { partners: partners.partners.map((p) => p.departmentId) })
			}
		});
		return { ok: true, id };
	});
}

/** Everything a task's page shows beside pool, draw and results; of its warnings, plan, campaign and incident what the actor may see. */
export async function taskDetail(db: Kysely<DB>, actor: Actor, id: string) {
	const found = await findTask(db, actor, id);
	if (!found.ok) return found;
	const { task } = found;
	const [item, preset, department, warnings, rules, partners, plan, campaign, incident] = await Promise.all([
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
		rulesOf(db, task.preset_id, task.preset_version),
		db
			.selectFrom('sampling_task_partner as p')
			.innerJoin('department as d', 'd.id', 'p.department_id')
			.innerJoin('inspection_item as i', 'i.id', 'p.item_id')
			.select(['d.id as departmentId', 'd.name as department', 'i.id as itemId', 'i.name as item'])
			.where('p.task_id', '=', id)
			.orderBy('d.id')
			.execute(),
		task.plan_entry_id === null
			? null
			: db
					.selectFrom('plan_entry as e')
					.innerJoin('sampling_plan as p', 'p.id', 'e.plan_id')
					.select(['p.id', 'p.number', 'p.name', 'p.state', 'e.position'])
					.where('e.id', '=', task.plan_entry_id)
					.where(visibleWork(actor, 'p'))
					.executeTakeFirst(),
		task.campaign_id === null
			? null
			: db
					.selectFrom('campaign as c')
					.select(['c.id', 'c.number', 'c.name', 'c.state'])
					.where('c.id', '=', task.campaign_id)
					.where(visibleWork(actor, 'c'))
					.executeTakeFirst(),
		task.incident_id === null || (await warningsOfIncident(db, actor, task.incident_id)).length === 0
			? null
			: db.selectFrom('incident').select(['id', 'number', 'title']).where('id', '=', task.incident_id).executeTakeFirst()
	]);
	return {
		ok: true as const, task, item, preset, department: department.name, warnings, rules, partners,
		plan: plan ?? null, campaign: campaign ?? null, incident: incident ?? null
	};
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
		where l.warning_id = any(${[...warningIds]}) and ${visibleWork(actor, 't')}
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
		order by t.number
	`.execute(db);
	return rows;
}

export type { Task };
export { suggestScope, warningScopes, type WarningScope } from './warning-scope.server.ts';
