import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { test } from './support/somebody.ts';

const run = Date.now().toString(36);
const name = `泰州热线 ${run}`;
/** Days ago in Shanghai, where offices count them. */
const day = (ago: number) => new Date(Date.now() + 8 * 3_600_000 - ago * 86_400_000).toISOString().slice(0, 10);
const header = '工单编号,被投诉人,投诉日期,区划,行业,问题类别,渠道';
const row = (id: string, date: string) => `${run}-${id},某店${id},${date},321202,F52,质量,来电`;

async function send(page: Page, file: string, lines: readonly string[]): Promise<void> {
	await page.goto('/intake/upload');
	await page.locator('select[name=source]').selectOption({ label: name });
	await page.getByLabel('数据类型').selectOption({ label: '投诉举报' });
	await page.locator('input[type=file]').setInputFiles({ name: file, mimeType: 'text/csv', buffer: Buffer.from(`${header}\n${lines.join('\n')}\n`) });
	await page.getByRole('button', { name: '上传并核对列' }).click();
	await page.waitForURL(/\/intake\/[0-9a-f-]{36}$/);
	await page.getByRole('button', { name: '开始导入' }).click();
	await expect(page.locator('dt:text-is("接收") + dd')).toBeVisible({ timeout: 150_000 });
}

/** Whether the map hatches the city and says until when it is known; the page is asked again until the worker has been by. */
async function expectLate(page: Page, isLate: boolean): Promise<void> {
	await expect(async () => {
		await page.goto(`/map?kind=complaint&measure=count&region=320000&month=${day(1).slice(0, 7)}`);
		const city = page.locator('figure svg a[aria-label^="泰州市"]');
		await expect(city).toHaveCount(1, { timeout: 5_000 });
		expect(await city.locator('path[fill*="late"]').count()).toBe(isLate ? 1 : 0);
		expect(/截至|本月无数据/.test((await city.getAttribute('aria-label'))!)).toBe(isLate);
	}).toPass({ timeout: 200_000 });
}

test('a new source falls behind and hatches its city, until its bad file is mended', async ({ somebody }) => {
	test.setTimeout(600_000);
	const admin = await somebody('sysadmin');
	await admin.goto('/admin/sources/new');
	await admin.locator('input[name=name]').fill(name);
	await admin.locator('input[name=regionCode]').fill('321200');
	await admin.getByLabel('报送周期').selectOption({ label: '每个工作日' });
	await admin.locator('input[name=by]').fill('23:59');
	await admin.getByRole('checkbox', { name: '投诉举报' }).check();
	await admin.getByRole('button', { name: '保存' }).click();
	await admin.waitForURL(/\/admin\/sources\/[0-9a-f-]{36}\?saved$/);

	const steward = await somebody('monitor');
	await expectLate(steward, false);
	// What it brings first ends twelve days ago.
	await send(steward, '旧数据.csv', [row('a', day(13)), row('b', day(12))]);
	await expectLate(steward, true);
	await steward.goto('/intake/deliveries');
	const gap = steward.locator('tr', { hasText: name }).first();
	await expect(gap).toContainText('迟到：泰州市');
	await expectAccessible(steward);

	const milliseconds = (ago: number) => String(Date.parse(`${day(ago)}T09:00:00+08:00`));
	await send(steward, '新数据.csv', Array.from({ length: 12 }, (_, i) => row(`c${i}`, milliseconds(12 - i))));
	await expect(steward.locator('dt:text-is("退回") + dd')).toHaveText('12');
	await steward.goto('/intake/rejects');
	await steward.locator('tbody tr', { hasText: name }).first().getByRole('link', { name: '修正' }).click();
	await steward.getByLabel('处理方式').selectOption({ label: '指定日期写法' });
	await steward.getByLabel('日期写法').selectOption({ label: '毫秒数（如 1551312000000）' });
	await steward.getByLabel('说明').fill('导出为毫秒');
	await steward.getByRole('button', { name: '预览' }).click();
	await steward.getByRole('button', { name: '按此规则处理 12 行' }).click();
	await steward.waitForURL(/\/intake\/rejects\/rules\//);
	await expect(steward.getByText('接收 12 行')).toBeVisible();
	await expectLate(steward, false);

	// The other tests' city shall not wait for a source that nobody serves.
	await admin.reload();
	await admin.getByLabel('原因').fill('测试结束');
	await admin.getByRole('button', { name: '停用' }).click();
	await expect(admin.getByText(/停用：测试结束/)).toBeVisible();
});
