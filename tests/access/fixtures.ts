import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { createAccount, type NewAccount } from '#lib/access/accounts.server.ts';
import type { Actor, Role } from '#lib/access/actor.ts';
import { hashPassword } from '#lib/access/passwords.server.ts';
import { actorOf } from '#lib/access/sessions.server.ts';

export const password = 'Kite7-blue-river';
let hashed: Promise<string> | undefined;

/** A city with a county, an industry, a department. */
export async function writePlaces(db: Kysely<DB>): Promise<void> {
	const region = (code: string, name: string, level: string, parent: string | null) => ({ code, name, level, kind: 'division', parent_code: parent });
	await db
		.insertInto('region')
		.values([
			region('000000', '全国', 'nation', null),
			region('320000', '江苏省', 'province', '000000'),
			region('320400', '常州市', 'city', '320000'),
			region('320412', '武进区', 'county', '320400')
		])
		.execute();
	await db
		.insertInto('industry')
		.values([
			{ key: 'H', code: 'H', level: 1, parent_key: null, name: '住宿和餐饮业' },
			{ key: 'C', code: 'C', level: 1, parent_key: null, name: '制造业' },
			{ key: 'C13', code: '13', level: 2, parent_key: 'C', name: '农副食品加工业' }
		])
		.execute();
	await db.insertInto('department').values({ id: 'office', name: '常州市市场监督管理局', region_code: '320400' }).execute();
}

/** An account that can sign in with `password`. */
export async function writeAccount(db: Kysely<DB>, name: string, role: Role | 'none', more: Partial<NewAccount> = {}): Promise<string> {
	hashed ??= hashPassword(password);
	return createAccount(db, { name, displayName: name, passwordHash: await hashed, role, departmentId: 'office', regionCode: '320400', ...more });
}

export async function writeActor(db: Kysely<DB>, name: string, role: Role, more: Partial<NewAccount> = {}): Promise<Actor> {
	const id = await writeAccount(db, name, role, more);
	const account = await db.selectFrom('app_user').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
	return actorOf(account, '10.0.0.1')!;
}
