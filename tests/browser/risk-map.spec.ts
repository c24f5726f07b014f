import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

/** The scripts have taken over: the chart of months is drawn by them. */
async function ready(page: Page): Promise<void> {
	await expect(page.getByText('图形加载中')).toHaveCount(0);
}

const hexOf = (page: Page, name: string) => page.getByRole('figure').first().getByRole('link', { name: new RegExp(`^${name}：`) });
const number = (text: string | null) => Number((text ?? '').replace(/\D/g, ''));

test('the leader sees in a minute what rises, drills down to its rows, and comes back', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await expect(page).toHaveURL(/\/map/);
	await ready(page);
	await expectAccessible(page);
	await expect(page.getByText(/江苏省本月新增预警 \d+ 件/)).toBeVisible();

	await page.getByRole('link', { name: '同比变化' }).click();
	await expect(page).toHaveURL(/measure=change/);
	await hexOf(page, '常州市').click();
	await expect(page.getByRole('heading', { level: 1, name: '常州市' })).toBeVisible();
	await expectAccessible(page);

	// The planted prepaid-card runaway: Wujin leads the list, and its figure opens as many rows as it says.
	const first = page.getByRole('group', { name: '区划排序' }).getByRole('row').nth(1);
	await expect(first).toContainText('武进区');
	const figure = first.getByRole('link').nth(1);
	const count = number(await figure.textContent());
	expect(count).toBeGreaterThan(50);
	await figure.click();
	await expect(page.getByText(`共 ${count.toLocaleString('zh-CN')} 条`).first()).toBeVisible();
	await expect(page.getByRole('cell', { name: /^.\*$/ }).first()).toBeVisible();
	await expectAccessible(page);

	await page.goBack();
	await expect(page.getByRole('heading', { level: 1, name: '常州市' })).toBeVisible();
	await page.getByRole('navigation', { name: '所在位置' }).getByRole('link', { name: '江苏省' }).click();
	await expect(page.getByRole('heading', { level: 1, name: '江苏省' })).toBeVisible();
});

test('each drawing shows the same numbers as a table', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/map?measure=count&kind=complaint');
	await ready(page);
	const said = await hexOf(page, '苏州市').getAttribute('aria-label');
	const count = /投诉举报 ([\d,]+) 件/.exec(said ?? '')![1]!;
	const figure = page.getByRole('figure').first();
	await figure.getByRole('button', { name: '表格' }).click();
	await expect(figure.getByRole('row', { name: /苏州市/ })).toContainText(count);
	await figure.getByRole('button', { name: '图形' }).click();
	await expect(hexOf(page, '苏州市')).toBeVisible();

	await page.goto('/map?measure=count&kind=complaint&view=industry');
	await ready(page);
	for (const chart of await page.getByRole('figure').all()) {
		await chart.getByRole('button', { name: '表格' }).click();
		expect(await chart.getByRole('row').count()).toBeGreaterThan(5);
	}
	await expectAccessible(page);
});

test('map and matrix work by keyboard alone', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/map?measure=count&kind=complaint');
	await ready(page);
	await hexOf(page, '徐州市').focus();
	await page.keyboard.press('ArrowRight');
	await expect(page.locator('a:focus')).toHaveAttribute('aria-label', /^宿迁市：/);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1, name: '宿迁市' })).toBeVisible();
	await page.goBack();
	await expect(page.locator('a:focus')).toHaveAttribute('aria-label', /^宿迁市：/);

	await page.goto('/map?measure=count&kind=complaint&view=matrix');
	await ready(page);
	await expectAccessible(page);
	const matrix = page.getByRole('application');
	await matrix.focus();
	// Onto the first cell, along to manufacturing, down to the second city.
	for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
	const told = page.getByRole('figure').first().locator('[aria-live]');
	const said = (await told.textContent())!;
	const count = /投诉举报 ([\d,]+) 件/.exec(said)![1]!;
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/rows\?/);
	await expect(page.getByText(`共 ${count} 条`).first()).toBeVisible();
	// Back at the cell it was opened from, and on from there.
	await page.goBack();
	await expect(matrix).toBeFocused();
	await expect(told).toHaveText(said);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowLeft');
	await expect(told).toHaveText(said);
});

test('late data says so, with its day', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/map?measure=count&kind=complaint');
	await expect(page.getByRole('status').filter({ hasText: '数据迟到' })).toContainText(/盐城市（至 \d{4}-\d{2}-\d{2}）/);
});

test('the planner goes from a cell of the map to a sampling task', async ({ page }) => {
	await signIn(page, 'planner');
	await page.goto('/map?region=320400&measure=change&kind=complaint');
	await page.getByRole('group', { name: '区划排序' }).getByRole('link', { name: '为武进区生成抽查任务' }).click();
	await expect(page).toHaveURL(/\/tasks\/new\?region=320412/);
});

test('theme and language are remembered', async ({ page }) => {
	await signIn(page, 'leader');
	await ready(page);
	await page.getByLabel('配色').selectOption('dark');
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await page.reload();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await ready(page);
	await expectAccessible(page);
	await page.getByLabel('语言').selectOption('en');
	await expect(page.getByRole('heading', { level: 2, name: 'Regions ranked' })).toBeVisible();
	await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
