import { expect, type Page } from '@playwright/test';
import { zipTexts } from '../support/zip.ts';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';
import { test } from './support/somebody.ts';

/** Opens a disposal of the demo by the state that it is in. */
async function openIn(page: Page, state: string): Promise<void> {
	await page.goto(`/disposals?door=all&state=${state}`);
	// One with a paper: an inspection has none.
	await page.getByRole('row').filter({ hasNotText: '检查' }).nth(1).getByRole('link').first().click();
	await expect(page).toHaveURL(/\/disposals\/[\w-]+$/);
}

test.describe.configure({ mode: 'serial' });

test('each state of a disposal stands in the demo, and the counts of the doors agree with their lists', async ({ page }) => {
	await signIn(page, 'monitor');
	for (const state of ['draft', 'submitted', 'approved', 'issued', 'served', 'concluded', 'withdrawn']) {
		await page.goto(`/disposals?door=all&state=${state}`);
		expect(await page.getByRole('row').count(), state).toBeGreaterThan(1);
	}
	await page.goto('/disposals?door=all');
	await expectAccessible(page);
	for (const door of ['我的待办', '辖区全部']) {
		const link = page.getByRole('navigation', { name: '处置文书' }).getByRole('link', { name: door });
		const count = Number(await link.locator('b').textContent());
		await link.click();
		await expect(page.getByRole('table', { name: door }).getByRole('row')).toHaveCount(count + 1);
	}
});

test('two people write one draft: the second is shown what the first saved, and nobody loses a word', async ({ page, somebody }) => {
	await signIn(page, 'monitor');
	await openIn(page, 'draft');
	const address = page.url();
	const other = await somebody('monitor');
	await other.goto(address);
	const text = page.getByLabel('正文');
	const good = await text.inputValue();
	const save = async (who: Page) => {
		await who.getByRole('button', { name: '保存' }).click();
		await expect(who.getByText('已完成：保存')).toBeVisible();
	};
	await text.fill(`${good}\n先保存的一句。`);
	await save(page);

	const theirs = other.getByRole('status').or(other.getByRole('alert')).filter({ hasText: '与您填写的不同' });
	await other.getByLabel('正文').fill(`${good}\n后保存的一句。`);
	await other.getByRole('button', { name: '保存' }).click();
	await expect(theirs).toContainText('先保存的一句。');
	await expect(other.getByLabel('正文')).toHaveValue(`${good}\n后保存的一句。`);
	await expectAccessible(other);
	await save(other);
	await expect(theirs).toBeHidden();

	// The first did not see that: the same again, and this time the other's text is taken.
	await text.fill(`${good}\n第三句。`);
	await page.getByRole('button', { name: '保存' }).click();
	await page.getByRole('button', { name: '改用对方的内容' }).click();
	await expect(text).toHaveValue(`${good}\n后保存的一句。`);

	// Leaving with something unsaved asks first.
	await text.fill(good);
	page.once('dialog', (dialog) => void dialog.dismiss());
	await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '预警' }).first().click();
	await expect(page).toHaveURL(address);
	await expect(text).toHaveValue(good);
	await page.getByLabel('标题').fill('很长的标题'.repeat(40));
	await expect(page.getByLabel('标题')).toHaveAttribute('aria-invalid', 'true');
	page.once('dialog', (dialog) => void dialog.accept());
	await page.reload();
	await text.fill(good);
	await save(page);
});

test('what must not leave the office is named and stops the paper; a leader sends it back and approves; it is issued, served, concluded', async ({ page, somebody }) => {
	test.slow();
	await signIn(page, 'monitor');
	await openIn(page, 'draft');
	await expectAccessible(page);
	const address = page.url();
	// Of days ago: no deadline may be over, and fields and text say the same.
	for (const day of await page.locator('input[type=date]').all()) await day.fill('2099-12-31');
	await page.getByRole('button', { name: '按模板重新生成' }).click();
	await expect(page.getByText('已完成：保存')).toBeVisible();
	const text = page.getByLabel('正文');
	const good = await text.inputValue();
	await text.fill(`${good}\n你单位属于D类企业，已触发红色预警。`);
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('“D类”涉及企业分类')).toBeVisible();
	await page.getByRole('button', { name: '送审' }).click();
	await expect(page.getByRole('alert').or(page.getByRole('status')).getByText(/文书只写事实和法律依据/)).toBeVisible();
	await text.fill(good);
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('已完成：保存')).toBeVisible();
	await page.getByRole('button', { name: '送审' }).click();
	await expect(page.getByText('已完成：送审')).toBeVisible();

	const leader = await somebody('leader');
	await leader.goto('/disposals');
	await expect(leader.getByRole('navigation', { name: '处置文书' }).getByRole('link', { name: '待我审批' })).toHaveAttribute('aria-current', 'page');
	await leader.goto(address);
	await leader.getByLabel('退回时写明原因').fill('请写明回复期限');
	await leader.getByRole('button', { name: '退回' }).click();
	await expect(leader.getByText('请写明回复期限').first()).toBeVisible();

	await page.goto(address);
	await expect(page.getByText('请写明回复期限')).toBeVisible();
	await page.getByRole('button', { name: '送审' }).click();
	await expect(page.getByText('已完成：送审')).toBeVisible();
	await leader.goto(address);
	await leader.getByRole('button', { name: '批准' }).click();
	await expect(leader.getByText('已完成：批准')).toBeVisible();

	await page.goto(address);
	await page.getByRole('button', { name: '发出', exact: true }).click();
	const heading = page.getByRole('heading', { level: 1 }).filter({ hasText: /〔\d{4}〕\d+号$/ });
	await expect(heading).toBeVisible();
	const number = (await heading.textContent())!.trim();
	await expect(page.getByLabel('正文')).toHaveCount(0);

	// By its own address: a browser without a Chinese locale renames what it saves.
	const file = await page.request.get((await page.getByRole('link', { name: '下载 Word' }).getAttribute('href'))!);
	expect(decodeURIComponent(file.headers()['content-disposition']!)).toContain(number);
	const word = await zipTexts(await file.body());
	expect(word.get('word/document.xml')).toContain(number);

	await page.locator('input[type=file]').setInputFiles({ name: '送达回证.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 receipt') });
	await page.getByRole('button', { name: '上传' }).click();
	await expect(page.getByRole('link', { name: '送达回证.pdf' })).toBeVisible();
	await page.locator('input[type=file]').setInputFiles({ name: '假的.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>') });
	await page.getByRole('button', { name: '上传' }).click();
	await expect(page.getByText(/假的\.pdf：只接受/)).toBeVisible();

	await page.getByRole('button', { name: '登记送达' }).click();
	await expect(page.getByText('已完成：登记送达')).toBeVisible();
	await page.locator('select[name=outcome]').selectOption('corrected');
	await page.getByRole('button', { name: '登记结果' }).click();
	await expect(page.getByText('已完成：登记结果')).toBeVisible();
	await expectAccessible(page);

	await page.getByRole('link', { name: '打印' }).click();
	await expect(page.getByRole('article')).toContainText(number);
	await page.emulateMedia({ media: 'print' });
	await expect(page.getByRole('navigation', { name: '主导航' })).toBeHidden();
	await expect(page.locator('.screen-mark')).toBeHidden();
	await expect(page.locator('header a.product')).toHaveCount(1);
	await expect(page.locator('header a.product')).toBeHidden();
});

test('an editor proposes a normal cause, a leader puts it in force, and warnings are closed for it', async ({ page, somebody }) => {
	test.slow();
	await signIn(page, 'monitor');
	const cause = `年货节 ${Date.now() % 100_000}`;
	await page.goto('/warnings/measures?edit=cause:new');
	await expectAccessible(page);
	await page.locator('input[name=name]').fill(cause);
	await page.getByRole('button', { name: '提交批准' }).click();
	await expect(page.getByText('已提交，待批准。')).toBeVisible();
	const leader = await somebody('leader');
	await leader.goto('/warnings/measures');
	await leader.getByRole('button', { name: '批准生效' }).first().click();
	await expect(leader.getByText('已处理。')).toBeVisible();

	await page.goto('/warnings?door=mine');
	// A click shows it beside the list.
	await page.goto((await page.locator('a[id^=open-]').first().getAttribute('href'))!);
	const closing = page.getByRole('region', { name: '办理', exact: true }).locator('details').filter({ has: page.locator('[name=reason]') });
	// The list of causes comes with the script, which may close what was opened before it.
	await expect(async () => {
		if (!(await closing.getByLabel('销号原因').isVisible())) await closing.locator('summary').click();
		await closing.getByLabel('销号原因').selectOption('');
		await closing.getByLabel('销号原因').selectOption('normal-cause');
		await expect(closing.getByLabel('正常原因').getByRole('option', { name: cause })).toHaveCount(1, { timeout: 1_000 });
	}).toPass();
	await page.goto('/warnings/measures?edit=measure:caution');
	await expectAccessible(page);
});
