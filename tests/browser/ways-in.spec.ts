import { expect } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { test } from './support/somebody.ts';

test('a token made by one administrator and granted by another lets a system push, until it is revoked', async ({ somebody, request }) => {
	test.slow();
	const name = `热线推送接口 ${Date.now().toString(36)}`;
	const system = await somebody('sysadmin');
	await system.goto('/admin/tokens');
	await expectAccessible(system);
	await system.getByLabel('名称').fill(name);
	await system.getByLabel('持有单位').fill('市大数据管理局');
	await system.getByLabel('联系人与电话').fill('王工 0519-00000000');
	await system.getByLabel('有效期至').fill('2020-01-01');
	await system.getByRole('button', { name: '开设令牌' }).click();
	await expect(system.getByRole('alert')).toContainText('两年以内');
	await expect(system.getByLabel('名称')).toHaveValue(name);
	const nextYear = `${new Date().getFullYear() + 1}-06-30`;
	await system.getByLabel('有效期至').fill(nextYear);
	await system.getByRole('button', { name: '开设令牌' }).click();
	const secret = (await system.locator('.adm-secret').textContent())!.trim();

	const row = { sourceKey: name, occurredOn: '2026-11-02', region: '320412', item: '预付卡', name: '某健身' };
	const push = (rows: readonly object[], contentType = 'application/x-ndjson') =>
		request.post('/api/v1/intake/complaints', {
			headers: { authorization: `Bearer ${secret}`, 'content-type': contentType },
			data: Buffer.from(rows.map((one) => `${JSON.stringify(one)}\n`).join(''))
		});
	expect((await push([row])).status()).toBe(403);

	const security = await somebody('secadmin');
	await security.goto('/admin/tokens');
	await security.getByRole('link', { name }).click();
	await security.getByLabel('管辖区域').fill('320400');
	await security.getByRole('checkbox', { name: '投诉举报', exact: true }).check();
	await security.getByRole('button', { name: '授予权限' }).click();
	await expect(security.getByRole('alert')).toContainText('至少绑定一个数据源');
	await expect(security.getByRole('checkbox', { name: '投诉举报', exact: true })).toBeChecked();
	await security.getByRole('checkbox', { name: '省12315投诉举报平台' }).check();
	await security.getByRole('button', { name: '授予权限' }).click();
	await expect(security.getByText('权限已保存')).toBeVisible();
	await expectAccessible(security);

	const answer = await push([row, { ...row, sourceKey: `${name} 2`, region: '320100' }]);
	expect([answer.status(), await answer.json()]).toMatchObject([200, { rows: 2, accepted: 1, rejected: 1, rejects: [{ line: 2, reason: 'outside-jurisdiction' }] }]);
	expect(await (await push([row])).json()).toMatchObject({ accepted: 0, duplicates: 1 });
	const untyped = await push([row], 'text/plain');
	expect([untyped.status(), await untyped.json()]).toMatchObject([415, { type: expect.stringContaining('media-type') }]);

	await system.goto('/admin/tokens');
	const line = system.getByRole('row', { name });
	await expect(line).toContainText('可用');
	await expect(line).toContainText('令牌尚未授权');
	await expect(system.locator('body')).not.toContainText(secret);
	await line.getByRole('link', { name }).click();
	await system.getByLabel('原因').fill('试验结束');
	await system.getByRole('button', { name: '撤销令牌' }).click();
	await expect(system.getByText('令牌已撤销。')).toBeVisible();
	const refused = await push([row]);
	expect([refused.status(), refused.headers()['content-type']]).toEqual([401, 'application/problem+json; charset=utf-8']);
});

test('an exchange table is registered, says why it cannot be reached, and shows nobody a password', async ({ somebody }) => {
	const system = await somebody('sysadmin');
	await system.goto('/admin/exchanges');
	await expectAccessible(system);
	const name = `许可前置库 ${Date.now().toString(36)}`;
	await system.locator('[name=name]').fill(name);
	await system.locator('[name=sourceId]').selectOption({ label: '省行政许可系统' });
	await system.getByLabel('数据种类').selectOption({ label: '许可' });
	await system.getByLabel('连接名称').fill('不行的名称');
	await system.locator('[name=table]').fill('front.filed');
	await system.getByLabel('标记列').fill('id');
	await system.getByRole('button', { name: '保存' }).click();
	await expect(system.getByRole('alert')).toContainText('小写字母');
	await system.getByLabel('连接名称').fill('permit-office');
	await system.getByRole('button', { name: '保存' }).click();
	await system.getByRole('link', { name }).click();
	await system.getByRole('button', { name: '测试连接' }).click();
	await expect(system.getByRole('alert')).toContainText('没有配置这个连接');
	await expectAccessible(system);
	await system.getByRole('button', { name: '启用' }).click();
	await expect(system.getByRole('row', { name })).toContainText('等待首次读取');
	await system.getByRole('button', { name: '停用' }).click();
	await expect(system.getByRole('row', { name })).toContainText('未启用');
});
