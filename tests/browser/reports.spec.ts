import { expect, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { zipTexts } from '../support/zip.ts';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';
import { test } from './support/somebody.ts';

test.describe.configure({ mode: 'serial' });

let address = '';

async function taken(page: Page, name: string): Promise<{ readonly file: string; readonly texts: Map<string, string> }> {
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
	// The name as it is sent: a browser whose system knows no Chinese calls every such file “download”.
	const said = (await page.request.get(download.url())).headers()['content-disposition'] ?? '';
	return { file: decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(said)?.[1] ?? ''), texts: await zipTexts(await readFile(await download.path())) };
}

test('a planner drafts the quarter’s brief, changes its words, and sees which number is made up', async ({ page }) => {
	await signIn(page, 'planner');
	await page.goto('/reports');
	await expectAccessible(page);
	await page.getByText('起草报告', { exact: true }).click();
	// Those of the newest months are there already.
	const form = page.locator('form').filter({ has: page.getByRole('button', { name: '开始起草' }) });
	await form.getByLabel('类别').selectOption({ label: '季报' });
	// The month that is proposed lies in a quarter that is over, whatever day it is.
	await expect(form.locator('input[name=month]')).toHaveValue(/-(03|06|09|12)$/);
	await expect(form.getByText(/^将起草\d{4}年第[1-4]季度的季报。$/)).toBeVisible();
	await form.getByRole('button', { name: '开始起草' }).click();
	await expect(page).toHaveURL(/\/reports\/[\w-]{36}$/);
	address = page.url();
	await expect(page.getByRole('heading', { name: '一、总体情况' })).toBeVisible({ timeout: 120_000 });
	await expect(page.getByRole('img', { name: /柱状图/ }).first()).toBeVisible();
	await expectAccessible(page);

	const section = page.locator('#section-overview');
	await section.getByText('修改文字').click();
	const words = section.getByLabel('总体情况（每段一行）');
	await words.fill(`${await words.inputValue()}\n总体平稳，另有98765件待核。`);
	await section.getByRole('button', { name: '保存' }).click();
	await expect(section.getByText('以下数字在本节数据中没有，请核对：98765')).toBeVisible();
	await expect(section.getByTitle('此段为人工修改')).toHaveCount(1);
	const { file, texts } = await taken(page, '下载 Word');
	expect(file).toContain('草稿');
	expect(texts.get('word/document.xml')).toContain('98765');

	await page.getByLabel('审核人').selectOption({ label: '演示监测员（江苏省市场监督管理局）' });
	await page.getByRole('button', { name: '送审', exact: true }).click();
	await expect(page.getByText('已完成：送审')).toBeVisible();
	await expect(section.getByText('修改文字')).toHaveCount(0);
});

test('another person reviews it, the leader issues it, and it changes no more', async ({ page, somebody }) => {
	const reviewer = await somebody('monitor');
	await reviewer.goto(address);
	await reviewer.getByRole('button', { name: '审核通过' }).click();
	await expect(reviewer.getByText('已完成：审核通过')).toBeVisible();

	await signIn(page, 'leader');
	await page.goto(address);
	await page.getByRole('button', { name: '签发' }).click();
	await expect(page.getByText('已完成：签发')).toBeVisible();
	await expect(page.getByText(/苏市监险报〔\d{4}〕\d+号/).first()).toBeVisible();
	await expect(page.getByText('校验一致')).toBeVisible();
	const { file, texts } = await taken(page, '下载表格');
	expect(file).toMatch(/^苏市监险报〔\d{4}〕\d+号.*\.xlsx$/);
	expect([...texts.values()].join()).not.toMatch(/<f[ >]/);
	await page.goto(`${address}/print`);
	await expect(page.getByRole('heading', { level: 1, name: /分析季报/ })).toBeVisible();
	await expectAccessible(page);
});

test('a county reaches nothing of the province', async ({ page }) => {
	await signIn(page, 'monitor-county');
	expect((await page.goto(address))?.status()).toBe(404);
	expect((await page.request.get(`${address}/document`)).status()).toBe(404);
	await page.goto('/reports');
	await expect(page.getByText('没有报告')).toBeVisible();
});

test('the leader sets the day of yearly summaries; a day that is none is said, and what was typed stays', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/reports/settings');
	await page.getByLabel(/^月/).fill('2');
	await page.getByLabel(/^日/).fill('30');
	await page.getByRole('button', { name: '设置', exact: true }).click();
	await expect(page.getByText('没有这样的日期')).toBeVisible();
	await expect(page.getByLabel(/^日/)).toHaveValue('30');
	await page.getByLabel(/^月/).fill('11');
	await page.getByLabel(/^日/).fill('5');
	await page.getByRole('button', { name: '设置', exact: true }).click();
	await expect(page.getByText('每年 11 月 5 日').first()).toBeVisible();
	await expectAccessible(page);
	await page.getByRole('button', { name: '取消设置' }).first().click();
	await expect(page.getByText('已保存')).toBeVisible();
});
