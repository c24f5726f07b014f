import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { decideCampaign, submitCampaign } from '#lib/sampling/campaigns/decide.server.ts';
import { createCampaign } from '#lib/sampling/campaigns/edit.server.ts';
import { decideReport, enterReport } from '#lib/sampling/leads/reports.server.ts';
import { decidePlan, filePlan, submitPlan } from '#lib/sampling/plans/decide.server.ts';
import { createPlan, saveEntry } from '#lib/sampling/plans/edit.server.ts';
import type { TaskScope } from '#lib/sampling/tasks/scope.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import { suggestScope, warningScopes } from '#lib/sampling/tasks/warning-scope.server.ts';
import { demoActor } from './actors.ts';
import { must } from './must.ts';

/** Items of two professional departments: somebody who can go along. */
const professionalItems = [
	{ id: 'food-production', number: '21', name: '食品生产安全检查', legal_basis: '《中华人民共和国食品安全法》', department_id: 'js-food', industries: ['C13', 'C14', 'C15'] },
	{ id: 'elevator', number: '22', name: '电梯使用管理检查', legal_basis: '《中华人民共和国特种设备安全法》', department_id: 'js-equipment', industries: null }
];

const scopeOf = (cells: TaskScope['cells'], change: Partial<TaskScope> = {}): TaskScope => ({
	cells, memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null, ...change
});

/** Lines of a year's plan: the whole register undirected, catering with another department, young enterprises of one city. */
const linesOf = (year: number, planner: Actor) => {
	const all = { occurrence: 'periodic', departmentIds: [] as string[], fromOn: `${year}-01-01`, untilOn: `${year}-12-31`, mode: 'number', note: '' };
	return [
		{ ...all, itemId: 'disclosure', kind: 'undirected', scope: scopeOf([{ region: planner.regionCode, industry: '*' }]), promised: 60, note: '随机对照样本从本条目中产生' },
		{ ...all, itemId: 'food-catering', kind: 'targeted', scope: scopeOf([{ region: '320300', industry: 'H62' }]), departmentIds: ['js-equipment'], mode: 'ratio', promised: 0.05 },
		{
			...all, itemId: 'registration', kind: 'targeted', occurrence: 'occasional', promised: 20,
			scope: scopeOf([{ region: '320100', industry: '*' }], { establishedFrom: `${year - 1}-01-01` }), note: '成立两年以内'
		}
	];
};

async function planOf(db: Kysely<DB>, planner: Actor, year: number): Promise<{ id: string; version: number }> {
	const { id } = must('draft a plan', await createPlan(db, planner, { year, name: `${year}年度抽查工作计划` }));
	let version = 1;
	for (const line of linesOf(year, planner)) must('write a line of a plan', await saveEntry(db, planner, id, version++, null, line));
	return { id, version };
}

/** A filed plan with a task under it, and the next year's draft. */
async function playPlans(db: Kysely<DB>, planner: Actor, leader: Actor, today: string): Promise<void> {
	const year = Number(today.slice(0, 4));
	const { id, version } = await planOf(db, planner, year);
	must('submit a plan', await submitPlan(db, planner, id, version));
	must('approve a plan', await decidePlan(db, leader, id, version + 1, { approve: true, note: '同意' }));
	must('file a plan', await filePlan(db, planner, id, version + 2, { filedOn: today, filingNo: `演示备〔${year}〕1号` }));
	const entry = await db.selectFrom('plan_entry').select('id').where('plan_id', '=', id).where('kind', '=', 'undirected').executeTakeFirstOrThrow();
	const scope = scopeOf([{ region: planner.regionCode, industry: '*' }]);
	const dueOn = [addDays(today, 30), `${year}-12-31`].sort()[0]!;
	must('make a planned task', await createTask(db, planner, { warningIds: [], scope, itemId: 'disclosure', dueOn, spareOnSite: true, entryId: entry.id }));
	await planOf(db, planner, year + 1);
}

/** One campaign that was approved and one that waits for the head of the department, each from a rise of complaints. */
async function playCampaigns(db: Kysely<DB>, planner: Actor, leader: Actor, today: string): Promise<void> {
	const warnings = await db
		.selectFrom('warning').select('id').where('indicator_id', '=', 'complaint-surge').where('scope_kind', '=', 'cell').orderBy('number').limit(2).execute();
	for (const [n, { id: warningId }] of warnings.entries()) {
		const scope = suggestScope(planner, await warningScopes(db, planner, [warningId]), []);
		const content = {
			name: n === 0 ? '消费投诉集中领域专项检查' : '餐饮服务明码标价专项检查', reason: '投诉举报短期内明显增长，集中在同一区划和行业，需要集中检查。',
			basis: n === 0 ? '《中华人民共和国消费者权益保护法》' : '《中华人民共和国价格法》', itemId: n === 0 ? 'consumer' : 'price', scope, fromOn: today, untilOn: addDays(today, 60),
			plan: '一、检查对象：投诉集中的经营者。\n二、检查内容：经营公示、价格标示、售后处理。\n三、方式：现场检查，每户两名执法人员。\n四、时间：六十日内完成并报送结果。'
		};
		const { id } = must('draft a campaign', await createCampaign(db, planner, { warningIds: [warningId], content }));
		must('submit a campaign', await submitCampaign(db, planner, id, 1));
		if (n === 0) must('approve a campaign', await decideCampaign(db, leader, id, 2, { approve: true, note: '同意' }));
	}
}

/** A media report that nobody has looked into, and one that holds. */
async function playReports(db: Kysely<DB>, planner: Actor, today: string): Promise<void> {
	const enterprises = await db
		.selectFrom('enterprise').select(['uscc', 'name']).where('status', '=', 'active').where('industry_key', 'like', 'H62%').orderBy('uscc').limit(2).execute();
	for (const [n, { uscc, name }] of enterprises.entries()) {
		const report = { uscc, medium: n === 0 ? '演示晚报《这家店的后厨》' : '演示网《预付卡退款难》', reportedOn: addDays(today, -3), content: `报道反映${name}存在服务承诺不兑现的情况。` };
		const { id } = must('enter a media report', await enterReport(db, planner, report));
		if (n === 0) continue;
		const finding = '核对近三个月投诉记录并电话询问投诉人，反映的退款问题属实，涉及多名消费者。';
		must('verify a media report', await decideReport(db, planner, id, 1, { verified: true, finding }));
	}
}

/** Plans, campaigns and leads of the demo, by its planner and its leader. */
export async function playPlanning(db: Kysely<DB>, today: string): Promise<void> {
	const [planner, leader] = [await demoActor(db, 'planner'), await demoActor(db, 'leader')];
	await db.insertInto('inspection_item').values(professionalItems.map((item) => ({ ...item, method: 'on-site' }))).onConflict((oc) => oc.column('id').doNothing()).execute();
	await playPlans(db, planner, leader, today);
	await playCampaigns(db, planner, leader, today);
	await playReports(db, planner, today);
}
