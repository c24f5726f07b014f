import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { drawFormat } from '#lib/sampling/draw/draw.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';

const stratum = { key: 'G-B', code: '0000000a', reason: 'class-rule', eligible: 1, scope: 1, planned: 0, recognised: 0, quota: 1, control: 0 };

/** The draw of a place's task with its frozen pool, and visits to its enterprise that were joined: what wizard, certificates and joint visits show. */
export async function writeDraws(db: Kysely<DB>, code: string, mark: string, uscc: string): Promise<void> {
	const [task, department, planner] = [`task-${mark}`, `department-${mark}`, `user-planner-${mark}`];
	const salt = 'ab'.repeat(32);
	const scope = { cells: [{ region: code, industry: '*' }], memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null };
	const settings = { joint: false, spareOnSite: false, floor: 1, cap: 9, team: 'object', wish: { mode: 'number', number: 1 }, weighted: false, control: 0, entropySource: '', experts: 0, joinOpen: false };
	const frozen = {
		strata: [stratum], reasons: [{ eligible: true, reason: 'class-rule', n: 1 }], oldestMonth: '2026-10-01', newestMonth: '2026-10-01', preset: { id: 'preset', version: 1 },
		itemId: 'item', scope, settings, terms: {}, teamSize: 2, inspectors: [{ id: `inspector-${mark}`, recused: [] }], experts: []
	};
	await db
		.insertInto('sampling_draw')
		.values({
			task_id: task, n: 1, format: drawFormat, state: 'drawn', salt, seed: 'cd'.repeat(32), commitment: 'ef'.repeat(32), pool_hash: '01'.repeat(32), weighted: false,
			frozen: JSON.stringify(frozen), committed_at: new Date('2026-11-10T02:00:00Z'), committed_by: planner, drawn_at: new Date('2026-11-10T03:00:00Z'), drawn_by: planner,
			entropy_source: mark, entropy_value: mark
		})
		.execute();
	await db
		.insertInto('sampling_pool_part')
		.values({
			task_id: task, draw_n: 1, stratum: stratum.code, reason: '', class: '', part: 0, size: 1, usccs: Buffer.from(uscc),
			objects: createHash('sha256').update(Buffer.from(salt, 'hex')).update(uscc).digest().subarray(0, 16)
		})
		.execute();
	await db.insertInto('sampling_passed').values({ uscc, task_id: task, draw_n: 1, object_id: createHash('md5').update(mark).digest('hex'), reason: 'gone' }).execute();
	await db
		.insertInto('joint_visit')
		.values({ id: `joint-${mark}`, number: `ZH-${mark}`, uscc, state: 'joined', lead_department_id: department, lead_rule: 'for-cause', decided_by: planner, visit_until: '2026-12-10' })
		.execute();
	await db
		.insertInto('joint_visit_part')
		.values([`task:${task}`, `lead:lead-${mark}`].map((ref) => ({ uscc, joint_id: `joint-${mark}`, ref, department_id: department, item_id: 'item', due_on: '2026-12-10' })))
		.execute();
	await keepObjects(db, sql`select ${uscc}::text`);
}
