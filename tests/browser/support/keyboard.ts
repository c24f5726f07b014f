import { expect, type Locator, type Page } from '@playwright/test';

/** The scripts have taken over: before that, keys do nothing. */
export async function ready(page: Page): Promise<void> {
	await page.waitForLoadState('load');
	await expect(page.getByRole('button', { name: '快捷键' })).toBeVisible();
	await expect(async () => {
		await page.keyboard.press('?');
		await expect(page.getByRole('dialog', { name: '键盘快捷键' })).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await page.keyboard.press('Escape');
	// Keys that are pressed while it is still there are the dialog's.
	await expect(page.getByRole('dialog', { name: '键盘快捷键' })).toBeHidden();
}

/** Presses Tab until the control has the focus: what cannot be reached so is out of reach for who uses no mouse. */
export async function tabTo(page: Page, control: Locator, most = 90): Promise<void> {
	await expect(control).toBeVisible();
	for (let i = 0; i < most; i++) {
		if (await control.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press('Tab');
	}
	throw new Error(`not reached with ${most} times Tab: ${String(control)}`);
}
