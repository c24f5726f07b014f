import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

test('the monitor sees what an indicator would have raised, and fits it to what the desk handles', async ({ page }) => {
	test.slow();
	await signIn(page, 'monitor');
	await page.goto('/indicators/complaint-surge');
	await page.getByRole('button', { name: '试算第 1 版' }).click();
	// How far it is, until it is done.
	await expect(page.getByRole('button', { name: '取消' })).toBeVisible();
	const settings = page.getByRole('group', { name: '不同设定的结果' });
	await expect(settings).toBeVisible({ timeout: 90_000 });
	await expect(settings.getByRole('row', { name: /本版/ })).toBeVisible();
	await expect(page.getByRole('group', { name: /^本版会产生的预警/ }).getByRole('link').first()).toBeVisible();
	await expectAccessible(page);

	await page.getByLabel('每周能办（条）').fill('1');
	const said = page.getByRole('status').filter({ hasText: '十周中有九周不超过 1 条' });
	await expect(said).toContainText('最多');
	await said.getByRole('button', { name: '填入草稿' }).click();
	await expect(page.getByRole('heading', { name: '待审批草稿：第 2 版' })).toBeVisible();
	await expect(page.getByText(/按历史试算，每周能办 1 条/).first()).toBeVisible();
	await expect(said.getByRole('button', { name: '填入草稿' })).toBeHidden();
});

test('a preview that nobody wants any more is called off', async ({ page }) => {
	await signIn(page, 'monitor');
	await page.goto('/indicators/change-surge');
	await page.getByRole('button', { name: /试算第/ }).click();
	await page.getByRole('button', { name: '取消' }).click();
	await expect(page.getByText('已取消试算')).toBeVisible();
	await expect(page.getByRole('button', { name: /试算第/ })).toBeEnabled();
});
