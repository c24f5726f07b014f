import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

const dayBack = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);

test('a complaint that is matched is marked where it counted, and a past day still shows it as it was', async ({ page }) => {
	test.setTimeout(120_000);
	await signIn(page, 'monitor');
	// A complaint about nobody registered that has counted for some evenings.
	await page.goto('/intake/match');
	const groups = page.locator('section', { has: page.locator('form[action="?/nobody"]') });
	let day = '';
	let group = groups.first();
	for (const one of await groups.all()) {
		const days = (await one.innerText()).match(/\d{4}-\d{2}-\d{2}/g) ?? [];
		if (days.length > 0 && days.every((found) => found === days[0]) && days[0]! < dayBack(3)) {
			day = days[0]!;
			group = one;
			break;
		}
	}
	expect(day).not.toBe('');
	const region = await group.locator('form[action="?/nobody"] input[name=region]').inputValue();
	const name = await group.locator('form[action="?/nobody"] input[name=name]').inputValue();
	const rows = `/rows?kind=complaint&region=${region}&from=${day}&to=${day}`;

	await page.goto(`/rows?kind=complaint&region=${region}&from=${dayBack(60)}&to=${dayBack(0)}`);
	const link = page.locator('tbody a[href^="/enterprises/"]').first();
	const enterprise = await link.innerText();
	const uscc = (await link.getAttribute('href'))!.split('/').at(-1)!;
	await page.goto('/intake/match');
	const form = page.locator('form.other', { has: page.locator(`input[name=name][value="${name}"]`) });
	await form.getByRole('textbox').fill(uscc);
	await form.getByRole('button').click();
	await expect(page.getByRole('status').filter({ hasText: name })).toBeVisible();

	await page.goto(rows);
	await expect(page.getByText('行在计入后变动')).toBeVisible();
	await expectAccessible(page);
	const marked = page.locator('tbody tr', { hasText: '曾有变动' }).filter({ hasText: uscc }).first();
	await marked.getByText('曾有变动').click();
	await expect(marked).toContainText('最初收到');
	await expect(marked).toContainText(`未登记主体 → ${enterprise}`);
	await page.getByRole('link', { name: '查看这些行' }).click();
	await expect(page.getByRole('heading', { name: '计入后变动的行' })).toBeVisible();
	await expect(page.locator('tbody tr', { hasText: enterprise }).first()).toContainText('更正');
	await expectAccessible(page);

	await page.getByRole('link', { name: '查看全部行' }).click();
	const known = dayBack(1);
	await page.getByLabel('按某日所知').fill(known);
	await page.getByRole('button', { name: '查看', exact: true }).click();
	await expect(page.getByText(`按 ${known} 当日所知`)).toBeVisible();
	expect(new URL(page.url()).searchParams.get('known')).toBe(known);
	await expect(page.locator('tbody tr', { hasText: '未匹配到企业' }).first()).toBeVisible();
	await expect(page.getByText('曾有变动')).toHaveCount(0);
	await expectAccessible(page);
	await page.getByRole('link', { name: '返回今日' }).click();
	await expect(page.getByText('行在计入后变动')).toBeVisible();

	await page.goto(`${rows}&known=2026-02-30`);
	await expect(page.getByText('“2026-02-30”不是可查询的日期')).toBeVisible();
	await page.goto(`/enterprises/${uscc}?known=${known}`);
	await expect(page.getByText(`按 ${known} 当日所知`)).toBeVisible();
	await expectAccessible(page);
});
