import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { TaskScope } from '#lib/sampling/tasks/scope.ts';
import { actorOf, seedWorld, uscc } from './support.ts';

export const planner = actorOf();
/** Head of the planner's department. */
export const head = actorOf({ id: 'head-1', name: 'head-1', role: 'leader', grants: ['approver'] });
/** A planner of another department of the same city. */
export const otherPlanner = actorOf({ id: 'planner-2', name: 'planner-2', departmentId: 'culture' });
/** A planner of another city. */
export const farPlanner = actorOf({ id: 'planner-3', name: 'planner-3', departmentId: 'far', regionCode: '320500' });

export const scopeOf = (change: Partial<TaskScope> = {}): TaskScope => ({
	cells: [{ region: '320412', industry: 'H62' }], memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null, ...change
});

/** The world of sampling tests with another city's department and an item of the culture department. */
export async function seedPlanWorld(owner: Kysely<DB>): Promise<void> {
	await seedWorld(owner);
	await owner.insertInto('department').values({ id: 'far', name: '苏州市市场监督管理局', region_code: '320500' }).execute();
	await owner
		.insertInto('app_user')
		.values({ id: 'monitor-1', name: 'monitor-1', display_name: '监测员', password_hash: 'none', role: 'monitor', department_id: 'market', region_code: '320400' })
		.execute();
	const item = { legal_basis: '《娱乐场所管理条例》', method: 'on-site' };
	await owner
		.insertInto('inspection_item')
		.values([
			{ id: 'venue', number: '51', name: '娱乐场所检查', department_id: 'culture', ...item },
			{ id: 'venue-old', number: '52', name: '旧事项', department_id: 'culture', active: false, ...item },
			{ id: 'far-item', number: '53', name: '苏州事项', department_id: 'far', ...item }
		])
		.execute();
}

/** Puts a task into the state of having been drawn, as the draw would. @param visited how many of the drawn have a result. */
export async function setDrawn(owner: Kysely<DB>, taskId: string, drawn: number, visited = 0, first = 1): Promise<void> {
	await owner.updateTable('sampling_task').set({ state: 'drawn', draw_n: 1, drawn_at: new Date() }).where('id', '=', taskId).execute();
	await owner
		.insertInto('sampling_object')
		.values(
			Array.from({ length: drawn }, (_, i) => ({
				uscc: uscc(first + i), task_id: taskId, rank: i + 1, object_id: randomUUID(), draw_n: 1, result: i < visited ? 'no-problem' : null,
				visited_on: i < visited ? '2026-01-05' : null
			}))
		)
		.execute();
}

/** An incident that holds warnings. */
export async function seedIncident(owner: Kysely<DB>, id: string, warningIds: readonly string[]): Promise<void> {
	await owner
		.insertInto('incident')
		.values({ id, number: `I-${id}`, title: `事件${id}`, department_id: 'market', created_by: 'monitor-1', created_at: new Date() })
		.execute();
	await owner.updateTable('warning').set({ incident_id: id }).where('id', 'in', [...warningIds]).execute();
}
