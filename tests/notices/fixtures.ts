import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { allowHost } from '#lib/notices/hosts.server.ts';
import { notify } from '#lib/notices/notify.server.ts';
import type { Ways } from '#lib/notices/deliver.server.ts';
import type { NoticeKind } from '#lib/notices/kinds.ts';
import type { Rhythm } from '#lib/notices/rhythm.ts';
import { sendDue } from '#lib/notices/send.server.ts';
import { writeActor, writePlaces } from '../access/fixtures.ts';

export const origin = 'https://qianshao.test';

/** An office with the people of these tests. */
export async function writeOffice(db: Kysely<DB>) {
	await writePlaces(db);
	return {
		monitor: await writeActor(db, 'li', 'monitor'),
		sysadmin: await writeActor(db, 'sysadmin', 'sysadmin'),
		secadmin: await writeActor(db, 'secadmin', 'secadmin')
	};
}

/** A warning that the office's monitors may see. */
export async function writeWarning(db: Kysely<DB>, id: string, number: string, regionCode = '320412'): Promise<void> {
	await db
		.insertInto('indicator').values({ id: 'catering', name: '餐饮投诉异常增长', name_en: 'Surge of complaints', item: 'complaint', owner_department_id: 'office' })
		.onConflict((clash) => clash.column('id').doNothing()).execute();
	await db.insertInto('warning_series').values({ series_key: id, indicator_id: 'catering', evaluation: 'breaching', evaluated_on: '2026-06-01' }).execute();
	await db
		.insertInto('warning')
		.values({
			id, number, series_key: id, indicator_id: 'catering', indicator_version: 1, item: 'complaint', scope_kind: 'cell', region_code: regionCode, industry_key: 'H',
			level: 'red', evaluation: 'breaching', department_id: 'office', first_breach_on: '2026-06-01', last_breach_on: '2026-06-01', occurred_on: '2026-06-01',
			raised_at: new Date(), raised_on: '2026-06-01', explanation: '{}', changed_at: new Date()
		})
		.execute();
}

/** At once, day and night. */
export const atOnce: Partial<Rhythm> = { quiet: null, quietDaysOff: false, kinds: Object.fromEntries((['assigned', 'raised', 'escalated'] as NoticeKind[]).map((kind) => [kind, 'at-once'])) };

export async function reach(db: Kysely<DB>, actor: Actor, email: string, rhythm: Partial<Rhythm> = atOnce): Promise<void> {
	await db
		.insertInto('notice_reach')
		.values({ user_id: actor.id, email, email_confirmed_at: new Date(), rhythm: JSON.stringify(rhythm) })
		.execute();
}

export function tell(db: Kysely<DB>, actor: Actor, id: string, number: string, kind: NoticeKind = 'assigned'): Promise<void> {
	return db.transaction().execute((trx) => notify(trx, [{ userId: actor.id, kind, objectKind: 'warning', objectId: id, number, key: `${kind}|${id}` }]));
}

export async function list(db: Kysely<DB>, secadmin: Actor, ...hosts: readonly string[]): Promise<void> {
	for (const host of hosts) await allowHost(db, secadmin, { host, plain: true, reason: '测试' });
}

export const smtpAt = (port: number): NonNullable<Ways['smtp']> => ({ host: '127.0.0.1', port, secure: false, user: null, password: null, from: 'qianshao@office.test' });

export function send(db: Kysely<DB>, ways: Ways, now?: Date) {
	return sendDue(db, { ways, signal: new AbortController().signal, log: () => undefined, ...(now && { clock: async () => now }) });
}

export async function dataDir() {
	const path = await mkdtemp(join(tmpdir(), 'notices-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
