import { describe, expect, it } from 'vitest';
import { addUser, type UserInput } from '#lib/access/add-user.server.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { testDatabase } from '../support/database.ts';
import { password, writePlaces } from './fixtures.ts';

const input = (name: string, regionCode: string): UserInput => ({ name, password, role: 'sysadmin', grants: [], regionCode, industries: null, test: false });

describe('the first account of an instance', () => {
	it('takes over what was imported before anybody had said whose instance this is', async () => {
		await using database = await testDatabase();
		const { db } = database;
		await writePlaces(db);
		await db.deleteFrom('department').execute();
		const source = await ensureSource(db, '登记系统', 'registration');
		expect(await addUser(db, input('first', '320000'))).toMatchObject({ ok: true });
		expect(await addUser(db, input('second', '320400'))).toMatchObject({ ok: true });
		const departments = await db.selectFrom('department').select(['id', 'name', 'region_code']).orderBy('region_code').execute();
		expect(departments).toMatchObject([
			{ id: source.ownerDepartmentId, name: '江苏省市场监督管理局', region_code: '320000' },
			{ name: '常州市市场监督管理局', region_code: '320400' }
		]);
		expect(await db.selectFrom('source').select('region_code').execute()).toEqual([{ region_code: '320000' }]);
	});
});
