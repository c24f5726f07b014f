import { expect, test, type Locator, type Page } from '@playwright/test';
import readXlsxFile from 'read-excel-file/node';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';

const views = (page: Page) => page.getByRole('navigation', { name: '视图' });
const pages = (page: Page) => page.getByRole('navigation', { name: '翻页' });
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const number = (text: string | null) => Number((text ?? '').replace(/[^\d]/g, ''));

/** The scripts have taken over a drawing: before that, keys and buttons do nothing. */
async function ready(figure: Locator): Promise<void> {
	await expect(figure.getByRole('button', { name: '表格' })).toBeEnabled();
}

/** Every row of a list, from its first page to its last. */
async function walk(page: Page): Promise<readonly string[]> {
	const found: string[] = [];
	for (;;) {
		found.push(...(await page.getByRole('row').locator('td:nth-child(2)').allTextContents()));
		const next = pages(page).getByRole('link', { name: '下一页' });
		if ((await next.count()) === 0) return found;
		const href = await next.getAttribute('href');
		await next.click();
		await page.waitForURL((url) => url.pathname + url.search === href);
	}
}

/** Opens a figure: as many rows stand behind it as it says, each once, and the reader comes back to it. */
async function expectRows(page: Page, figure: Locator, n: number): Promise<void> {
	const from = page.url();
	expect(n).toBeGreaterThan(0);
	await figure.click();
	await expect(page).toHaveURL(/\/rows\?/);
	await expect(pages(page)).toContainText(`共 ${n.toLocaleString('zh-CN')} 户`);
	const rows = await walk(page);
	expect([rows.length, new Set(rows).size]).toEqual([n, n]);
	await page.goto(from);
}

test('class flow and cohorts are views of the map: the same row at the same place, with region, industry and month', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/map?region=320400&industry=H');
	const month = await page.getByRole('group', { name: '月份' }).locator('output').textContent();
	const place = await views(page).boundingBox();

	for (const [name, path, heading] of [['分类流向', '/map/classes', '常州市住宿和餐饮业 · 分类流向'], ['新登记存续', '/map/cohorts', '常州市住宿和餐饮业 · 新登记存续']] as const) {
		await views(page).getByRole('link', { name }).click();
		await expect(title(page, heading)).toBeVisible();
		const { pathname, searchParams } = new URL(page.url());
		expect([pathname, searchParams.get('region'), searchParams.get('industry'), searchParams.get('month')]).toEqual([path, '320400', 'H', month]);
		await expect(views(page).locator('[aria-current]')).toHaveText(name);
		const { x, y } = (await views(page).boundingBox())!;
		expect([x, y]).toEqual([place!.x, place!.y]);
		await expect(page.getByText('仅作为配置监管资源的内部参考')).toBeVisible();
	}

	await views(page).getByRole('link', { name: '区划 × 行业' }).click();
	await expect(title(page, '常州市 · 住宿和餐饮业')).toBeVisible();
	const back = new URL(page.url()).searchParams;
	expect([back.get('view'), back.get('region'), back.get('industry'), back.get('month')]).toEqual(['matrix', '320400', 'H', month]);
	await page.goBack();
	await expect(title(page, '常州市住宿和餐饮业 · 新登记存续')).toBeVisible();
	await page.goBack();
	await expect(title(page, '常州市住宿和餐饮业 · 分类流向')).toBeVisible();
});

test('the leader goes from the province’s flow to a county and back, as on the map', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/map/classes?region=320000');
	await expectAccessible(page);
	await page.getByRole('region', { name: '按区划' }).getByRole('link', { name: '常州市' }).click();
	await expect(title(page, '常州市 · 分类流向')).toBeVisible();
	await page.getByRole('region', { name: '按区划' }).getByRole('link', { name: '武进区' }).click();
	await expect(title(page, '武进区 · 分类流向')).toBeVisible();
	await expect(views(page).getByRole('link')).toHaveText(['行业', '分类流向', '新登记存续']);
	const crumbs = page.getByRole('navigation', { name: '所在位置' });
	await expect(crumbs.getByRole('listitem')).toHaveText(['风险地图', '江苏省', '常州市', '武进区 · 分类流向']);
	await page.goBack();
	await expect(title(page, '常州市 · 分类流向')).toBeVisible();
	await crumbs.getByRole('link', { name: '江苏省' }).click();
	await expect(title(page, '江苏省 · 分类流向')).toBeVisible();
	const earlier = page.getByRole('link', { name: '上个月' });
	const shown = new URL((await earlier.getAttribute('href'))!, page.url()).searchParams.get('month')!;
	await earlier.click();
	await page.waitForURL((url) => url.searchParams.get('month') === shown);
	await crumbs.getByRole('link', { name: '风险地图' }).click();
	await expect(page).toHaveURL(new RegExp(`/map\\?region=320000&month=${shown}$`));
});

test('every flow opens the enterprises it counts, of its month, in drawing, table and by keyboard', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/map/classes?region=320400');
	const rose = page.locator('.stat').filter({ hasText: '风险上升' }).locator('.figure a');
	const month = await page.getByRole('group', { name: '月份' }).locator('output').textContent();
	const n = number(await rose.textContent());
	expect(n).toBeGreaterThan(50);
	await expectRows(page, rose, n);

	// By keyboard: onto the first band, along to the second; what is said is what is opened.
	const figure = page.getByRole('figure', { name: /风险分类变动流向/ });
	await ready(figure);
	await figure.getByRole('application').focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	const said = (await figure.locator('[aria-live]').textContent())!;
	const band = /^(A) 类 → ([A-D]) 类：([\d,]+) 户/.exec(said)!;
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(new RegExp(`region=320400&month=${month}&back=1&from=A&to=${band[2]}&snapshot=[0-9A-Z]{12}$`));
	await expect(pages(page)).toContainText(`共 ${band[3]} 户`);
	const lastPage = page.url();
	await expectAccessible(page);
	await page.goBack();
	await expect(title(page, '常州市 · 分类流向')).toBeVisible();

	// The twin says the same, and opens the same.
	await ready(figure);
	await figure.getByRole('button', { name: '表格' }).click();
	const cell = figure.getByRole('row', { name: /^A 类/ }).getByRole('link', { name: band[3], exact: true }).first();
	await cell.click();
	await expect(page).toHaveURL(lastPage);
});

test('a list of enterprises goes on and back, page by page', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/map/classes/rows?region=320000&shift=up');
	await expect(pages(page)).toContainText('第 1–50 户');
	await expect(pages(page).getByRole('link', { name: '上一页' })).toHaveCount(0);
	const first = await page.getByRole('row').nth(1).textContent();
	await pages(page).getByRole('link', { name: '下一页' }).click();
	await expect(pages(page)).toContainText('第 51–100 户');
	await pages(page).getByRole('link', { name: '上一页' }).click();
	await expect(pages(page)).toContainText('第 1–50 户');
	expect(await page.getByRole('row').nth(1).textContent()).toBe(first);
});

test('a cohort’s share, its rows, its curve and its twin are the same numbers', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/map/cohorts?region=320400');
	await expectAccessible(page);

	await page.getByRole('link', { name: '注销或吊销' }).click();
	await expect(page).toHaveURL(/measure=ended/);
	const triangle = page.getByRole('region', { name: '批次与月龄' });
	// The oldest cohort has come furthest; its last figure is a share with the number that it stands for.
	const oldest = triangle.getByRole('row').last().getByRole('cell').getByRole('link').last();
	await expectRows(page, oldest, number(await oldest.locator('small').textContent()));
	const founded = triangle.getByRole('row').last().getByRole('cell').first().getByRole('link');
	await expectRows(page, founded, number(await founded.textContent()));

	const curve = page.getByRole('figure', { name: /存续曲线/ });
	await ready(curve);
	await curve.getByRole('application').focus();
	for (let i = 0; i < 13; i++) await page.keyboard.press('ArrowRight');
	const said = (await curve.locator('[aria-live]').textContent())!;
	const share = /满 12 个月：常州市 ([\d.]+%)/.exec(said)![1]!;
	await expect(page.getByText(`成立满 12 个月时，${share} 仍存续`)).toBeVisible();
	await curve.getByRole('button', { name: '表格' }).click();
	await expect(curve.getByRole('row', { name: /^满 12 个月/ })).toContainText(share);
});

for (const [address, twin, sheet] of [['/map/classes?region=320400', '变动矩阵', '变动矩阵'], ['/map/cohorts?region=320400', '批次与月龄', '批次与月龄']] as const) {
	test(`what ${address} shows is kept under its id, with rows that say so and a workbook`, async ({ page }) => {
		await signIn(page, 'leader');
		await page.goto(address);
		const panel = page.getByRole('region', { name: twin }).or(page.locator('section').filter({ has: page.getByRole('heading', { name: twin }) })).first();
		const [shown, sentence] = [await panel.getByRole('table').innerText(), await page.locator('.sentence').innerText()];
		const id = page.getByRole('link', { name: /^快照/ });
		const href = (await id.getAttribute('href'))!;
		await id.click();
		await expect(page).toHaveURL(href);
		await expect(page.getByText('与当时相同')).toBeVisible();
		await expect(page.getByRole('paragraph').filter({ hasText: sentence })).toBeVisible();
		expect(await panel.getByRole('table').innerText()).toBe(shown);
		await expectAccessible(page);
		await panel.getByRole('link').first().click();
		await expect(page.getByRole('link', { name: /快照/ })).toHaveAttribute('href', href);
		const file = await page.request.get(`${href}/xlsx`);
		expect(file.headers()['content-type']).toContain('spreadsheetml');
		const sheets = await readXlsxFile(await file.body());
		expect(sheets.map((one) => one.sheet)).toContain(sheet);
	});
}

test('a reader of a county sees its own classes and cohorts, and nothing of its neighbours', async ({ page }) => {
	await signIn(page, 'monitor-county');
	await page.goto('/map/classes');
	await expect(title(page, '武进区 · 分类流向')).toBeVisible();
	await expect(page.getByRole('navigation', { name: '所在位置' }).getByRole('listitem')).toHaveText(['风险地图', '武进区 · 分类流向']);
	await page.locator('.stat').filter({ hasText: '类别不变' }).locator('.figure a').click();
	await expect(pages(page)).toContainText('第 1–50 户');
	expect(new Set(await page.getByRole('row').locator('td:nth-child(3)').allTextContents())).toEqual(new Set(['武进区']));
	await page.goto('/map/cohorts');
	await expect(title(page, '武进区 · 新登记存续')).toBeVisible();
	await expectAccessible(page);
	for (const region of ['320000', '320400', '320402']) {
		for (const path of ['/map/classes?', '/map/classes/rows?shift=up&', '/map/cohorts?', '/map/cohorts/rows?from=2025-01&to=2025-03&']) {
			expect([path, region, (await page.request.get(`${path}region=${region}`)).status()]).toEqual([path, region, 404]);
		}
	}
});

test('an address that is not understood says so, on every list that can be narrowed', async ({ page }) => {
	await signIn(page, 'leader');
	for (const [address, said] of [
		['/map/classes?back=99', 'back=99'], ['/map/cohorts?measure=luck', 'measure=luck'], ['/map?measure=luck', 'measure=luck'], ['/warnings?region=99', 'region=99'],
		['/disposals?measure=gone', 'measure=gone'], ['/tasks?state=gone', 'state=gone'], ['/lead-checks?ground=gone', 'ground=gone'],
		['/sampling/effect?region=999999', 'region=999999'], ['/sampling/effect/classes?view=gone', 'view=gone']
	] as const) {
		await page.goto(address);
		await expect(page.getByText(`地址中的 ${said} 无法识别`)).toBeVisible();
	}
});
