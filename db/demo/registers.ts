import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { saveInspector } from '#lib/sampling/registers/inspectors.server.ts';
import { saveItem } from '#lib/sampling/registers/items.server.ts';
import { demoActor } from './actors.ts';
import { province, provincialBureau } from './office.ts';

/** What the province calls its objects: by industry, and how many of a hundred have been looked through. */
const tags = [
	{ tag: '餐饮服务单位', industry: 'H62', share: 60 },
	{ tag: '食品销售单位', industry: 'F52', share: 25 },
	{ tag: '食品生产单位', industry: 'C13', share: 70 },
	{ tag: '食品生产单位', industry: 'C14', share: 70 },
	{ tag: '预付卡经营单位', industry: 'O', share: 20 },
	{ tag: '教育培训机构', industry: 'P', share: 50 },
	{ tag: '工业产品生产单位', industry: 'C', share: 15 }
] as const;

/** Tags of the demo's objects as a file brought them, each object with its version; before the register of objects is kept. */
export async function writeObjectTags(trx: Kysely<DB>): Promise<void> {
	const by = 'demo-planner';
	await sql`
		insert into object_tag (uscc, tag, set_by, department_id)
		select distinct e.uscc, t.tag, ${by}, ${provincialBureau}
		from jsonb_to_recordset(${JSON.stringify(tags)}::jsonb) t (tag text, industry text, share int)
		join enterprise e on e.industry_key like t.industry || '%' and e.status = 'active'
			and (get_byte(decode(md5(e.uscc || t.tag), 'hex'), 0) * 100) / 256 < t.share
	`.execute(trx);
	await sql`
		insert into register_version (register, id, version, content, way, changed_by)
		select 'object', g.uscc, 1, jsonb_build_object('tags', jsonb_agg(g.tag order by g.tag)), 'import', ${by} from object_tag g group by g.uscc
	`.execute(trx);
}

/** A second unit of the provincial desk: somebody with each post, an expert, and a certificate that has to be renewed soon. */
const colleagues = [
	{ id: 'js-xy-1', name: '演示科长', post: '信用监管科科长', days: 900 },
	{ id: 'js-xy-2', name: '演示主任科员', post: '一级主任科员', days: 40 },
	{ id: 'js-xy-3', name: '演示科员', post: '四级主任科员', days: 700, itemIds: ['disclosure', 'registration'] },
	{ id: 'js-xy-4', name: '演示专家', post: '食品安全专家（高级工程师）', days: 500, expert: true }
] as const;

/** People and items as the planner of the demo enters them, each with its history. */
export async function playRegisters(db: Kysely<DB>, today: string): Promise<void> {
	const planner = await demoActor(db, 'planner');
	for (const [n, { days, ...person }] of colleagues.entries()) {
		const saved = await saveInspector(db, planner, {
			unit: '省局信用监督管理处', regionCode: province, certificateNo: `演信${String(20260001 + n)}`, certificateUntil: addDays(today, days), ...person
		});
		if (!saved.ok) throw new Error(`the demo could not add an inspector: ${saved.reason}`);
	}
	const items = [
		{ id: 'food-catering', objectKinds: ['餐饮服务单位'], ratio: 0.05, frequency: 1 },
		{ id: 'prepaid', objectKinds: ['预付卡经营单位', '教育培训机构'] },
		{ id: 'special-equipment', statutory: true, keyField: true }
	];
	for (const item of items) {
		const saved = await saveItem(db, planner, item);
		if (!saved.ok) throw new Error(`the demo could not change an item: ${saved.reason}`);
	}
}
