import { expect, type Page } from '@playwright/test';
import { asked, held, openHastened, untilAsked } from '../support/wall.ts';
import { expectAccessible } from './support/axe.ts';
import { makeScreen } from './support/screens.ts';
import { test } from './support/somebody.ts';

const nameOf = (what: string) => `${what} ${Date.now() % 1e8}`;
const title = (page: Page) => page.locator('header .title');

test('a screen is made, opened by typing its token, stepped through by keys, and goes dark when it is revoked', async ({ page, somebody }) => {
	test.slow();
	const name = nameOf('指挥室');
	const { admin, token } = await makeScreen(somebody, name);
	await expectAccessible(admin);

	await page.setViewportSize({ width: 1920, height: 1080 });
	// Half faded in, a view has no contrast yet.
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await page.goto('/wall');
	await expect(page.getByRole('heading', { name: '此大屏尚未打开' })).toBeVisible();
	await expectAccessible(page);
	await page.getByLabel('令牌').fill('AAAA-AAAA');
	await page.getByRole('button', { name: '打开' }).click();
	await expect(page.getByRole('heading', { name: '令牌不正确' })).toBeVisible();
	await expect(page.getByLabel('令牌')).toHaveValue('AAAA-AAAA');
	await page.getByLabel('令牌').fill(token.toLowerCase());
	await page.getByRole('button', { name: '打开' }).click();
	await expect(page).toHaveURL(/\/wall$/);
	await expect(title(page)).toHaveText('本月预警');
	await expect(page.getByText(/江苏省本月新增预警 \d+ 件/)).toBeVisible();
	await expectAccessible(page);
	expect(await page.getByRole('link').count()).toBe(0);

	await expect(async () => {
		await page.keyboard.press('Space');
		await expect(page.getByText('已暂停轮播')).toBeVisible({ timeout: 500 });
	}).toPass();
	const seen: string[] = [];
	const count = await page.locator('footer li').count();
	expect(count).toBeGreaterThanOrEqual(5);
	for (let i = 0; i < count; i++) {
		seen.push((await title(page).textContent())!);
		await expectAccessible(page);
		// Nothing is cut off or has to be scrolled for.
		expect(await page.evaluate(() => [...document.querySelectorAll('main, .view')].filter((box) => box.scrollHeight > box.clientHeight + 1).length)).toBe(0);
		await page.keyboard.press('ArrowRight');
	}
	expect(new Set(seen).size).toBe(count);
	await expect(title(page)).toHaveText(seen[0]!);
	await page.keyboard.press('ArrowLeft');
	await expect(title(page)).toHaveText(seen[count - 1]!);

	await admin.getByRole('link', { name }).click();
	await expect(admin.getByText('运行中').first()).toBeVisible();
	await admin.getByLabel('停用原因').fill('测试结束');
	await admin.getByRole('button', { name: '停用' }).click();
	await expect(admin.getByText('已停用，大屏将在一分钟内停止显示。')).toBeVisible();
	await expect(page.getByRole('heading', { name: '此大屏已停用' })).toBeVisible({ timeout: 60_000 });
	expect(await page.locator('header .title').count()).toBe(0);
});

test('an address with a token behind # opens the screen and stays in no history', async ({ page, somebody }) => {
	const { token } = await makeScreen(somebody, nameOf('大厅'));
	const asking: string[] = [];
	page.on('request', (request) => asking.push(request.url()));
	await page.goto(`/wall#token=${token}`);
	await expect(title(page)).toHaveText('本月预警');
	await expect(page).toHaveURL(/\/wall$/);
	expect(asking.filter((url) => url.replace(/#.*/, '').includes(token))).toEqual([]);
	await page.reload();
	await expect(title(page)).toHaveText('本月预警');
	// The screen's cookie opens nothing else.
	await page.goto('/map');
	await expect(page).toHaveURL(/\/login/);
});

test('an address below the wall that is none says so to whoever is signed in', async ({ somebody }) => {
	const leader = await somebody('leader');
	expect((await leader.goto('/wall/nothing'))!.status()).toBe(404);
	await expect(leader.getByRole('heading', { name: '没有找到' })).toBeVisible();
});

test('without the server it keeps its picture, says since when, and comes back by itself', async ({ page, somebody }) => {
	test.slow();
	const { token } = await makeScreen(somebody, nameOf('走廊'));
	await openHastened(page, `/wall?token=${token}`, 30);
	await untilAsked(page, 2);
	await page.route('**/wall/data**', (route) => route.abort('connectionrefused'));
	await expect(page.getByText(/自 \d\d:\d\d 起未能更新/)).toBeVisible({ timeout: 30_000 });
	await expect(page.getByText(/江苏省本月新增预警|每千户|同比|走势/).first()).toBeVisible();
	await page.unroute('**/wall/data**');
	await expect(page.getByText(/数据时间 \d\d:\d\d/)).toBeVisible({ timeout: 30_000 });
});

test('another build behind its address is fetched without anybody touching the screen, and not again and again', async ({ page, somebody }) => {
	test.slow();
	const { token } = await makeScreen(somebody, nameOf('门厅'));
	let loads = 0;
	page.on('load', () => loads++);
	await openHastened(page, `/wall?token=${token}`, 60);
	await untilAsked(page, 8);
	expect(loads).toBe(1);
	// What the server says of its build, as after an update; the pages it sends stay those of before.
	await page.route('**/_app/version.json', (route) => route.fulfill({ json: { version: 'another' } }));
	await expect.poll(() => loads, { timeout: 30_000 }).toBe(2);
	await expect(title(page)).toBeVisible();
	await untilAsked(page, 12);
	expect(loads).toBe(2);
});

test('a screen that hangs for hours holds on to no nodes and no listeners', async ({ page, somebody }) => {
	test.setTimeout(240_000);
	const { token } = await makeScreen(somebody, nameOf('长廊'), 15);
	const session = await openHastened(page, `/wall?token=${token}`, 240);
	// Six views, fifteen seconds each, and as many refreshes: twenty rounds to settle, then as many again.
	await untilAsked(page, 120);
	const first = await held(session);
	await untilAsked(page, 240);
	const last = await held(session);
	expect(await asked(page)).toBeGreaterThanOrEqual(240);
	// Views differ in size: what is compared may be of different views, but not of more than one at once.
	expect(last.nodes).toBeLessThan(first.nodes + 1_500);
	expect(last.listeners).toBeLessThanOrEqual(first.listeners + 5);
	expect(last.heapBytes).toBeLessThan(first.heapBytes * 1.3);
});
