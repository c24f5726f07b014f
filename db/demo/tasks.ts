import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import type { Actor } from '#lib/access/actor.ts';
import { commit } from '#lib/sampling/draw/commit.server.ts';
import { draw } from '#lib/sampling/draw/draw.server.ts';
import type { InspectionResult } from '#lib/sampling/tasks/results.ts';
import { enterResult, myTask, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { createTask, suggestScope, warningScopes } from '#lib/sampling/tasks/tasks.server.ts';
import { demoActor } from './actors.ts';
import { must } from './must.ts';

type Wanted = { readonly indicator: string; readonly region: string; readonly itemId: string; readonly number: number };

/** A task from the newest warning of an indicator in a region, drawn. Null when there is no such warning. */
async function drawnTask(db: Kysely<DB>, planner: Actor, wanted: Wanted, today: string): Promise<string | null> {
	const warning = await db
		.selectFrom('warning')
		.select('id')
		.where('indicator_id', '=', wanted.indicator)
		.where('region_code', 'like', `${wanted.region}%`)
		.orderBy('raised_on', 'desc')
		.limit(1)
		.executeTakeFirst();
	if (warning === undefined) return null;
	const scopes = await warningScopes(db, planner, [warning.id]);
	const created = must(
		'create a task',
		await createTask(db, planner, {
			warningIds: [warning.id],
			scope: suggestScope(planner, scopes, []),
			itemId: wanted.itemId,
			dueOn: addDays(today, 30),
			spareOnSite: false
		})
	);
	must('commit to its draw', await commit(db, planner, created.id, { settings: { wish: { mode: 'number', number: wanted.number } } }));
	must('draw', await draw(db, planner, created.id));
	return created.id;
}

const outcomes: readonly (readonly [InspectionResult, string])[] = [
	['unreachable', '登记住所为共享办公工位，现场无人，电话不通'],
	['ordered-to-correct', '联系电话未及时更新，已责令限期改正'],
	['unreachable', '物业证实该企业从未入驻'],
	['no-problem', ''],
	['no-activity', '尚未开展经营']
];

/** A finished task on the settled address cluster; run it while the demo inspector and one colleague are the only ones of the desk. */
export async function playFinishedTask(db: Kysely<DB>, today: string): Promise<void> {
	const planner = await demoActor(db, 'planner');
	const id = await drawnTask(db, planner, { indicator: 'shared-address', region: '321181', itemId: 'registration', number: 5 }, today);
	if (id === null) return;
	await enterAll(db, id, today);
	must('review', await reviewResults(db, planner, id, null));
}

/** A drawn task on the catering wave that is being carried out. */
export async function playOpenTask(db: Kysely<DB>, today: string): Promise<void> {
	await drawnTask(db, await demoActor(db, 'planner'), { indicator: 'complaint-surge', region: '3203', itemId: 'food-catering', number: 12 }, today);
}

async function enterAll(db: Kysely<DB>, id: string, today: string): Promise<void> {
	const inspector = await demoActor(db, 'inspector');
	const own = await myTask(db, inspector, id);
	if (!own.ok) throw new Error('the demo inspector was not drawn');
	for (const [k, object] of own.objects.entries()) {
		const [result, note] = outcomes[k % outcomes.length] as (typeof outcomes)[number];
		must('enter a result', await enterResult(db, inspector, id, object.uscc, { result, note, visitedOn: today }));
	}
}
