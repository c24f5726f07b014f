import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** A plan with a line, a campaign from the place's warning and a media report of each place: what the pages of plans and paths show. */
export async function writePlans(db: Kysely<DB>, code: string, mark: string, uscc: string): Promise<void> {
	const [department, planner] = [`department-${mark}`, `user-planner-${mark}`];
	const scope = JSON.stringify({ cells: [{ region: code, industry: '*' }], memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null });
	await db
		.insertInto('sampling_plan')
		.values({
			id: `plan-${mark}`, number: `JH-${mark}`, year: 2026, name: `计划${mark}`, department_id: department, region_code: code, state: 'approved', created_by: planner,
			submitted_by: planner, decided_by: `user-leader-${mark}`, decided_at: new Date('2026-01-05T02:00:00Z'), decision_note: mark
		})
		.execute();
	await db
		.insertInto('plan_entry')
		.values({
			id: `entry-${mark}`, plan_id: `plan-${mark}`, origin: `entry-${mark}`, position: 1, item_id: 'item', kind: 'targeted', occurrence: 'periodic', scope,
			department_ids: [department], from_on: '2026-01-01', until_on: '2099-12-31', mode: 'ratio', promised: 0.5, note: mark
		})
		.execute();
	await db
		.insertInto('campaign')
		.values({
			id: `campaign-${mark}`, number: `ZX-${mark}`, name: `专项${mark}`, reason: mark, basis: mark, plan: mark, department_id: department, region_code: code,
			item_id: 'item', scope, from_on: '2026-11-01', until_on: '2099-12-31', state: 'approved', created_by: planner, decision_note: mark
		})
		.execute();
	await db.insertInto('campaign_warning').values({ campaign_id: `campaign-${mark}`, warning_id: `warning-${mark}` }).execute();
	await db
		.insertInto('lead_report')
		.values({
			id: `report-${mark}`, number: `MT-${mark}`, uscc, medium: `报${mark}`, reported_on: '2026-11-01', content: mark, department_id: department, region_code: code,
			state: 'verified', finding: mark, decided_by: planner, created_by: planner
		})
		.execute();
	// The place's task comes from all of them, and another department goes along.
	await db
		.updateTable('sampling_task')
		.set({ plan_entry_id: `entry-${mark}`, campaign_id: `campaign-${mark}`, incident_id: `incident-${mark}` })
		.where('id', '=', `task-${mark}`)
		.execute();
	await db.insertInto('sampling_task_partner').values({ task_id: `task-${mark}`, department_id: department, item_id: 'item' }).execute();
	await db.updateTable('lead_check').set({ report_id: `report-${mark}` }).where('id', '=', `lead-${mark}`).execute();
}
