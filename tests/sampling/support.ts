import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { seedSampling } from '#lib/sampling/seed.server.ts';

/** A planner of 常州 unless changed. */
export function actorOf(change: Partial<Actor> = {}): Actor {
	return {
		id: 'planner-1', name: 'planner-1', displayName: '计划员', role: 'planner', grants: [], departmentId: 'market', regionCode: '320400',
		industries: null, inspectorId: null, address: null, ...change
	};
}

export const uscc = (n: number): string => `91320400${String(n).padStart(10, '0')}`;

export type EnterpriseSeed = { readonly n: number; readonly region?: string; readonly industry?: string; readonly class?: string; readonly keyClass?: boolean };

/** Regions, departments, inspectors, presets and items: what every sampling test stands on. */
export async function seedWorld(owner: Kysely<DB>): Promise<void> {
	await owner
		.insertInto('region')
		.values([
			{ code: '000000', name: '全国', level: 'nation', kind: 'division' },
			{ code: '320000', name: '江苏省', level: 'province', kind: 'division' },
			{ code: '320400', name: '常州市', level: 'city', kind: 'division' },
			{ code: '320412', name: '武进区', level: 'county', kind: 'division' },
			{ code: '320500', name: '苏州市', level: 'city', kind: 'division' },
			{ code: '320803', name: '淮安区', level: 'county', kind: 'division' },
			{ code: '230623', name: '林甸县', level: 'county', kind: 'division' }
		])
		.execute();
	await owner.insertInto('department').values({ id: 'market', name: '常州市市场监督管理局', region_code: '320400' }).execute();
	// The items that ship become those of the department that is there.
	await seedSampling(owner);
	await owner.insertInto('department').values({ id: 'culture', name: '常州市文化广电和旅游局', region_code: '320400' }).execute();
	const inspector = (id: string, department: string, until = '2099-12-31') => ({
		id, name: `检查员${id}`, unit: '一大队', department_id: department, region_code: '320400', certificate_no: id, certificate_until: until
	});
	await owner
		.insertInto('inspector')
		.values([
			...['i1', 'i2', 'i3', 'i4'].map((id) => inspector(id, 'market')),
			inspector('old', 'market', '2020-01-01'),
			...['k1', 'k2'].map((id) => inspector(id, 'culture'))
		])
		.execute();
}

/** Enterprises, classified for the present month (class null: unclassified). */
export async function seedEnterprises(owner: Kysely<DB>, rows: readonly EnterpriseSeed[]): Promise<void> {
	await owner
		.insertInto('enterprise')
		.values(
			rows.map((r) => ({
				uscc: uscc(r.n), name: `示例${r.n}有限公司`, region_code: r.region ?? '320412', region_basis: 'given',
				industry_key: r.industry ?? 'H62', key_class: r.keyClass ?? false, stated_at: new Date()
			}))
		)
		.execute();
	const classed = rows.flatMap((r) => (r.class === undefined ? [] : [[r.n, r.class] as const]));
	if (classed.length > 0) await classify(owner, classed);
	else await keepObjects(owner, null);
}

/** Classes of a month so many months ago (0: the present one). @param version above 1: a correction. */
export async function classify(owner: Kysely<DB>, rows: readonly (readonly [n: number, riskClass: string])[], monthsAgo = 0, version = 1): Promise<void> {
	await owner
		.insertInto('enterprise_class')
		.values(
			rows.map(([n, riskClass]) => ({
				uscc: uscc(n), class: riskClass, version, source_id: 'province', received_at: new Date(),
				month: sql<string>`(date_trunc('month', now() at time zone 'Asia/Shanghai') - make_interval(months => ${monthsAgo}))::date`
			}))
		)
		.execute();
	await keepObjects(owner, null);
}

export type WarningSeed = { readonly id: string; readonly scopeKind: string; readonly region?: string; readonly industry?: string; readonly uscc?: string; readonly members?: readonly string[]; readonly role?: string };

/** A raised warning and who it is about. */
export async function seedWarning(owner: Kysely<DB>, w: WarningSeed): Promise<void> {
	await owner
		.insertInto('indicator')
		.values({ id: 'ind', item: 'complaints', name: '投诉', name_en: 'Complaints', owner_department_id: 'market' })
		.onConflict((oc) => oc.doNothing())
		.execute();
	await owner.insertInto('warning_series').values({ series_key: `s-${w.id}`, indicator_id: 'ind', evaluation: 'breaching', evaluated_on: '2026-01-01' }).execute();
	await owner
		.insertInto('warning')
		.values({
			id: w.id, number: `N-${w.id}`, series_key: `s-${w.id}`, indicator_id: 'ind', indicator_version: 1, item: 'complaints',
			scope_kind: w.scopeKind, region_code: w.region ?? '320412', industry_key: w.industry ?? 'H62', uscc: w.uscc ?? null, level: 'red',
			evaluation: 'breaching', department_id: 'market', first_breach_on: '2026-01-01', last_breach_on: '2026-01-01', occurred_on: '2026-01-01',
			raised_at: new Date(), raised_on: '2026-01-01', explanation: '{}', changed_at: new Date()
		})
		.execute();
	const members = w.members ?? (w.uscc ? [w.uscc] : []);
	if (members.length === 0) return;
	await owner
		.insertInto('warning_subject')
		.values(members.map((m) => ({ uscc: m, warning_id: w.id, role: w.role ?? (w.uscc ? 'named' : 'member') })))
		.execute();
}
