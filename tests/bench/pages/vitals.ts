import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright';
import { asBrowserCookie } from './accounts.ts';

export type Vitals = {
	/** When the largest part shows (ms after the navigation began). */
	readonly lcp: number;
	/** What moves meanwhile (cumulative layout shift, no unit). */
	readonly cls: number;
	/** Scripts that are sent before a chart is needed, compressed (bytes). */
	readonly script: number;
	/** The scripts of charts, if the page needs any (bytes). */
	readonly charts: number;
};

/** Opens a page with an empty cache in a browser whose processor is four times slower. */
export async function look(browser: Browser, url: string, path: string, cookie: string): Promise<Vitals> {
	const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
	try {
		await context.addCookies([asBrowserCookie(cookie, url)]);
		const page = await context.newPage();
		await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 4 });
		const sent = { script: 0, charts: 0 };
		const bodies: Promise<void>[] = [];
		page.on('response', (answer) => {
			if (answer.request().resourceType() !== 'script') return;
			bodies.push(answer.body().then((body) => { sent[body.includes('echarts') ? 'charts' : 'script'] += gzipSync(body).length; }));
		});
		await page.addInitScript(() => {
			const seen = { lcp: 0, cls: 0 };
			Object.assign(window, { seen });
			new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.lcp = entry.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
			new PerformanceObserver((list) => {
				for (const entry of list.getEntries() as (PerformanceEntry & { readonly value: number; readonly hadRecentInput: boolean })[]) if (!entry.hadRecentInput) seen.cls += entry.value;
			}).observe({ type: 'layout-shift', buffered: true });
		});
		await page.goto(url + path, { waitUntil: 'load' });
		// What comes late may move what is there already.
		await page.waitForTimeout(3_000);
		await Promise.all(bodies);
		const seen = await page.evaluate(() => (window as unknown as { readonly seen: Pick<Vitals, 'lcp' | 'cls'> }).seen);
		return { ...seen, ...sent };
	} finally {
		await context.close();
	}
}
