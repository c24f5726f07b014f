import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { joinVisits } from '#lib/sampling/joint/decide.server.ts';
import { createLeadCheck, leadCheckForm } from '#lib/sampling/leads/checks.server.ts';
import { demoActor } from './actors.ts';

const complaints = ['办卡后停业，拒不退费', '后厨卫生差，食用后腹泻'];

/** Complaints name two enterprises that stand on an open list: one pair of visits is joined, the other waits for somebody to decide. */
export async function playJoint(db: Kysely<DB>, today: string): Promise<void> {
	const planner = await demoActor(db, 'planner');
	const listed = await db
		.selectFrom('sampling_object as o').innerJoin('sampling_task as t', (join) => join.onRef('t.id', '=', 'o.task_id').onRef('t.draw_n', '=', 'o.draw_n'))
		.select(['o.uscc', 'o.task_id']).where('t.state', '=', 'drawn').where('o.result', 'is', null).where('o.entered_at', 'is', null).orderBy('o.uscc').limit(2).execute();
	for (const [i, { uscc, task_id: task }] of listed.entries()) {
		const dueOn = addDays(today, 10 + 5 * i);
		const form = await leadCheckForm(db, planner, uscc, 'consumer', dueOn);
		if (!form.ok) throw new Error(`the demo could not look at ${uscc}: ${form.reason}`);
		const made = await createLeadCheck(db, planner, {
			uscc, warningId: null, ground: 'complaint', evidence: `投诉人实名举报 ${uscc}：${complaints[i]}`, itemId: 'consumer',
			inspectorIds: form.inspectors.slice(0, 2).map((one) => one.id), dueOn
		});
		if (!made.ok) throw new Error(`the demo could not open a lead check: ${made.reason}`);
		if (i > 0) continue;
		const joined = await joinVisits(db, planner, uscc, [`task:${task}`, `lead:${made.id}`]);
		if (!joined.ok) throw new Error(`the demo could not join visits: ${joined.reason}`);
	}
}
