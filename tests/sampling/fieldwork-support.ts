import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { actorOf, classify, seedEnterprises, seedWarning, seedWorld, uscc } from './support.ts';

export { actorOf, uscc };
export const planner = actorOf();
export const inspector = actorOf({ id: 'acc-1', name: 'acc-1', displayName: '检查员甲', role: 'inspector', inspectorId: 'i1' });
export const colleague = actorOf({ id: 'acc-2', name: 'acc-2', displayName: '检查员乙', role: 'inspector', inspectorId: 'i2' });
export const stranger = actorOf({ id: 'acc-3', name: 'acc-3', displayName: '检查员丙', role: 'inspector', inspectorId: 'i3' });

/** Register, accounts, inspectors, a red and a blue warning. */
export async function seedFieldwork(owner: Kysely<DB>): Promise<string> {
	await seedWorld(owner);
	await seedEnterprises(owner, Array.from({ length: 20 }, (_, i) => ({ n: i + 1 })));
	await classify(owner, [[1, 'C']]);
	await owner.updateTable('enterprise').set({ phone: '13812345678', address: '示例路 1 号' }).where('uscc', '=', uscc(1)).execute();
	await owner
		.insertInto('app_user')
		.values([planner, inspector, colleague, stranger].map((a: Actor) => ({
			id: a.id, name: a.name, display_name: a.displayName, password_hash: 'none', role: a.role, department_id: a.departmentId, region_code: a.regionCode, inspector_id: a.inspectorId
		})))
		.execute();
	await seedWarning(owner, { id: 'w-blue', scopeKind: 'cell' });
	await seedWarning(owner, { id: 'w-red', scopeKind: 'cell' });
	await owner.updateTable('warning').set({ level: 'blue' }).where('id', '=', 'w-blue').execute();
	return databaseToday(owner);
}

export type TaskSeed = {
	readonly id: string;
	readonly usccs: readonly string[];
	readonly kind?: string;
	readonly joint?: boolean;
	readonly partner?: { readonly departmentId: string; readonly itemId: string };
	readonly warnings?: readonly string[];
	/** An earlier draw that counts no more. */
	readonly superseded?: readonly string[];
	readonly team?: readonly string[];
};

/** A task whose list was drawn ten days ago, as the draw leaves it. */
export async function seedDrawnTask(owner: Kysely<DB>, t: TaskSeed): Promise<void> {
	const preset = await owner.selectFrom('sampling_preset').select(['id', 'version']).orderBy('id').limit(1).executeTakeFirstOrThrow();
	const n = t.superseded ? 2 : 1;
	await owner
		.insertInto('sampling_task')
		.values({
			id: t.id, number: `CC-${t.id}`, name: `任务${t.id}`, kind: t.kind ?? 'targeted', item_id: 'registration', department_id: 'market', region_code: '320400',
			preset_id: preset.id, preset_version: preset.version, scope: JSON.stringify({ cells: [{ region: '320400', industry: '*' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null }),
			settings: JSON.stringify({ joint: t.joint ?? false, spareOnSite: false, floor: 0, cap: 100, team: 'object' }),
			state: 'drawn', draw_n: n, drawn_at: sql<Date>`now() - interval '10 days'`, due_on: '2099-12-31', created_by: planner.id
		})
		.execute();
	if (t.partner) await owner.insertInto('sampling_task_partner').values({ task_id: t.id, department_id: t.partner.departmentId, item_id: t.partner.itemId }).execute();
	if (t.warnings) await owner.insertInto('sampling_task_warning').values(t.warnings.map((w) => ({ task_id: t.id, warning_id: w }))).execute();
	const object = (u: string, i: number, draw: number) => ({
		uscc: u, task_id: t.id, object_id: `${t.id}-${draw}-${i}`, rank: i + 1, draw_n: draw, class: 'C', control: i === 0
	});
	await owner
		.insertInto('sampling_object')
		.values([...(t.superseded ?? []).map((u, i) => object(u, i, 1)), ...t.usccs.map((u, i) => object(u, i, n))])
		.execute();
	const seats = (u: string, draw: number) => (t.team ?? ['i1', 'i2']).map((id, i) => ({ task_id: t.id, uscc: u, inspector_id: id, rank: i + 1, draw_n: draw }));
	await owner.insertInto('task_inspector').values([...(t.superseded ?? []).flatMap((u) => seats(u, 1)), ...t.usccs.flatMap((u) => seats(u, n))]).execute();
}

/** A lead check about an enterprise, ten days old. */
export async function seedLead(owner: Kysely<DB>, id: string, n: number, warningId: string | null = null): Promise<void> {
	await owner
		.insertInto('lead_check')
		.values({
			id, number: `XS-${id}`, uscc: uscc(n), warning_id: warningId, ground: 'complaint', evidence: uscc(n), department_id: 'market', region_code: '320412',
			item_id: 'consumer', inspector_ids: ['i1', 'i2'], due_on: '2099-12-31', state: 'open', created_by: planner.id, created_at: sql<Date>`now() - interval '10 days'`
		})
		.execute();
}

export const daysAgo = (today: string, n: number): string => addDays(today, -n);
