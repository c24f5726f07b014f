import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Role } from '#lib/access/actor.ts';

export function actorIn(regionCode: string, industries: readonly string[] | null = null, role: Role = 'leader'): Actor {
	return { id: 'u', name: 'u', displayName: 'u', role, grants: [], departmentId: 'office', regionCode, industries, inspectorId: null, address: null };
}

const places = [
	['000000', '全国', 'nation', null], ['320000', '江苏省', 'province', '000000'], ['320400', '常州市', 'city', '320000'], ['320402', '天宁区', 'county', '320400'],
	['320412', '武进区', 'county', '320400'], ['320900', '盐城市', 'city', '320000'], ['320902', '亭湖区', 'county', '320900'], ['330000', '浙江省', 'province', '000000'],
	['330100', '杭州市', 'city', '330000']
] as const;
export const regionCodes = ['320402', '320412', '320902', '320400', '320000', '330100'] as const;
export const industryKeys = ['C131', 'C13', 'C1499', 'H6210', '-'] as const;

export async function writeReference(db: Kysely<DB>): Promise<void> {
	await db.insertInto('region').values(places.map(([code, name, level, parent], i) => ({ code, name, level, kind: 'division', parent_code: parent, longitude: 118 + i / 10, latitude: 31 }))).execute();
	const industry = (key: string, level: number, parent: string | null) => ({ key, code: key.slice(1) || key, level, parent_key: parent, name: `业${key}` });
	await db
		.insertInto('industry')
		.values([
			industry('C', 1, null), industry('C13', 2, 'C'), industry('C131', 3, 'C13'), industry('C14', 2, 'C'), industry('H', 1, null), industry('H62', 2, 'H')
		])
		.execute();
	await db.insertInto('department').values({ id: 'office', name: '江苏省市场监督管理局', region_code: '320000' }).execute();
	await db.insertInto('source').values({ id: 's', name: '登记', owner_department_id: 'office', kinds: ['registration'], region_code: '320000' }).execute();
}

export type Made = {
	readonly region: string;
	readonly industry: string;
	readonly established?: string | null;
	readonly status?: 'active' | 'cancelled' | 'revoked';
	readonly cancelledOn?: string | null;
	/** Classes by month; several: versions, oldest first. */
	readonly classes?: Readonly<Record<string, readonly string[]>>;
	/** Events: kind and day. */
	readonly events?: readonly (readonly [string, string])[];
};

export const usccOf = (i: number): string => `91${String(i).padStart(16, '0')}`;

/** Enterprises, with their classes and events, under the credit codes of `usccOf`. */
export async function writeEnterprises(db: Kysely<DB>, list: readonly Made[], start = 0): Promise<void> {
	const stated = new Date('2024-01-01T00:00:00Z');
	const rows = list.map((one, i) => ({
		uscc: usccOf(start + i), name: `企业${start + i}`, region_code: one.region, region_basis: 'given', industry_key: one.industry, established_on: one.established ?? null,
		status: one.status ?? 'active', cancelled_on: one.cancelledOn ?? null, stated_at: stated
	}));
	if (rows.length > 0) await db.insertInto('enterprise').values(rows).execute();
	const classes = list.flatMap((one, i) => Object.entries(one.classes ?? {}).flatMap(([month, versions]) => versions.map((value, v) => ({
		uscc: usccOf(start + i), month, version: v + 1, class: value, source_id: 's', received_at: stated
	}))));
	if (classes.length > 0) await db.insertInto('enterprise_class').values(classes).execute();
	const events = list.flatMap((one, i) => (one.events ?? []).map(([kind, day], e) => ({
		uscc: usccOf(start + i), occurred_at: new Date(`${day}T12:00:00+08:00`), event_id: `00000000-0000-4000-8000-${String((start + i) * 100 + e).padStart(12, '0')}`, kind,
		source_id: 's', source_key: `${start + i}-${e}`, batch_id: 'b', received_at: stated, region_code: one.region, region_basis: 'given', industry_key: one.industry, known_from: stated
	})));
	if (events.length > 0) await db.insertInto('event').values(events).execute();
}
