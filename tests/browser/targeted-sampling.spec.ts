import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { verifyOuter } from '../../src/lib/sampling/draw/certificate.ts';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

test('a planner comes from a merged incident to a verified draw in under three minutes', async ({ page }) => {
	test.setTimeout(360_000);
	// Two warnings of one cause are one incident: the monitor merges them.
	await signIn(page, 'monitor');
	await page.goto('/warnings?door=all&q=');
	// Two that an outside platform told: of two cities, one trade, online.
	const picks = page.locator('tbody tr').filter({ hasText: '外部平台' }).locator('input[type=checkbox]');
	await picks.nth(0).check();
	await picks.nth(1).check();
	await page.getByRole('button', { name: '并入事件' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('事件名称').fill('网络零售问题集中');
	await dialog.getByRole('button', { name: '并入事件' }).click();
	await expect(dialog).toBeHidden();
	const incident = page.getByRole('link', { name: /所属事件/ }).first();
	await expect(incident).toBeVisible();
	const address = (await incident.getAttribute('href')) ?? '';
	await page.context().clearCookies();

	await signIn(page, 'planner');
	const started = Date.now();
	await page.goto(address);
	await page.getByRole('link', { name: '转定向抽查' }).click();
	await page.getByRole('button', { name: '建立任务' }).click();
	await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
	// Who would be visited, and why each other one is left out.
	await page.locator('nav a[href="?step=pool"]').click();
	await expect(page.getByText('按当前数据实时判定')).toBeVisible();
	await page.getByRole('link', { name: '抽取设置' }).first().click();
	await page.getByLabel('抽取户数').fill('5');
	await page.getByLabel('抽取户数').press('Tab');
	await expect(page.getByRole('heading', { name: '预计抽取 5 户' })).toBeVisible();
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	await expect(page.getByText('抽取后公布')).toBeVisible();
	await page.getByRole('button', { name: '现在抽取' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	expect(Date.now() - started).toBeLessThan(180_000);
	await expectAccessible(page);

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: '导出抽取凭证（JSON）' }).click();
	const text = await readFile(await (await download).path(), 'utf8');
	expect(verifyOuter(JSON.parse(text))).toEqual({ valid: true, reason: 'valid' });
	expect(text).not.toMatch(/分类|预警|风险|91320/);
	await page.getByRole('link', { name: '打印公开凭证' }).click();
	await expect(page.getByRole('heading', { name: /抽取凭证 CC/ })).toBeVisible();
	await expectAccessible(page);
	await page.goBack();
	await page.getByRole('link', { name: '内部凭证' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	await expectAccessible(page);

	// Drawn again only for a reason; what was drawn before stays.
	await page.getByRole('link', { name: '返回任务' }).click();
	await page.locator('summary').filter({ hasText: '重新抽取' }).click();
	await page.getByLabel('重新抽取的理由').fill('完成期限填写有误，需要重新抽取');
	await page.getByRole('button', { name: '重新抽取' }).click();
	await page.waitForURL(/step=settings/);
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	await page.getByRole('button', { name: '现在抽取' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	await expect(page.getByText('已被重新抽取取代')).toBeVisible();
});

test('what is chosen is saved as it is chosen; a wrong figure is named and the former one kept', async ({ page }) => {
	await signIn(page, 'planner');
	await page.goto('/tasks/new?region=320500&industry=H62');
	await page.getByRole('button', { name: '建立任务' }).click();
	await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
	const address = new URL(page.url()).pathname;
	await page.goto(`${address}?step=settings`);
	await page.waitForLoadState('networkidle');
	await page.getByLabel('抽取户数').fill('4');
	await page.getByLabel('抽取户数').press('Tab');
	await expect(page.getByRole('heading', { name: '预计抽取 4 户' })).toBeVisible();
	await page.goto(`${address}?step=settings`);
	await expect(page.getByLabel('抽取户数')).toHaveValue('4');
	await page.getByLabel('样本上限').fill('-3');
	await page.getByLabel('样本上限').press('Tab');
	await expect(page.getByText('样本上限（1–100000）：数值为空或超出范围')).toBeVisible();
	await page.goto(`${address}?step=settings`);
	await expect(page.getByLabel('样本上限')).toHaveValue('30');
});
