import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import type { Actor } from '#lib/access/actor.ts';
import { createScreen } from '#lib/wall/screens.server.ts';
import { wallViews } from '#lib/wall/views.ts';
import { demoPassword } from '../browser/support/demo.ts';
import { launchArguments, presentBrowsers } from '../support/chromium.ts';
import { held, openHastened, untilAsked, type Held } from '../support/wall.ts';
import type { BenchContext } from './context.ts';
import { startProduct } from './product.ts';

const days = 2;
/** A screen asks every fifteen seconds (`src/lib/wall/wall.svelte.ts`). */
const asksAnHour = 240;
const secondsAView = 30;
/** Two days in some ten minutes; a slow machine takes longer, for what is counted is what happened. */
const pace = 360;
/** The first day fills caches of the browser (compiled code above all); growth is judged after it. */
const warmHours = 24;

const secadmin: Actor = {
	id: 'bench', name: 'bench', displayName: 'bench', role: 'secadmin', grants: [], departmentId: 'bench', regionCode: '320000', industries: null, inspectorId: null, address: null
};

/** Whether a screen that hangs for days holds on to more and more: heap, nodes and listeners of two days of views and refreshes. */
export async function run(context: BenchContext): Promise<void> {
	await using stack = new AsyncDisposableStack();
	const browser = await chromium.launch({ executablePath: presentBrowsers()[0] || undefined, args: launchArguments });
	stack.defer(() => browser.close());
	const running = process.env['QIANSHAO_BROWSER_URL'];
	const address = running === undefined ? await ownProduct(context, stack) : await screenOf(browser, running);
	const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
	const session = await openHastened(page, address, pace);
	const hours: Held[] = [];
	for (let hour = 1; hour <= days * 24; hour++) {
		await untilAsked(page, hour * asksAnHour);
		hours.push(await held(session));
		const last = hours[hours.length - 1]!;
		context.log(`hour ${hour}: ${(last.heapBytes / 1e6).toFixed(2)} MB, ${last.nodes} nodes, ${last.listeners} listeners`);
	}
	const units = { heapBytes: 'bytes', nodes: 'nodes', listeners: 'listeners' } as const;
	for (const [metric, unit] of Object.entries(units) as [keyof Held, string][]) {
		const values = hours.map((hour) => hour[metric]);
		context.report(`${metric}-first-hour`, values[0]!, unit);
		context.report(`${metric}-last-hour`, values[values.length - 1]!, unit);
		context.report(`${metric}-slope`, slopeOf(values.slice(warmHours)), `${unit}/hour`);
	}
}

/** The built product on a port of its own, with a screen of the demo. */
async function ownProduct(context: BenchContext, stack: AsyncDisposableStack): Promise<string> {
	const demo = stack.use(await context.demo());
	const dataDir = join(context.folder, 'wall');
	await mkdir(dataDir, { recursive: true });
	const made = await createScreen(demo.db, secadmin, dataDir, { name: `bench ${Date.now()}`, regionCode: '320000', seconds: secondsAView, views: wallViews, lastDay: '' });
	if (!made.ok) throw new Error(made.reason);
	const product = stack.use(await startProduct(demo.url, dataDir, context.log));
	return `${product.url}/wall?token=${made.token}`;
}

/** A new screen of a product that runs already, made as its security administrator makes it. */
async function screenOf(browser: Browser, url: string): Promise<string> {
	const page = await browser.newPage({ baseURL: url, locale: 'zh-CN' });
	await page.goto('/login');
	await page.locator('input[name=name]').fill('secadmin');
	await page.locator('input[name=password]').fill(demoPassword);
	await page.locator('form button[type=submit]').click();
	await page.waitForURL((address) => !address.pathname.startsWith('/login'));
	await page.goto('/admin/screens');
	await page.locator('input[name=name]').fill(`bench ${Date.now()}`);
	await page.locator('input[name=seconds]').fill(String(secondsAView));
	await page.locator('form.adm-form button').click();
	const token = (await page.locator('.adm-secret').last().textContent())!.trim();
	await page.close();
	return `${url}/wall?token=${token}`;
}

/** Growth by hour, as the slope of the least squares' line. */
function slopeOf(values: readonly number[]): number {
	const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
	const [x, y] = [mean(values.map((_, i) => i)), mean(values)];
	const above = values.reduce((sum, value, i) => sum + (i - x) * (value - y), 0);
	return above / values.reduce((sum, _, i) => sum + (i - x) ** 2, 0);
}
