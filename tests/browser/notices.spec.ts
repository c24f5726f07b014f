import { expect, type Page } from '@playwright/test';
import { receiver } from '../support/receiver.ts';
import { smtpServer, textOf } from '../support/smtp.ts';
import { expectAccessible } from './support/axe.ts';
import { demoPassword, smtpPort } from './support/demo.ts';
import { test } from './support/somebody.ts';

test.describe.configure({ mode: 'serial' });

async function listHost(security: Page, host: string): Promise<void> {
	await security.goto('/admin/hosts');
	await security.getByLabel('主机或邮箱域名').fill(host);
	await security.getByLabel('理由').fill('本单位内网');
	await security.getByLabel('允许不加密').check();
	await security.getByRole('button', { name: '列入名单' }).click();
	await expect(security.getByText(`${host} 已列入名单。`).or(security.getByText('该主机已在名单中。'))).toBeVisible();
}

async function removeHost(security: Page, host: string): Promise<void> {
	await security.goto('/admin/hosts');
	await security.getByRole('row').filter({ hasText: host }).getByRole('link', { name: host }).click();
	await security.getByLabel('移出理由').fill('试验结束');
	await security.getByRole('button', { name: '移出名单' }).click();
	await expect(security.getByText(`${host} 已移出名单`)).toBeVisible();
}

test('nothing leaves before the security administrator has listed the host, and nothing after it was removed', async ({ somebody }) => {
	test.slow();
	await using mail = await smtpServer({}, smtpPort);
	await using hook = await receiver();
	const [system, security] = [await somebody('sysadmin'), await somebody('secadmin')];
	const name = `指挥平台 ${Date.now().toString(36)}`;

	await system.goto('/admin/channels');
	await expectAccessible(system);
	await system.getByLabel('测试收件邮箱').fill('somebody@office.test');
	await system.getByRole('button', { name: '发送测试', exact: true }).first().click();
	await expect(system.getByRole('alert')).toContainText('127.0.0.1 不在允许名单中');
	await system.locator('form[action*=create] [name=name]').fill(name);
	await system.locator('form[action*=create] [name=url]').fill(hook.url);
	await system.getByRole('button', { name: '新增', exact: true }).click();
	await expect(system.locator('.adm-secret')).toHaveText(/^whsec_[\w+/]{43}=$/);
	const row = system.getByRole('row', { name });
	await expect(row).toContainText('未列入');

	await security.goto('/admin/hosts');
	await expectAccessible(security);
	await security.getByLabel('主机或邮箱域名').fill('https://127.0.0.1/hook');
	await security.getByLabel('理由').fill('x');
	await security.getByRole('button', { name: '列入名单' }).click();
	await expect(security.getByRole('alert')).toContainText('不带协议');
	await listHost(security, '127.0.0.1');
	await listHost(security, 'office.test');
	await expectAccessible(security);

	await system.goto('/admin/channels');
	await expect(system.locator('.adm-secret')).toHaveCount(0);
	await system.getByLabel('测试收件邮箱').fill('somebody@office.test');
	await system.getByRole('button', { name: '发送测试', exact: true }).first().click();
	await expect(system.getByText('测试消息已被接收。')).toBeVisible();
	expect(mail.letters.map(({ to }) => to)).toEqual([['somebody@office.test']]);
	await row.getByRole('button', { name: '发送测试' }).click();
	await expect.poll(() => hook.posts.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['qianshao.test']);
	await expect(system.getByText('测试消息已被接收。')).toBeVisible();

	await row.getByRole('link', { name }).click();
	await expectAccessible(system);
	await system.getByLabel('汇总时间').fill('23:00');
	await system.getByLabel('设免打扰时段').check();
	await system.locator('form[action*=change]').getByRole('button', { name: '保存' }).click();
	await expect(system.getByRole('alert')).toContainText('免打扰时段内');
	await system.getByLabel('汇总时间').fill('9:00 14:30');
	await system.locator('form[action*=change]').getByRole('button', { name: '保存' }).click();
	await expect(system.getByText('已保存。')).toBeVisible();

	await removeHost(security, '127.0.0.1');
	await system.goto('/admin/channels');
	await system.getByLabel('测试收件邮箱').fill('somebody@office.test');
	await system.getByRole('button', { name: '发送测试', exact: true }).first().click();
	await expect(system.getByRole('alert')).toContainText('127.0.0.1 不在允许名单中');
	expect(mail.letters).toHaveLength(1);
});

test('a person gives an address, confirms it from the letter after signing in, and says what comes when', async ({ somebody }) => {
	test.slow();
	await using mail = await smtpServer({}, smtpPort);
	const security = await somebody('secadmin');
	await listHost(security, '127.0.0.1');
	await listHost(security, 'office.test');
	const page = await somebody('planner');
	await page.goto('/account');
	await page.getByRole('link', { name: '消息接收方式' }).click();
	await expectAccessible(page);
	await page.locator('[name=address]').fill('planner@elsewhere.test');
	await page.getByRole('button', { name: '发送确认邮件' }).click();
	await expect(page.getByRole('alert')).toContainText('elsewhere.test 不在允许名单中');
	await page.locator('[name=address]').fill('planner@office.test');
	await page.getByRole('button', { name: '发送确认邮件' }).click();
	await expect(page.getByText('确认邮件已发往 planner@office.test。')).toBeVisible();
	const link = /http\S+confirm=\S+/.exec(textOf(mail.letters[0]!))![0];

	const elsewhere = await somebody();
	await elsewhere.goto(new URL(link).pathname + new URL(link).search);
	await expect(elsewhere).toHaveURL(/\/login/);
	await elsewhere.locator('input[name=name]').fill('planner');
	await elsewhere.locator('input[name=password]').fill(demoPassword);
	await elsewhere.locator('form button[type=submit]').click();
	await elsewhere.getByRole('button', { name: '确认邮箱' }).click();
	await expect(elsewhere.getByText('邮箱已确认。')).toBeVisible();
	await elsewhere.getByRole('button', { name: '发送测试邮件' }).click();
	await expect(elsewhere.getByText('测试邮件已由邮件服务器接收。')).toBeVisible();
	expect(mail.letters[1]).toMatchObject({ to: ['planner@office.test'] });

	await elsewhere.getByRole('radio', { name: '逾期上报 即时' }).check();
	await elsewhere.getByLabel('休息日整天免打扰').uncheck();
	await elsewhere.locator('form[action*=change]').getByRole('button', { name: '保存' }).click();
	await expect(elsewhere.getByText('已保存。')).toBeVisible();
	await elsewhere.reload();
	await expect(elsewhere.getByRole('radio', { name: '逾期上报 即时' })).toBeChecked();
	await expect(elsewhere.getByLabel('休息日整天免打扰')).not.toBeChecked();
	await elsewhere.getByRole('button', { name: '停用邮件' }).click();
	await expect(elsewhere.getByText('邮件已停用。')).toBeVisible();
	await removeHost(security, '127.0.0.1');
	await removeHost(security, 'office.test');
});

test('the link of a letter opens the very warning after login; no link leads elsewhere', async ({ somebody }) => {
	const monitor = await somebody('monitor');
	await monitor.goto('/warnings?door=all');
	const href = (await monitor.locator('a[id^=open-]').first().getAttribute('href'))!;
	const fresh = async (path: string) => {
		const page = await somebody();
		await page.goto(path);
		await page.locator('input[name=name]').fill('monitor');
		await page.locator('input[name=password]').fill('wrong password');
		await page.locator('form button[type=submit]').click();
		await expect(page.getByRole('alert')).toContainText('不正确');
		await page.locator('input[name=password]').fill(demoPassword);
		await page.locator('form button[type=submit]').click();
		await page.waitForURL((url) => !url.pathname.startsWith('/login'));
		return new URL(page.url());
	};
	const opened = await fresh(href);
	expect(opened.pathname).toBe(href);
	for (const next of ['//evil.test/', '/\\evil.test', 'https://evil.test/', '/%09/evil.test']) {
		const landed = await fresh(`/login?next=${next.startsWith('/%') ? next : encodeURIComponent(next)}`);
		expect(landed.origin).toBe(opened.origin);
	}
});

test('the bell counts what is unread, live in every open page, and opening the object reads its notice', async ({ somebody }) => {
	const monitor = await somebody('monitor');
	await monitor.goto('/notices');
	await expectAccessible(monitor);
	const other = await monitor.context().newPage();
	await other.goto('/account');
	const unread = async (page: Page) => Number(/(\d+) 条未读/.exec((await page.locator('header a[href="/notices"]').textContent()) ?? '')![1]);
	const before = await unread(monitor);
	expect(before).toBeGreaterThan(1);
	await other.evaluate(() => ((window as unknown as { stays: boolean }).stays = true));
	await monitor.getByRole('button', { name: /^标为已读/ }).first().click();
	// Other tests open warnings of this person meanwhile: it may have become even less.
	await expect.poll(() => unread(other)).toBeLessThan(before);
	expect(await other.evaluate(() => (window as unknown as { stays?: boolean }).stays)).toBe(true);
	await monitor.goto('/notices');
	const between = await unread(monitor);
	await monitor.getByRole('row').filter({ has: monitor.locator('a[href^="/warnings/"]') }).getByRole('link').first().click();
	await expect(monitor).toHaveURL(/\/warnings\/[\w-]+$/);
	await expect.poll(() => unread(other)).toBeLessThan(between);
	await monitor.goto('/notices?show=all');
	await expectAccessible(monitor);
	await expect(monitor.getByRole('row').filter({ hasText: '已读' })).not.toHaveCount(0);
});
