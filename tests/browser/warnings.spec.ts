import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { verifyOuter } from '../../src/lib/sampling/draw/certificate.ts';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';
import { issueReminder } from './support/disposals.ts';
import { ready, tabTo } from './support/keyboard.ts';
import { test } from './support/somebody.ts';

async function doorCount(page: Page, door: string): Promise<number> {
	return Number(await page.getByRole('navigation', { name: '按工作进度查看' }).getByRole('link', { name: door }).locator('b').textContent());
}

// One after the other: what is acknowledged in one is no longer new in the next.
test.describe.configure({ mode: 'serial' });

/** The number of a row of the list. */
const numberOf = async (page: Page, row: number) => (await page.getByRole('row').nth(row).getByText(/\d{4}-\d{6}$/).first().textContent())!.match(/\d{4}-\d{6}$/)![0];
const pane = (page: Page) => page.getByRole('region', { name: '预警详情' });

test('the monitor takes a warning, takes that back, and reads it beside the list, by keyboard alone', async ({ page }) => {
	test.slow();
	await signIn(page, 'monitor');
	await page.goto('/warnings');
	await ready(page);
	await expectAccessible(page);
	const fresh = await doorCount(page, '本部门待签收');
	const mine = await doorCount(page, '我负责的');
	expect(fresh).toBeGreaterThan(1);
	await expect(page.getByRole('row')).toHaveCount(fresh + 1);

	// The dialog of keys closes and at once, before the browser has moved the focus, the first key of the desk is pressed.
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: '键盘快捷键' })).toBeVisible();
	await page.evaluate(() => {
		document.querySelector<HTMLDialogElement>('dialog[open]')!.close();
		document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, cancelable: true }));
	});
	await expect(page.getByRole('row').nth(1).locator('[id^=open-]')).toBeFocused();

	// Down to the second row, up again: one key takes it, one key gives it back.
	await page.keyboard.press('j');
	await page.keyboard.press('k');
	const number = await numberOf(page, 1);
	await page.keyboard.press('a');
	await expect(page.getByText('签收：1 件。')).toBeVisible();
	expect(await doorCount(page, '本部门待签收')).toBe(fresh - 1);
	expect(await doorCount(page, '我负责的')).toBe(mine + 1);
	await page.keyboard.press('u');
	await expect(page.getByText('撤销上一步：1 件。')).toBeVisible();
	expect(await doorCount(page, '本部门待签收')).toBe(fresh);
	await page.keyboard.press('j');
	await page.keyboard.press('k');
	await page.keyboard.press('a');
	await expect(page.getByText('签收：1 件。')).toBeVisible();

	// Find it again by its number, behind the next door, and read it beside the list.
	await page.keyboard.press('/');
	await page.keyboard.type(number);
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(new RegExp(`q=${number}`));
	await page.keyboard.press('Escape');
	await page.keyboard.press('2');
	await expect(page.getByRole('row')).toHaveCount(2);
	await page.keyboard.press('j');
	await page.keyboard.press('Enter');
	await expect(pane(page).getByRole('heading', { level: 2 }).first()).toBeVisible();
	await expect(pane(page).getByText(/天内.*(界限|应有)/)).toBeVisible();
	await expect(page).toHaveURL(/open=/);
	await expectAccessible(page);
	await page.keyboard.press('Enter');
	await tabTo(page, pane(page).getByRole('button', { name: '开始核查' }));
	await page.keyboard.press('Enter');
	await expect(pane(page).getByText('已完成：开始核查')).toBeVisible();
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await expect(pane(page)).toHaveCount(0);

	// A view of it, by the same keys that everybody has.
	await tabTo(page, page.getByRole('button', { name: '保存为视图' }).first(), 200);
	await page.keyboard.press('Enter');
	await page.keyboard.type('我的这一件');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('link', { name: '我的这一件' })).toBeVisible();
});

test('the leader gives a warning to somebody, by keyboard alone, and who gets it is told', async ({ page, somebody }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/warnings?door=all&work=new');
	await ready(page);
	await page.keyboard.press('j');
	const number = await numberOf(page, 1);
	await page.keyboard.press('Enter');
	await expect(pane(page).getByText(number).first()).toBeVisible();
	await page.keyboard.press('Enter');
	const assigning = pane(page).locator('details').filter({ has: page.locator('[name=action][value=assign]') });
	if ((await assigning.getAttribute('open')) === null) {
		await tabTo(page, assigning.locator('summary'));
		await page.keyboard.press('Enter');
	}
	await tabTo(page, assigning.getByLabel('责任人'));
	await expect(async () => {
		await page.keyboard.press('ArrowDown');
		await expect(assigning.getByLabel('责任人')).toHaveValue('demo-monitor2', { timeout: 500 });
	}).toPass();
	await tabTo(page, assigning.getByRole('button'));
	await page.keyboard.press('Enter');
	await expect(pane(page).getByText('已完成：指定责任人')).toBeVisible();
	await expectAccessible(page);

	const colleague = await somebody('monitor2');
	await colleague.goto('/warnings?door=mine');
	await expect(colleague.getByText(number)).toBeVisible();
	await colleague.goto('/notices');
	await expect(colleague.getByRole('link', { name: new RegExp(number) }).first()).toBeVisible();
});

test('the planner goes from a warning to a visit, by keyboard alone', async ({ page }) => {
	test.slow();
	await signIn(page, 'planner');
	await page.goto('/warnings?door=all');
	await ready(page);
	await page.keyboard.press('j');
	await page.keyboard.press('Enter');
	await expect(pane(page).getByText('您不是责任部门的监测员，只能查看。')).toBeVisible();
	await page.keyboard.press('Enter');
	await tabTo(page, pane(page).getByRole('link', { name: /生成定向抽查任务|发起线索核查/ }).first());
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/(tasks|lead-checks)\/new\?warning=/);
});

test('several warnings become one incident and come apart again, each as it was', async ({ page }) => {
	test.slow();
	await signIn(page, 'monitor');
	await page.goto('/warnings?door=all&work=new');
	await ready(page);
	for (const key of ['j', 'x', 'j', 'x', 'm']) await page.keyboard.press(key);
	await expect(page.getByRole('dialog', { name: '并入事件（2 件）' })).toBeVisible();
	await expectAccessible(page);
	await page.keyboard.type('某某健身停业');
	await page.keyboard.press('Enter');
	await expect(page.getByText('并入事件：2 件。')).toBeVisible();
	await page.getByRole('link', { name: /^所属事件 \d{4}-\d{4}$/ }).first().click();
	await expect(page.getByRole('heading', { name: '某某健身停业' })).toBeVisible();
	await expectAccessible(page);
	await expect(page.getByRole('row')).toHaveCount(3);
	await page.getByRole('button', { name: '从事件拆出' }).first().click();
	await expect(page.getByText(/已拆出。$/)).toBeVisible();
	await expect(page.getByRole('row')).toHaveCount(2);
});

test('two people press the same key at once: one has it, the other is told who, and neither loses anything', async ({ somebody }) => {
	test.slow();
	const [one, two] = [await somebody('monitor'), await somebody('monitor2')];
	for (const page of [one, two]) {
		await page.goto('/warnings?door=new');
		await ready(page);
		await page.keyboard.press('j');
	}
	const number = await numberOf(one, 1);
	expect(await numberOf(two, 1)).toBe(number);
	await Promise.all([one.keyboard.press('a'), two.keyboard.press('a')]);
	const told = (page: Page) => page.getByText(new RegExp(`签收：1 件。|${number}：.*进行了“签收”`));
	await expect(told(one)).toBeVisible();
	await expect(told(two)).toBeVisible();
	const texts = await Promise.all([one, two].map(async (page) => (await told(page).textContent())!));
	expect(texts.filter((text) => text.includes('签收：1 件。'))).toHaveLength(1);
});

test('the monitor works a warning to the end, with a paper that a leader approves', async ({ page, somebody }) => {
	test.slow();
	await signIn(page, 'monitor');
	await page.goto('/warnings?door=mine&work=acknowledged');
	await ready(page);
	await page.keyboard.press('j');
	await page.keyboard.press('o');
	await expect(page).toHaveURL(/\/warnings\/[0-9a-f-]{36}$/);

	// It explains itself: sentence, figures, chart with its table, evidence, indicator's version.
	await expect(page.getByText(/天内.*(界限|应有)/)).toBeVisible();
	await expect(page.getByRole('link', { name: /监测指标 第 \d+ 版/ })).toBeVisible();
	await expect(async () => {
		await page.getByRole('button', { name: '表格' }).click({ timeout: 1_000 });
		await expect(page.getByRole('table', { name: /数量走势与正常范围/ })).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await expect(page.getByRole('region', { name: '依据记录' }).getByRole('row').nth(1)).toBeVisible();
	await expectAccessible(page);

	const panel = page.getByRole('region', { name: '办理' });
	await panel.getByRole('button', { name: '开始核查' }).click();
	await expect(panel.getByText('已完成：开始核查')).toBeVisible();
	// Closing as confirmed is not offered before anything was done about it.
	await panel.getByText('销号', { exact: true }).first().click();
	await expect(panel.getByRole('option', { name: '属实，已处置' })).toHaveCount(0);
	// Disposing is a paper that somebody else approves.
	const warning = page.url();
	const paper = await issueReminder(page, somebody);
	await page.goto(warning);
	const closing = panel.locator('details').filter({ has: page.locator('[name=reason]') });
	await expect(page.getByRole('region', { name: '处置文书' }).getByRole('link', { name: paper })).toBeVisible();
	if (!(await closing.getByLabel('销号原因').isVisible())) await closing.locator('summary').click();
	await closing.getByLabel('销号原因').selectOption('confirmed');
	await closing.getByRole('button', { name: '销号' }).click();
	await expect(page.getByText('已销号：属实，已处置')).toBeVisible();

	const history = page.getByRole('region', { name: '处理经过' });
	for (const line of ['发出预警', '开始核查', `提醒 ${paper}`, '销号 · 属实，已处置']) {
		await expect(history.getByText(line)).toBeVisible();
	}
	const reopening = panel.locator('details').filter({ has: page.locator('[name=action][value=reopen]') });
	await reopening.locator('summary').click();
	await reopening.getByLabel('说明').fill('企业来电称情况有变');
	await reopening.getByRole('button', { name: '重新打开' }).click();
	await expect(panel.getByText('已完成：重新打开')).toBeVisible();
	await panel.getByRole('button', { name: '签收' }).click();
	await expect(panel.getByText('已完成：签收')).toBeVisible();
});

test('two people at once: the second is told who was quicker, and what they wrote is kept', async ({ somebody }) => {
	test.slow();
	const [one, two] = [await somebody('monitor'), await somebody()];
	await one.goto('/warnings?door=new');
	await ready(one);
	const target = (await one.getByRole('row').last().locator('a').first().getAttribute('href'))!;
	await signIn(two, 'monitor');
	await two.goto(target);
	await one.goto(target);
	const panelOf = (page: Page) => page.getByRole('region', { name: '办理' });
	await two.waitForLoadState('networkidle').catch(() => undefined);
	await panelOf(two).getByLabel('说明（可空）').first().fill('我也在看');
	await panelOf(one).getByRole('button', { name: '签收' }).click();
	await expect(panelOf(one).getByText('已完成：签收')).toBeVisible();
	// The other page says so without moving anything.
	await expect(two.getByRole('button', { name: '有 1 条预警有变化，点击刷新' })).toBeVisible();
	await panelOf(two).getByRole('button', { name: '签收' }).click();
	await expect(panelOf(two).getByRole('status').first()).toContainText('进行了“签收”');
	// The page shows how it stands now: the next step, with what was written.
	await expect(panelOf(two).getByRole('button', { name: '开始核查' })).toBeVisible();
	await expect(panelOf(two).getByLabel('说明（可空）').first()).toHaveValue('我也在看');
});

test('a planner reads the desk and starts visits, but does not work on warnings', async ({ page }) => {
	await signIn(page, 'planner');
	await page.goto('/warnings?door=all');
	await expect(page.getByRole('checkbox', { name: '选择本页全部' })).toHaveCount(0);
	await page.goto((await page.getByRole('row').nth(1).locator('a').first().getAttribute('href'))!);
	await expect(page.getByText('您不是责任部门的监测员，只能查看。')).toBeVisible();
	await expect(page.getByRole('link', { name: /生成定向抽查任务|发起线索核查/ })).toBeVisible();
	await expectAccessible(page);
	await page.goto('/warnings/00000000-0000-0000-0000-000000000000');
	await expect(page.getByText('没有找到，或不在您的管辖范围内。')).toBeVisible();
});

test('the enterprise behind a warning: personal data masked until a reason is given, classes with their notice', async ({ page }) => {
	await signIn(page, 'monitor');
	await page.goto('/enterprises?q=常州市朔澜健身管理');
	await expectAccessible(page);
	await page.getByRole('link', { name: '常州市朔澜健身管理有限公司' }).click();
	await expect(page.getByText('企业信用风险分类仅作为配置监管资源的内部参考，不作为对企业的信用评价')).toBeVisible();
	await expectAccessible(page);
	const register = page.getByRole('region', { name: '登记信息' });
	await expect(register.getByText(/^.\*$/)).toBeVisible();
	await register.getByText('显示个人信息').first().click();
	await register.getByLabel('查看原因').fill('约谈前核对身份');
	await register.getByRole('button', { name: '显示个人信息' }).click();
	await expect(register.getByText('已记录本次查看')).toBeVisible();
	await expect(register.getByText(/^.\*$/)).toHaveCount(0);
});

test('rules: proposed by one, never approved by the same; the routing answers who gets what', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/warnings/rules?item=complaint&region=320412&industry=C13');
	await expect(page.getByText(/^由.+负责，按/)).toBeVisible();
	await expect(page.getByText(/已核对辖区内全部 .+ 种.*组合/)).toBeVisible();
	await expectAccessible(page);
});

test('a planner comes from a merged incident to a verified draw in under three minutes', async ({ page }) => {
	test.setTimeout(360_000);
	// Two warnings of one cause are one incident: the monitor merges them.
	await signIn(page, 'monitor');
	await page.goto('/warnings?door=all&q=');
	// Two that an outside platform told: of two cities, one trade, online.
	const picks = page.locator('tbody tr').filter({ hasText: '外部平台' }).locator('input[type=checkbox]');
	await picks.nth(0).check();
	await picks.nth(1).check();
	await page.getByRole('button', { name: '并入事件' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('事件名称').fill('网络零售问题集中');
	await dialog.getByRole('button', { name: '并入事件' }).click();
	await expect(dialog).toBeHidden();
	const incident = page.locator('tbody tr').filter({ hasText: '外部平台' }).getByRole('link', { name: /所属事件/ }).first();
	await expect(incident).toBeVisible();
	const address = (await incident.getAttribute('href')) ?? '';
	await page.context().clearCookies();

	await signIn(page, 'planner');
	const started = Date.now();
	await page.goto(address);
	await page.getByRole('link', { name: '转定向抽查' }).click();
	await page.getByRole('button', { name: '建立任务' }).click();
	await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
	// Who would be visited, and why each other one is left out.
	await page.locator('nav a[href="?step=pool"]').click();
	await expect(page.getByText('按当前数据实时判定')).toBeVisible();
	await page.getByRole('link', { name: '抽取设置' }).first().click();
	await page.getByLabel('抽取户数').fill('5');
	await page.getByLabel('抽取户数').press('Tab');
	await expect(page.getByRole('heading', { name: '预计抽取 5 户' })).toBeVisible();
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	await expect(page.getByText('抽取后公布')).toBeVisible();
	await page.getByRole('button', { name: '现在抽取' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	expect(Date.now() - started).toBeLessThan(180_000);
	await expectAccessible(page);

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: '导出抽取凭证（JSON）' }).click();
	const text = await readFile(await (await download).path(), 'utf8');
	expect(verifyOuter(JSON.parse(text))).toEqual({ valid: true, reason: 'valid' });
	expect(text).not.toMatch(/分类|预警|风险|91320/);
	await page.getByRole('link', { name: '打印公开凭证' }).click();
	await expect(page.getByRole('heading', { name: /抽取凭证 CC/ })).toBeVisible();
	await expectAccessible(page);
	await page.goBack();
	await page.getByRole('link', { name: '内部凭证' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	await expectAccessible(page);

	// Drawn again only for a reason; what was drawn before stays.
	await page.getByRole('link', { name: '返回任务' }).click();
	await page.locator('summary').filter({ hasText: '重新抽取' }).click();
	await page.getByLabel('重新抽取的理由').fill('完成期限填写有误，需要重新抽取');
	await page.getByRole('button', { name: '重新抽取' }).click();
	await page.waitForURL(/step=settings/);
	await page.getByRole('button', { name: '锁定名单并承诺种子' }).click();
	await page.getByRole('button', { name: '现在抽取' }).click();
	await expect(page.getByText('已核验')).toBeVisible();
	await expect(page.getByText('已被重新抽取取代')).toBeVisible();
});
