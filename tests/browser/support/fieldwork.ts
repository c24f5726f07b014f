import type { Page } from '@playwright/test';

/** From the inspector's lists to the one that has a visit waiting: another may wait for nothing but a result that was sent back. */
export async function openListWithVisit(page: Page): Promise<void> {
	await page.goto('/my-tasks');
	const lists = await page.locator('li', { hasText: '待录入' }).getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
	for (const list of lists) {
		await page.goto(list);
		if ((await waitingVisit(page).count()) > 0) return;
	}
	throw new Error(`None of ${lists.length} lists has a visit waiting.`);
}

/** The first enterprise of a list that waits for its visit. */
export const waitingVisit = (page: Page) => page.locator('li', { hasText: '待检查' }).first().getByRole('link');
