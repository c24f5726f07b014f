import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { disposeWithin, lockWarning } from '#lib/warnings/desk.server.ts';
import { applyEvaluations } from '#lib/warnings/machine.server.ts';

/** Two cities, a county each; the city desk of 3204, its catering desk, and the desk of the other city. */
export async function place(db: Kysely<DB>): Promise<void> {
	const region = (code: string, name: string, level: string, parent: string | null) => ({
		code, name, level, kind: 'division', parent_code: parent
	});
	await db
		.insertInto('region')
		.values([
			region('000000', '全国', 'nation', null), region('320000', '江苏省', 'province', '000000'),
			region('320400', '常州市', 'city', '320000'), region('320412', '武进区', 'county', '320400'),
			region('320500', '苏州市', 'city', '320000'), region('320505', '虎丘区', 'county', '320500')
		])
		.execute();
	await db
		.insertInto('industry')
		.values([
			{ key: 'H', code: 'H', level: 1, parent_key: null, name: '住宿和餐饮业' },
			{ key: 'H62', code: '62', level: 2, parent_key: 'H', name: '餐饮业' },
			{ key: 'F', code: 'F', level: 1, parent_key: null, name: '批发和零售业' }
		])
		.execute();
	await db
		.insertInto('department')
		.values([
			{ id: 'city', name: '常州市局', region_code: '320400', industries: null },
			{ id: 'catering', name: '常州市局餐饮处', region_code: '320400', industries: ['H62'] },
			{ id: 'other', name: '苏州市局', region_code: '320500', industries: null }
		])
		.execute();
	await db
		.insertInto('indicator')
		.values({ id: 'complaint-surge', name: '投诉举报异常增长', name_en: 'Surge of complaints', item: 'complaint', owner_department_id: 'city' })
		.execute();
	for (const who of [monitor, colleague, catering, leader, outsider]) {
		await db
			.insertInto('app_user')
			.values({
				id: who.id, name: who.name, display_name: who.displayName, password_hash: 'none', role: who.role,
				department_id: who.departmentId, region_code: who.regionCode, industries: who.industries ? [...who.industries] : null
			})
			.execute();
	}
}

const base: Omit<Actor, 'id' | 'name' | 'displayName'> = {
	role: 'monitor', grants: [], departmentId: 'city', regionCode: '320400', industries: null, inspectorId: null, address: null
};
export const monitor: Actor = { ...base, id: 'u-monitor', name: 'monitor', displayName: '王敏' };
export const colleague: Actor = { ...base, id: 'u-colleague', name: 'colleague', displayName: '李强' };
export const catering: Actor = { ...base, id: 'u-catering', name: 'catering', displayName: '赵芳', departmentId: 'catering', industries: ['H62'] };
export const leader: Actor = { ...base, id: 'u-leader', name: 'leader', displayName: '陈局', role: 'leader' };
export const outsider: Actor = { ...base, id: 'u-outsider', name: 'outsider', displayName: '孙浩', departmentId: 'other', regionCode: '320500' };

/** A breach of complaints in catering of 320412, unless told otherwise. */
export function evaluation(change: Partial<Evaluation> = {}): Evaluation {
	const regionCode = change.regionCode ?? '320412';
	const industryKey = change.industryKey ?? 'F';
	return {
		seriesKey: `complaint-surge|cell|${regionCode}|${industryKey}`,
		indicatorId: 'complaint-surge',
		indicatorVersion: 1,
		item: 'complaint',
		scopeKind: 'cell',
		regionCode,
		industryKey,
		uscc: null,
		subjectLabel: null,
		verdict: 'breaching',
		level: 'yellow',
		observed: 38,
		expected: 9,
		upper: 17,
		q: 0.0004,
		firstBreachOn: null,
		lastBreachOn: null,
		occurredOn: null,
		explanation: {
			window: { from: '2026-06-01', to: '2026-06-07' },
			grain: 'week',
			coverage: 0.99,
			limit: null,
			method: 'test',
			series: [],
			contributors: { regions: [], industries: [], addresses: [], enterprises: [] },
			evidence: { kinds: ['complaint'], from: '2026-06-01', to: '2026-06-07', regionCode, industryKey }
		},
		subjects: [],
		...change
	};
}

export function run(db: Kysely<DB>, asOf: string, evaluations: readonly Evaluation[]) {
	return db.transaction().execute((trx) => applyEvaluations(trx, asOf, evaluations));
}

/** What the last step of a disposal does to its warning. */
export function dispose(db: Kysely<DB>, actor: Actor, id: string): Promise<void> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockWarning(trx, actor, id);
		await disposeWithin(trx, actor, locked!, { measure: 'interview', note: '约谈三家企业', detail: {} });
	});
}

/** The newest warning of a series. */
export async function latest(db: Kysely<DB>, seriesKey = evaluation().seriesKey) {
	return db
		.selectFrom('warning_series as s')
		.innerJoin('warning as w', 'w.id', 's.warning_id')
		.selectAll('w')
		.where('s.series_key', '=', seriesKey)
		.executeTakeFirstOrThrow();
}
