import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { signIn, type DemoAccount } from './demo.ts';

/** Opens a browser of somebody's own beside the test's: signed in, or at the door without an account. */
export type Somebody = (account?: DemoAccount) => Promise<Page>;

/** With `somebody`, whose browsers are closed after the test: left open, they go on asking the server through all tests that follow. */
export const test = base.extend<{ somebody: Somebody }>({
	somebody: async ({ browser }, use) => {
		const contexts: BrowserContext[] = [];
		await use(async (account) => {
			const context = await browser.newContext();
			contexts.push(context);
			const page = await context.newPage();
			if (account !== undefined) await signIn(page, account);
			return page;
		});
		await Promise.all(contexts.map((context) => context.close()));
	}
});
