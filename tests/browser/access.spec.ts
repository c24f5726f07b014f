import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { demoPassword, signIn } from './support/demo.ts';
import { test } from './support/somebody.ts';

async function attempt(page: Page, name: string, password: string): Promise<void> {
	await page.getByLabel('账号').fill(name);
	await page.getByLabel('密码').fill(password);
	await page.getByRole('button', { name: '登录' }).click();
}

test('the sign-in says what to do, keeps the name, and locks after five failures', async ({ page }) => {
	await page.goto('/login');
	await expectAccessible(page);
	// A name of this run: the lock outlives the test.
	const name = `nobody${Date.now().toString(36)}`;
	for (let i = 0; i < 5; i++) {
		await attempt(page, name, 'wrong');
		await expect(page.getByRole('alert')).toContainText('账号或密码不正确');
		// The answer has come, not only the one before it.
		await expect(page.getByLabel('密码')).toHaveValue('');
	}
	await expect(page.getByLabel('账号')).toHaveValue(name);
	await attempt(page, name, 'wrong');
	await expect(page.getByRole('alert')).toContainText('暂时锁定');
	await expectAccessible(page);
});

test('after signing in the page that was asked for opens, and signing out closes everything', async ({ page }) => {
	await page.goto('/admin/calendar?year=2025');
	await expect(page).toHaveURL(/\/login\?next=/);
	await attempt(page, 'sysadmin', demoPassword);
	await expect(page).toHaveURL(/\/admin\/calendar\?year=2025$/);
	const cookies = await page.context().cookies();
	expect(cookies.find(({ name }) => name.endsWith('qianshao'))).toMatchObject({ httpOnly: true, sameSite: 'Lax', expires: -1 });
	await page.getByRole('button', { name: '退出' }).click();
	await expect(page).toHaveURL(/\/login\?reason=ended$/);
	await page.goto('/admin/calendar');
	await expect(page).toHaveURL(/\/login/);
});

test('a link to another host is not followed after signing in', async ({ page, baseURL }) => {
	await page.goto('/login?next=//example.com/');
	await attempt(page, 'auditor', demoPassword);
	await expect(page).toHaveURL(`${baseURL}/admin`);
});

test('two administrators make an account, which has to change its password first', async ({ somebody }) => {
	test.slow();
	const name = `new.${Date.now().toString(36)}`;
	const sysadmin = await somebody('sysadmin');
	await sysadmin.goto('/admin/accounts');
	await expectAccessible(sysadmin);
	const form = sysadmin.locator('form[method=POST]', { has: sysadmin.locator('[name=displayName]') });
	await form.locator('[name=name]').fill(name);
	await form.locator('[name=displayName]').fill('新同事');
	await form.getByRole('button', { name: '开设账号' }).click();
	const temporary = (await form.locator('.adm-secret').textContent())!;

	const secadmin = await somebody('secadmin');
	await secadmin.goto('/admin/accounts?state=pending');
	await secadmin.getByRole('link', { name, exact: true }).click();
	await secadmin.waitForLoadState('networkidle');
	await secadmin.locator('[name=role]').selectOption('monitor');
	await secadmin.getByLabel('数据管护').check();
	await secadmin.getByRole('button', { name: '保存' }).click();
	await expect(secadmin.getByText(`${name} 的角色与管辖已保存`)).toBeVisible();
	await expectAccessible(secadmin);

	const person = await somebody();
	await person.goto('/login?next=/warnings');
	await attempt(person, name, temporary);
	await expect(person).toHaveURL(/\/account\?next=%2Fwarnings$/);
	await expectAccessible(person);
	await person.getByLabel('当前密码').fill(temporary);
	await person.getByLabel('新密码', { exact: false }).first().fill('River9-stone-way');
	await person.getByLabel('再次输入新密码').fill('River9-stone-way');
	await person.getByRole('button', { name: '修改密码' }).click();
	await expect(person).toHaveURL(/\/login\?reason=changed/);
	await attempt(person, name, 'River9-stone-way');
	await expect(person).toHaveURL(/\/warnings$/);
});

const closed: readonly (readonly [account: 'leader' | 'monitor' | 'planner' | 'inspector' | 'sysadmin' | 'secadmin' | 'auditor', path: string])[] = [
	['leader', '/admin/accounts'],
	['monitor', '/admin/audit'],
	['inspector', '/warnings'],
	['sysadmin', '/warnings'],
	['sysadmin', '/admin/audit'],
	['secadmin', '/warnings'],
	['secadmin', '/admin/jobs'],
	['auditor', '/tasks'],
	['auditor', '/admin/accounts']
];
test('what a role may not open is refused with words, a way back and status 403, for reading and for writing', async ({ somebody }) => {
	test.slow();
	for (const account of new Set(closed.map(([name]) => name))) {
		const page = await somebody(account);
		for (const [, path] of closed.filter(([name]) => name === account)) {
			const response = await page.goto(path);
			expect(response?.status(), `${account} ${path}`).toBe(403);
			await expect(page.getByRole('heading', { name: '没有此项权限' })).toBeVisible();
			const { origin } = new URL(page.url());
			const headers = { origin, 'x-sveltekit-action': 'true', accept: 'application/json' };
			expect((await page.request.post(path, { form: {}, headers })).status(), `${account} POST ${path}`).toBe(403);
			expect((await page.request.get(`${path}/__data.json`)).status(), `${account} ${path} data`).toBe(403);
		}
		await expectAccessible(page);
		await page.context().close();
	}
});

test('a file that is refused answers who opened it with a page in words, and programs as before', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/map');
	for (const [path, status, title] of [['/snapshot/NONSENSE/xlsx', 404, '没有找到'], ['/reports/999/tables', 404, '没有找到'], ['/intake/999/rejects', 403, '没有此项权限']] as const) {
		const response = await page.goto(path, { referer: new URL('/map', page.url()).href });
		expect(response?.status(), path).toBe(status);
		await expect(page.getByRole('heading', { name: title })).toBeVisible();
		await expect(page.getByRole('navigation').first()).toBeVisible();
		const program = await page.request.get(path, { headers: { accept: '*/*' } });
		expect([program.status(), program.headers()['content-type']]).toEqual([status, 'application/json']);
	}
	await expectAccessible(page);
	await page.getByRole('link', { name: '返回来源页面' }).click();
	await expect(page).toHaveURL(/\/map/);
});

test('requests of other sites change nothing', async ({ page }) => {
	await signIn(page, 'sysadmin');
	const foreign: readonly Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: 'null' }, {}];
	for (const headers of foreign) {
		expect((await page.request.post('/logout', { headers, maxRedirects: 0 })).status()).toBe(403);
	}
	await page.goto('/admin');
	await expect(page.getByRole('heading', { level: 1, name: '管理首页' })).toBeVisible();
});

test('every page carries the headers that keep it closed', async ({ page }) => {
	const response = await page.goto('/login');
	const headers = response!.headers();
	expect(headers['content-security-policy']).toContain("default-src 'none'");
	expect(headers['content-security-policy']).not.toContain("script-src 'self' 'unsafe-inline'");
	expect(headers['content-security-policy']).toMatch(/script-src 'self' 'nonce-/);
	expect(headers).toMatchObject({
		'x-content-type-options': 'nosniff',
		'referrer-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin'
	});
	await signIn(page, 'auditor');
	const personal = await page.goto('/admin/audit');
	expect(personal!.headers()['cache-control']).toContain('no-store');
});

test('the administrators’ pages work: calendar, departments, jobs, audit', async ({ somebody }) => {
	test.slow();
	const sysadmin = await somebody('sysadmin');
	for (const path of ['/admin', '/admin/departments', '/admin/jobs', '/admin/calendar?year=2026&day=2026-12-31']) {
		await sysadmin.goto(path);
		await expectAccessible(sysadmin);
	}
	await sysadmin.getByLabel('改为').selectOption('holiday');
	await sysadmin.getByLabel('节日名称').fill('元旦');
	await sysadmin.getByLabel('依据').fill('试更正');
	await sysadmin.getByRole('button', { name: '保存' }).click();
	await expect(sysadmin.getByText('2026-12-31 已更正')).toBeVisible();
	await sysadmin.getByLabel('改为').selectOption('work');
	await sysadmin.getByLabel('依据').fill('改回');
	await sysadmin.getByRole('button', { name: '保存' }).click();
	await expect(sysadmin.getByRole('link', { name: /2026-12-31 工作日/ })).toBeVisible();

	const auditor = await somebody('auditor');
	await auditor.goto('/admin/audit?action=calendar.correct');
	await expect(auditor.getByRole('cell', { name: 'calendar.correct' }).first()).toBeVisible();
	await auditor.getByRole('button', { name: '核验全部记录' }).click();
	await expect(auditor.getByText('核验通过')).toBeVisible();
	await expectAccessible(auditor);
});

test('a page that nobody touches for half an hour signs out and says why', async ({ page }) => {
	await page.clock.install();
	await signIn(page, 'auditor');
	await page.goto('/admin');
	await page.waitForLoadState('networkidle');
	await page.clock.fastForward('25:00');
	await page.keyboard.press('Tab');
	await page.clock.fastForward('10:00');
	await expect(page).toHaveURL(/\/admin$/);
	await page.clock.fastForward('31:00');
	await expect(page).toHaveURL(/\/login\?reason=idle$/);
	await expect(page.getByText('长时间未操作')).toBeVisible();
});

test('what no page of ours sends is refused before anybody reads it', async ({ request, baseURL }) => {
	const headers = { origin: baseURL!, 'sec-fetch-site': 'same-origin', accept: 'text/html' };
	const post = async (password: string) => (await request.post('/login', { headers, form: { name: 'leader', password } })).status();
	expect(await post('wrong\0')).toBe(400);
	expect(await post('x'.repeat(1024 * 1024))).toBe(413);
	expect((await request.get('/login?next=%00')).status()).toBe(404);
});
