import { readdirSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn, type DemoAccount } from './support/demo.ts';

/**
 * Every page there is, as somebody who may open it. Paths are routes; `[…]` is followed by the first link of the list that leads there,
 * `from` names that list where it is not the path before it.
 */
const visits: readonly { readonly account: DemoAccount; readonly paths: readonly (string | { readonly route: string; readonly from: string })[] }[] = [
	{ account: 'leader', paths: ['/', '/map', '/warnings', '/indicators', '/tasks', '/enterprises', '/account', '/account/notices', '/notices', '/refused', '/warnings/duty', '/warnings/lead-times', '/map/classes', '/map/cohorts', '/reports', { route: '/snapshot/[id]', from: '/map?measure=count' }] },
	{
		account: 'monitor',
		paths: [
			'/warnings/rules', '/warnings/measures', '/warnings/[id]', '/disposals', '/disposals/[id]', { route: '/enterprises/[uscc]', from: '/enterprises?q=常州市' }, '/indicators/[id]', '/indicators/coverage', '/indicators/cluster-addresses', '/intake',
			'/intake/deliveries', '/intake/rejects', '/intake/duplicates', '/intake/match',
			'/intake/upload', '/intake/[batch]', { route: '/rows', from: '/map?measure=count' }
		]
	},
	{
		account: 'planner',
		paths: [
			'/tasks/new', '/tasks/[id]', { route: '/tasks/[id]/pool', from: '/tasks/[id]?step=pool' }, '/lead-checks', '/lead-checks/new', '/lead-checks/reports',
			'/lead-checks/reports/[id]', '/lead-checks/reports/new', '/sampling/plans', '/sampling/plans/[id]', '/sampling/campaigns', '/sampling/campaigns/[id]',
			'/sampling/campaigns/new', '/sampling/joint', '/sampling/follow-up', '/sampling/effect', '/sampling/effect/classes', '/sampling/presets', '/sampling/presets/[id]',
			{ route: '/sampling/presets/[id]/try', from: '/sampling/presets/[id]?look' }, '/sampling/presets/observation'
		]
	},
	{
		account: 'planner',
		paths: [
			'/sampling/items', '/sampling/items/[id]', '/sampling/inspectors', '/sampling/inspectors/[id]', '/sampling/objects', '/sampling/objects/[uscc]',
			{ route: '/sampling/registers/[register]/import', from: '/sampling/items' }
		]
	},
	{ account: 'inspector', paths: ['/my-tasks', '/my-tasks/[id]', { route: '/my-tasks/[id]/[uscc]', from: '/my-tasks/[id]?look' }, { route: '/my-tasks/[id]/print', from: '/my-tasks/[id]?look' }] },
	{ account: 'sysadmin', paths: ['/admin', '/admin/accounts', '/admin/accounts/[id]', '/admin/departments', '/admin/calendar', '/admin/jobs', '/admin/outward', '/admin/sources', '/admin/sources/new', '/admin/deliveries', '/admin/kinds', '/admin/kinds/new', '/admin/boundaries', '/admin/tokens', '/admin/exchanges', '/admin/channels'] },
	{ account: 'secadmin', paths: ['/admin/accounts/[id]', '/admin/hosts', '/admin/screens'] },
	{ account: 'auditor', paths: ['/admin/audit'] }
];

/** Pages that the demo holds nothing for; they are visited by the tests that make something. */
const elsewhere = [
	'/tasks/[id]/certificate', '/tasks/[id]/certificate/outer', '/tasks/[id]/results/[uscc]', '/tasks/[id]/sheets', '/lead-checks/[id]/results',
	'/my-tasks/lead-checks/[id]/print', '/my-tasks/rectifications/[uscc]/[id]', '/sampling/follow-up/rectifications/[uscc]/[id]',
	'/disposals/[id]/print', '/warnings/incidents/[id]', '/lead-checks/[id]', '/my-tasks/lead-checks/[id]', '/login', '/style',
	'/admin/sources/[id]', '/admin/kinds/[name]', '/intake/sources/[id]', '/intake/sources/[id]/[kind]',
	'/map/classes/rows', '/map/cohorts/rows', '/reports/[id]', '/reports/[id]/print', '/reports/settings', '/wall',
	'/intake/rejects/mend', '/intake/rejects/row', '/intake/rejects/rules/[rule]'
];

const routeOf = (path: string | { readonly route: string }) => (typeof path === 'string' ? path : path.route);

test('no page is forgotten here', () => {
	const pages = readdirSync('src/routes', { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('+page.svelte'))
		.map((file) => `/${file.replace(/\+page\.svelte$/, '').replace(/\([^)]+\)\//g, '').replace(/\/$/, '')}`);
	const visited = visits.flatMap(({ paths }) => paths.map(routeOf));
	expect([...new Set([...visited, ...elsewhere])].sort()).toEqual(pages.sort());
});

for (const [i, { account, paths }] of visits.entries()) {
	test(`${account} (${i + 1}): every page opens, fits, has no fault and is accessible`, async ({ page }) => {
		// Signing in costs as much as a page, and a slow machine is no fault of one.
		test.setTimeout((paths.length + 2) * 20_000);
		const faults: string[] = [];
		page.on('pageerror', (error) => faults.push(error.message));
		page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
		await signIn(page, account);
		for (const path of paths) {
			await open(page, path);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			expect({ path, wider, faults }).toEqual({ path, wider: 0, faults: [] });
			await expectAccessible(page);
		}
	});
}

async function open(page: Page, path: string | { readonly route: string; readonly from: string }): Promise<void> {
	const route = routeOf(path);
	if (typeof path === 'string' && !route.includes('[')) {
		await page.goto(route);
		return;
	}
	const from = typeof path === 'string' ? route.replace(/\/\[[^/]+$/, '') : path.from;
	if (from.includes('[')) await open(page, from.split('?', 1)[0]!);
	await page.goto(from.includes('[') ? `${new URL(page.url()).pathname}?${from.split('?')[1]}` : from);
	const leadsThere = new RegExp(`^${route.replace(/\[[^\]]+\]/g, '(?!new|rules|coverage|upload|observation|reports)[^/?]+')}(\\?|$)`);
	const hrefs = await page.locator('main a[href]').evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
	const found = hrefs.map((href) => new URL(href, page.url())).find((url) => leadsThere.test(url.pathname));
	expect(found, `${from} links to ${route}`).toBeDefined();
	await page.goto(found!.href);
}
