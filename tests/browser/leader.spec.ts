import { expect, type Page } from '@playwright/test';
import readXlsxFile from 'read-excel-file/node';
import { readFile } from 'node:fs/promises';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/demo.ts';
import { makeScreen } from './support/screens.ts';
import { test } from './support/somebody.ts';

const number = (text: string | null) => Number((text ?? '').replace(/[^\d]/g, ''));
const list = (page: Page) => page.getByRole('group', { name: '区划排序' });
/** Name → figure of a column, as a list shows it. */
async function column(page: Page, head: string): Promise<ReadonlyMap<string, string>> {
	const table = list(page);
	const heads = await table.getByRole('columnheader').allTextContents();
	const at = heads.findIndex((text) => text.trim() === head);
	const found = new Map<string, string>();
	for (const row of await table.getByRole('row').all()) {
		const cells = await row.locator('td, th').allTextContents();
		if (/^\d+$/.test(cells[0]!.trim())) found.set(cells[1]!.trim().split(/\s/)[0]!, cells[at]!.trim());
	}
	return found;
}

test('what the page says, its table, its export and its snapshot are the same numbers', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/map?measure=count&kind=complaint');
	const shown = await column(page, '件数');
	expect(shown.size).toBeGreaterThan(10);
	const said = /投诉举报 ([\d,]+) 件/.exec((await page.getByText(/省本月新增预警/).textContent())!)![1]!;

	// The twin.
	const figure = page.getByRole('figure').first();
	await figure.getByRole('button', { name: '表格' }).click();
	for (const [name, value] of shown) await expect(figure.getByRole('row', { name: new RegExp(`${name}`) })).toContainText(value);

	// The export, under the same id.
	const link = page.getByRole('link', { name: /^快照/ });
	const id = (await link.textContent())!.replace('快照', '').trim();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出表格' }).click()]);
	const sheets = await readXlsxFile(await readFile(await download.path()));
	const sheet = (name: string) => sheets.find((one) => one.sheet === name)!.data;
	expect(sheet('说明').flat().join(' ')).toContain(id);
	const exported = new Map(sheet('区划').slice(1).map((row) => [String(row[1]), row[2]]));
	for (const [name, value] of shown) expect(exported.get(name)).toBe(number(value));
	expect([...exported.values()].reduce<number>((sum, n) => sum + Number(n), 0)).toBe(number(said));

	// The snapshot.
	await link.click();
	await expect(page).toHaveURL(/\/snapshot\/[0-9A-Z]{12}$/);
	await expect(page.getByText('以下是当时显示的数字')).toBeVisible();
	expect(await column(page, '件数')).toEqual(shown);
	await expectAccessible(page);
});

test('every layer says what it ranks by, and shows classes with their notice only', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	for (const [measure, rule] of [['high-risk', '规则：C、D 类占比'], ['classes', '按收缩后的 C、D 类占比'], ['excess', '前三年同期的平均'], ['lead', '从发生到处置的天数'], ['coverage', '不是任务指标']] as const) {
		await page.goto(`/map?measure=${measure}&kind=complaint`);
		await expect(page.getByText(rule).first()).toBeVisible();
		const named = measure === 'high-risk' || measure === 'classes';
		await expect(page.locator('p.classes')).toHaveCount(named ? 1 : 0);
		if (named) await expect(page.locator('p.classes')).toContainText('仅作为配置监管资源的内部参考');
	}
	await expectAccessible(page);
});

test('a chart that cannot be fetched says so, and its table is still there', async ({ page }) => {
	await signIn(page, 'leader');
	// The library of charts is by far the largest file.
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		const response = await route.fetch();
		if ((await response.body()).length > 200_000) await route.abort();
		else await route.fulfill({ response });
	});
	await page.goto('/map');
	const trend = page.getByRole('figure', { name: '江苏省 新增预警（按月）' });
	await trend.scrollIntoViewIfNeeded();
	await expect(trend.getByText('图形没有加载成功，可查看表格')).toBeVisible();
	await trend.getByRole('button', { name: '表格' }).click();
	expect(await trend.getByRole('row').count()).toBeGreaterThan(3);
});

test('two months stand beside each other on one scale, and months play', async ({ page }) => {
	test.slow();
	await signIn(page, 'leader');
	await page.goto('/map?measure=count&kind=complaint');
	await page.getByLabel('对照月份').selectOption({ index: 2 });
	await expect(page).toHaveURL(/compare=\d{4}-\d{2}/);
	const maps = page.locator('.halves').first().getByRole('figure');
	await expect(maps).toHaveCount(2);
	const legend = (i: number) => maps.nth(i).getByRole('listitem').allTextContents();
	expect((await legend(0)).filter((text) => /\d/.test(text))).toEqual((await legend(1)).filter((text) => /\d/.test(text)));
	await expectAccessible(page);

	await page.goto('/map?measure=count&kind=complaint');
	// The very first move counts.
	const slider = page.getByRole('slider', { name: '月份' });
	const newest = Number(await slider.inputValue());
	await page.waitForLoadState('networkidle');
	await slider.focus();
	await page.keyboard.press('ArrowLeft');
	await expect(page).toHaveURL(/month=\d{4}-\d{2}/);
	await expect(slider).toHaveValue(String(newest - 1));
	await page.goto('/map?measure=count&kind=complaint');
	await page.getByRole('button', { name: '播放' }).click();
	await expect(page.getByText('播放时色阶固定')).toBeVisible();
	await expect(page).toHaveURL(/month=\d{4}-\d{2}/);
	await page.getByRole('button', { name: '暂停' }).click();
	await expect(page.getByText('播放时色阶固定')).toHaveCount(0);
});

test('small maps stand side by side, one for each kind, with one table of all', async ({ page }) => {
	await signIn(page, 'leader');
	await page.goto('/map?measure=rate&kind=complaint&view=multiples');
	const figure = page.getByRole('figure').first();
	await expect(figure.getByRole('link')).not.toHaveCount(0);
	expect(await figure.getByRole('link').count()).toBeGreaterThan(5);
	await figure.getByRole('button', { name: '表格' }).click();
	await expect(figure.getByRole('row').nth(10)).toBeVisible();
	await expect(figure.getByRole('row').nth(1).getByRole('link').first()).toHaveAttribute('href', /^\/rows\?/);
	await expectAccessible(page);
});

test('an office’s approved boundaries are drawn with their map number, and a faulty file is named by its feature', async ({ page, somebody }) => {
	test.slow();
	const leader = await somebody('leader');
	await leader.goto('/map?region=320400');
	const names = await list(leader).getByRole('rowheader').allTextContents();
	expect(names.length).toBeGreaterThan(4);
	const drawn = () => leader.locator('svg[role=group] a').evaluateAll((links) => links.map((link) => new URL(link.getAttribute('href')!, location.href).searchParams.get('region')!));
	const counties = await drawn();
	await leader.goto('/map');
	const codes = [...counties, ...(await drawn())];
	expect(new Set(codes).size).toBeGreaterThan(counties.length);

	const square = (x: number) => [[[x, 31], [x + 0.3, 31], [x + 0.3, 31.4], [x, 31.4], [x, 31]]];
	const file = (features: readonly object[]) => ({ name: 'boundaries.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })) });
	const feature = (code: string, i: number) => ({ type: 'Feature', properties: { adcode: code, name: code }, geometry: { type: 'Polygon', coordinates: square(118 + i * 0.3) } });
	await signIn(page, 'sysadmin');
	await page.goto('/admin/boundaries');
	await page.getByLabel('GeoJSON 文件').setInputFiles(file([{ type: 'Feature', properties: { name: '某区' }, geometry: null }]));
	await page.getByLabel('审图号').fill('苏S(2026)12号');
	await page.getByLabel('来源').fill('市自然资源局');
	await page.getByRole('button', { name: '载入' }).click();
	await expect(page.getByText('第 1 个要素（某区）没有 GB/T 2260 代码')).toBeVisible();
	await expect(page.getByLabel('来源')).toHaveValue('市自然资源局');
	await page.getByLabel('GeoJSON 文件').setInputFiles(file(codes.map(feature)));
	await page.getByRole('button', { name: '载入' }).click();
	await expect(page.getByText(`已载入 ${codes.length} 个区划的界线`)).toBeVisible();
	await expectAccessible(page);

	for (const path of ['/map', '/map?region=320400']) {
		await leader.goto(path);
		await expect(leader.getByText('审图号：苏S(2026)12号')).toBeVisible();
	}
	const { token } = await makeScreen(somebody, `界线 ${Date.now() % 1e8}`);
	const wall = await somebody();
	await wall.goto(`/wall#token=${token}`);
	await expect(async () => {
		await wall.keyboard.press('ArrowRight');
		await expect(wall.getByText('审图号：苏S(2026)12号')).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await page.getByRole('button', { name: '停用' }).first().click();
	await expect(page.getByText('已停用，地图恢复为示意图')).toBeVisible();
	await leader.reload();
	await expect(leader.getByText('示意图：六边形')).toBeVisible();
});

test('a county’s leader-to-be sees the county alone, on the map and in what leaves it', async ({ page }) => {
	await signIn(page, 'monitor-county');
	await page.goto('/map');
	await expect(page.getByRole('heading', { level: 1, name: '武进区' })).toBeVisible();
	for (const path of ['/map?region=320400', '/map?region=320000', '/rows?of=classes&classes=CD&region=320402&from=2026-11-01&to=2026-11-30']) {
		const answer = await page.request.get(path);
		expect(answer.status()).toBe(404);
	}
});
