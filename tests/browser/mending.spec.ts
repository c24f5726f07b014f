import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

/** Rows of their own each run, on a day on which the demo has none in this cell, and hardly an earlier run of the test. */
const run = Date.now().toString(36);
const day = new Date(Date.UTC(2015, 0, 1) + (Math.floor(Date.now() / 1000) % 700) * 86_400_000).toISOString().slice(0, 10);
const milliseconds = String(Date.parse(`${day}T09:00:00+08:00`));
const header = '工单编号,被投诉人,投诉日期,区划,行业,问题类别,渠道';
const row = (n: number, date: string) => `${run}-${n},测试投诉对象${n},${date},320412,R89,预付卡,来电`;

async function send(page: Page, text: string): Promise<void> {
	await page.goto('/intake/upload');
	await page.locator('select[name=source]').selectOption({ label: '省12315投诉举报平台' });
	await page.getByLabel('数据类型').selectOption({ label: '投诉举报' });
	await page.locator('input[type=file]').setInputFiles({ name: `热线-${run}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${text}\n`) });
	await page.getByRole('button', { name: '上传并核对列' }).click();
	await page.waitForURL(/\/intake\/[0-9a-f-]{36}$/);
	await page.getByRole('button', { name: '开始导入' }).click();
	await expect(page.getByText('退回的行', { exact: true }).first()).toBeVisible({ timeout: 150_000 });
}

/** What the maps' counts say for the cell, once the worker has come by. */
async function expectCounted(page: Page, n: number): Promise<void> {
	await expect(async () => {
		await page.goto(`/rows?kind=complaint&region=320412&industry=R&from=${day}&to=${day}`);
		await expect(page.locator('tbody tr', { hasText: '预付卡' })).toHaveCount(n, { timeout: 5_000 });
		// The counts say the same as the rows.
		await expect(page.getByText('汇总数')).toHaveCount(0, { timeout: 1_000 });
	}).toPass({ timeout: 150_000 });
}

test('the steward mends many rows by one rule, sees the counts move, and takes it back', async ({ page }) => {
	test.setTimeout(420_000);
	await signIn(page, 'monitor');
	await send(page, [header, row(1, milliseconds), row(2, milliseconds), row(3, milliseconds), '合计,,3,,,,'].join('\n'));

	await page.getByRole('link', { name: '退回处理' }).first().click();
	await expect(page.getByRole('heading', { name: '退回处理' })).toBeVisible();
	await expectAccessible(page);
	const group = page.locator('tbody tr', { hasText: milliseconds });
	await expect(group).toContainText('9999999999999');
	await group.getByRole('link', { name: '修正' }).click();
	await expect(page.getByText(row(1, milliseconds).split(',')[1]!).first()).toBeVisible();
	await expectAccessible(page);

	// A rule that touches nothing says so.
	await page.getByLabel('处理方式').selectOption({ label: '指定日期写法' });
	await page.getByLabel('日期写法').selectOption({ label: '民国纪年（如 108年2月28日）' });
	await page.getByRole('button', { name: '预览' }).click();
	await expect(page.getByRole('alert')).toContainText('不涉及任何一行');

	await page.getByLabel('日期写法').selectOption({ label: '毫秒数（如 1551312000000）' });
	await page.getByRole('button', { name: '预览' }).click();
	await expect(page.getByText('预览结果')).toBeVisible();
	await expect(page.locator('dt:text-is("接收") + dd')).toHaveText('3');
	await expect(page.getByText(`${day} 09:00:00`).first()).toBeVisible();
	await expectAccessible(page);
	await page.getByLabel('说明').fill('来源系统导出为毫秒，已与热线核实');
	// What is previewed is what is applied: another input has to be looked at first.
	await expect(page.getByRole('button', { name: /按此规则处理/ })).toHaveCount(0);
	await page.getByRole('button', { name: '预览' }).click();
	await page.getByRole('button', { name: '按此规则处理 3 行' }).click();
	await page.waitForURL(/\/intake\/rejects\/rules\//);
	await expect(page.getByText('接收 3 行')).toBeVisible();
	await expectAccessible(page);
	const rule = page.url();
	await expectCounted(page, 3);

	await page.goto(rule);
	// The page answers clicks once its script is there.
	await expect(async () => {
		await page.getByRole('button', { name: '撤销这条规则' }).first().click();
		await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await page.getByLabel('理由').fill('来源更正：并非毫秒');
	await page.getByRole('dialog').getByRole('button', { name: '撤销这条规则' }).click();
	await expect(page.getByText('已撤回 3 行，3 行恢复为待处理')).toBeVisible();
	await expect(page.getByText('来源更正：并非毫秒').first()).toBeVisible();
	await expectCounted(page, 0);
	await page.goto('/intake/rejects');
	await expect(page.locator('tbody tr', { hasText: milliseconds }).first()).toBeVisible();
});

test('the pages of duplicates and matching say what they hold, and refuse who may not see them', async ({ page }) => {
	test.setTimeout(180_000);
	await signIn(page, 'monitor');
	await page.goto('/intake/duplicates');
	await expect(page.getByRole('heading', { name: '重复合并' })).toBeVisible();
	await expect(page.getByText('市场主体登记管理条例')).toBeVisible();
	await expectAccessible(page);
	await page.goto('/intake/match');
	await expect(page.getByRole('heading', { name: '投诉对象匹配' })).toBeVisible();
	await expectAccessible(page);
	await page.context().clearCookies();
	await signIn(page, 'sysadmin');
	for (const path of ['/intake/rejects', '/intake/duplicates', '/intake/match']) expect((await page.goto(path))!.status()).toBe(403);
});
