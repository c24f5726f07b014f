import type { Page } from '@playwright/test';

/** The demo accounts' password on the server that the browser tests start. */
export const demoPassword = 'Browser-Tests-7';

/** Where the server that the browser tests start looks for a mail server. */
export const smtpPort = Number(process.env['QIANSHAO_BROWSER_SMTP'] ?? 3918);

/** The first demo account of each role is called like it; `monitor2` is the monitor's colleague. */
export type DemoAccount = 'leader' | 'monitor' | 'monitor2' | 'planner' | 'inspector' | 'sysadmin' | 'secadmin' | 'auditor' | 'monitor-county';

/** Signs in as a demo account and waits for its home page. */
export async function signIn(page: Page, account: DemoAccount): Promise<void> {
	await page.goto('/login');
	await page.locator('input[name=name]').fill(account);
	await page.locator('input[name=password]').fill(demoPassword);
	await page.locator('form button[type=submit]').click();
	await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}
