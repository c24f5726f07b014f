import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

/** A file of its own each run, so that a server that runs already can be tried again. */
const run = Date.now().toString(36);
const header = '受理单,被投诉人,投诉日期,属地,行业,问题类别,热线';
const day = '2025-03-04';
const rows = [
	`${run}-1,测试投诉对象甲,${day},320412,R89,预付卡,12315`,
	`${run}-2,测试投诉对象乙,2025-02-30,320412,R89,预付卡,12315`,
	`${run}-3,测试投诉对象丙,${day},320412,R89,售后服务,12315`
];

async function upload(page: Page, name: string, text: string): Promise<void> {
	await page.goto('/intake/upload');
	await page.locator('select[name=source]').selectOption({ label: '省12315投诉举报平台' });
	await page.getByLabel('数据类型').selectOption({ label: '投诉举报' });
	await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
	await page.getByRole('button', { name: '上传并核对列' }).click();
	await page.waitForURL(/\/intake\/[0-9a-f-]{36}$/);
}

async function start(page: Page): Promise<void> {
	await page.getByRole('button', { name: '开始导入' }).click();
	await expect(page.getByText('退回的行', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
}

/** A figure of the batch's facts. */
const fact = (page: Page, label: string) => page.locator(`dt:text-is("${label}") + dd`);

test('the steward maps a file, sees what was refused and why, mends it and sends it again', async ({ page }) => {
	test.slow();
	await signIn(page, 'monitor');
	await upload(page, '投诉.csv', `\ufeff${header}\n${rows.join('\n')}\n`);

	// Headers that nobody knows are for a person to say.
	await expect(page.getByRole('heading', { name: '核对列与字段' })).toBeVisible();
	await expectAccessible(page);
	await expect(page.getByLabel('字段: 投诉日期')).toHaveValue('occurredOn');
	await page.getByLabel('字段: 受理单').selectOption({ label: '编号（唯一）' });
	await page.getByLabel('字段: 属地').selectOption({ label: '区划' });
	await start(page);
	await expect(fact(page, '接收')).toHaveText('2');
	await expect(fact(page, '退回')).toHaveText('1');
	await expect(page.getByText('2025-02-30').first()).toBeVisible();
	await expectAccessible(page);

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: '下载退回的行（CSV）' }).click();
	const rejects = await readFile(await (await download).path(), 'utf8');
	expect(rejects).toContain('#batch,#line,#reason,#message');
	expect(rejects).toContain(`${run}-2`);

	// The mapping is remembered; the mended row ticks off its reject.
	const batch = page.url();
	await upload(page, '投诉-修正.csv', rejects.replaceAll('2025-02-30', '2025-02-28'));
	await expect(page.getByText('已套用上次确认的对应关系')).toBeVisible();
	await start(page);
	await expect(fact(page, '接收')).toHaveText('1');
	await page.goto(batch);
	await expect(page.getByText('已修正')).toBeVisible();

	// The same file again changes nothing.
	await upload(page, '投诉.csv', `\ufeff${header}\n${rows.join('\n')}\n`);
	await start(page);
	await expect(fact(page, '接收')).toHaveText('0');
	await expect(fact(page, '重复')).toHaveText('2');
});

test('a file that is none is refused with a clear message, and nothing is left behind', async ({ page }) => {
	await signIn(page, 'monitor');
	await page.goto('/intake/upload');
	await page.locator('input[type=file]').setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('\n') });
	await page.getByRole('button', { name: '上传并核对列' }).click();
	await expect(page.getByRole('alert')).not.toBeEmpty();
	await expect(page).toHaveURL(/\/intake\//);
});

test('what is chosen before the scripts are there stays chosen', async ({ page }) => {
	await signIn(page, 'monitor');
	let scripts = () => {};
	const held = new Promise<void>((resolve) => (scripts = resolve));
	await page.route('**/_app/**/*.js', async (route) => {
		await held;
		await route.continue();
	});
	await page.goto('/intake/upload', { waitUntil: 'commit' });
	const source = page.locator('select[name=source]');
	const other = await source.locator('option').last().getAttribute('value');
	expect(await source.inputValue()).not.toBe(other);
	await source.selectOption(other);
	scripts();
	// Scripts have taken over when choosing a source changes what it may send.
	await expect.poll(() => source.locator('option').first().evaluate((option) => '__value' in option)).toBe(true);
	await expect(source).toHaveValue(other!);
});
