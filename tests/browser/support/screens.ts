import type { Page } from '@playwright/test';
import type { Somebody } from './somebody.ts';

/** Registers a wall screen as the security administrator, each view so many seconds; returns its token and the administrator's page. */
export async function makeScreen(somebody: Somebody, name: string, seconds = 300): Promise<{ readonly admin: Page; readonly token: string }> {
	const admin = await somebody('secadmin');
	await admin.goto('/admin/screens');
	await admin.getByLabel('名称').fill(name);
	await admin.getByLabel('每屏停留（秒）').fill(String(seconds));
	await admin.getByRole('button', { name: '登记大屏' }).click();
	const token = (await admin.locator('.adm-secret').last().textContent())!.trim();
	return { admin, token };
}
