import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { launchArguments, presentBrowsers } from '../support/chromium.ts';
import type { BenchContext } from './context.ts';
import { sessionOf, type BenchRole } from './pages/accounts.ts';
import { alone, bareServer, load } from './pages/load.ts';
import { drawTimes } from './pages/matrix.ts';
import { score } from './pages/scores.ts';
import { look, type Vitals } from './pages/vitals.ts';
import { startProduct } from './product.ts';
import { reportTimes } from './quantile.ts';

/** Each is an account of its own. */
const sessions = 50;
const homes: readonly { readonly role: BenchRole; readonly path: string }[] = [
	{ role: 'leader', path: '/map' },
	{ role: 'monitor', path: '/warnings' },
	{ role: 'planner', path: '/tasks' }
];
const mainPages: readonly { readonly role: BenchRole; readonly path: string }[] = [
	...['/map', '/map?view=matrix', '/map?view=industry', '/map/classes', '/map/cohorts', '/reports', '/indicators'].map((path) => ({ role: 'leader', path }) as const),
	...['/warnings', '/disposals', '/enterprises', '/intake'].map((path) => ({ role: 'monitor', path }) as const),
	...['/tasks', '/lead-checks'].map((path) => ({ role: 'planner', path }) as const)
];
/** A page is opened so often; the median counts. */
const looks = 5;

/**
 * The three home pages with 50 sessions against a bare answer of the same bytes; how soon a browser shows them and what it is sent; how long
 * a matrix of 9,700 cells takes to draw; what Lighthouse says of each main page. PAGES_PART=load|vitals|matrix|scores does one of them.
 */
export async function run(context: BenchContext): Promise<void> {
	const only = process.env['PAGES_PART'];
	const wanted = (part: string) => only === undefined || only === part;
	await using demo = await context.demo();
	await using product = await startProduct(demo.url, context.folder, context.log);
	if (wanted('load')) for (const home of homes) {
		context.log(`${sessions} sessions of ${home.role}`);
		const cookies: string[] = [];
		for (let i = 0; i < sessions; i++) cookies.push(await sessionOf(demo.db, product.url, home.role, i));
		const page = await fetch(product.url + home.path, { headers: { cookie: cookies[0]!, accept: 'text/html' } });
		const body = Buffer.from(await page.arrayBuffer());
		if (page.status !== 200) throw new Error(`${home.path} answered ${page.status}`);
		await using bare = await bareServer(body);
		const ours = await load(product.url + home.path, cookies);
		const theirs = await load(bare.url, cookies);
		context.report(`${home.role}-requests-per-second`, ours.perSecond, '1/s');
		context.report(`${home.role}-p95`, ours.p95, 'ms');
		context.report(`${home.role}-alone-p50`, await alone(product.url + home.path, cookies[0]!), 'ms');
		context.report(`${home.role}-bare-requests-per-second`, theirs.perSecond, '1/s');
		context.report(`${home.role}-against-bare`, theirs.perSecond / ours.perSecond, 'ratio');
		context.report(`${home.role}-html-gzip`, gzipSync(body).length, 'bytes');
	}
	const executablePath = presentBrowsers()[0] || undefined;
	if (wanted('vitals') || wanted('matrix')) {
		await using browser = await chromium.launch({ executablePath, args: launchArguments });
		if (wanted('vitals')) for (const { role, path } of homes) {
			const seen: Vitals[] = [];
			for (let i = 0; i < looks; i++) seen.push(await look(browser, product.url, path, await sessionOf(demo.db, product.url, role, i)));
			const median = (what: keyof Vitals) => seen.map((one) => one[what]).sort((a, b) => a - b)[Math.floor(looks / 2)]!;
			context.report(`${role}-lcp-cpu-4x`, median('lcp'), 'ms');
			context.report(`${role}-cls-cpu-4x`, median('cls'), 'score');
			context.report(`${role}-javascript-gzip`, median('script'), 'bytes');
			context.report(`${role}-charts-gzip`, median('charts'), 'bytes');
		}
		if (wanted('matrix')) for (const slower of [1, 4]) {
			const { all, seen } = await drawTimes(browser, slower);
			reportTimes(context, `matrix-draw-all-cpu-${slower}x`, all);
			reportTimes(context, `matrix-draw-seen-cpu-${slower}x`, seen);
		}
	}
	if (wanted('scores')) {
		await score(executablePath, product.url, mainPages, (role) => sessionOf(demo.db, product.url, role, 0), (path, scores) => {
			for (const category of ['performance', 'accessibility', 'best-practices'] as const) context.report(`lighthouse-${category} ${path}`, scores[category], 'of 100');
			if (scores.lacking.length > 0) context.log(`${path}: ${scores.lacking.join('; ')}`);
		});
	}
}
