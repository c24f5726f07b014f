import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { monthColumns, monthSums } from '#lib/counts/month-parts.ts';
import { shippedIndicators } from '#lib/indicators/defaults.ts';

export const today = '2026-11-21';

export function actorIn(regionCode: string, industries: readonly string[] | null = null): Actor {
	return {
		id: 'u', name: 'u', displayName: 'u', role: 'leader', grants: [], departmentId: 'office', regionCode, industries, inspectorId: null, address: null
	};
}

const places: readonly (readonly [string, string, string, string | null])[] = [
	['000000', '全国', 'nation', null],
	['320000', '江苏省', 'province', '000000'],
	['320400', '常州市', 'city', '320000'],
	['320402', '天宁区', 'county', '320400'],
	['320412', '武进区', 'county', '320400'],
	['320900', '盐城市', 'city', '320000'],
	['320902', '亭湖区', 'county', '320900'],
	['330000', '浙江省', 'province', '000000'],
	['330100', '杭州市', 'city', '330000']
];
export const industryKeys = ['C13', 'C14', 'H62', '-'] as const;
export const counties = ['320402', '320412', '320902', '320400', '320000', '330100'] as const;

export async function writeReference(db: Kysely<DB>): Promise<void> {
	await db
		.insertInto('region')
		.values(places.map(([code, name, level, parent], i) => ({
			code, name, level, kind: 'division', parent_code: parent, longitude: 118 + i / 10, latitude: 31 + i / 10
		})))
		.execute();
	await db
		.insertInto('industry')
		.values([
			['C', 1, null], ['C13', 2, 'C'], ['C14', 2, 'C'], ['H', 1, null], ['H62', 2, 'H']
		].map(([key, level, parent]) => ({ key: key as string, code: (key as string).slice(1) || (key as string), level: level as number, parent_key: parent as string | null, name: `业${key}` })))
		.execute();
	await db.insertInto('department').values({ id: 'office', name: '江苏省市场监督管理局', region_code: '320000' }).execute();
	await db.insertInto('source').values({ id: 's', name: '12315', owner_department_id: 'office', kinds: ['complaint'], region_code: '320000' }).execute();
	await db.insertInto('indicator').values({ id: 'i', name: '投诉增长', name_en: 'Complaints', item: 'complaint', owner_department_id: 'office' }).execute();
	await db
		.insertInto('indicator_version')
		.values({ indicator_id: 'i', version: 1, state: 'active', definition: JSON.stringify(shippedIndicators.find(({ id }) => id === 'complaint-surge')!.definition), valid_from: '2026-01-01' })
		.execute();
	await db.insertInto('count_mark').values({ name: 'counts', version: 1, complete_up_to: '2026-11-20', changed_at: new Date() }).execute();
}

export type Happened = { readonly region: string; readonly day: string; readonly industry: string };

/** Complaints as events and as all summaries of them. */
export async function writeComplaints(db: Kysely<DB>, list: readonly Happened[]): Promise<void> {
	await db
		.insertInto('event')
		.values(list.map((one) => ({
			uscc: `~${one.region}:${one.industry}`, occurred_at: new Date(`${one.day}T12:00:00+08:00`), event_id: randomUUID(), kind: 'complaint',
			source_id: 's', source_key: randomUUID(), batch_id: 'b', received_at: new Date(`${one.day}T13:00:00+08:00`), region_code: one.region,
			region_basis: 'given', industry_key: one.industry, known_from: new Date(`${one.day}T13:00:00+08:00`)
		})))
		.execute();
	const day = sql`(occurred_at at time zone 'Asia/Shanghai')::date`;
	await sql`insert into count_day select region_code, ${day}, kind, substr(industry_key, 1, 3), count(*) from event group by 1, 2, 3, 4`.execute(db);
	await sql`insert into count_city_day select substr(region_code, 1, 4) || '00', day, kind, substr(industry_key, 1, 1), sum(n) from count_day group by 1, 2, 3, 4`.execute(db);
	await sql`
		insert into count_county_month (region_code, month, kind, industry_key, ${sql.raw(monthColumns)})
		select c.region_code, p.month, c.kind, c.industry_key, ${sql.raw(monthSums)}
		from count_day c cross join lateral (select date_trunc('month', c.day)::date as month) p group by 1, 2, 3, 4`.execute(db);
	await sql`
		insert into count_city_month
		select substr(region_code, 1, 4) || '00', month, kind, substr(industry_key, 1, 1), sum(n) from count_county_month group by 1, 2, 3, 4`.execute(db);
}

/** One warning a call, with the series it belongs to. */
export async function writeWarning(db: Kysely<DB>, id: string, region: string, industry: string, level: string, raisedOn: string): Promise<void> {
	await db.insertInto('warning_series').values({ series_key: id, indicator_id: 'i', evaluation: 'breaching', evaluated_on: raisedOn }).execute();
	await db
		.insertInto('warning')
		.values({
			id, number: id, series_key: id, indicator_id: 'i', indicator_version: 1, item: 'complaint', scope_kind: 'cell', region_code: region,
			industry_key: industry, level, evaluation: 'breaching', department_id: 'office', first_breach_on: raisedOn, last_breach_on: raisedOn,
			occurred_on: raisedOn, raised_at: new Date(`${raisedOn}T20:00:00+08:00`), raised_on: raisedOn, explanation: '{}', changed_at: new Date()
		})
		.execute();
}
