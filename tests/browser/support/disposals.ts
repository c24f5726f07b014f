import { expect, type Page } from '@playwright/test';
import type { Somebody } from './somebody.ts';

/** From a warning's page: begins a reminder, fills it in, submits it; the leader approves, the monitor issues. Ends on the paper's page. */
export async function issueReminder(page: Page, somebody: Somebody): Promise<string> {
	const panel = page.getByRole('region', { name: '办理', exact: true });
	await panel.getByLabel('处置措施').selectOption('remind');
	await panel.getByRole('button', { name: '开始拟稿' }).click();
	await expect(page).toHaveURL(/\/disposals\/[0-9a-f-]{36}$/);
	await page.getByLabel('提醒事项').fill('按约定办理退费');
	await page.getByRole('button', { name: '保存' }).click();
	await expect(page.getByText('已完成：保存')).toBeVisible();
	await page.getByLabel('审批人').selectOption({ index: 0 });
	await page.getByRole('button', { name: '送审' }).click();
	await expect(page.getByText('已完成：送审')).toBeVisible();

	const leader = await somebody('leader');
	await leader.goto(page.url());
	await leader.getByRole('button', { name: '批准' }).click();
	await expect(leader.getByText('已完成：批准')).toBeVisible();

	await page.reload();
	await page.getByRole('button', { name: '发出', exact: true }).click();
	const number = page.getByRole('heading', { level: 1 }).filter({ hasText: /提〔\d{4}〕\d+号$/ });
	await expect(number).toBeVisible();
	return (await number.textContent())!.trim();
}
