import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';
import { openListWithVisit, waitingVisit } from './support/fieldwork.ts';

test.use({ viewport: { width: 390, height: 844 } });
// One after the other: they enter results of one list.
test.describe.configure({ mode: 'serial' });

/** A visit may have several items; the first one's note. */
const note = (page: Page) => page.getByLabel('说明').first();

/** The first enterprise of the demo inspector that waits for its visit, on its own page, come alive. */
async function openSheet(page: Page): Promise<void> {
	await signIn(page, 'inspector');
	await openListWithVisit(page);
	await waitingVisit(page).click();
	await expect(page.getByLabel('检查结果').first()).toBeVisible();
	// Without scripts there is one field for files, with them there are two buttons.
	await expect(page.getByText('拍照')).toBeVisible();
}

test('what was typed without a connection survives a reload and is sent when it is back', async ({ page, context }) => {
	test.slow();
	await openSheet(page);
	await expectAccessible(page);
	await expect(page.getByText('内部参考')).toHaveCount(0);
	await context.setOffline(true);
	await note(page).fill('门头照片已拍，现场无人应答');
	await expect(page.getByText('现在没有网络')).toBeVisible();
	await expect(page.getByText('已存本机，尚未提交')).toBeVisible();

	// Kept as it is typed: closed and come back to, it is offered again.
	await context.setOffline(false);
	await page.reload();
	await expect(page.getByText('保存在本机，还没有提交')).toBeVisible();
	await expect(note(page)).toHaveValue('门头照片已拍，现场无人应答');

	// Sent into the void it says so, and goes by itself when the connection is back.
	await expect(page.getByText('拍照')).toBeVisible();
	await context.setOffline(true);
	for (const result of await page.getByLabel('检查结果').all()) await result.selectOption({ label: '通过登记的住所（经营场所）无法联系' });
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('没有收到系统的确认')).toBeVisible();
	await context.setOffline(false);
	await expect(page.getByText('已保存')).toBeVisible();
	await expect(page.getByText('尚未提交')).toHaveCount(0);
	expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('qianshao-draft')))).toEqual([]);
	await page.reload();
	await expect(page.getByText('待审核')).toBeVisible();
	await expect(page.getByText('门头照片已拍，现场无人应答').first()).toBeVisible();
	await expectAccessible(page);
});

test('a refusal goes when what it was about is put right, and when it is sent once more', async ({ page, context }) => {
	await openSheet(page);
	for (const result of await page.getByLabel('检查结果').all()) await result.selectOption({ label: '未发现问题' });
	// A phone whose clock runs ahead lets the day through.
	await page.locator('form', { has: page.getByLabel('检查日期') }).evaluate((form: HTMLFormElement) => (form.noValidate = true));
	await page.getByLabel('检查日期').fill('2099-01-01');
	await page.getByRole('button', { name: '保存' }).click();
	const refusal = page.getByRole('alert').filter({ hasText: '检查日期' });
	await expect(refusal).toBeVisible();
	await note(page).fill('改日再查');
	await expect(refusal).toHaveCount(0);
	await page.getByRole('button', { name: '保存' }).click();
	await expect(refusal).toBeVisible();
	await context.setOffline(true);
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('没有收到系统的确认')).toBeVisible();
	await expect(refusal).toHaveCount(0);
});

test('notices are read on a phone without scrolling sideways, and language and colours are chosen on the own page', async ({ page }) => {
	await signIn(page, 'inspector');
	await page.goto('/notices?show=all');
	await expectAccessible(page);
	expect(await page.getByRole('table').evaluate((table) => table.getBoundingClientRect().right)).toBeLessThanOrEqual(390);
	await page.goto('/account');
	await expectAccessible(page);
	// Chosen before the page has come alive, nobody hears of it.
	await expect(async () => {
		await page.getByRole('combobox', { name: '语言' }).selectOption('en', { timeout: 1_000 });
		await expect(page.getByRole('heading', { name: 'Language and colours' })).toBeVisible({ timeout: 3_000 });
	}).toPass();
});

test('who signs out is asked before unsent notes leave the device', async ({ page }) => {
	await openSheet(page);
	await note(page).fill('未写完');
	await expect(page.getByText('已存本机，尚未提交')).toBeVisible();
	const sheet = page.url();
	page.once('dialog', (dialog) => void dialog.dismiss());
	await page.getByRole('button', { name: '退出' }).click();
	expect(page.url()).toBe(sheet);
	await expect(note(page)).toHaveValue('未写完');
	page.once('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: '退出' }).click();
	await page.waitForURL(/\/login/);
	expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('qianshao-draft')))).toEqual([]);
});

test('a photograph is kept with the visit, and another file is refused by its name', async ({ page }) => {
	await openSheet(page);
	const picker = page.getByText('选择文件').locator('input');
	await picker.setInputFiles({ name: '门头.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]) });
	await expect(page.getByRole('link', { name: '门头.jpg' })).toBeVisible();
	await picker.setInputFiles({ name: '名单.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photograph') });
	await expect(page.getByText('名单.jpg：只接受 PDF')).toBeVisible();
	await page.getByRole('button', { name: '删除 门头.jpg' }).click();
	await expect(page.getByText('还没有照片或记录')).toBeVisible();
});

test('the printed sheet holds the address of the visit and nothing inside', async ({ page }) => {
	await openSheet(page);
	await page.goto(new URL('print', page.url()).href);
	await expect(page.getByRole('heading', { name: '监督检查任务单' }).first()).toBeVisible();
	await expect(page.getByRole('img', { name: '扫码录入结果（须登录）' }).first()).toBeVisible();
	await expect(page.getByText(/分类|预警|红色|指标/)).toHaveCount(0);
});
