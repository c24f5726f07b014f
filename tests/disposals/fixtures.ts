import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { personKey } from '#lib/enterprises/person.ts';
import { act } from '#lib/warnings/desk.server.ts';
import { evaluation, latest, monitor, place, run } from '../warnings/fixtures.ts';

export const approver: Actor = { ...monitor, id: 'u-approver', name: 'approver', displayName: '周局', role: 'leader', grants: ['approver'] };
export const second: Actor = { ...approver, id: 'u-second', name: 'second', displayName: '吴局' };
export const planner: Actor = { ...monitor, id: 'u-planner', name: 'planner', displayName: '郑计划', role: 'planner' };
export const editor: Actor = { ...monitor, id: 'u-editor', name: 'editor', displayName: '冯编', grants: ['editor'] };
/** Holds every department, as the lists bind them all. */
export const provincial: Actor = { ...editor, id: 'u-provincial', name: 'provincial', displayName: '省编辑', regionCode: '320000' };
export const provincialLeader: Actor = { ...approver, id: 'u-provincial-leader', name: 'provincial-leader', displayName: '省领导', regionCode: '320000' };

export const uscc = '91320412MA1ABCDE1X';
export const other = '91320412MA1ABCDE2Y';
const complainant = '钱多多';
const complainantPhone = '13912345678';
export const known = { complainant, complainantPhone };

/** The desks of the warnings' tests with leaders, a planner, two enterprises, and complaints about the first of them. */
export async function office(db: Kysely<DB>): Promise<void> {
	await place(db);
	for (const who of [approver, second, planner, editor, provincial, provincialLeader]) {
		await db
			.insertInto('app_user')
			.values({
				id: who.id, name: who.name, display_name: who.displayName, password_hash: 'none', role: who.role, grants: [...who.grants],
				department_id: who.departmentId, region_code: who.regionCode
			})
			.execute();
	}
	const at = new Date('2026-06-03T02:00:00Z');
	await db.insertInto('source').values({ id: '12315', name: '12315 平台', owner_department_id: 'city', kinds: ['complaint'], region_code: '320400' }).execute();
	await db
		.insertInto('intake_batch').values({ id: 'b', source_id: '12315', kind: 'complaint', state: 'done', file_name: 'b.csv' }).execute();
	for (const [code, name] of [[uscc, '常州市武进区A类食品有限公司'], [other, '常州市朔澜健身管理有限公司']] as const) {
		await db
			.insertInto('enterprise')
			.values({
				uscc: code, name, region_code: '320412', region_basis: 'given', industry_key: 'F', address: '武进区延政路1号', established_on: '2020-05-06',
				stated_at: at, legal_rep: '张三', phone: '0519-81234567'
			})
			.execute();
	}
	await db
		.insertInto('event')
		.values(
			Array.from({ length: 5 }, (_, i) => ({
				uscc, occurred_at: at, event_id: randomUUID(), kind: 'complaint', item: '服务', source_id: '12315', source_key: `c${i}`, batch_id: 'b', received_at: at,
				region_code: '320412', region_basis: 'given', industry_key: 'F', known_from: at,
				person_key: personKey(i === 0 ? complainantPhone : null, complainant, '320412'), content: '{}', withdrawn: false
			}))
		)
		.execute();
}

/** A warning about one enterprise that the monitor has taken. */
export async function taken(db: Kysely<DB>, change: Parameters<typeof evaluation>[0] = {}, seriesKey = `enterprise-complaint-rise|enterprise|${uscc}`) {
	const said = evaluation({ seriesKey, scopeKind: 'enterprise', uscc, subjectLabel: '常州市武进区A类食品有限公司', subjects: [{ uscc, role: 'named', weight: 1 }], ...change });
	await run(db, '2026-06-08', [said]);
	const row = await latest(db, said.seriesKey);
	const done = await act(db, monitor, { id: row.id, version: row.version }, { action: 'acknowledge', note: '' });
	if (!done.ok) throw new Error(done.reason);
	return row.id;
}

export async function versionOf(db: Kysely<DB>, id: string): Promise<{ readonly id: string; readonly version: number }> {
	const { version } = await db.selectFrom('disposal').select('version').where('id', '=', id).executeTakeFirstOrThrow();
	return { id, version };
}
