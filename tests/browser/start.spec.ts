import { expect, test } from '@playwright/test';
import { signIn, type DemoAccount } from './support/demo.ts';

const accounts: readonly DemoAccount[] = ['leader', 'monitor', 'planner', 'inspector', 'sysadmin', 'secadmin', 'auditor'];

for (const account of accounts) {
	test(`${account} signs in, sees a home page without errors, and nothing is asked of another host`, async ({ page, baseURL }) => {
		const faults: string[] = [];
		page.on('pageerror', (error) => faults.push(error.message));
		page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
		page.on('request', (request) => {
			const url = request.url();
			if (!url.startsWith(baseURL!) && !url.startsWith('data:') && !url.startsWith('blob:')) faults.push(`asked ${url}`);
		});
		await signIn(page, account);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		expect(faults).toEqual([]);
	});
}

test('without a session every page leads to the sign-in', async ({ page }) => {
	for (const path of ['/', '/warnings', '/map', '/admin/accounts']) {
		await page.goto(path);
		expect(new URL(page.url()).pathname, path).toBe('/login');
	}
});
