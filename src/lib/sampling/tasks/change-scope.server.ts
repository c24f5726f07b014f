import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { isDay } from '#lib/calendar/days.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import { sourceOf } from '../plans/task-source.server.ts';
import { dueFault } from '../plans/window.ts';
import { databaseToday, lockTask } from './access.server.ts';
import { judgeScope } from './judge-scope.ts';
import { presetFor } from './tasks.server.ts';
import { warningScopes } from './warning-scope.server.ts';

/**
 * Changes whom a draft looks at and until when it is carried out: what was too narrow is widened without beginning anew. What was approved
 * still binds. Another region may bring another preset; what was chosen at the settings stays.
 *
 * @param wanted.scope a `TaskScope`, as yet unchecked. @param wanted.version what the actor saw.
 */
export async function changeScope(
	db: Kysely<DB>, actor: Actor, taskId: string, wanted: { readonly scope: unknown; readonly dueOn: string; readonly version: number }
): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockTask(trx, actor, 'task.create', taskId, wanted.version);
		if (!found.ok) return found;
		const { task } = found;
		if (task.state !== 'draft') return refuse('wrong-state', { state: task.state });
		if (!isDay(wanted.dueOn)) return refuse('not-a-day');
		const links = await trx.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', taskId).execute();
		const warnings = await warningScopes(trx, actor, links.map((link) => link.warning_id));
		if (warnings.length < links.length) return notFound;
		const bound = await sourceOf(trx, actor, { itemId: task.item_id, kind: task.kind, entryId: task.plan_entry_id, campaignId: task.campaign_id });
		if (!bound.ok) return bound;
		const judged = judgeScope(actor, wanted.scope, warnings, bound.source);
		if (!judged.ok) return judged;
		const due = dueFault(wanted.dueOn, await databaseToday(trx), bound.source.window);
		if (due) return refuse(due, bound.source.window ?? {});
		const region = commonRegion([...judged.scope.cells.map((c) => c.region), ...warnings.map((w) => w.region)]);
		const preset = region === task.region_code ? { id: task.preset_id, version: task.preset_version } : await presetFor(trx, region);
		if (!preset) return refuse('no-preset');
		await trx
			.updateTable('sampling_task')
			.set({
				scope: JSON.stringify(judged.scope), region_code: region, preset_id: preset.id, preset_version: preset.version, due_on: wanted.dueOn,
				recheck: null, version: task.version + 1
			})
			.where('id', '=', taskId)
			.execute();
		await audit(trx, actor, {
			action: 'task.change-scope', objectKind: 'sampling_task', objectId: taskId, detail: { number: task.number, preset: preset.id, presetVersion: preset.version, due: wanted.dueOn }
		});
		return { ok: true };
	});
}
