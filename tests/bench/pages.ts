import { createServer } from 'node:http';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import { chromium, type Browser } from 'playwright';
import type { DB } from '#db/types.ts';
import { addUser } from '#lib/access/add-user.server.ts';
import type { BenchContext } from './context.ts';
import { startProduct } from './product.ts';

/** 50 accounts, each with a session of its own: offices allow one session a person. */
const sessions = 50;
const password = 'Bench-Pages-2026';
/** Each kind of page is asked for so long by all sessions, and no longer. */
const roundMs = 12_000;
const homes = [
	{ name: 'leader', role: 'leader', path: '/map' },
	{ name: 'monitor', role: 'monitor', path: '/warnings' },
	{ name: 'planner', role: 'planner', path: '/tasks' }
] as const;
/** What is drawn in the browser: looked at several times, the median counts. */
const looks = 5;

/** Requests per second and p95 of the three home pages with 50 sessions against a bare answer of the same bytes; what a browser is sent and how soon it shows it. */
export async function run(context: BenchContext): Promise<void> {
	await using demo = await context.demo();
	await using product = await startProduct(demo.url, context.folder, context.log);
	for (const home of homes) {
		context.log(`${sessions} sessions of ${home.role}`);
		const cookies = await accounts(demo.db, product.url, home.role);
		const page = await fetch(product.url + home.path, { headers: { cookie: cookies[0]!, accept: 'text/html' } });
		const body = Buffer.from(await page.arrayBuffer());
		if (page.status !== 200) throw new Error(`${home.path} answered ${page.status}`);
		await using bare = await bareServer(body);
		const ours = await load(product.url + home.path, cookies);
		const theirs = await load(bare.url, cookies);
		context.report(`${home.name}-requests-per-second`, ours.perSecond, '1/s');
		context.report(`${home.name}-p95`, ours.p95, 'ms');
		context.report(`${home.name}-alone-p50`, await alone(product.url + home.path, cookies[0]!), 'ms');
		context.report(`${home.name}-bare-requests-per-second`, theirs.perSecond, '1/s');
		context.report(`${home.name}-against-bare`, theirs.perSecond / ours.perSecond, 'ratio');
		context.report(`${home.name}-html-gzip`, gzipSync(body).length, 'bytes');
	}
	const executablePath = process.env['QIANSHAO_CHROMIUM'];
	const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'] });
	try {
		for (const home of homes) await look(context, browser, product.url, home);
	} finally {
		await browser.close();
	}
}

/** Signs the accounts in, making those that are missing, and returns their cookies. */
async function accounts(db: Kysely<DB>, url: string, role: (typeof homes)[number]['role']): Promise<readonly string[]> {
	const cookies: string[] = [];
	for (let i = 0; i < sessions; i++) {
		const name = `bench-${role}-${i}`;
		const made = await addUser(db, { name, password, role, grants: [], regionCode: '320000', industries: null, test: true });
		if (!made.ok && made.reason !== 'name-taken') throw new Error(made.reason);
		cookies.push(await signIn(url, name));
	}
	return cookies;
}

async function signIn(url: string, name: string): Promise<string> {
	const answer = await fetch(`${url}/login`, {
		method: 'POST', redirect: 'manual', headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ name, password })
	});
	const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]!).find((one) => one.startsWith('qianshao='));
	if (cookie === undefined) throw new Error(`${name} could not sign in: ${answer.status}`);
	return cookie;
}

/** All sessions ask one after the other, each as soon as it has its answer. */
async function load(url: string, cookies: readonly string[]): Promise<{ readonly perSecond: number; readonly p95: number }> {
	const times: number[] = [];
	const until = performance.now() + roundMs;
	const began = performance.now();
	await Promise.all(cookies.map(async (cookie) => {
		while (performance.now() < until) times.push(await ask(url, cookie));
	}));
	times.sort((a, b) => a - b);
	return { perSecond: (times.length / (performance.now() - began)) * 1000, p95: times[Math.floor(times.length * 0.95)]! };
}

async function ask(url: string, cookie: string): Promise<number> {
	const began = performance.now();
	const answer = await fetch(url, { headers: { cookie, accept: 'text/html' } });
	await answer.arrayBuffer();
	if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
	return performance.now() - began;
}

async function alone(url: string, cookie: string): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < 20; i++) times.push(await ask(url, cookie));
	return times.sort((a, b) => a - b)[10]!;
}

/** The same bytes from a server that does nothing else. */
async function bareServer(body: Buffer): Promise<AsyncDisposable & { readonly url: string }> {
	const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length }).end(body));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
}

type Vitals = { readonly lcp: number; readonly cls: number };

/** A home page in a browser whose processor is four times slower: when its largest part shows, what moves meanwhile, and the scripts until then. */
async function look(context: BenchContext, browser: Browser, url: string, home: (typeof homes)[number]): Promise<void> {
	const vitals: Vitals[] = [];
	let script = 0;
	for (let i = 0; i < looks; i++) {
		const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage();
		const [name, value] = (await signIn(url, `bench-${home.role}-${i}`)).split('=') as [string, string];
		await page.context().addCookies([{ name, value, url }]);
		const session = await page.context().newCDPSession(page);
		await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
		const charts: string[] = [];
		let bytes = 0;
		page.on('response', async (answer) => {
			if (!answer.url().endsWith('.js')) return;
			const text = await answer.body().catch(() => Buffer.alloc(0));
			// The chart library comes when a chart is needed; what comes before it is the page's.
			if (text.includes('echarts') || text.length > 300_000) charts.push(answer.url());
			else bytes += gzipSync(text).length;
		});
		await page.addInitScript(() => {
			const seen = { lcp: 0, cls: 0 };
			Object.assign(window, { seen });
			new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.lcp = entry.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
			new PerformanceObserver((list) => {
				for (const entry of list.getEntries() as (PerformanceEntry & { readonly value: number; readonly hadRecentInput: boolean })[]) if (!entry.hadRecentInput) seen.cls += entry.value;
			}).observe({ type: 'layout-shift', buffered: true });
		});
		await page.goto(url + home.path, { waitUntil: 'load' });
		await page.waitForTimeout(3_000);
		vitals.push(await page.evaluate(() => (window as unknown as { readonly seen: Vitals }).seen));
		script = bytes;
		await page.context().close();
	}
	const median = (pick: (one: Vitals) => number) => vitals.map(pick).sort((a, b) => a - b)[Math.floor(looks / 2)]!;
	context.report(`${home.name}-lcp-cpu-4x`, median((one) => one.lcp), 'ms');
	context.report(`${home.name}-cls-cpu-4x`, median((one) => one.cls), 'score');
	context.report(`${home.name}-javascript-gzip`, script, 'bytes');
}
