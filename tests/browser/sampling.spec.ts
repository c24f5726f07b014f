import { expect, test } from '@playwright/test';
import { verifyOuter } from '../../src/lib/sampling/draw/certificate.ts';
import { readFile } from 'node:fs/promises';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';
import { openListWithVisit, waitingVisit } from './support/fieldwork.ts';

// One after the other: the inspector carries out what the planner has drawn.
test.describe.configure({ mode: 'serial' });

test('the planner comes from a map cell to a verified draw in under two minutes, and what leaves says nothing', async ({ page }) => {
	test.slow();
	const started = Date.now();
	await signIn(page, 'planner');
	await page.goto('/tasks/new?region=320100&industry=H62');
	await expectAccessible(page);
	await page.getByRole('button', { name: '建立任务' }).click();
	await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
	await expect(page.getByText('入池条件')).toBeVisible();
	await expectAccessible(page);
	await page.locator('nav a[href="?step=pool"]').click();
	await expect(page.getByText('不主动实施现场检查')).toBeVisible();
	await page.getByRole('link', { name: '查看完整名单' }).click();
	await expect(page.getByText('企业信用风险分类仅作为配置监管资源的内部参考，不作为对企业的信用评价')).toBeVisible();
	await expectAccessible(page);
	await page.getByRole('link', { name: '返回任务' }).click();
	await page.getByRole('link', { name: '抽取设置', exact: false }).first().click();
	await page.waitForLoadState('networkidle');
	await page.getByLabel('抽取户数').fill('6');
	await page.getByLabel('抽取户数').press('Tab');
	await expect(page.getByRole('heading', { name: '预计抽取 6 户' })).toBeVisible();
	// Enter saves; what is committed is what was written, before the preview is back as well.
	await page.getByLabel('抽取户数').fill('5');
	await page.getByLabel('抽取户数').press('Enter');
	await expect(page.getByRole('heading', { name: '预计抽取 5 户' })).toBeVisible();
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	await expect(page.getByText('抽取后公布')).toBeVisible();
	await page.getByRole('button', { name: '现在抽取' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	await expectAccessible(page);
	expect(Date.now() - started).toBeLessThan(120_000);

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: '导出抽取凭证（JSON）' }).click();
	const text = await readFile(await (await download).path(), 'utf8');
	expect(verifyOuter(JSON.parse(text))).toEqual({ valid: true, reason: 'valid' });
	expect(text).not.toMatch(/分类|预警|风险|91320/);
	const list = page.waitForEvent('download');
	await page.getByRole('link', { name: '导出检查名单（XLSX）' }).click();
	expect((await list).suggestedFilename()).toMatch(/^CC\d{4}-\d{6}\.xlsx$/);
	await page.getByRole('link', { name: '结果' }).last().click();
	await expect(page.getByText('已录入 0 / 5')).toBeVisible();
	await expectAccessible(page);
});

test('the inspector sees their own objects only, without class or warning, and enters a result', async ({ page }) => {
	await signIn(page, 'inspector');
	await page.goto('/my-tasks');
	await expectAccessible(page);
	await openListWithVisit(page);
	await expectAccessible(page);
	// One enterprise, one page.
	await waitingVisit(page).click();
	await expect(page.getByText('内部参考')).toHaveCount(0);
	await expectAccessible(page);
	for (const result of await page.getByLabel('检查结果').all()) await result.selectOption({ label: '未发现问题' });
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('已保存')).toBeVisible();
	expect((await page.goto('/tasks'))?.status()).toBe(403);
});

test('a pool not larger than the sample is refused, with the way to a lead check', async ({ page }) => {
	await signIn(page, 'planner');
	await page.goto('/tasks/new?region=320102&industry=H62');
	await page.getByRole('button', { name: '建立任务' }).click();
	await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
	await page.goto(`${new URL(page.url()).pathname}?step=settings`);
	await page.waitForLoadState('networkidle');
	await page.getByLabel('抽取户数').fill('30');
	await page.getByLabel('抽取户数').press('Tab');
	await expect(page.getByText('抽取没有随机性')).toBeVisible();
	await expect(page.getByRole('button', { name: '锁定名单并承诺种子' })).toBeDisabled();
	await page.getByRole('link', { name: '逐户线索核查' }).click();
	await expect(page).toHaveURL(/lead-checks\/new\?task=/);
});

test('registers and presets show what binds', async ({ page }) => {
	// Nine pages are looked through for accessibility, one of them long.
	test.slow();
	await signIn(page, 'planner');
	for (const path of ['/tasks', '/sampling/presets', '/sampling/inspectors', '/sampling/items', '/lead-checks', '/sampling/plans', '/sampling/campaigns', '/sampling/joint', '/sampling/follow-up']) {
		await page.goto(path);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expectAccessible(page);
	}
	await page.goto('/sampling/presets');
	await expect(page.getByText('每半年除进行一次随机性联合检查外')).toBeVisible();
});

test('a lead check needs evidence that names the enterprise, and a second person for its result', async ({ page }) => {
	// Three people sign in, one after the other.
	test.slow();
	await signIn(page, 'planner');
	await page.goto('/tasks');
	await page.getByRole('link', { name: /^CC\d{4}-/ }).first().click();
	// By its address: the list of tasks has links that speak of lists as well, until the task has come.
	await page.locator('nav a[href="?step=pool"]').click();
	await page.getByRole('link', { name: '查看完整名单' }).click();
	const uscc = (await page.locator('td small').first().textContent()) ?? '';
	await page.goto(`/lead-checks/new?uscc=${uscc}`);
	await expectAccessible(page);
	await page.getByLabel('线索').fill('该区域投诉上升明显，需要现场核查');
	await page.getByRole('button', { name: '开展线索核查' }).click();
	await expect(page.getByText('线索须写明该企业的统一社会信用代码')).toBeVisible();
	await page.getByLabel('线索').fill(`举报称 ${uscc} 停业后拒不退费`);
	await page.getByRole('button', { name: '开展线索核查' }).click();
	await expect(page.getByRole('heading', { name: /XS\d{4}-\d{6}/ })).toBeVisible();
	await expectAccessible(page);

	// The first of the desk's inspectors is on it, enters what was found, and may correct it until the planner has accepted it.
	const address = new URL(page.url()).pathname;
	await page.context().clearCookies();
	await signIn(page, 'inspector');
	await page.goto(`/my-tasks${address}`);
	await page.getByLabel('检查结果').selectOption({ label: '未发现问题' });
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('已保存')).toBeVisible();
	await expect(page.getByRole('heading', { name: '更正结果' })).toBeVisible();
	await expectAccessible(page);
	await page.context().clearCookies();
	await signIn(page, 'planner');
	await page.goto(address);
	await expect(page.getByText('待审核')).toBeVisible();
	await expect(page.getByText('取消线索核查')).toHaveCount(0);
	await page.getByRole('button', { name: '审核通过' }).click();
	await expect(page.getByText('已完成')).toBeVisible();
	await expect(page.getByRole('button', { name: '审核通过' })).toHaveCount(0);
});

test('a lead check that is not needed any more is cancelled with a reason', async ({ page }) => {
	await signIn(page, 'planner');
	await page.goto('/lead-checks');
	const uscc = (await page.locator('td small').first().textContent()) ?? '';
	await page.goto(`/lead-checks/new?uscc=${uscc}`);
	await page.getByLabel('线索').fill(`举报称 ${uscc} 停业后拒不退费`);
	await page.getByRole('button', { name: '开展线索核查' }).click();
	await expect(page.getByRole('heading', { name: /XS\d{4}-\d{6}/ })).toBeVisible();
	await page.locator('summary').filter({ hasText: '取消线索核查' }).click();
	await page.getByLabel('取消原因').fill('举报人撤回');
	await expectAccessible(page);
	await page.getByRole('button', { name: '取消线索核查' }).click();
	await expect(page.getByText('已取消：举报人撤回')).toBeVisible();
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
	// Straight from the field to the button: the field is saved, and the press is not lost.
	await page.getByLabel('抽取户数').fill('5');
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	await expect(page.getByText('抽取后公布')).toBeVisible();
	await page.goto(`${address}?step=settings`);
	await expect(page.getByLabel('抽取户数')).toHaveValue('5');
});
