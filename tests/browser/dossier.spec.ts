import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

/** The dossier of the demo's gym: warned of, classified, tied to its branches, and much has happened to it. */
async function openDossier(page: Page): Promise<void> {
	await page.goto('/enterprises?q=常州市朔澜健身管理');
	const link = page.getByRole('link', { name: '常州市朔澜健身管理有限公司' });
	await page.goto((await link.getAttribute('href'))!);
}

/** Scripts have taken over once the graph is as wide as its panel. */
async function ready(page: Page): Promise<void> {
	await expect(async () => {
		const [canvas, room] = await page.locator('#links .canvas').evaluate((element) => [element.clientWidth, element.closest('figure')!.clientWidth]);
		expect(canvas).toBe(room);
	}).toPass({ timeout: 20_000 });
}

test('the dossier tells at a glance, by keyboard, on every screen', async ({ page }) => {
	test.slow();
	await signIn(page, 'monitor');
	await openDossier(page);
	await ready(page);
	await expectAccessible(page);
	await expect(page.getByRole('region', { name: '概况' }).getByText('未销号预警')).toBeVisible();
	await expect(page.getByText('不作为对企业的信用评价').first()).toBeVisible();

	// The axis: one stop of the Tab key, arrows move, Enter shows that time and kind only.
	const axis = page.getByRole('group', { name: '各月事件数' });
	await expect(axis.locator('a[tabindex="0"]')).toHaveCount(1);
	await axis.locator('a[tabindex="0"]').focus();
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('ArrowRight');
	const said = (await page.evaluate(() => document.activeElement?.getAttribute('aria-label')))!;
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/kind=.*before=\d{4}-\d\d/);
	const kind = /至 \S+ (\S+) \d+ 件/.exec(said)![1]!;
	await expect(page.getByRole('navigation', { name: '按类别查看' }).getByRole('link', { name: new RegExp(kind) })).toHaveAttribute('aria-current', 'true');
	await page.getByRole('navigation', { name: '按类别查看' }).getByRole('link', { name: '回到最近' }).click();
	await expect(page).not.toHaveURL(/before=/);

	// The graph and its table name the same enterprises, and lead to them.
	await ready(page);
	const links = page.locator('#links');
	const drawn = await links.locator('.canvas a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
	expect(drawn.length).toBeGreaterThan(0);
	await links.getByRole('button', { name: '表格' }).click();
	const listed = await links.locator('table a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
	expect(listed).toEqual(expect.arrayContaining(drawn));
	await expectAccessible(page);

	for (const [width, height] of [[1366, 768], [1920, 1080], [390, 800]] as const) {
		await page.setViewportSize({ width, height });
		await links.getByRole('button', { name: /图形|表格/ }).click();
		await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
	}
	await expectAccessible(page);
});

test('what is revealed needs a reason, is shown for a while only, and is gone on the next page', async ({ page }) => {
	test.slow();
	await page.clock.install();
	await signIn(page, 'monitor');
	await openDossier(page);
	await ready(page);
	const register = page.getByRole('region', { name: '登记信息' });
	await expect(register.getByText(/^.\*$/)).toBeVisible();
	await register.getByText('显示个人信息').first().click();
	await register.getByLabel('查看原因').fill('约谈前核对联系方式');
	await page.keyboard.press('Enter');
	await expect(register.getByText(/秒后恢复遮盖/)).toBeVisible();
	await expect(register.getByText(/^.\*$/)).toHaveCount(0);
	await page.clock.runFor(61_000);
	await expect(register.getByText('已恢复遮盖')).toBeVisible();
	await expect(register.getByText(/^.\*$/)).toBeVisible();

	await register.getByText('显示个人信息').first().click();
	await register.getByLabel('查看原因').fill('再次核对');
	await page.keyboard.press('Enter');
	await register.getByRole('button', { name: '立即遮盖' }).click();
	await expect(register.getByText(/^.\*$/)).toBeVisible();
	await page.reload();
	await expect(register.getByText(/^.\*$/)).toBeVisible();
});

test('a leader may see whom it is about, not the number', async ({ page }) => {
	await signIn(page, 'leader');
	await openDossier(page);
	await ready(page);
	const register = page.getByRole('region', { name: '登记信息' });
	await register.getByText('显示个人信息').first().click();
	await expect(register.getByText('您的角色可查看：法定代表人')).toBeVisible();
	await register.getByLabel('查看原因').fill('督办');
	await page.keyboard.press('Enter');
	await expect(register.getByText(/秒后恢复遮盖/)).toBeVisible();
	await expect(register.getByText(/^.\*$/)).toHaveCount(0);
	await expect(register.getByText(/\d{3}\*{4}\d{4}/)).toBeVisible();
});
