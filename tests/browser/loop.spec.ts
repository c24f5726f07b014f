import { expect, test, type Locator, type Page } from '@playwright/test';
import { signIn } from './support/demo.ts';

/**
 * The whole loop as the planner of a province walks it: from the map to the gyms of 武进区, to the warning that explains itself, to
 * enterprises and inspectors drawn in a way that anybody can repeat.
 */
test('follows the prepaid-card incident from the map to a drawn task', async ({ page }) => {
	// A person is to do it in two minutes.
	test.setTimeout(120_000);
	page.setDefaultTimeout(20_000);
	await signIn(page, 'planner');

	await page.goto('/map');
	await drill(page, '常州市');
	// As the demo's days fall, the rise is told first of the gyms of 武进区 or of a wider cell, which then holds them.
	const rise = page.getByRole('link', { name: /投诉举报异常增长\s*(常州市|武进区)\s*(体育|文化、体育和娱乐业)/ }).first();
	if (!(await offered(page, rise))) {
		await page.goto('/map');
		await drill(page, '常州市');
		await drill(page, '武进区');
		expect(await offered(page, rise)).toBe(true);
	}
	await rise.click();

	await expect(page.getByRole('heading', { level: 1 })).toContainText(/武进区|常州市/);
	await expect(page.getByText('红').first()).toBeVisible();
	// Who is behind it: the chain's first shop leads the list of contributors.
	await expect(page.getByText('常州市朔澜健身管理有限公司').first()).toBeVisible();
	const number = (await page.getByText(/^\d{4}-\d{6}$/).first().textContent())!;
	await page.locator('a[href^="/tasks/new?warning="]').click();

	// Scope and item are filled in already: these gyms, prepaid cards.
	await expect(page.getByRole('checkbox', { name: /(武进区|常州市) × (体育|文化、体育和娱乐业)/ })).toBeChecked();
	await expect(page.locator('select[name=item]')).toHaveValue('prepaid');
	await page.getByRole('button', { name: '建立任务' }).click();

	// Who is in, who is out, and why.
	await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}/);
	await step(page, 'pool');
	await expect(page.getByText(/列入 \d+ 户，未列入 \d+ 户/).first()).toBeVisible();
	await expect(page.getByText('按本类比例列入').first()).toBeVisible();

	await step(page, 'settings');
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	// The commitment is shown before anybody knows the seed.
	await expect(page.getByText('抽取后公布')).toBeVisible();
	const commitment = await page.locator('code').first().textContent();
	await page.getByRole('button', { name: '现在抽取' }).click();

	await step(page, 'draw');
	await expect(page.getByText(/已抽取 \d+ 户/).first()).toBeVisible();
	await expect(page.getByText('已核验：按名单和种子重算')).toBeVisible();
	await expect(page.locator('code').first()).toHaveText(commitment!);

	await step(page, 'results');
	const rows = page.getByRole('table').getByRole('row');
	expect(await rows.count()).toBeGreaterThan(1);
	await expect(rows.nth(1)).toContainText('区');
	await expect(rows.nth(1)).toContainText('省局执法稽查总队');

	// The task shows its warning, and the warning its task.
	await step(page, 'scope');
	await page.getByRole('link', { name: number }).click();
	await expect(page.locator('aside a[href^="/tasks/"]').first()).toHaveText(/^CC\d{4}-\d{6}$/);
});

test('the finished task of the demo has its results, the open one waits for the inspector', async ({ page }) => {
	await signIn(page, 'inspector');
	await page.goto('/my-tasks');
	await expect(page.getByRole('link', { name: /餐饮服务食品安全检查/ }).first()).toBeVisible();
});

/** Goes into a region by the table beside the map. */
async function drill(page: Page, name: string): Promise<void> {
	await page.getByRole('table').getByRole('link', { name, exact: true }).first().click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
}

/** Turns to a step of the task. */
async function step(page: Page, name: 'scope' | 'pool' | 'settings' | 'draw' | 'results'): Promise<void> {
	await page.locator(`nav a[href="?step=${name}"]`).click();
	await page.waitForURL((url) => url.searchParams.get('step') === name);
}

/** Is it on the page? In the first days of a month the warning was raised in the month before. */
async function offered(page: Page, wanted: Locator): Promise<boolean> {
	if ((await wanted.count()) > 0) return true;
	await page.getByRole('link', { name: '上个月' }).click();
	await page.waitForURL(/month=/);
	return (await wanted.count()) > 0;
}
