import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { createLeadCheck } from '#lib/sampling/leads/checks.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import type { WarningCorrections } from '#lib/warnings/corrections.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';
import { evaluation, run } from '../warnings/fixtures.ts';
import { load as lookAtLeadCheck } from '../../src/routes/(app)/lead-checks/[id]/+page.server.ts';
import { load as lookAtTask } from '../../src/routes/(app)/tasks/[id]/+page.server.ts';

const uscc = usccOf(1);
const evening = '2026-06-07';
const dueOn = '2098-12-31';
const planner: Actor = {
	id: 'planner', name: 'planner', displayName: '计划员', role: 'planner', grants: [], departmentId: 'city', regionCode: '320400', industries: null, inspectorId: null, address: null
};

let database: TestDatabase;
let task = '';
let leadCheck = '';
beforeAll(async () => {
	database = await referenceDatabase();
	const { db, owner } = database;
	await owner.insertInto('department').values({ id: 'city', name: '市局', region_code: '320400' }).execute();
	await sql`insert into routing (item, industry_prefix, region_prefix, department_id) values ('*', '', '', 'city')`.execute(owner);
	await owner.insertInto('indicator').values({ id: 'complaint-surge', name: '投诉举报异常增长', name_en: 'Surge of complaints', item: 'complaint', owner_department_id: 'city' }).execute();
	await seedSampling(owner);
	await owner.insertInto('inspector').values(['i1', 'i2'].map((id) => ({
		id, name: id, unit: '一大队', department_id: 'city', region_code: '320400', certificate_no: id, certificate_until: '2099-12-31'
	}))).execute();
	await imported(db, 'registrations', `uscc,name,occurredOn,region,industry\n${uscc},甲,2020-05-06,320412,H6210\n`);
	await complaints([1, 2, 3, 4, 5, 6]);
	// As if they had come in the morning after.
	await sql`update event set received_at = occurred_at + interval '9 hours', known_from = occurred_at + interval '9 hours' where kind = 'complaint'`.execute(owner);
	const { explanation } = evaluation();
	const window = { from: '2026-06-01', to: evening };
	const rise = (evidence: object) => ({ observed: 6, expected: 1, upper: 3.4, industryKey: 'H62', explanation: { ...explanation!, window, evidence: { ...explanation!.evidence!, industryKey: 'H62', ...window, ...evidence } } });
	await run(db, evening, [
		evaluation(rise({})),
		evaluation({ ...rise({ uscc: [uscc] }), seriesKey: `complaint-surge|enterprise|${uscc}`, scopeKind: 'enterprise', uscc })
	]);
	const warningOf = async (kind: string) => (await db.selectFrom('warning').select('id').where('scope_kind', '=', kind).executeTakeFirstOrThrow()).id;
	const scope = { cells: [{ region: '320412', industry: 'H62' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null };
	const made = await createTask(db, planner, { warningIds: [await warningOf('cell')], scope, itemId: 'registration', dueOn, spareOnSite: true });
	const lead = await createLeadCheck(db, planner, {
		uscc, warningId: await warningOf('enterprise'), ground: 'monitoring-finding', evidence: `监测发现 ${uscc} 投诉集中`, itemId: 'registration', inspectorIds: ['i1', 'i2'], dueOn
	});
	if (!made.ok || !lead.ok) throw new Error(JSON.stringify([made, lead]));
	[task, leadCheck] = [made.id, lead.id];
});
afterAll(() => database[Symbol.asyncDispose]());

function complaints(rows: readonly number[], withdrawn = ''): Promise<unknown> {
	const lines = rows.map((n) => `${n},${uscc},2026-06-05,1390518000${n},价格,${withdrawn}`);
	return imported(database.db, 'complaints', `id,uscc,occurredOn,complainantId,item,withdrawn\n${lines.join('\n')}\n`, { source: '热线' });
}

/** What the page's own code hands to the notice. */
async function correctionsOn(look: (event: never) => unknown, id: string): Promise<readonly WarningCorrections[]> {
	const url = new URL(`http://qianshao.test/${id}`);
	const locals = { db: database.db, actor: planner, scope: scopeOf(planner), now: new Date(), requestId: 'r', address: '10.0.0.1' };
	const data = (await look({ locals, params: { id }, url, request: new Request(url), depends: () => undefined, parent: async () => ({}) } as never)) as { readonly corrections: readonly WarningCorrections[] };
	return data.corrections;
}

it('a task and a lead check say which of the rows they rest on were corrected or withdrawn since', async () => {
	const pages = [[lookAtTask, () => task], [lookAtLeadCheck, () => leadCheck]] as const;
	for (const [look, id] of pages) expect(await correctionsOn(look, id())).toEqual([]);
	await complaints([1, 2], '是');
	await sql`update event set received_at = now() where known_from > '2026-07-01' and kind = 'complaint'`.execute(database.owner);
	for (const [look, id] of pages) {
		const [said, ...others] = await correctionsOn(look, id());
		expect(others).toEqual([]);
		expect(said!.changed).toMatchObject({ total: 2, withdrawn: 2, corrected: 0, folded: 0 });
		expect(said!.standing).toMatchObject({ then: 6, now: 4, holds: true });
	}
});
