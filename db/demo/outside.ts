import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { reportScope } from '#lib/access/tokens.ts';
import { addDays } from '#lib/calendar/days.ts';
import { reportOutside } from '#lib/warnings/outside.server.ts';
import { province, provincialBureau } from './office.ts';

const platform = { id: 'demo-platform', name: '省网络交易监测平台' } as const;

/** What another platform has told of its own warnings, by the verb that its interface uses. Its token opens nothing: nobody knows the secret. */
export async function playOutside(db: Kysely<DB>, today: string): Promise<void> {
	await db
		.insertInto('source')
		.values({ ...platform, owner_department_id: provincialBureau, kinds: [], region_code: province, contact: '省局网络交易监督管理处', created_by: 'demo' })
		.execute();
	const token = { id: 'demo-platform-token', name: `${platform.name}接口` };
	await db
		.insertInto('api_token')
		.values({
			...token, holder: platform.name, contact: '省局网络交易监督管理处', secret_hash: randomUUID(), secret_end: '····', office_region_code: province,
			expires_on: addDays(today, 365), created_by: 'demo-sysadmin', region_code: province, scopes: [reportScope], source_ids: [platform.id],
			granted_by: 'demo-secadmin', granted_at: sql<Date>`now()`
		})
		.execute();
	const told = await reportOutside(db, { ...token, address: null, regionCode: province, regionPrefix: regionPrefix(province), scopes: [reportScope], sourceIds: [platform.id] }, null, [
		{
			line: 1,
			value: {
				id: 'WJ-0117', title: '直播带货虚假宣传线索集中', level: '橙', region: '320500', industry: 'F52', raisedOn: addDays(today, -2), occurredOn: addDays(today, -5),
				description: '平台监测到 14 个直播间使用相同话术推介同一类保健用品，涉及消费者留言 86 条。'
			}
		},
		{ line: 2, value: { id: 'WJ-0121', title: '网店未公示营业执照信息比例升高', level: '黄', region: '320100', industry: 'F52', raisedOn: addDays(today, -1) } }
	]);
	if (!told.ok || told.rejects.length > 0) throw new Error(`the demo's outside platform was not taken: ${JSON.stringify(told)}`);
}
